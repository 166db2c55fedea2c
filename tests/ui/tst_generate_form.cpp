#include "tests/ui/form_window.h"
#include "tests/ui/studio_fixture.h"

#include "ui/generate/advanced_panel.h"
#include "ui/generate/generate_form.h"
#include "widgets/choice_box.h"
#include "widgets/collapsible_section.h"
#include "widgets/exact_number_box.h"
#include "widgets/marked_field.h"
#include "widgets/problem_label.h"
#include "widgets/seed_edit.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QUndoStack>
#include <QVBoxLayout>

#include <algorithm>

using namespace scalekv;
using ui::GenerateForm;
using ui::ModelSummary;
using widgets::ExactNumberBox;

/// The form alone, with the description of a large model: no engine is needed to fill it in.
class TestGenerateForm : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void init() { QSettings().clear(); }
    void offersWhatTheModelCan();
    void requestGoesInAndOut();
    void whatTheModelCannotStays();
    void problems_data();
    void problems();
    void listReplacesTheNumber();
    void settingsComeBack();
    void recommendedKeepsThePrompt();
    void numbersStayExact_data();
    void numbersStayExact();
    void policyStaysWhole();
    void policyIsChosen();
    void typedWorkSurvivesUndo();
    void promptIsUndoneByWords();
    void editsOfAFieldAreOneStep();
    void seedAndItsSwitchAreOneStep();
    void everyFieldIsUndone();
    void newSeedsAreNotLost();
    void undoShowsWhatItChanged();
    void wrongFieldsAreMarked();
    void cursorBeginsInThePrompt();
    void cursorGoesToTheProblem();
    void sizesAreInPixels();
    void tabGoesAsDrawn();
    void focusIsSeen();
    void oneDeviceIsNoList();
    void nothingIsCutOff_data();
    void nothingIsCutOff();
    void relativePathsKeepTheirSettings();

private:
    ModelDesk desk_;
};

void TestGenerateForm::offersWhatTheModelCan() {
    QUndoStack undo;
    GenerateForm form(undo, desk_.models);
    form.setModel(largeModel());
    auto* size = form.findChild<QComboBox*>("size");
    auto* ratio = form.findChild<QComboBox*>("aspectRatio");
    QCOMPARE(size->count(), 3);
    QCOMPARE(size->currentData().toString(), QString("1M"));
    QCOMPARE(size->currentText(), QString("1024 × 1024 · 1M"));
    QCOMPARE(ratio->count(), 3);
    QCOMPARE(ratio->currentData().toDouble(), 1.0);
    QVERIFY2(ratio->currentText().contains("1024 × 1024"), qPrintable(ratio->currentText()));
    QTest::keyClick(ratio, Qt::Key_Down);
    QVERIFY2(ratio->currentText().contains("832 × 1248"), qPrintable(ratio->currentText()));
    QTest::keyClick(size, Qt::Key_Home);
    QCOMPARE(ratio->currentData().toDouble(), 1.5); // the ratio stays, its pixels change
    QVERIFY2(ratio->currentText().contains("224 × 336"), qPrintable(ratio->currentText()));
    QCOMPARE(form.findChild<QToolButton*>("examples")->menu()->actions().size(), 2);
}

void TestGenerateForm::requestGoesInAndOut() {
    QUndoStack undo;
    GenerateForm form(undo, desk_.models);
    form.setModel(largeModel());
    GenerationRequest request;
    request.prompts = {"größer, \"quoted\" & <b>"};
    request.negativePrompt = "blurry";
    request.seed = 18446744073709551615ULL;
    request.size = "0.25M";
    request.aspectRatio = 0.666;
    request.cfg = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
    request.tau = {0.35};
    request.topK = 0;
    request.topP = 0;
    request.guidanceLayers = {0, -3};
    QVERIFY(form.setRequest(request).isEmpty());
    const GenerationRequest out = form.request();
    QCOMPARE(out.prompts, request.prompts);
    QCOMPARE(out.negativePrompt, request.negativePrompt);
    QCOMPARE(out.seed, request.seed);
    QCOMPARE(out.size, request.size);
    QCOMPARE(out.aspectRatio, request.aspectRatio);
    QCOMPARE(out.cfg, request.cfg);
    QCOMPARE(out.tau, request.tau);
    QCOMPARE(out.topK, request.topK);
    QCOMPARE(out.topP, request.topP);
    QCOMPARE(out.guidanceLayers, request.guidanceLayers);
    QVERIFY(form.problem().isEmpty());
}

void TestGenerateForm::whatTheModelCannotStays() {
    QUndoStack undo;
    GenerateForm form(undo, desk_.models);
    form.setModel(largeModel());
    GenerationRequest request = form.request();
    request.size = "0.60M";
    QVERIFY(form.setRequest(request).contains("0.60M"));
    QCOMPARE(form.request().size, std::string("1M"));
    request.size = "1M";
    request.aspectRatio = 3.0;
    QVERIFY(form.setRequest(request).contains('3'));
    QCOMPARE(form.request().aspectRatio, 1.0);
    request.aspectRatio = 0.667; // the model says 0.666
    QCOMPARE(form.setRequest(request), QString());
    QCOMPARE(form.request().aspectRatio, 0.666);
}

void TestGenerateForm::problems_data() {
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<QVector<double>>("cfg");
    QTest::addColumn<QVector<double>>("tau");
    QTest::addColumn<int>("layer");
    QTest::addColumn<QString>("says");
    const QVector<double> one{3};
    QTest::newRow("good") << "x" << one << one << 0 << "";
    QTest::newRow("no prompt") << " \n" << one << one << 0 << "prompt";
    QTest::newRow("cfg: too few") << "x" << QVector<double>{1, 2} << one << 0 << "by scale (cfg)";
    QTest::newRow("cfg: one a scale") << "x" << QVector<double>(7, 2.0) << one << 0 << "";
    QTest::newRow("tau: too many") << "x" << one << QVector<double>(8, 1.0) << 0 << "by scale (tau)";
    QTest::newRow("tau: zero") << "x" << one << QVector<double>(7, 0.0) << 0 << "by scale (tau)";
    QTest::newRow("last guidance layer") << "x" << one << one << -31 << "";
    QTest::newRow("guidance layer too deep") << "x" << one << one << -32 << "Guidance layers";
    QTest::newRow("guidance layer positive") << "x" << one << one << 1 << "Guidance layers";
}

void TestGenerateForm::problems() {
    QFETCH(QString, prompt);
    QFETCH(QVector<double>, cfg);
    QFETCH(QVector<double>, tau);
    QFETCH(int, layer);
    QFETCH(QString, says);
    QUndoStack undo;
    GenerateForm form(undo, desk_.models);
    form.setModel(largeModel());
    GenerationRequest request = form.request();
    request.prompts = {"y"};
    request.size = "0.06M";
    request.cfg = {cfg.begin(), cfg.end()};
    request.tau = {tau.begin(), tau.end()};
    request.guidanceLayers = {layer};
    form.setRequest(request);
    form.setPrompt(prompt);
    if (says.isEmpty())
        QCOMPARE(form.problem(), QString());
    else
        QVERIFY2(form.problem().contains(says), qPrintable(form.problem()));
}

void TestGenerateForm::listReplacesTheNumber() {
    QUndoStack undo;
    GenerateForm form(undo, desk_.models);
    form.setModel(largeModel());
    auto* cfg = form.findChild<ExactNumberBox*>("cfg");
    QVERIFY(cfg->isEnabled());
    GenerationRequest request = form.request();
    request.cfg = std::vector<double>(13, 2.0);
    form.setRequest(request);
    QVERIFY(!cfg->isEnabled());
    request.cfg = {5};
    form.setRequest(request);
    QVERIFY(cfg->isEnabled());
    QCOMPARE(form.request().cfg, std::vector<double>{5});
}

void TestGenerateForm::settingsComeBack() {
    GenerationRequest request;
    {
        QUndoStack undo;
        GenerateForm form(undo, desk_.models);
        form.restoreSettings();
        form.setModel(largeModel());
        request = form.request();
        request.prompts = {"remember me"};
        request.seed = 99;
        request.size = "0.25M";
        request.cfg = {6.5};
        request.aspectRatio = 0.666;
        form.setRequest(request);
        form.setNewSeedEachTime(false);
        form.saveSettings();
    }
    QUndoStack undo;
    GenerateForm form(undo, desk_.models);
    form.restoreSettings();
    QCOMPARE(form.request().prompts, request.prompts);
    QVERIFY(!form.newSeedEachTime());
    form.setModel(largeModel());
    QCOMPARE(form.request().seed, request.seed);
    QCOMPARE(form.request().size, request.size);
    QCOMPARE(form.request().cfg, request.cfg);

    // What was never changed follows a new recommendation.
    ModelSummary better = largeModel();
    better.files.defaults.tau = 0.7;
    better.files.aspectRatios.front() = 0.667; // the same ratio, rounded
    GenerateForm next(undo, desk_.models);
    next.restoreSettings();
    next.setModel(better);
    QCOMPARE(next.request().tau.front(), 0.7);
    QCOMPARE(next.request().cfg, request.cfg);
    QCOMPARE(next.request().aspectRatio, 0.667);
}

void TestGenerateForm::recommendedKeepsThePrompt() {
    QUndoStack undo;
    GenerateForm form(undo, desk_.models);
    form.setModel(largeModel());
    GenerationRequest request = form.request();
    request.prompts = {"mine"};
    request.seed = 4;
    request.tau = {0.1};
    form.setRequest(request);
    const GenerationRequest advised = form.recommended();
    QCOMPARE(advised.prompts, request.prompts);
    QCOMPARE(advised.seed, request.seed);
    QCOMPARE(advised.tau.front(), 1.0);
}

void TestGenerateForm::numbersStayExact_data() {
    QTest::addColumn<double>("number");
    QTest::newRow("pi") << 3.14159265358979;
    QTest::newRow("0.1 + 0.2") << 0.1 + 0.2;
    QTest::newRow("small") << 1e-4;
    QTest::newRow("tiny") << 1e-300;
    QTest::newRow("huge") << 1e300;
    QTest::newRow("third") << 1.0 / 3;
    QTest::newRow("negative") << -7.123456789;
}

void TestGenerateForm::numbersStayExact() {
    QFETCH(double, number);
    QUndoStack undo;
    GenerateForm form(undo, desk_.models);
    form.setModel(largeModel());
    GenerationRequest request = form.request();
    request.cfg = {number};
    request.tau = {number};
    request.topP = number;
    form.setRequest(request);
    // Not QCOMPARE, which is content with nearly.
    QVERIFY(form.request().cfg == request.cfg);
    QVERIFY(form.request().tau == request.tau);
    QVERIFY(form.request().topP == request.topP);
    request.cfg = std::vector<double>(13, number);
    form.setRequest(request);
    QVERIFY(form.request().cfg == request.cfg);
}

void TestGenerateForm::policyStaysWhole() {
    FormWindow studio(largeModel());
    GenerationRequest request = studio.form->request();
    request.policy.name = "scalekv";
    request.policy.budget.fraction = 0.1 / 3;
    request.policy.roles.emplace(); // came with the picture
    studio.form->setRequest(request);
    QVERIFY(studio.form->request().policy == request.policy);

    auto* budget = studio.find<QLineEdit>("cacheBudget");
    studio.enter(budget, "25%");
    request.policy.budget.fraction = 0.25;
    QVERIFY(studio.form->request().policy == request.policy); // the rest stays
    studio.enter(budget, "650");
    request.policy.budget.tokens = 650;
    request.policy.budget.fraction = 1;
    QVERIFY(studio.form->request().policy == request.policy);
}

void TestGenerateForm::policyIsChosen() {
    FormWindow studio(largeModel());
    auto* names = studio.find<QComboBox>("cachePolicy");
    auto* budget = studio.find<QLineEdit>("cacheBudget");
    QCOMPARE(names->count(), static_cast<int>(policyNames().size()));
    QVERIFY(!budget->isEnabled()); // the full cache has none
    for (int i = 0; i < names->count(); ++i)
        QVERIFY(!names->itemData(i, Qt::ToolTipRole).toString().isEmpty());
    GenerationRequest request = studio.form->request();
    request.prompts = {"x"};
    request.policy.name = "scalekv";
    request.policy.budget.fraction = 0.2;
    request.policy.roles.emplace();
    studio.form->setRequest(request);
    names->setFocus();
    QTest::keyClick(names, Qt::Key_Up);
    PolicyChoice fresh;
    fresh.name = "pyramidkv";
    fresh.budget.fraction = 0.2;
    QVERIFY(studio.form->request().policy == fresh); // what came with the picture is gone
    studio.press(QKeySequence::Undo);
    QVERIFY(studio.form->request().policy == request.policy); // and back

    QVERIFY(studio.form->problem().isEmpty());
    studio.enter(budget, "110%");
    QVERIFY(studio.form->problem().contains("Cache"));
    studio.press(QKeySequence::Undo);
    QVERIFY(studio.form->problem().isEmpty());
    QVERIFY(studio.form->request().policy == request.policy);
}

void TestGenerateForm::typedWorkSurvivesUndo() {
    FormWindow studio(largeModel());
    studio.find<QToolButton>("examples")->menu()->actions().front()->trigger();
    QCOMPARE(studio.prompt(), QString("a lake"));
    auto* prompt = studio.find<QPlainTextEdit>("prompt");
    prompt->setFocus();
    QTest::keyClick(prompt, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(prompt, "my own work");
    studio.enter(studio.find<ExactNumberBox>("cfg"), "7.25");
    studio.outside->setFocus();

    studio.press(QKeySequence::Undo);
    QCOMPARE(studio.form->request().cfg, std::vector<double>{4});
    QCOMPARE(studio.prompt(), QString("my own work")); // not thrown away
    QVERIFY(studio.outside->hasFocus());
    while (studio.undo.canUndo())
        studio.press(QKeySequence::Undo);
    QCOMPARE(studio.prompt(), QString());
    while (studio.undo.canRedo())
        studio.press(QKeySequence::Redo);
    QCOMPARE(studio.prompt(), QString("my own work"));
    QCOMPARE(studio.form->request().cfg, std::vector<double>{7.25});
    QVERIFY(studio.outside->hasFocus());
}

void TestGenerateForm::promptIsUndoneByWords() {
    FormWindow studio(largeModel());
    auto* prompt = studio.find<QPlainTextEdit>("prompt");
    studio.type(prompt, "a red apple");
    studio.press(QKeySequence::Undo); // the keys go to the prompt itself
    QCOMPARE(studio.prompt(), QString("a red "));
    QTest::keyClicks(prompt, "pear"); // the cursor is where the word was
    QCOMPARE(studio.prompt(), QString("a red pear"));
    studio.press(QKeySequence::Undo);
    studio.press(QKeySequence::Undo);
    QCOMPARE(studio.prompt(), QString("a "));
    studio.press(QKeySequence::Redo);
    studio.press(QKeySequence::Redo);
    QCOMPARE(studio.prompt(), QString("a red pear"));
    for (int i = 0; i < 4; ++i)
        QTest::keyClick(prompt, Qt::Key_Backspace);
    studio.press(QKeySequence::Undo);
    QCOMPARE(studio.prompt(), QString("a red pear"));
    QVERIFY(prompt->hasFocus());
}

void TestGenerateForm::editsOfAFieldAreOneStep() {
    FormWindow studio(largeModel());
    auto* tau = studio.find<ExactNumberBox>("tau");
    tau->setFocus();
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(tau, Qt::Key_Up);
    QCOMPARE(studio.undo.count(), 1);
    studio.outside->setFocus();
    tau->setFocus();
    QTest::keyClick(tau, Qt::Key_Up);
    QCOMPARE(studio.undo.count(), 2); // the focus had been elsewhere
    studio.press(QKeySequence::Undo);
    QCOMPARE(studio.form->request().tau.front(), 1.15);
    studio.press(QKeySequence::Undo);
    QCOMPARE(studio.form->request().tau.front(), 1.0);
    QTest::keyClick(tau, Qt::Key_Up);
    QTest::keyClick(tau, Qt::Key_Down);
    QCOMPARE(studio.undo.count(), 0); // nothing came of it
}

void TestGenerateForm::seedAndItsSwitchAreOneStep() {
    FormWindow studio(largeModel());
    auto* each = studio.find<QCheckBox>("newSeed");
    studio.form->setNewSeedEachTime(true);
    studio.enter(studio.form->findChild<widgets::SeedSpinBox*>(), "123");
    QVERIFY(!each->isChecked());
    QCOMPARE(studio.undo.count(), 1);
    studio.press(QKeySequence::Undo);
    QVERIFY(each->isChecked());
    QCOMPARE(studio.form->request().seed, std::uint64_t(0));
    studio.press(QKeySequence::Redo);
    QVERIFY(!each->isChecked());
    QCOMPARE(studio.form->request().seed, std::uint64_t(123));
}

void TestGenerateForm::everyFieldIsUndone() {
    FormWindow studio(largeModel());
    studio.form->findChild<widgets::CollapsibleSection*>()->setExpanded(true);
    const GenerationRequest before = studio.form->request();
    studio.type(studio.find<QPlainTextEdit>("prompt"), "one");
    studio.type(studio.find<QPlainTextEdit>("negativePrompt"), "two");
    studio.enter(studio.form->findChild<widgets::SeedSpinBox*>(), "9");
    for (const char* list : {"size", "aspectRatio", "cachePolicy"}) {
        studio.find<QComboBox>(list)->setFocus();
        QTest::keyClick(studio.find<QComboBox>(list), Qt::Key_End);
        QTest::keyClick(studio.find<QComboBox>(list), Qt::Key_Up);
    }
    studio.enter(studio.find<QLineEdit>("cacheBudget"), "30%");
    studio.enter(studio.find<ExactNumberBox>("cfg"), "2");
    studio.enter(studio.find<ExactNumberBox>("tau"), "0.5");
    studio.enter(studio.find<ExactNumberBox>("topP"), "0.125");
    studio.enter(studio.find<QAbstractSpinBox>("topK"), "3");
    for (const char* line : {"cfgByScale", "tauByScale", "guidanceLayers"})
        studio.enter(studio.find<QLineEdit>(line), "1, 2 nonsense");
    const GenerationRequest after = studio.form->request();
    while (studio.undo.canUndo())
        studio.press(QKeySequence::Undo);
    const auto same = [](const GenerationRequest& a, const GenerationRequest& b) {
        return a.prompts == b.prompts && a.negativePrompt == b.negativePrompt && a.seed == b.seed &&
               a.size == b.size && a.aspectRatio == b.aspectRatio && a.cfg == b.cfg && a.tau == b.tau &&
               a.topK == b.topK && a.topP == b.topP && a.policy == b.policy &&
               a.guidanceLayers == b.guidanceLayers;
    };
    QVERIFY(same(studio.form->request(), before));
    while (studio.undo.canRedo())
        studio.undo.redo();
    QVERIFY(same(studio.form->request(), after));
    QCOMPARE(studio.find<QLineEdit>("cfgByScale")->text(), QString("1, 2 nonsense")); // wrong, but typed
}

void TestGenerateForm::newSeedsAreNotLost() {
    FormWindow studio(largeModel());
    GenerationRequest request = studio.form->request();
    request.seed = 5;
    studio.form->fill(request, true, "using a picture's settings");
    studio.form->rollSeed(); // as Generate does
    const auto rolled = studio.form->request().seed;
    QCOMPARE(studio.undo.count(), 1); // the program's change is no step
    studio.undo.undo();
    studio.undo.redo();
    QCOMPARE(studio.form->request().seed, rolled);
}

void TestGenerateForm::undoShowsWhatItChanged() {
    FormWindow studio(largeModel());
    auto* section = studio.form->findChild<widgets::CollapsibleSection*>();
    section->setExpanded(true);
    studio.enter(studio.find<ExactNumberBox>("topP"), "0.5");
    studio.outside->setFocus();
    section->setExpanded(false);
    studio.press(QKeySequence::Undo);
    QVERIFY(section->isExpanded());
    QVERIFY(studio.outside->hasFocus());
}

void TestGenerateForm::wrongFieldsAreMarked() {
    FormWindow studio(largeModel());
    studio.form->findChild<widgets::CollapsibleSection*>()->setExpanded(true);
    for (const char* name : {"cfgByScale", "tauByScale", "guidanceLayers", "topP", "tau"}) {
        auto* field = studio.find<QWidget>(name);
        widgets::MarkedField* marked = nullptr;
        for (QWidget* outer = field; !marked; outer = outer->parentWidget())
            marked = qobject_cast<widgets::MarkedField*>(outer);
        const QColor usual = field->palette().color(QPalette::Base);
        QVERIFY(marked->problem().isEmpty());
        studio.enter(field, qobject_cast<QLineEdit*>(field) ? "1 two" : "-3");
        QVERIFY2(!marked->problem().isEmpty(), name);
        QVERIFY2(field->palette().color(QPalette::Base) != usual, name);
        studio.press(QKeySequence::Undo);
        QVERIFY2(marked->problem().isEmpty(), name);
        QVERIFY2(field->palette().color(QPalette::Base) == usual, name);
    }
}

void TestGenerateForm::cursorBeginsInThePrompt() {
    FormWindow studio(largeModel());
    QCOMPARE(QApplication::focusWidget(), studio.find<QPlainTextEdit>("prompt"));
}

void TestGenerateForm::cursorGoesToTheProblem() {
    FormWindow studio(largeModel());
    studio.find<QPlainTextEdit>("prompt")->setPlainText("x");
    auto* section = studio.form->findChild<widgets::CollapsibleSection*>();
    section->setExpanded(true);
    auto* tau = studio.find<QLineEdit>("tauByScale");
    studio.enter(tau, "1, 2");
    section->setExpanded(false);
    studio.outside->setFocus();
    QVERIFY(studio.form->problem().contains("by scale (tau)"));
    studio.form->focusProblem();
    QVERIFY(tau->isVisible());
    QVERIFY(tau->hasFocus());
    QCOMPARE(tau->selectedText(), QString("1, 2"));
}

void TestGenerateForm::sizesAreInPixels() {
    ModelSummary model = largeModel();
    model.pixelsPerToken = 8; // as the demo model, whose "0.25M" has 256 × 256
    model.files.sizes = {"0.06M", "0.25M"};
    model.files.defaults.size = "0.25M";
    model.files.aspectRatios = {1.0};
    FormWindow studio(model);
    auto* size = studio.find<QComboBox>("size");
    QCOMPARE(size->currentText(), QString("256 × 256 · 0.25M"));
    QVERIFY(!studio.find<QComboBox>("aspectRatio")->isVisible()); // one choice is none
    model.files.aspectRatios = {1.0, 2.0};
    studio.form->setModel(model);
    auto* ratio = studio.find<QComboBox>("aspectRatio");
    QVERIFY(ratio->isVisible());
    QTest::keyClick(ratio, Qt::Key_End);
    QVERIFY2(!size->currentText().startsWith("256 × 256"), qPrintable(size->currentText()));
    QCOMPARE(studio.form->request().size, std::string("0.25M"));
}

void TestGenerateForm::tabGoesAsDrawn() {
    FormWindow studio(largeModel());
    studio.form->findChild<widgets::CollapsibleSection*>()->setExpanded(true);
    studio.form->setReady(true, true, {});
    studio.window.resize(320, 1300);
    studio.find<QPlainTextEdit>("prompt")->setFocus();
    QVector<QWidget*> stops;
    for (QWidget* now = QApplication::focusWidget(); !stops.contains(now);
         now = QApplication::focusWidget()) {
        stops += now;
        QTest::keyClick(now, Qt::Key_Tab);
        QVERIFY(stops.size() < 60);
    }
    QVERIFY(stops.size() > 20);
    std::rotate(stops.begin(), std::find(stops.begin(), stops.end(), studio.outside) + 1, stops.end());
    for (qsizetype i = 1; i < stops.size(); ++i) {
        const auto place = [&](QWidget* stop) { return stop->mapTo(&studio.window, stop->rect().center()); };
        const QPoint a = place(stops[i - 1]);
        const QPoint b = place(stops[i]);
        constexpr int kSameRow = 8;
        QVERIFY2(b.y() > a.y() + kSameRow || (std::abs(b.y() - a.y()) <= kSameRow && b.x() > a.x()),
                 qPrintable(stops[i - 1]->objectName() + " → " + stops[i]->objectName()));
    }
}

void TestGenerateForm::focusIsSeen() {
    FormWindow studio(largeModel());
    studio.form->findChild<widgets::CollapsibleSection*>()->setExpanded(true);
    studio.form->setReady(true, true, {});
    QVector<QWidget*> seen;
    studio.outside->setFocus();
    QTest::keyClick(studio.outside, Qt::Key_Tab);
    for (QWidget* now = QApplication::focusWidget(); now != studio.outside;
         now = QApplication::focusWidget()) {
        QVERIFY(!seen.contains(now));
        seen += now;
        const QImage with = now->grab().toImage();
        QTest::keyClick(now, Qt::Key_Tab);
        const QImage without = now->grab().toImage();
        QVERIFY2(with != without, qPrintable(now->objectName() + " " + now->metaObject()->className()));
    }
}

void TestGenerateForm::oneDeviceIsNoList() {
    FormWindow studio(largeModel());
    studio.form->findChild<widgets::CollapsibleSection*>()->setExpanded(true);
    auto* device = studio.find<widgets::ChoiceBox>("device");
    auto* panel = qobject_cast<ui::AdvancedPanel*>(device->parentWidget());
    QVERIFY(panel);
    QTRY_VERIFY(device->isVisible() && !device->box()->isVisible());
    QSignalSpy again(panel, &ui::AdvancedPanel::loadOptionsChanged);
    LoadOptions options = panel->loadOptions();
    QCOMPARE(options.device, std::string("cpu"));
    options.device = "cuda:0"; // remembered, and not yet known
    panel->setLoadOptions(options);
    QCOMPARE(panel->loadOptions().device, std::string("cuda:0"));
    panel->setDevices({"cpu", "cuda:0 A card", "cuda:1 Another"});
    QCOMPARE(panel->loadOptions().device, std::string("cuda:0"));
    QTRY_VERIFY(device->box()->isVisible());
    QCOMPARE(again.count(), 0);
    device->box()->setCurrentIndex(2);
    QCOMPARE(panel->loadOptions().device, std::string("cuda:1"));
    QCOMPARE(again.count(), 1);
}

void TestGenerateForm::nothingIsCutOff_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("expanded");
    QTest::newRow("plain") << "Large" << false;
    QTest::newRow("advanced") << "Large" << true;
    QTest::newRow("long name") << QString("A model with a very long name indeed ").repeated(4) << true;
}

void TestGenerateForm::nothingIsCutOff() {
    QFETCH(QString, name);
    QFETCH(bool, expanded);
    ModelSummary model = largeModel();
    model.files.name = name.toStdString();
    model.precision = "bf16";
    model.device = "cuda:0";
    FormWindow studio(model);
    studio.form->findChild<widgets::CollapsibleSection*>()->setExpanded(expanded);
    studio.find<QLineEdit>("guidanceLayers")->setText("-99");
    studio.form->showProblem("/a/path/without/any/space/" + QString(200, 'x'));
    auto* scroll = studio.form->findChild<QScrollArea*>();
    for (const int width : {1, 240, 280, 320, 500, 240}) {
        studio.window.resize(width, 600); // no narrower than the layout allows, like a dock
        QCoreApplication::sendPostedEvents();
        QVERIFY2(studio.window.width() <= std::max(width, 300),
                 qPrintable(QString::number(studio.window.width())));
        QVERIFY(scroll->verticalScrollBar()->isVisible());
        for (const QWidget* part : studio.form->findChildren<QWidget*>()) {
            const QWidget* outer = part->parentWidget();
            if (!part->isVisible() || qobject_cast<const QScrollBar*>(part) ||
                qobject_cast<const QLineEdit*>(outer) || qobject_cast<const QAbstractSpinBox*>(outer) ||
                part->objectName().startsWith("qt_scrollarea_v"))
                continue; // Qt's own parts
            const QWidget* frame = scroll->isAncestorOf(part) ? scroll->viewport() : studio.form;
            const QRect place(part->mapTo(studio.form, QPoint()), part->size());
            const QRect room(frame->mapTo(studio.form, QPoint()), frame->size());
            const QString who = QString("%1 %2 at %3: %4…%5 of %6…%7, needs %8")
                                    .arg(part->metaObject()->className(), part->objectName())
                                    .arg(width)
                                    .arg(place.left())
                                    .arg(place.right())
                                    .arg(room.left())
                                    .arg(room.right())
                                    .arg(part->minimumSizeHint().width());
            if (part != scroll->viewport() && part != scroll)
                QVERIFY2(place.left() >= room.left() && place.right() <= room.right(), qPrintable(who));
            if (qobject_cast<const widgets::ProblemLabel*>(part))
                QVERIFY2(part->height() >= part->heightForWidth(part->width()), qPrintable(who));
            if (!part->inherits("QLineEdit"))
                QVERIFY2(part->width() >= part->minimumSizeHint().width(), qPrintable(who));
        }
    }
}

void TestGenerateForm::relativePathsKeepTheirSettings() {
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir("model"));
    QVERIFY(QFile::link(folder.filePath("model"), folder.filePath("link")));
    ModelSummary model = largeModel();
    model.path = folder.filePath("model");
    QUndoStack undo;
    {
        GenerateForm form(undo, desk_.models);
        form.setModel(model);
        GenerationRequest request = form.request();
        request.cfg = {6.125};
        form.setRequest(request);
        form.saveSettings();
    }
    for (const QString& path :
         {QDir::current().relativeFilePath(model.path), folder.filePath("link"), model.path + "/../model/"}) {
        model.path = path;
        GenerateForm form(undo, desk_.models);
        form.setModel(model);
        QCOMPARE(form.request().cfg, std::vector<double>{6.125});
    }
}

QTEST_MAIN(TestGenerateForm)
#include "tst_generate_form.moc"
