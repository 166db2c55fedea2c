#include "ui/generate/picture_stage.h"
#include "widgets/filmstrip.h"
#include "widgets/image_view.h"

#include <QAction>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

using namespace scalekv;
using ui::PictureStage;

/// The stage without an engine: a run is told to it step by step.
class TestStage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void viewStaysOverScales();
    void stoppedRunStays();
    void resultAndBackToLive();
    void dragCarriesWhatIsSeen();

private:
    static GenerationPlan plan();
    static QImage picture(int scale);
    static void tell(ui::LiveRun& live, int scale);
    static ui::ResultPtr result();
};

GenerationPlan TestStage::plan() {
    GenerationPlan plan;
    plan.schedule = {{1, 1}, {2, 2}, {4, 4}};
    plan.layers = 2;
    plan.picture = {64, 64};
    plan.fullKvBytes = {10, 50, 50};
    return plan;
}

QImage TestStage::picture(int scale) {
    const int side = 16 << scale;
    QImage image(side, side, QImage::Format_RGB32);
    image.fill(QColor(40 * scale, 90, 120));
    return image;
}

void TestStage::tell(ui::LiveRun& live, int scale) {
    ScaleReport report;
    report.scale = scale;
    report.map = plan().schedule[static_cast<std::size_t>(scale)];
    report.kvBytes = 10 * (scale + 1);
    live.addScale(report, picture(scale));
}

ui::ResultPtr TestStage::result() {
    auto made = std::make_shared<ui::GenerationResult>();
    made->recipe.request.prompts = {"a test"};
    for (int scale = 0; scale < 3; ++scale) {
        ScaleReport report;
        report.scale = scale;
        report.map = plan().schedule[static_cast<std::size_t>(scale)];
        made->frames += ui::ScaleFrame{picture(scale), report};
    }
    made->image = {.width = 64, .height = 64, .pixels = std::vector<std::uint8_t>(64 * 64 * 3)};
    return made;
}

void TestStage::viewStaysOverScales() {
    ui::LiveRun live;
    PictureStage stage(live);
    stage.resize(500, 500);
    live.begin(plan());
    QVERIFY(stage.view()->isEmpty());
    tell(live, 0);
    QCOMPARE(stage.view()->finalSize(), QSize(64, 64));
    stage.view()->zoomAbout(20, {30, 40});
    const QPointF place = stage.view()->toPicture({30, 40});
    const double zoom = stage.view()->zoom();
    tell(live, 1);
    tell(live, 2);
    QCOMPARE(stage.view()->picture().width(), 64);
    QCOMPARE(stage.view()->zoom(), zoom);
    QCOMPARE(stage.view()->toPicture({30, 40}), place);
    QCOMPARE(live.kvBytes(), QVector<qint64>({10, 20, 30}));
    QCOMPARE(stage.frames().size(), qsizetype(3));
    QCOMPARE(stage.shownScale(), 2);
    stage.showScale(1);
    QCOMPARE(stage.view()->picture().width(), 32);
    stage.showScale(7); // there is none
    QCOMPARE(stage.shownScale(), 1);
}

void TestStage::stoppedRunStays() {
    ui::LiveRun live;
    PictureStage stage(live);
    live.begin(plan());
    tell(live, 0);
    live.end();
    QVERIFY(!stage.view()->isEmpty());
    QVERIFY(!live.isRunning());
    QVERIFY(!stage.saveAction()->isEnabled());
    QVERIFY(stage.copyAction()->isEnabled());
    live.begin(plan());
    QVERIFY(stage.view()->isEmpty());
    QVERIFY(!stage.copyAction()->isEnabled());
}

void TestStage::resultAndBackToLive() {
    ui::LiveRun live;
    PictureStage stage(live);
    QSignalSpy changed(&stage, &PictureStage::runChanged);
    live.begin(plan());
    tell(live, 0);
    const ui::ResultPtr older = result();
    stage.showResult(older);
    QCOMPARE(stage.shownResult(), older);
    QVERIFY(stage.saveAction()->isEnabled());
    tell(live, 1); // unseen
    QCOMPARE(stage.view()->picture(), older->picture());
    QCOMPARE(stage.frames().size(), qsizetype(3));
    QVERIFY(stage.followAction()->isEnabled());
    stage.followAction()->trigger();
    QVERIFY(stage.isLiveShown());
    QCOMPARE(stage.view()->picture().width(), 32);
    QVERIFY(changed.count() >= 3);
    tell(live, 2);
    const ui::ResultPtr done = result();
    live.finish(done);
    QCOMPARE(stage.shownResult(), done);
}

void TestStage::dragCarriesWhatIsSeen() {
    ui::LiveRun live;
    PictureStage stage(live);
    QVERIFY(!stage.makeMimeData());
    stage.showResult(result());
    const std::unique_ptr<QMimeData> whole(stage.makeMimeData());
    QCOMPARE(qvariant_cast<QImage>(whole->imageData()), picture(2));
    QCOMPARE(whole->urls().front().fileName(), QString("a-test-0.png"));
    const PngFile file = readPng(whole->urls().front().toLocalFile().toStdString());
    QVERIFY(recipeOf(file.text));

    stage.filmstrip()->setCurrentIndex(stage.filmstrip()->model()->index(0, 0));
    const std::unique_ptr<QMimeData> early(stage.makeMimeData());
    QCOMPARE(qvariant_cast<QImage>(early->imageData()), picture(0));
    // A picture that the recipe would not make must not carry it.
    const PngFile frame = readPng(early->urls().front().toLocalFile().toStdString());
    QVERIFY(!recipeOf(frame.text));
    QCOMPARE(early->urls().front().fileName(), QString("a-test-0-scale-1.png"));
}

QTEST_MAIN(TestStage)
#include "tst_stage.moc"
