#include "tests/ui/dialogs.h"
#include "tests/ui/form_window.h"
#include "tests/ui/studio_fixture.h"

#include "scalekv/calibration.h"
#include "scalekv/error.h"
#include "ui/generate/cache_fields.h"
#include "ui/generate/picture_stage.h"
#include "ui/generate/table_source.h"
#include "ui/text/budget_text.h"
#include "ui/text/policy_text.h"
#include "ui/text/unit_text.h"
#include "widgets/problem_label.h"
#include "widgets/wrapped_label.h"

#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QSet>
#include <QSettings>
#include <QSlider>
#include <QToolButton>

using namespace scalekv;
using ui::CacheFields;
using widgets::WrappedLabel;

/// What stays in the cache: the part of the form that says it, alone and with a small model.
class TestCacheSection : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void init() { QSettings().clear(); }
    void everyPolicyIsExplained();
    void sliderWritesTheBudget();
    void textMovesTheSlider_data();
    void textMovesTheSlider();
    void wheelScrollsTheForm();
    void wrongBudgetIsSaidOnce();
    void fullCacheHasNoBudget();
    void stopsAreReadBack();
    void namesAreWhole();
    void sentencesHaveTheirLines();
    void amountsAreThePlans();
    void rolesFromAFile();
    void tablesOfHeadsFromAFile();
    void badFilesLoseNothing_data();
    void badFilesLoseNothing();
    void budgetFile();
    void tablesComeBack();

private:
    static void choose(QComboBox* box, const QString& policy) {
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < box->count() && box->currentData().toString() != policy; ++i)
            QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(box->currentData().toString(), policy);
    }
    /// Chooses a file by the menu of the button, as a user does.
    static void openFile(StudioFixture& studio, const QString& entry, const QString& path);
    static QString written(StudioFixture& studio, const QString& name, const QByteArray& contents);
};

void TestCacheSection::everyPolicyIsExplained() {
    FormWindow studio(largeModel());
    auto* names = studio.find<QComboBox>("cachePolicy");
    auto* sentence = studio.find<WrappedLabel>("policySentence");
    QSet<QString> sentences, titles;
    for (const std::string_view name : policyNames()) {
        const auto policy = QString::fromUtf8(name.data(), qsizetype(name.size()));
        choose(names, policy);
        QCOMPARE(studio.form->request().policy.name, std::string(name));
        QVERIFY(sentence->isVisible());
        QVERIFY(sentence->text().endsWith('.'));
        QVERIFY2(sentence->toolTip().contains("20") || policy == "evenly-spaced",
                 qPrintable(policy)); // a year
        QVERIFY2(sentence->toolTip().endsWith(policy), qPrintable(sentence->toolTip()));
        sentences += sentence->text();
        titles += names->currentText();
    }
    QCOMPARE(sentences.size(), qsizetype(policyNames().size()));
    QCOMPARE(titles.size(), qsizetype(policyNames().size()));
    QVERIFY(studio.undo.count() == 1); // one field, one step
}

void TestCacheSection::sliderWritesTheBudget() {
    FormWindow studio(largeModel());
    auto* slider = studio.find<QSlider>("budgetSlider");
    auto* line = studio.find<QLineEdit>("cacheBudget");
    choose(studio.find<QComboBox>("cachePolicy"), "snapkv");
    QCOMPARE(line->text(), QString("10%"));
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Right);
    QCOMPARE(line->text(), QString("12%"));
    QVERIFY(studio.form->request().policy.budget == Budget{.fraction = 0.12});
    QTest::keyClick(slider, Qt::Key_Home);
    QCOMPARE(line->text(), QString("1%"));
    QTest::keyClick(slider, Qt::Key_End);
    QVERIFY(studio.form->request().policy.budget == Budget());
    QCOMPARE(slider->accessibleDescription(), QString("100 %"));
    studio.press(QKeySequence::Undo);
    QCOMPARE(line->text(), QString("10%"));
    QCOMPARE(slider->accessibleDescription(), QString("10 %"));
    QVERIFY(studio.form->request().policy.budget == Budget{.fraction = 0.1});
    studio.press(QKeySequence::Redo);
    QCOMPARE(line->text(), QString("100%"));
    // Nearly in the middle of a logarithmic scale.
    studio.enter(line, "10%");
    const double middle = (slider->minimum() + slider->maximum()) / 2.0;
    QVERIFY(std::abs(slider->value() - middle) <= 1);
}

void TestCacheSection::textMovesTheSlider_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("fraction");
    QTest::addColumn<qint64>("tokens");
    QTest::addColumn<QString>("stop");
    QTest::newRow("percent") << "7%" << 0.07 << qint64(0) << "8 %"; // nearer by factor
    QTest::newRow("fraction") << "0.2" << 0.2 << qint64(0) << "20 %";
    QTest::newRow("below the slider") << "0.5%" << 0.005 << qint64(0) << "1 %";
    QTest::newRow("tokens, size not known") << "650" << 1.0 << qint64(650) << "10 %"; // stays where it was
}

void TestCacheSection::textMovesTheSlider() {
    QFETCH(QString, text);
    QFETCH(double, fraction);
    QFETCH(qint64, tokens);
    QFETCH(QString, stop);
    FormWindow studio(largeModel());
    choose(studio.find<QComboBox>("cachePolicy"), "snapkv");
    auto* line = studio.find<QLineEdit>("cacheBudget");
    studio.enter(line, text);
    const Budget budget = studio.form->request().policy.budget;
    QVERIFY(budget.tokens == tokens && budget.fraction == fraction);
    QCOMPARE(line->text(), text); // it is not written over
    QCOMPARE(studio.find<QSlider>("budgetSlider")->accessibleDescription(), stop);
}

void TestCacheSection::wheelScrollsTheForm() {
    FormWindow studio(largeModel());
    auto* slider = studio.find<QSlider>("budgetSlider");
    choose(studio.find<QComboBox>("cachePolicy"), "snapkv");
    const auto turn = [slider] {
        QWheelEvent event(QPointF(5, 5), slider->mapToGlobal(QPointF(5, 5)), {}, {0, 120}, Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(slider, &event);
    };
    turn();
    QVERIFY(studio.form->request().policy.budget == Budget{.fraction = 0.1});
    slider->setFocus();
    turn();
    QVERIFY(studio.form->request().policy.budget.fraction > 0.1);
}

void TestCacheSection::wrongBudgetIsSaidOnce() {
    FormWindow studio(largeModel());
    choose(studio.find<QComboBox>("cachePolicy"), "snapkv");
    auto* line = studio.find<QLineEdit>("cacheBudget");
    const QColor usual = line->palette().color(QPalette::Base);
    for (const QString text : {"2,5%", "abc", "-3", "0", "110%", "2.5", ""}) {
        line->setText(text); // pasted: what is typed is a budget on its way to none
        QString why;
        try {
            (void)Budget::parse(text.toStdString());
        } catch (const Error& error) {
            why = error.what();
        }
        QVERIFY(!why.isEmpty());
        QCOMPARE(studio.form->shownProblem(), "Cache: " + why); // without pressing Generate
        QVERIFY(studio.form->problem().contains(why) || studio.prompt().isEmpty());
        QVERIFY(line->palette().color(QPalette::Base) != usual);
        QCOMPARE(line->accessibleDescription(), why);
        int said = 0;
        for (const QLabel* label : studio.form->findChildren<QLabel*>())
            said += label->isVisible() && QString(label->text()).remove(QChar(0x200b)).contains(why) ? 1 : 0;
        QCOMPARE(said, 1);
    }
    QVERIFY(studio.form->request().policy.budget == Budget{.fraction = 0.1}); // the last good one
    studio.enter(line, "5%");
    QVERIFY(studio.form->shownProblem().isEmpty());
    QCOMPARE(line->palette().color(QPalette::Base), usual);
    // Who turns to the full cache has no budget that could be wrong; the typed one comes back.
    studio.enter(line, "abc");
    choose(studio.find<QComboBox>("cachePolicy"), "full");
    QVERIFY(studio.form->shownProblem().isEmpty());
    choose(studio.find<QComboBox>("cachePolicy"), "snapkv");
    QCOMPARE(line->text(), QString("abc"));
}

void TestCacheSection::fullCacheHasNoBudget() {
    FormWindow studio(largeModel());
    auto* names = studio.find<QComboBox>("cachePolicy");
    auto* line = studio.find<QLineEdit>("cacheBudget");
    auto* slider = studio.find<QSlider>("budgetSlider");
    QVERIFY(!line->isEnabled() && !slider->isEnabled());
    QCOMPARE(line->text(), QString());
    choose(names, "scalekv");
    QCOMPARE(line->text(), QString("10%"));
    studio.enter(line, "25%");
    choose(names, "full");
    QVERIFY(!line->isEnabled() && !slider->isEnabled());
    QCOMPARE(line->text(), QString()); // no number that is not in force
    QCOMPARE(slider->value(), slider->maximum());
    names->setFocus();
    QTest::keyClick(names, Qt::Key_Down);
    QCOMPARE(line->text(), QString("25%"));
    QVERIFY(studio.form->request().policy.budget == Budget{.fraction = 0.25});
    // Everything is a budget, too.
    studio.enter(line, "100%");
    choose(names, "full");
    choose(names, "snapkv");
    QCOMPARE(line->text(), QString("100%"));
    QVERIFY(studio.form->request().policy.budget == Budget());
    studio.press(QKeySequence::Undo);
    while (studio.undo.canUndo())
        studio.press(QKeySequence::Undo);
    QVERIFY(studio.form->request().policy == PolicyChoice());
}

void TestCacheSection::stopsAreReadBack() {
    double before = 0;
    for (const double stop : ui::budgetStops()) {
        const Budget budget{.fraction = stop / 100};
        QVERIFY(ui::readBudget(ui::budgetText(budget)).budget == budget);
        QVERIFY2(before == 0 || (stop / before > 1.1 && stop / before < 1.45),
                 qPrintable(QString::number(stop)));
        before = stop;
    }
    QCOMPARE(ui::budgetStops().front(), 1.0);
    QCOMPARE(ui::budgetStops().back(), 100.0);
    for (const Budget& paper : {Budget{.fraction = 0.04}, Budget{.fraction = 0.1}, Budget{.fraction = 0.2}})
        QCOMPARE(ui::budgetStops()[std::size_t(ui::nearestStop(paper.fraction))], paper.fraction * 100);
}

void TestCacheSection::namesAreWhole() {
    FormWindow studio(largeModel());
    auto* names = studio.find<QComboBox>("cachePolicy");
    studio.window.resize(250, 900);
    QCoreApplication::sendPostedEvents();
    QVERIFY(names->width() < 250);
    for (int i = 0; i < names->count(); ++i) {
        QStyleOptionComboBox option;
        option.initFrom(names);
        const QRect room =
            names->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, names);
        QVERIFY2(names->fontMetrics().horizontalAdvance(names->itemText(i)) <= room.width() - 2,
                 qPrintable(names->itemText(i)));
    }
}

void TestCacheSection::sentencesHaveTheirLines() {
    FormWindow studio(largeModel());
    auto* sentence = studio.find<WrappedLabel>("policySentence");
    int narrow = 0;
    for (const int width : {250, 500, 250, 320}) {
        studio.window.resize(width, 1300);
        for (const QString policy : {"scalekv", "sliding-window", "scalekv"}) {
            choose(studio.find<QComboBox>("cachePolicy"), policy);
            QCoreApplication::sendPostedEvents();
            const QRect needed = sentence->fontMetrics().boundingRect(QRect(0, 0, sentence->width(), 1000),
                                                                      Qt::TextWordWrap, sentence->text());
            QVERIFY(sentence->height() >= needed.height()); // none is cut off, no room is left over
            QVERIFY2(sentence->height() <= needed.height() + sentence->fontMetrics().lineSpacing() / 2,
                     qPrintable(QString("%1 at %2").arg(policy).arg(width)));
        }
        if (width == 250)
            narrow = sentence->height();
        else
            QVERIFY(sentence->height() < narrow);
    }
}

void TestCacheSection::amountsAreThePlans() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    studio.prepare("a cat");
    auto* names = studio.find<QComboBox>("cachePolicy");
    auto* amounts = studio.find<WrappedLabel>("budgetAmounts");
    const QLocale locale;
    const auto planned = [&] { return studio.session().plan(studio.form()->request()); };
    const auto shows = [&](const QString& text) {
        return QTest::qWaitFor([&] { return amounts->isVisible() && amounts->text() == text; },
                               StudioFixture::kPatience);
    };
    for (const QString size : {"0.06M", "0.25M"}) {
        studio.chooseSize(size);
        choose(names, "full");
        auto plan = planned();
        QVERIFY(plan && plan->kvBytes == plan->fullKvBytes);
        const qint64 all = cachedTokens(plan->schedule);
        QVERIFY2(shows(QString("all %1 tokens a head · %2")
                           .arg(locale.toString(all), ui::byteText(plan->fullPeakKvBytes))),
                 qPrintable(amounts->text()));
        choose(names, "scalekv");
        plan = planned();
        QVERIFY(plan && plan->peakKvBytes < plan->fullPeakKvBytes);
        const qint64 kept = Budget{.fraction = 0.1}.inTokens(plan->history());
        QVERIFY2(
            shows(QString("%1 of %2 tokens a head · peak %3")
                      .arg(locale.toString(kept), locale.toString(all), ui::byteText(plan->peakKvBytes))),
            qPrintable(amounts->text()));
        QVERIFY(amounts->toolTip().contains(locale.toString(qint64(plan->peakKvBytes))));
    }
    // A number of tokens is a place on the slider, now that the size is known.
    auto* line = studio.find<QLineEdit>("cacheBudget");
    line->setFocus();
    line->selectAll();
    const auto plan = planned();
    QTest::keyClicks(line, QString::number(cachedTokens(plan->schedule) / 4));
    QCOMPARE(studio.find<QSlider>("budgetSlider")->accessibleDescription(), QString("25 %"));
    line->selectAll(); // and so is one of bytes
    QTest::keyClicks(line, QString::number(plan->fullPeakKvBytes / 10) + " B");
    QCOMPARE(studio.find<QSlider>("budgetSlider")->accessibleDescription(), QString("10 %"));
    // A wrong budget comes to nothing.
    QTest::keyClicks(line, "x");
    QVERIFY(QTest::qWaitFor([&] { return !amounts->isVisible(); }, StudioFixture::kPatience));
}

void TestCacheSection::openFile(StudioFixture& studio, const QString& entry, const QString& path) {
    auto* change = studio.find<QToolButton>("changeTables");
    QVERIFY(change->isVisible());
    QAction* wanted = nullptr;
    for (QAction* action : change->menu()->actions())
        if (action->isVisible() && action->text().remove('&') == entry)
            wanted = action;
    QVERIFY(wanted && wanted->isEnabled());
    WhenOpened<QFileDialog> opened([path](QFileDialog& dialog) {
        auto* name = dialog.findChild<QLineEdit*>("fileNameEdit");
        name->setText(path);
        QTest::keyClick(name, Qt::Key_Return);
    });
    wanted->trigger();
    QVERIFY(opened.met());
}

QString TestCacheSection::written(StudioFixture& studio, const QString& name, const QByteArray& contents) {
    QFile file(studio.temporaryPath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(contents) != contents.size())
        return {};
    return file.fileName();
}

void TestCacheSection::rolesFromAFile() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    auto* source = studio.find<ui::TableSource>("tableSource");
    auto* names = studio.find<QComboBox>("cachePolicy");
    choose(names, "snapkv");
    QVERIFY(!source->isVisible()); // it needs none
    choose(names, "scalekv");
    QVERIFY(source->isVisible());
    QCOMPARE(source->text(), QString("Drafters and refiners: the model's own calibration."));

    Calibration other = readCalibration((StudioFixture::modelPath() + "/calibration.json").toStdString());
    QVERIFY(studio.session().model().roles && *studio.session().model().roles == other.roles);
    other.settings.drafterShare = 0.3;
    const QString path = written(studio, "mine.json", QByteArray::fromStdString(toJson(other)));
    const RoleTable roles = readCalibration(path.toStdString()).roles;
    QVERIFY(roles != *studio.session().model().roles);
    openFile(studio, "Calibration file…", path);
    QVERIFY(QTest::qWaitFor([&] { return studio.form()->request().policy.roles.has_value(); },
                            StudioFixture::kPatience));
    QVERIFY(studio.form()->request().policy.roles == roles);
    QCOMPARE(source->text(), QString("Drafters and refiners: from mine.json."));

    // Back to the model's own, and by undo to the file's.
    studio.find<QToolButton>("changeTables")->menu()->actions().last()->trigger();
    QVERIFY(!studio.form()->request().policy.roles);
    QCOMPARE(source->text(), QString("Drafters and refiners: the model's own calibration."));
    studio.window().undoStack().undo();
    QVERIFY(!studio.form()->request().policy.roles); // both were one step of one field
    QCOMPARE(studio.form()->request().policy.name, std::string("full"));
}

/// HeatKV and HACK read the same file for something else.
void TestCacheSection::tablesOfHeadsFromAFile() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    auto* source = studio.find<ui::TableSource>("tableSource");
    auto* names = studio.find<QComboBox>("cachePolicy");
    const Calibration own = readCalibration((StudioFixture::modelPath() + "/calibration.json").toStdString());
    const QString path = written(studio, "mine.json", QByteArray::fromStdString(toJson(own)));
    for (const auto& [name, what] :
         {std::pair("heatkv", "Orders of heads"), std::pair("hack", "Kinds of heads")}) {
        choose(names, name);
        QCOMPARE(source->text(), QString(what) + ": the model's own calibration.");
        openFile(studio, "Calibration file…", path);
        QTRY_COMPARE_WITH_TIMEOUT(source->text(), QString(what) + ": from mine.json.",
                                  StudioFixture::kPatience);
        studio.find<QToolButton>("changeTables")->menu()->actions().last()->trigger();
        QCOMPARE(source->text(), QString(what) + ": the model's own calibration.");
    }
}

void TestCacheSection::badFilesLoseNothing_data() {
    QTest::addColumn<QByteArray>("contents");
    QTest::addColumn<QString>("says");
    QTest::newRow("no JSON") << QByteArray("not a calibration") << "bad.json";
    QTest::newRow("another file") << QByteArray("{\"a\": 1}") << "bad.json";
    QTest::newRow("another model's") << QByteArray() << "layers";
}

void TestCacheSection::badFilesLoseNothing() {
    QFETCH(QByteArray, contents);
    QFETCH(QString, says);
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    studio.prepare("a cat");
    choose(studio.find<QComboBox>("cachePolicy"), "scalekv");
    auto* line = studio.find<QLineEdit>("cacheBudget");
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, "30%");
    if (contents.isEmpty()) {
        Calibration other = readCalibration((StudioFixture::modelPath() + "/calibration.json").toStdString());
        other.model.heads *= 2;
        for (PromptSelectivity& prompt : other.measured)
            for (auto* table : {&prompt.current, &prompt.top, &prompt.attended})
                for (std::vector<double>& row : *table)
                    row.insert(row.end(), row.begin(), row.end());
        for (PromptSelectivity& prompt : other.measured) {
            prompt.variance.insert(prompt.variance.end(), prompt.variance.begin(), prompt.variance.end());
            for (auto& scale : prompt.attention)
                for (std::vector<float>& row : scale)
                    row.insert(row.end(), row.begin(), row.end());
        }
        contents = QByteArray::fromStdString(toJson(other));
        says = "heads";
    }
    const GenerationRequest before = studio.form()->request();
    openFile(studio, "Calibration file…", written(studio, "bad.json", contents));
    QVERIFY(
        QTest::qWaitFor([&] { return !studio.form()->shownProblem().isEmpty(); }, StudioFixture::kPatience));
    QVERIFY2(studio.form()->shownProblem().contains(says), qPrintable(studio.form()->shownProblem()));
    QVERIFY(studio.form()->request() == before);
    QTest::keyClicks(line, " "); // anything that is changed
    QVERIFY(studio.form()->shownProblem().isEmpty());
}

void TestCacheSection::budgetFile() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    studio.prepare("a cat");
    auto* source = studio.find<ui::TableSource>("tableSource");
    choose(studio.find<QComboBox>("cachePolicy"), "scalekv");
    for (const QAction* action : studio.find<QToolButton>("changeTables")->menu()->actions())
        QVERIFY(!action->isVisible() || !action->text().contains("udget")); // the released code's alone
    choose(studio.find<QComboBox>("cachePolicy"), "scalekv-reference");
    const int layers = studio.session().model().layers;
    BudgetTable table;
    for (std::int64_t scale = 3; scale < 6; ++scale)
        table[scale] = {.drafter = std::vector<bool>(std::size_t(layers), scale == 4),
                        .drafterTokens = 40,
                        .refinerTokens = 20,
                        .limit = 60};
    openFile(studio, "Budget file…",
             written(studio, "budgets.json", QByteArray::fromStdString(toJson(table))));
    QVERIFY(QTest::qWaitFor([&] { return studio.form()->request().policy.budgetTable.has_value(); },
                            StudioFixture::kPatience));
    QVERIFY(*studio.form()->request().policy.budgetTable == table);
    QCOMPARE(source->text(), QString("Budgets: from budgets.json."));

    for (auto& [scale, row] : table)
        row.drafter.push_back(false); // of a deeper model
    openFile(studio, "Budget file…", written(studio, "deep.json", QByteArray::fromStdString(toJson(table))));
    QVERIFY(
        QTest::qWaitFor([&] { return !studio.form()->shownProblem().isEmpty(); }, StudioFixture::kPatience));
    QVERIFY2(studio.form()->shownProblem().contains(QString("%1 layers").arg(layers + 1)),
             qPrintable(studio.form()->shownProblem()));
    QCOMPARE(source->text(), QString("Budgets: from budgets.json."));
    QVERIFY(studio.generate("a cat")); // and it draws with it
    QVERIFY(studio.stage()->shownResult()->request().policy == studio.form()->request().policy);
}

void TestCacheSection::tablesComeBack() {
    GenerationRequest request;
    {
        FormWindow studio(largeModel());
        request = studio.form->request();
        request.policy.name = "scalekv";
        request.policy.budget.tokens = 650;
        request.policy.roles = RoleTable{std::vector<std::vector<bool>>(13, std::vector<bool>(32, false))};
        request.policy.roles->rows[4][7] = true;
        studio.form->setRequest(request);
        QVERIFY2(studio.find<ui::TableSource>("tableSource")->text().contains("came with"),
                 qPrintable(studio.find<ui::TableSource>("tableSource")->text()));
        studio.form->saveSettings();
    }
    FormWindow again(largeModel());
    QVERIFY(again.form->request().policy == request.policy);
    QCOMPARE(again.find<QLineEdit>("cacheBudget")->text(), QString("650"));
}

QTEST_MAIN(TestCacheSection)
#include "tst_cache_section.moc"
