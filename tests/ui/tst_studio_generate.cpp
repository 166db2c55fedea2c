#include "tests/ui/stall_application.h"
#include "tests/ui/studio_fixture.h"

#include "ui/generate/generate_form.h"
#include "ui/generate/history_panel.h"
#include "ui/generate/picture_stage.h"
#include "ui/runs/run_list.h"
#include "ui/shell/progress_strip.h"
#include "widgets/filmstrip.h"
#include "widgets/image_view.h"
#include "widgets/kv_plot.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace scalekv;
using ui::EngineSession;

/// The main job of the program, with real keys and clicks and the real engine.
class TestStudioGenerate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void init();
    void cleanup() { studio_.reset(); }

    void typeAndGenerate();
    void sameSeedSamePicture();
    void newSeedEachTime();
    void keyboardGeneratesAndStops();
    void stopMidwayAndGenerateAgain();
    void lookBackWhileItRuns();
    void historyWhileItRuns();
    void emptyPromptIsRefused();
    void wrongListIsRefused();
    void copies();
    void closeWhileBusy();
    void noStall();

private:
    QPushButton* button(const char* name) { return studio_->find<QPushButton>(name); }

    std::unique_ptr<StudioFixture> studio_;
};

void TestStudioGenerate::init() {
    studio_ = std::make_unique<StudioFixture>();
    QVERIFY(QTest::qWaitForWindowExposed(&studio_->window()));
    QVERIFY(studio_->waitForModel());
}

void TestStudioGenerate::typeAndGenerate() {
    auto& window = studio_->window();
    QSignalSpy plans(&studio_->session(), &EngineSession::generationStarted);
    QSignalSpy scales(&studio_->session(), &EngineSession::scaleFinished);
    QSignalSpy layers(&studio_->session(), &EngineSession::layersFinished);
    studio_->prepare("a red apple on a blue background");
    QVERIFY(button("generate")->isEnabled());
    QVERIFY(!button("stop")->isEnabled());

    QStringList progressTexts;
    QVector<int> shown;
    QVector<qint64> live;
    connect(&studio_->session(), &EngineSession::layersFinished, this, [&] {
        progressTexts += window.progress()->text();
        live += studio_->plot()->bytes().constFirst();
    });
    connect(studio_->stage()->filmstrip(), &widgets::Filmstrip::frameShown, this,
            [&](int row) { shown += row; });
    studio_->clickGenerate();
    QCOMPARE(studio_->session().state(), EngineSession::State::Generating);
    QVERIFY(button("generate")->isEnabled()); // more can be asked for
    QVERIFY(button("stop")->isEnabled());
    QVERIFY(!window.progress()->isHidden());
    QVERIFY(studio_->waitUntilIdle());

    QCOMPARE(plans.count(), 1);
    const auto plan = plans.front().front().value<GenerationPlan>();
    const auto count = static_cast<int>(plan.schedule.size());
    QVERIFY(count > 1);
    QCOMPARE(scales.count(), count);
    QVERIFY(layers.count() >= count);
    QVERIFY2(progressTexts.last().startsWith(QString("Scale %1/%1").arg(count)),
             qPrintable(progressTexts.last()));
    QVERIFY(live.last() > 0);

    // The picture followed every scale, the strip has them all, sharper from scale to scale.
    for (int row = 0; row < count; ++row)
        QVERIFY2(shown.contains(row), qPrintable(QString::number(row)));
    const auto& frames = studio_->stage()->filmstrip()->frames();
    QCOMPARE(frames.rowCount(), count);
    for (int row = 1; row < count; ++row)
        QVERIFY(frames.frame(row).picture.width() >= frames.frame(row - 1).picture.width());
    QCOMPARE(studio_->stage()->view()->picture().size(), QSize(plan.picture.width, plan.picture.height));
    QCOMPARE(studio_->stage()->filmstrip()->currentFrame(), count - 1);

    // The history, the plot and the status line know it.
    QCOMPARE(studio_->window().runs().rowCount(), 1);
    const ui::ResultPtr result = studio_->window().runs().result(0);
    QCOMPARE(result, studio_->stage()->shownResult());
    QCOMPARE(result->prompt(), QString("a red apple on a blue background"));
    QCOMPARE(result->request().seed, std::uint64_t(1));
    QCOMPARE(studio_->plot()->bytes().size(), count);
    for (int scale = 0; scale < count; ++scale) {
        QCOMPARE(studio_->plot()->bytes()[scale],
                 static_cast<qint64>(result->report.scales[std::size_t(scale)].kvBytes));
        QCOMPARE(studio_->plot()->bytes()[scale],
                 studio_->plot()->fullCacheBytes()[scale]); // nothing is evicted
    }
    QVERIFY(window.progress()->isHidden());
    QVERIFY(window.stateText().startsWith("Finished"));
    QVERIFY(button("generate")->isEnabled());
}

void TestStudioGenerate::sameSeedSamePicture() {
    QVERIFY(studio_->generate("a fox on a green background", "5"));
    QVERIFY(studio_->generate("a fox on a green background", "5"));
    QVERIFY(studio_->generate("a fox on a green background", "6"));
    auto& history = studio_->window().runs();
    QCOMPARE(history.rowCount(), 3);
    QCOMPARE(history.result(1)->picture(), history.result(2)->picture());
    QVERIFY(history.result(0)->picture() != history.result(1)->picture());
}

void TestStudioGenerate::newSeedEachTime() {
    studio_->prepare("a star on a black background");
    auto* each = studio_->find<QCheckBox>("newSeed");
    QVERIFY2(!each->isChecked(), "a typed seed must switch it off");
    QTest::mouseClick(each, Qt::LeftButton, {}, QPoint(8, each->height() / 2));
    QVERIFY(each->isChecked());
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    QVERIFY(each->isChecked());
    auto& history = studio_->window().runs();
    QCOMPARE(history.rowCount(), 2);
    QVERIFY(history.result(0)->request().seed != history.result(1)->request().seed);
    QCOMPARE(history.result(0)->request().seed, studio_->form()->request().seed);
}

void TestStudioGenerate::keyboardGeneratesAndStops() {
    auto& window = studio_->window();
    window.activateWindow();
    studio_->prepare("an owl on a yellow background");
    studio_->chooseSize("0.25M");
    auto* prompt = studio_->find<QPlainTextEdit>("prompt");
    prompt->setFocus();
    QTest::keyClick(prompt, Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(studio_->session().state(), EngineSession::State::Generating);
    QCOMPARE(prompt->toPlainText(), QString("an owl on a yellow background")); // no line break came in
    QSignalSpy stopped(&studio_->session(), &EngineSession::stopped);
    QTest::keyClick(prompt, Qt::Key_Escape);
    QVERIFY(studio_->waitUntilIdle());
    QCOMPARE(stopped.count(), 1);
}

void TestStudioGenerate::stopMidwayAndGenerateAgain() {
    auto& window = studio_->window();
    studio_->prepare("a rocket on a purple background");
    studio_->chooseSize("0.25M");
    QSignalSpy stopped(&studio_->session(), &EngineSession::stopped);
    QSignalSpy finished(&studio_->session(), &EngineSession::finished);
    const auto stopper = connect(&studio_->session(), &EngineSession::scaleStarted, this, [this](int scale) {
        if (scale == 3)
            studio_->clickStop();
    });
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    disconnect(stopper);
    QCOMPARE(stopped.count(), 1);
    QCOMPARE(finished.count(), 0);
    QCOMPARE(studio_->window().runs().rowCount(), 0);
    QVERIFY(!studio_->stage()->view()->isEmpty()); // what was drawn stays to be seen
    QVERIFY(!studio_->stage()->saveAction()->isEnabled());
    QVERIFY(studio_->stage()->saveFrameAction()->isEnabled());
    QVERIFY2(window.stateText().startsWith("Stopped."), qPrintable(window.stateText()));

    // Nothing is left over: the next picture is the one a fresh start gives.
    QVERIFY(studio_->generate("a rocket on a purple background", "9"));
    const QImage again = studio_->stage()->view()->picture();
    cleanup();
    init();
    QVERIFY(studio_->generate("a rocket on a purple background", "9"));
    QCOMPARE(studio_->stage()->view()->picture(), again);
}

void TestStudioGenerate::lookBackWhileItRuns() {
    auto* strip = studio_->stage()->filmstrip();
    studio_->prepare("a fish on a teal background");
    studio_->chooseSize("0.25M");
    const auto looker = connect(
        &studio_->session(), &EngineSession::scaleFinished, strip, [strip](const ScaleReport& report) {
            if (report.scale == 2)
                QTest::mouseClick(strip->viewport(), Qt::LeftButton, {},
                                  strip->visualRect(strip->model()->index(0, 0)).center());
        });
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    QVERIFY(!strip->isFollowing());
    QCOMPARE(strip->currentFrame(), 0);
    const ui::ResultPtr result = studio_->stage()->shownResult();
    QVERIFY(result);
    QCOMPARE(studio_->stage()->view()->picture().size(), result->frames[0].picture.size());
    studio_->stage()->followAction()->trigger();
    QCOMPARE(studio_->stage()->view()->picture(), result->picture());

    disconnect(looker);
    QVERIFY(studio_->generate("a fish on a teal background")); // a new one is followed
    QVERIFY(strip->isFollowing());
    QCOMPARE(strip->currentFrame(), strip->frames().rowCount() - 1);
}

void TestStudioGenerate::historyWhileItRuns() {
    QVERIFY(studio_->generate("a sun on a blue background"));
    const ui::ResultPtr first = studio_->stage()->shownResult();
    studio_->prepare("a house on a gray background");
    studio_->chooseSize("0.25M");
    QListView* list = studio_->history()->list();
    connect(&studio_->session(), &EngineSession::scaleFinished, list, [list](const ScaleReport& report) {
        if (report.scale == 1)
            QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                              list->visualRect(list->model()->index(0, 0)).center());
    });
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    // The one that was looked at stays on the stage; the new one waits in the history.
    QCOMPARE(studio_->stage()->shownResult(), first);
    QCOMPARE(studio_->window().runs().rowCount(), 2);
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
    QCOMPARE(studio_->stage()->shownResult(), studio_->window().runs().result(0));
    QCOMPARE(studio_->stage()->shownResult()->prompt(), QString("a house on a gray background"));
    QCOMPARE(studio_->plot()->bytes().size(), studio_->stage()->shownResult()->frames.size());
}

void TestStudioGenerate::emptyPromptIsRefused() {
    studio_->prepare("");
    studio_->clickGenerate();
    QCOMPARE(studio_->session().state(), EngineSession::State::Idle);
    QVERIFY(studio_->form()->shownProblem().contains("prompt"));
    QTest::keyClicks(studio_->find<QPlainTextEdit>("prompt"), "x");
    QVERIFY(studio_->form()->shownProblem().isEmpty());
}

void TestStudioGenerate::wrongListIsRefused() {
    studio_->prepare("a cat");
    GenerationRequest request = studio_->form()->request();
    request.cfg = {3, 2, 1};
    studio_->form()->setRequest(request);
    studio_->clickGenerate();
    QCOMPARE(studio_->session().state(), EngineSession::State::Idle);
    const QString problem = studio_->form()->shownProblem();
    QVERIFY2(problem.contains("by scale (cfg)") && problem.contains('7'), qPrintable(problem));
}

void TestStudioGenerate::copies() {
    QVERIFY(studio_->generate("a rose on a white background"));
    QApplication::clipboard()->clear();
    studio_->window().activateWindow();
    studio_->stage()->view()->setFocus();
    QTest::keyClick(studio_->stage()->view(), Qt::Key_C, Qt::ControlModifier);
    const QMimeData* data = QApplication::clipboard()->mimeData();
    QVERIFY(data && data->hasImage());
    QCOMPARE(qvariant_cast<QImage>(data->imageData()), studio_->stage()->shownPicture());
    QCOMPARE(data->urls().size(), 1);
    QVERIFY(data->urls().front().fileName().startsWith("a-rose-on-a-white-background-1"));
    QCOMPARE(QImage(data->urls().front().toLocalFile()).convertToFormat(QImage::Format_RGB32),
             studio_->stage()->shownPicture());
    QVERIFY(data->data("image/png").startsWith("\x89PNG"));
}

void TestStudioGenerate::closeWhileBusy() {
    studio_->prepare("a lion on an orange background");
    studio_->chooseSize("0.25M");
    QSignalSpy scales(&studio_->session(), &EngineSession::scaleStarted);
    QSignalSpy finished(&studio_->session(), &EngineSession::finished);
    studio_->clickGenerate();
    QVERIFY(scales.wait(StudioFixture::kPatience));
    studio_->close(); // must come back, and nothing may come from the engine after it
    QCOMPARE(finished.count(), 0);
    QCoreApplication::processEvents();
}

void TestStudioGenerate::noStall() {
    auto* application = static_cast<StallApplication*>(qApp);
    studio_->window().resize(2560, 1440);
    studio_->prepare("a castle on a pink background");
    studio_->chooseSize("0.25M");
    QTest::qWait(200);
    const double longest = application->longestOf([this] {
        studio_->clickGenerate();
        QVERIFY(studio_->waitUntilIdle());
        QTest::qWait(100); // what the end of it left to paint
    });
    QVERIFY2(longest < StallApplication::kFreeze, qPrintable(application->culprit()));
}

int main(int argc, char** argv) {
    StallApplication application(argc, argv);
    TestStudioGenerate test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_studio_generate.moc"
