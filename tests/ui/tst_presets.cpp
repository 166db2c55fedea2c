// Settings under a name: saved, used, renamed, deleted, given to others, and whatever lies in their folder.

#include "tests/ui/dialogs.h"
#include "tests/ui/form_window.h"
#include "tests/ui/menus.h"
#include "tests/ui/studio_fixture.h"

#include "scalekv/error.h"
#include "scalekv/png.h"
#include "scalekv/recipe.h"
#include "ui/generate/manage_presets_dialog.h"
#include "ui/generate/preset_button.h"
#include "ui/generate/preset_editor.h"
#include "ui/generate/save_preset_dialog.h"
#include "ui/generate/settings_fit.h"
#include "widgets/exact_number_box.h"
#include "widgets/problem_label.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScopeGuard>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace scalekv;
using ui::ManagePresetsDialog;
using ui::Preset;
using ui::PresetFolder;
using ui::SavePresetDialog;

class TestPresets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void init();
    void savedAndUsed();
    void promptAndSeedStay();
    void promptAndSeedComeAlong();
    void everySettingComesBack();
    void tablesComeAlong();
    void namesComeBack_data();
    void namesComeBack();
    void sameNameIsReplaced();
    void badSettingsAreNotSaved();
    void withoutAModel();
    void whatTheModelCannotStays();
    void fits_data();
    void fits();
    void brokenFiles_data();
    void brokenFiles();
    void twoWindows();
    void renamedInPlace();
    void renamingIsRefused();
    void partsStayParts();
    void deletedAndUndone();
    void imports_data();
    void imports();
    void exported();
    void cannotBeWritten();
    void undoLeavesWhatOthersWrote();

private:
    QString folder() const { return PresetFolder().path(); }
    QStringList names() const;
    void write(const QString& file, const QByteArray& text) const;
    /// Saves what stands in the form as a person does.
    void save(FormWindow& studio, const QString& name, bool withPrompt = false) const;
    void use(FormWindow& studio, const QString& name) const;
    /// Opens the dialog and does something there.
    void manage(FormWindow& studio, const std::function<void(ManagePresetsDialog&)>& act) const;
};

namespace {

GenerationRequest unusual(const FormWindow& studio) {
    GenerationRequest request = studio.form->request();
    request.size = "0.25M";
    request.aspectRatio = 1.5;
    request.cfg = {10, 9, 8, 7, 6, 5, 4, 3, 2, 0.1 + 0.2};
    request.tau = {1.0 / 3};
    request.guidanceLayers = {0, -3};
    request.topK = 1;
    request.topP = 0.123456789;
    request.policy.name = "snapkv";
    request.policy.budget.fraction = 0.1 / 3;
    return request;
}

RoleTable someRoles() {
    return {{{false, false, false}, {false, false, true}}};
}

QListWidget* listOf(const QDialog& dialog) {
    return dialog.findChild<QListWidget*>("presets");
}

QStringList namesIn(const QDialog& dialog) {
    QStringList names;
    for (int row = 0; row < listOf(dialog)->count(); ++row)
        names += listOf(dialog)->item(row)->text();
    return names;
}

QString problemIn(const QDialog& dialog) {
    return dialog.findChild<widgets::ProblemLabel*>("presetProblem")->problem();
}

void click(const QDialog& dialog, const char* button) {
    QTest::mouseClick(dialog.findChild<QPushButton*>(button), Qt::LeftButton);
}

/// F2, a name, and a key that ends it.
void rename(const QDialog& dialog, int row, const QString& name, Qt::Key end = Qt::Key_Return) {
    QListWidget* list = listOf(dialog);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(row)).center());
    QTest::keyClick(list, Qt::Key_F2);
    auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    QVERIFY(line && list->isAncestorOf(line));
    line->selectAll();
    QTest::keyClick(line, Qt::Key_Delete);
    QTest::keyClicks(line, name);
    QTest::keyClick(line, end);
    for (int turn = 0; turn < 3; ++turn) // the editor's end is queued, and what follows from it
        QCoreApplication::processEvents();
}

/// So that a check that fails in there ends the test.
void closeIfOpen(QDialog& dialog) {
    if (dialog.isVisible())
        dialog.reject();
}

void answerFileDialog(QFileDialog& dialog, const QString& path) {
    auto* name = dialog.findChild<QLineEdit*>("fileNameEdit");
    name->setText(path);
    QTest::keyClick(name, Qt::Key_Return);
}

} // namespace

void TestPresets::init() {
    QSettings().clear();
    QDir(folder()).removeRecursively();
    QVERIFY2(folder().startsWith(QDir::tempPath()), qPrintable(folder())); // never the user's own
}

QStringList TestPresets::names() const {
    QStringList names;
    for (const ui::StoredPreset& stored : PresetFolder().presets())
        names += stored.preset.name;
    return names;
}

void TestPresets::write(const QString& name, const QByteArray& text) const {
    QVERIFY(QDir().mkpath(folder()));
    QFile file(QDir(folder()).filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
}

void TestPresets::save(FormWindow& studio, const QString& name, bool withPrompt) const {
    WhenOpened<SavePresetDialog> opened([&](SavePresetDialog& dialog) {
        const QScopeGuard end([&] { closeIfOpen(dialog); });
        auto* line = dialog.findChild<QLineEdit*>("presetName");
        QCOMPARE(dialog.focusWidget(), line);
        line->setText(name); // a person may paste it
        if (withPrompt)
            QTest::mouseClick(dialog.findChild<QCheckBox*>("presetWithPrompt"), Qt::LeftButton, {}, {8, 8});
        QTest::keyClick(line, Qt::Key_Return);
    });
    QVERIFY(chooseInMenu(studio.find<QToolButton>("presetButton"), "Save settings as preset…"));
    QVERIFY(opened.met());
}

void TestPresets::use(FormWindow& studio, const QString& name) const {
    QStringList entries;
    QVERIFY2(chooseInMenu(studio.find<QToolButton>("presetButton"), name, &entries),
             qPrintable(entries.join('/')));
    studio.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&studio.window));
}

void TestPresets::manage(FormWindow& studio, const std::function<void(ManagePresetsDialog&)>& act) const {
    WhenOpened<ManagePresetsDialog> opened([&](ManagePresetsDialog& dialog) {
        QCoreApplication::processEvents(); // a menu that closes makes its own window the active one
        dialog.activateWindow();
        const bool active = QTest::qWaitForWindowActive(&dialog);
        act(dialog);
        QVERIFY(active);
        QTest::keyClick(&dialog, Qt::Key_Escape);
    });
    QVERIFY(chooseInMenu(studio.find<QToolButton>("presetButton"), "Manage presets…"));
    QVERIFY(opened.met());
}

void TestPresets::savedAndUsed() {
    FormWindow studio(largeModel());
    QStringList entries;
    QVERIFY(!chooseInMenu(studio.find<QToolButton>("presetButton"), "nothing", &entries));
    QCOMPARE(entries, QStringList({"(No presets yet)", "Save settings as preset…", "Manage presets…"}));

    const GenerationRequest plain = studio.form->request();
    studio.form->setRequest(unusual(studio));
    const GenerationRequest wanted = studio.form->request();
    save(studio, "Draft & fast");
    QCOMPARE(names(), QStringList{"Draft & fast"});
    studio.form->setRequest(plain);
    const int before = studio.undo.count();
    use(studio, "Draft & fast");
    QCOMPARE(studio.form->request(), wanted);
    QCOMPARE(studio.undo.count(), before + 1);
    studio.outside->setFocus();
    studio.press(QKeySequence::Undo);
    QCOMPARE(studio.form->request(), plain);
    studio.press(QKeySequence::Redo);
    QCOMPARE(studio.form->request(), wanted);
}

void TestPresets::promptAndSeedStay() {
    FormWindow studio(largeModel());
    GenerationRequest request = studio.form->request();
    request.prompts = {"then"};
    request.negativePrompt = "blurry";
    request.seed = 5;
    request.tau = {0.5};
    studio.form->setRequest(request);
    save(studio, "Half");
    studio.find<QPlainTextEdit>("prompt")->setPlainText(" and  now\nin two lines ");
    const QString prompt = studio.prompt();
    request.seed = 9;
    request.tau = {2};
    studio.form->adjust(request, "other");
    studio.form->setNewSeedEachTime(true);
    use(studio, "Half");
    QCOMPARE(studio.prompt(), prompt); // to the blank
    QCOMPARE(studio.form->request().negativePrompt, std::string("blurry"));
    QCOMPARE(studio.form->request().seed, std::uint64_t(5));
    QCOMPARE(studio.form->request().tau, std::vector<double>{0.5});
    QVERIFY(studio.form->newSeedEachTime());
}

void TestPresets::promptAndSeedComeAlong() {
    FormWindow studio(largeModel());
    GenerationRequest request = studio.form->request();
    request.prompts = {"größer, \"quoted\" & <b>"};
    request.negativePrompt = "blurry";
    request.seed = 18446744073709551615ULL;
    studio.form->setRequest(request);
    save(studio, "Whole", true);
    studio.form->setRequest({});
    studio.form->setNewSeedEachTime(true);
    use(studio, "Whole");
    QCOMPARE(studio.form->request(), request);
    QVERIFY(!studio.form->newSeedEachTime()); // that very seed was wanted
    studio.outside->setFocus();
    studio.press(QKeySequence::Undo);
    QVERIFY(studio.prompt().isEmpty() && studio.form->newSeedEachTime());
}

void TestPresets::everySettingComesBack() {
    FormWindow studio(largeModel());
    GenerationRequest request = unusual(studio);
    request.prompts = {"x"};
    request.seed = 77;
    const Preset preset = ui::presetOf(request, "All", true);
    QVERIFY(preset.problem.isEmpty());
    const Preset read = ui::presetFrom(ui::toText(preset), "file name");
    QCOMPARE(read.name, QString("All"));
    QVERIFY2(read.problem.isEmpty(), qPrintable(read.problem));
    QCOMPARE(read.fields, preset.fields);
    QVERIFY(read.onto({}) == request); // to the last digit
    const GenerationRequest& wanted = request;
    eachSetting(wanted, [&](const char* name, const auto& /*value*/) { QVERIFY2(read.has(name), name); });
}

void TestPresets::tablesComeAlong() {
    FormWindow studio(largeModel());
    GenerationRequest request = studio.form->request();
    request.policy.name = "scalekv";
    request.policy.budget.tokens = 650;
    request.policy.roles = someRoles();
    studio.form->setRequest(request);
    save(studio, "Tables");
    studio.form->setRequest({});
    use(studio, "Tables");
    QVERIFY(studio.form->request().policy == request.policy);
    // All that a policy may have, and every unit of its budget.
    request.policy.budgetTable = BudgetTable{{7, {{true, false, false}, 920, 632, 921}}};
    request.policy.headOrders = HeadOrders{{{{0, 1}, {1, 0}, {1, 1}, {0, 0}}}};
    request.policy.headKinds = HeadKinds{{{true, false}}, {{}, {{0.5F, 0.25F}, {0.5F, 0.75F}}}};
    for (const Budget& budget : {Budget{.fraction = 0.3}, Budget{.tokens = 650}, Budget{.bytes = 123456}}) {
        request.policy.budget = budget;
        const Preset preset = ui::presetOf(request, "All", false);
        QCOMPARE(preset.problem, QString());
        QVERIFY(preset.onto({}).policy == request.policy);
    }
}

void TestPresets::namesComeBack_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("plain") << "Draft";
    QTest::newRow("slashes") << "a/b\\c";
    QTest::newRow("up") << "../../etc/passwd";
    QTest::newRow("dot") << ".";
    QTest::newRow("hidden") << ".hidden";
    QTest::newRow("quotes") << "\"quoted\" 'and' `so`";
    QTest::newRow("markup") << "<b>bold</b> &amp; %1 {object}";
    QTest::newRow("blanks") << " two  blanks ";
    QTest::newRow("scripts") << QString::fromUtf8("größer 東京 🦊👩‍👩‍👧");
    QTest::newRow("only marks") << "?*|:<>";
    QTest::newRow("device") << "con";
    QTest::newRow("ending") << "x.json";
    QTest::newRow("long") << QString(199, QChar(0x6771));
    QTest::newRow("control") << QString("a") + QChar(0x202e) + "b" + QChar(0x200d);
}

void TestPresets::namesComeBack() {
    QFETCH(QString, name);
    FormWindow studio(largeModel());
    save(studio, name);
    save(studio, name + "2"); // one that may get the same file name
    QCOMPARE(names().size(), 2);
    QVERIFY(names().contains(name));
    const QStringList files =
        QDir(folder()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    QCOMPARE(files.size(), 2);
    for (const QString& file : files)
        QVERIFY2(file.endsWith(".json") && file.size() < 100, qPrintable(file));
    manage(studio, [&](ManagePresetsDialog& dialog) { QVERIFY(namesIn(dialog).contains(name)); });
}

void TestPresets::sameNameIsReplaced() {
    FormWindow studio(largeModel());
    save(studio, "One");
    GenerationRequest request = studio.form->request();
    request.tau = {0.25};
    studio.form->setRequest(request);
    WhenOpened<SavePresetDialog> opened([&](SavePresetDialog& dialog) {
        const QScopeGuard end([&] { closeIfOpen(dialog); });
        auto* line = dialog.findChild<QLineEdit*>("presetName");
        auto* button = dialog.findChild<QPushButton*>("savePreset");
        QVERIFY(!line->text().isEmpty()); // Enter alone is enough
        QCOMPARE(button->text(), QString("Save"));
        line->clear();
        QTest::keyClicks(line, " ");
        QVERIFY(!button->isEnabled());
        line->clear();
        QTest::keyClicks(line, "One");
        QCOMPARE(button->text(), QString("Replace"));
        QTest::mouseClick(button, Qt::LeftButton);
    });
    QVERIFY(chooseInMenu(studio.find<QToolButton>("presetButton"), "Save settings as preset…"));
    QVERIFY(opened.met());
    QCOMPARE(names(), QStringList{"One"});
    QCOMPARE(PresetFolder().presets().front().preset.onto({}).tau, std::vector<double>{0.25});
    manage(studio, [&](ManagePresetsDialog& dialog) { click(dialog, "undoPreset"); });
    QCOMPARE(PresetFolder().presets().front().preset.onto({}).tau, std::vector<double>{1});
}

void TestPresets::badSettingsAreNotSaved() {
    FormWindow studio(largeModel());
    studio.enter(studio.find<widgets::ExactNumberBox>("cfg"), "5000");
    QSignalSpy remarks(studio.form, &ui::GenerateForm::remarked);
    QVERIFY(chooseInMenu(studio.find<QToolButton>("presetButton"), "Save settings as preset…"));
    QCOMPARE(remarks.count(), 1);
    QVERIFY2(remarks[0][0].toString().contains("cfg"), qPrintable(remarks[0][0].toString()));
    QVERIFY(names().isEmpty());
}

void TestPresets::withoutAModel() {
    ModelDesk desk;
    QUndoStack undo;
    const ui::GenerateForm form(undo, desk.models);
    QVERIFY(!form.findChild<QToolButton*>("presetButton")->isEnabled());
}

void TestPresets::whatTheModelCannotStays() {
    FormWindow studio(largeModel());
    write("big.json", R"({"preset": "Big", "size": "0.60M", "aspect_ratio": 3, "cfg": [1,2,3], "tau": 0.5,
        "guidance_layers": [0, -70], "top_p": 0.5})");
    const GenerationRequest before = studio.form->request();
    QSignalSpy remarks(studio.form, &ui::GenerateForm::remarked);
    use(studio, "Big");
    GenerationRequest expected = before;
    expected.tau = {0.5};
    expected.topP = 0.5;
    QCOMPARE(studio.form->request(), expected);
    QCOMPARE(remarks.count(), 1);
    const QString said = remarks[0][0].toString();
    for (const char* part : {"0.60M", "ratio 3", "cfg", "13 scales", "guidance_layers", "-70"})
        QVERIFY2(said.contains(part), qPrintable(said));
    QCOMPARE(studio.undo.count(), 1);                   // still one step
    QVERIFY(studio.form->problem().contains("prompt")); // and nothing else
}

void TestPresets::fits_data() {
    QTest::addColumn<bool>("wantedRuns");
    QTest::addColumn<bool>("beforeRuns");
    QTest::addColumn<QString>("policy");
    QTest::addColumn<int>("remarks");
    QTest::newRow("it can be done") << true << true << "scalekv" << 0;
    QTest::newRow("the tables are another model's") << false << true << "full" << 1;
    QTest::newRow("the reason lies elsewhere") << false << false << "scalekv" << 0;
}

void TestPresets::fits() {
    QFETCH(bool, wantedRuns);
    QFETCH(bool, beforeRuns);
    QFETCH(QString, policy);
    QFETCH(int, remarks);
    const ui::Planner planner = [&](const GenerationRequest& request) -> std::optional<GenerationPlan> {
        if (request.policy.name == "scalekv" ? !wantedRuns : !beforeRuns)
            throw Error("The table has 3 layers, the model 32.");
        return std::nullopt;
    };
    GenerationRequest wanted;
    wanted.policy.name = "scalekv";
    const ui::SettingsFit fit = ui::fitSettings(wanted, {}, {}, planner);
    QCOMPARE(QString::fromStdString(fit.request.policy.name), policy);
    QCOMPARE(fit.remarks.size(), remarks);
    QVERIFY(remarks == 0 || fit.remarks.front().contains("3 layers"));
    // Wrong before and after: the form says so, and nothing is claimed of it.
    GenerationRequest bad;
    bad.cfg = {5000};
    QVERIFY(ui::fitSettings(bad, bad, {}, {}).remarks.isEmpty());
}

void TestPresets::brokenFiles_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("\x89PNG\r\n\x1a\n\0\0", 10);
    QTest::newRow("cut") << QByteArray("{\"preset\": \"x\", \"cfg\": 4");
    QTest::newRow("a list") << QByteArray("[1, 2]");
    QTest::newRow("no settings") << QByteArray("{\"preset\": \"x\", \"weather\": \"fine\"}");
    QTest::newRow("wrong type") << QByteArray("{\"preset\": \"x\", \"cfg\": \"much\"}");
    QTest::newRow("out of range") << QByteArray("{\"preset\": \"x\", \"top_p\": 7}");
    QTest::newRow("huge number") << QByteArray("{\"preset\": \"x\", \"cfg\": 1e999}");
    QTest::newRow("huge integer") << QByteArray("{\"preset\": \"x\", \"top_k\": 99999999999999999999}");
    QTest::newRow("a key twice") << QByteArray("{\"preset\": \"x\", \"cfg\": 4, \"cfg\": 5}");
    QTest::newRow("deep") << QByteArray("{\"preset\": \"x\", \"cfg\": ") + QByteArray(5000, '[');
    QTest::newRow("roles of nothing") << QByteArray("{\"policy\": \"scalekv\", \"roles\": [[]]}");
    QTest::newRow("a name that is none") << QByteArray("{\"preset\": {\"a\": 1}, \"cfg\": null}");
    QTest::newRow("not UTF-8") << QByteArray("{\"preset\": \"x\", \"size\": \"\xff\xfe\"}");
    QTest::newRow("too large") << QByteArray(int(ui::kLargestPreset) + 1, ' ');
}

void TestPresets::brokenFiles() {
    QFETCH(QByteArray, text);
    write("a-broken.json", text);
    write("b-good.json", "{\"preset\": \"Good\", \"tau\": 0.5}");
    QVERIFY(QDir(folder()).mkdir("c-folder.json"));
    QVERIFY(QFile::link("/nowhere/at/all", QDir(folder()).filePath("d-link.json")));
    QVERIFY(QFile::link("/dev/zero", QDir(folder()).filePath("e-device.json")));
    FormWindow studio(largeModel());
    QStringList entries;
    QVERIFY(chooseInMenu(studio.find<QToolButton>("presetButton"), "Good", &entries));
    QCOMPARE(studio.form->request().tau, std::vector<double>{0.5});
    manage(studio, [&](ManagePresetsDialog& dialog) {
        QCOMPARE(listOf(dialog)->count(), 2);
        const bool first = PresetFolder().presets().front().preset.name != "Good";
        listOf(dialog)->setCurrentRow(first ? 0 : 1);
        const QString said = dialog.findChild<QLabel*>("presetSummary")->text();
        QVERIFY2(said.endsWith('.') && said.size() < 200 && !said.contains('\n'), qPrintable(said));
        QVERIFY(!dialog.findChild<QPushButton*>("exportPreset")->isEnabled());
        click(dialog, "deletePreset");
        const bool tooLarge = text.size() > ui::kLargestPreset; // could not be brought back
        QCOMPARE(listOf(dialog)->count(), tooLarge ? 2 : 1);
        QCOMPARE(problemIn(dialog).isEmpty(), !tooLarge);
    });
}

void TestPresets::twoWindows() {
    FormWindow one(largeModel());
    FormWindow two(largeModel());
    save(one, "From one");
    QStringList entries;
    QVERIFY(chooseInMenu(two.find<QToolButton>("presetButton"), "From one", &entries));
    manage(two, [&](ManagePresetsDialog& dialog) { rename(dialog, 0, "From two"); });
    QVERIFY(chooseInMenu(one.find<QToolButton>("presetButton"), "From two"));
    // What is gone meanwhile is said, or not missed.
    manage(one, [&](ManagePresetsDialog& dialog) {
        QVERIFY(QDir(folder()).removeRecursively());
        click(dialog, "deletePreset");
        QCOMPARE(listOf(dialog)->count(), 0);
    });
}

void TestPresets::renamedInPlace() {
    FormWindow studio(largeModel());
    save(studio, "b");
    manage(studio, [&](ManagePresetsDialog& dialog) {
        rename(dialog, 0, "not this", Qt::Key_Escape);
        QCOMPARE(names(), QStringList{"b"});
        rename(dialog, 0, "c/d");
        QCOMPARE(namesIn(dialog), QStringList{"c/d"});
        QCOMPARE(names(), QStringList{"c/d"});
        QTest::keyClick(listOf(dialog), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(names(), QStringList{"b"});
        QTest::keySequence(listOf(dialog), QKeySequence(QKeySequence::Redo));
        QCOMPARE(names(), QStringList{"c/d"});
    });
    QCOMPARE(QDir(folder()).entryList(QDir::Files).size(), 1);
}

void TestPresets::renamingIsRefused() {
    FormWindow studio(largeModel());
    save(studio, "a");
    save(studio, "b");
    manage(studio, [&](ManagePresetsDialog& dialog) {
        rename(dialog, 0, "b");
        QVERIFY2(problemIn(dialog).contains("b"), qPrintable(problemIn(dialog)));
        QCOMPARE(namesIn(dialog), QStringList({"a", "b"}));
        rename(dialog, 0, " ");
        QVERIFY(!problemIn(dialog).isEmpty());
        QCOMPARE(names(), QStringList({"a", "b"}));
        listOf(dialog)->setCurrentRow(1);
        QVERIFY(problemIn(dialog).isEmpty()); // it was of the other
    });
}

/// What a preset does not have it does not get by being renamed, and numbers keep all their digits.
void TestPresets::partsStayParts() {
    write("part.json", R"({"preset": "Part", "tau": 0.30000000000000004, "seed": 18446744073709551615})");
    FormWindow studio(largeModel());
    QCOMPARE(PresetFolder().presets().front().preset.problem, QString());
    manage(studio, [&](ManagePresetsDialog& dialog) { rename(dialog, 0, "Renamed"); });
    const Preset preset = PresetFolder().presets().front().preset;
    QCOMPARE(preset.name, QString("Renamed"));
    QCOMPARE(preset.fields, (std::set<std::string>{"seed", "tau"}));
    GenerationRequest expected;
    expected.cfg = {7};
    const GenerationRequest read = preset.onto(expected);
    expected.tau = {0.1 + 0.2};
    expected.seed = 18446744073709551615ULL;
    QVERIFY(read == expected);
}

void TestPresets::deletedAndUndone() {
    FormWindow studio(largeModel());
    for (const char* name : {"a", "b", "c"})
        save(studio, name);
    manage(studio, [&](ManagePresetsDialog& dialog) {
        listOf(dialog)->setCurrentRow(1);
        QTest::keyClick(listOf(dialog), Qt::Key_Delete);
        QCOMPARE(namesIn(dialog), QStringList({"a", "c"}));
        QCOMPARE(listOf(dialog)->currentRow(), 1); // the next one
        QTest::keyClick(listOf(dialog), Qt::Key_Delete);
        QTest::keyClick(listOf(dialog), Qt::Key_Delete);
        QVERIFY(names().isEmpty());
        QTest::keyClick(listOf(dialog), Qt::Key_Delete); // nothing is left
        QVERIFY(problemIn(dialog).isEmpty());
        click(dialog, "undoPreset");
    });
    QCOMPARE(names(), QStringList{"a"});
    manage(studio, [&](ManagePresetsDialog& dialog) { // later, too
        QCOMPARE(namesIn(dialog), QStringList{"a"});
        QTest::keyClick(listOf(dialog), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(namesIn(dialog), QStringList({"a", "c"}));
        QCOMPARE(listOf(dialog)->currentItem()->text(), QString("c"));
        QTest::keyClick(listOf(dialog), Qt::Key_Z, Qt::ControlModifier);
    });
    QCOMPARE(names(), QStringList({"a", "b", "c"}));
    QCOMPARE(PresetFolder().presets().at(1).preset.onto({}).cfg, std::vector<double>{4});
}

void TestPresets::imports_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("withPrompt");
    GenerationRequest request;
    request.prompts = {"a fox"};
    request.tau = {0.75};
    QTest::newRow("a preset") << "x.json" << ui::toText(ui::presetOf(request, "Shared", false)) << "Shared"
                              << false;
    QTest::newRow("a name that is there")
        << "x.json" << ui::toText(ui::presetOf(request, "Mine", false)) << "Mine (2)" << false;
    QTest::newRow("a plain request") << "plain.json" << QByteArray::fromStdString(toJson(request)) << "plain"
                                     << true;
    Recipe recipe;
    recipe.request = request;
    QTest::newRow("a recipe") << "recipe.txt" << QByteArray::fromStdString(toJson(recipe)) << "recipe"
                              << true;
    const RgbImage image{1, 1, {1, 2, 3}};
    QTest::newRow("a picture") << "fox.png" << QByteArray::fromStdString(pngBytes(image, recipeText(recipe)))
                               << "fox" << true;
    QTest::newRow("a picture without a recipe")
        << "fox.png" << QByteArray::fromStdString(pngBytes(image)) << "" << false;
    QTest::newRow("something else") << "x.json" << QByteArray("hello") << "" << false;
}

void TestPresets::imports() {
    QFETCH(QString, file);
    QFETCH(QByteArray, text);
    QFETCH(QString, name);
    QFETCH(bool, withPrompt);
    QTemporaryDir elsewhere;
    const QString path = elsewhere.filePath(file);
    QFile source(path);
    QVERIFY(source.open(QIODevice::WriteOnly) && source.write(text) == text.size());
    source.close();
    FormWindow studio(largeModel());
    save(studio, "Mine");
    manage(studio, [&](ManagePresetsDialog& dialog) {
        WhenOpened<QFileDialog> asked([&](QFileDialog& files) { answerFileDialog(files, path); });
        click(dialog, "importPreset");
        QVERIFY(asked.met());
        QCOMPARE(problemIn(dialog).isEmpty(), !name.isEmpty());
        if (!name.isEmpty())
            QCOMPARE(listOf(dialog)->currentItem()->text(), name);
    });
    QCOMPARE(names().size(), name.isEmpty() ? 1 : 2);
    if (name.isEmpty())
        return;
    const auto stored = PresetFolder().find(name);
    QVERIFY(stored && stored->preset.problem.isEmpty());
    QCOMPARE(stored->preset.onto({}).tau, std::vector<double>{0.75});
    QCOMPARE(stored->preset.has("prompt"), withPrompt);
}

void TestPresets::exported() {
    QTemporaryDir elsewhere;
    FormWindow studio(largeModel());
    studio.form->setRequest(unusual(studio));
    const GenerationRequest wanted = studio.form->request();
    save(studio, "To give away");
    manage(studio, [&](ManagePresetsDialog& dialog) {
        WhenOpened<QFileDialog> asked(
            [&](QFileDialog& files) { answerFileDialog(files, elsewhere.filePath("given")); });
        click(dialog, "exportPreset");
        QVERIFY(asked.met());
        QVERIFY2(problemIn(dialog).isEmpty(), qPrintable(problemIn(dialog)));
    });
    const Preset given = ui::readPreset(elsewhere.filePath("given.json"));
    QCOMPARE(given.name, QString("To give away"));
    QVERIFY(given.onto(studio.form->request()) == wanted);
}

void TestPresets::cannotBeWritten() {
    FormWindow studio(largeModel());
    QVERIFY(QDir().mkpath(QFileInfo(folder()).path()));
    QFile inTheWay(folder());
    QVERIFY(inTheWay.open(QIODevice::WriteOnly));
    QSignalSpy remarks(studio.form, &ui::GenerateForm::remarked);
    save(studio, "Nowhere");
    QCOMPARE(remarks.count(), 1);
    QVERIFY2(remarks[0][0].toString().contains("presets"), qPrintable(remarks[0][0].toString()));
    inTheWay.remove();
}

void TestPresets::undoLeavesWhatOthersWrote() {
    const QTemporaryDir own;
    ui::PresetEditor editor{PresetFolder(own.path())};
    QSignalSpy failed(&editor, &ui::PresetEditor::failed);
    const auto contents = [](const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const auto put = [](const QString& path, const QByteArray& text) {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    };
    Preset preset = ui::presetOf(GenerationRequest(), "mine", false);
    const QString path = editor.save(preset);
    const QByteArray made = contents(path);
    put(path, "another window's");
    editor.undo().undo(); // would delete it
    QCOMPARE(failed.count(), 1);
    QCOMPARE(contents(path), QByteArray("another window's"));
    put(path, made);
    const QString removed = editor.remove({path, preset});
    QCOMPARE(removed, path);
    QVERIFY(!QFile::exists(path));
    put(path, "another window's");
    editor.undo().undo(); // would overwrite it
    QCOMPARE(failed.count(), 2);
    QCOMPARE(contents(path), QByteArray("another window's"));
    // Of two windows that add at once both have theirs.
    ui::PresetEditor other{PresetFolder(own.path())};
    QVERIFY(editor.add(preset) != other.add(preset));
}

QTEST_MAIN(TestPresets)
#include "tst_presets.moc"
