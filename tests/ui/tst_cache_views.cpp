#include "tests/ui/studio_fixture.h"

#include "ui/generate/cache_views.h"
#include "ui/generate/generate_form.h"
#include "ui/generate/picture_stage.h"
#include "ui/runs/run_list.h"
#include "widgets/filmstrip.h"
#include "widgets/heat_map.h"
#include "widgets/kv_plot.h"
#include "widgets/stacked_bars.h"

#include <QSettings>
#include <QTabBar>
#include <QTabWidget>
#include <QTest>

#include <cmath>

using namespace scalekv;
using ui::EngineSession;

/// What the dock beside the picture says of memory and time.
class TestCacheViews : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void init();
    void cleanup() { studio_.reset(); }
    void fillsWhileItRuns();
    void scaleIsOneInAllViews();
    void peakIsThePlans();
    void emptyWithoutARun();
    void viewIsRemembered();

private:
    enum Tab { kPlot, kLayers, kTimes };
    ui::CacheViews& views() { return *studio_->generatePlace().cache(); }
    void prepareEvicting(const QString& size);
    void showTab(int index) {
        QTabBar* bar = views().tabs()->tabBar();
        QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(index).center());
        QCOMPARE(views().tabs()->currentIndex(), index);
    }

    std::unique_ptr<StudioFixture> studio_;
};

void TestCacheViews::init() {
    studio_ = std::make_unique<StudioFixture>();
    studio_->window().resize(1280, 900);
    QVERIFY(QTest::qWaitForWindowExposed(&studio_->window()));
    QVERIFY(studio_->waitForModel());
}

void TestCacheViews::prepareEvicting(const QString& size) {
    studio_->prepare("a red apple");
    studio_->chooseSize(size);
    GenerationRequest request = studio_->form()->request();
    request.policy.name = "scalekv";
    request.policy.budget.fraction = 0.1;
    studio_->form()->setRequest(request);
}

void TestCacheViews::fillsWhileItRuns() {
    prepareEvicting("0.25M");
    showTab(kLayers);
    int filled = -1;
    connect(&studio_->session(), &EngineSession::scaleStarted, &views(), [&](int scale) {
        if (scale != 4)
            return;
        const auto& figure = views().layers()->figure();
        filled = 0;
        for (const double value : figure.values)
            filled += std::isfinite(value) ? 1 : 0;
    });
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    const ui::ResultPtr result = studio_->stage()->shownResult();
    QVERIFY(result);
    const int layers = result->plan.layers;
    const auto scales = static_cast<int>(result->plan.schedule.size());
    QVERIFY2(filled >= 3 * layers && filled < layers * scales, qPrintable(QString::number(filled)));

    const auto& figure = views().layers()->figure();
    QCOMPARE(figure.rows(), layers);
    QCOMPARE(figure.columns(), scales);
    showTab(kPlot);
    showTab(kTimes);
    for (int scale = 0; scale < scales; ++scale) {
        const ScaleReport& report = result->report.scales[std::size_t(scale)];
        double sum = 0;
        for (int layer = 0; layer < layers; ++layer)
            sum += figure.value(layer, scale);
        QCOMPARE(static_cast<std::int64_t>(sum), result->plan.kvBytes[std::size_t(scale)]);
        QCOMPARE(views().plot()->bytes()[scale], qint64(result->plan.kvBytes[std::size_t(scale)]));
        QCOMPARE(views().plot()->fullCacheBytes()[scale],
                 qint64(result->plan.fullKvBytes[std::size_t(scale)]));
        const auto& times = views().times()->data();
        QVERIFY(std::abs(times.sum(scale) - report.seconds) < 1e-6);
        QCOMPARE(times.value(scale, 0), report.attentionSeconds);
        QCOMPARE(times.value(scale, 4), report.decodeSeconds);
    }
    QCOMPARE(views().plot()->budget(),
             qint64(*std::max_element(result->plan.kvBytes.begin(), result->plan.kvBytes.end())));

    // Shown again from the list it is the same.
    showTab(kLayers);
    const QVector<double> before = figure.values;
    QVERIFY(studio_->generate("a fish"));
    QVERIFY(views().layers()->figure().values != before);
    studio_->stage()->showResult(result);
    QCOMPARE(views().layers()->figure().values, before);
}

void TestCacheViews::scaleIsOneInAllViews() {
    prepareEvicting("0.06M");
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    auto* strip = studio_->stage()->filmstrip();
    const int last = strip->frames().rowCount() - 1;
    QCOMPARE(views().plot()->selectedScale(), last);
    const ui::ResultPtr result = studio_->stage()->shownResult();

    views().plot()->setFocus();
    QTest::keyClick(views().plot(), Qt::Key_Home);
    QCOMPARE(strip->currentFrame(), 0);
    QCOMPARE(studio_->stage()->shownPicture(), result->frames[0].picture);

    QTest::mouseClick(strip->viewport(), Qt::LeftButton, {},
                      strip->visualRect(strip->model()->index(2, 0)).center());
    QCOMPARE(views().plot()->selectedScale(), 2);

    showTab(kLayers);
    QCOMPARE(views().layers()->selectedColumn(), 2);
    QTest::mouseClick(views().layers(), Qt::LeftButton, {},
                      views().layers()->cellRect(1, 3).center().toPoint());
    QCOMPARE(strip->currentFrame(), 3);
    QCOMPARE(views().layers()->selectedRow(), 1);
    showTab(kTimes);
    QCOMPARE(views().times()->selected(), 3);
    views().times()->setFocus();
    QTest::keyClick(views().times(), Qt::Key_Right);
    QCOMPARE(strip->currentFrame(), 4);
    showTab(kPlot);
    QCOMPARE(views().plot()->selectedScale(), 4);
}

void TestCacheViews::peakIsThePlans() {
    prepareEvicting("0.25M");
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    const ui::ResultPtr result = studio_->stage()->shownResult();
    QVERIFY(studio_->window().runs().record(result));
    QVERIFY(studio_->generate("a fish"));
    studio_->stage()->showResult(result);
    const QString peak = QLocale().toString(qint64(result->plan.peakKvBytes));
    int marks = 0;
    for (int scale = 0; scale < result->frames.size(); ++scale)
        marks += views().plot()->description(scale).contains("peak") &&
                         views().plot()->description(scale).contains(peak)
                     ? 1
                     : 0;
    QCOMPARE(marks, 1);
}

void TestCacheViews::emptyWithoutARun() {
    QCOMPARE(views().plot()->bytes().size(), qsizetype(0));
    QCOMPARE(views().plot()->selectedScale(), -1);
    showTab(kLayers);
    QCOMPARE(views().layers()->figure().columns(), 0);
    showTab(kTimes);
    QCOMPARE(views().times()->data().columns.size(), qsizetype(0));
}

void TestCacheViews::viewIsRemembered() {
    showTab(kTimes);
    studio_->window().close();
    ui::CacheViews again;
    QCOMPARE(again.tabs()->currentIndex(), int(kTimes));
}

QTEST_MAIN(TestCacheViews)
#include "tst_cache_views.moc"
