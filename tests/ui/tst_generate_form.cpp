#include "tests/ui/studio_fixture.h"

#include "ui/advanced_panel.h"
#include "ui/generate_form.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSettings>
#include <QTest>
#include <QToolButton>

using namespace scalekv;
using ui::GenerateForm;
using ui::ModelSummary;

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

private:
    static ModelSummary largeModel();
};

ModelSummary TestGenerateForm::largeModel() {
    ModelSummary model;
    model.path = "/models/large";
    model.files.name = "Large";
    model.files.sizes = {"0.06M", "0.25M", "1M"};
    model.files.aspectRatios = {0.666, 1.0, 1.5};
    model.files.defaults = {.size = "1M", .cfg = 4, .tau = 1, .topK = 900, .topP = 0.97};
    model.files.examples = {"a lake", "a hill"};
    model.layers = 32;
    model.pixelsPerToken = 16;
    model.parameters = 2000000000;
    return model;
}

void TestGenerateForm::offersWhatTheModelCan() {
    GenerateForm form({});
    form.setModel(largeModel());
    auto* size = form.findChild<QComboBox*>("size");
    auto* ratio = form.findChild<QComboBox*>("aspectRatio");
    QCOMPARE(size->count(), 3);
    QCOMPARE(size->currentData().toString(), QString("1M"));
    QVERIFY(size->currentText().contains("13 scales"));
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
    GenerateForm form({});
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
    GenerateForm form({});
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
    QTest::newRow("cfg: too few") << "x" << QVector<double>{1, 2} << one << 0 << "cfg by scale";
    QTest::newRow("cfg: one a scale") << "x" << QVector<double>(7, 2.0) << one << 0 << "";
    QTest::newRow("tau: too many") << "x" << one << QVector<double>(8, 1.0) << 0 << "tau by scale";
    QTest::newRow("tau: zero") << "x" << one << QVector<double>(7, 0.0) << 0 << "greater than 0";
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
    GenerateForm form({});
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
    GenerateForm form({});
    form.setModel(largeModel());
    auto* cfg = form.findChild<QDoubleSpinBox*>("cfg");
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
        GenerateForm form({});
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
    GenerateForm form({});
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
    GenerateForm next({});
    next.restoreSettings();
    next.setModel(better);
    QCOMPARE(next.request().tau.front(), 0.7);
    QCOMPARE(next.request().cfg, request.cfg);
    QCOMPARE(next.request().aspectRatio, 0.667);
}

void TestGenerateForm::recommendedKeepsThePrompt() {
    GenerateForm form({});
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

QTEST_MAIN(TestGenerateForm)
#include "tst_generate_form.moc"
