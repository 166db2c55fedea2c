#include "tests/ui/studio_fixture.h"

#include "ui/generate/generate_form.h"
#include "ui/generate/history_panel.h"
#include "ui/generate/model_picker.h"
#include "ui/generate/picture_stage.h"
#include "ui/runs/run_list.h"
#include "widgets/image_view.h"
#include "widgets/message_bar.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>

using namespace scalekv;
using ui::EngineSession;
using widgets::MessageBar;

/// Choosing models: good ones, broken ones, at any time.
class TestStudioModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void givenDemoIsTheDefault();
    void changeWhileIdle();
    void changeWhileBusy();
    void stopWorkNow();
    void stopGivesTheWaitingModelUp();
    void brokenModel_data();
    void brokenModel();
    void firstModelBroken();
    void noModelAtAll();
    void settingsAreRememberedByModel();
};

void TestStudioModels::givenDemoIsTheDefault() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    QCOMPARE(studio.session().model().path, StudioFixture::modelPath());
    QCOMPARE(studio.form()->picker()->chosenPath(), QDir::cleanPath(StudioFixture::modelPath()));
    const auto& files = studio.session().model().files;
    QCOMPARE(studio.find<QComboBox>("size")->count(), static_cast<int>(files.sizes.size()));
    QCOMPARE(studio.find<QComboBox>("aspectRatio")->count(), static_cast<int>(files.aspectRatios.size()));
    const GenerationRequest request = studio.form()->request();
    QCOMPARE(QString::fromStdString(request.size), QString::fromStdString(files.defaults.size));
    QCOMPARE(request.cfg.front(), files.defaults.cfg);
    QCOMPARE(request.tau.front(), files.defaults.tau);
    QCOMPARE(request.topP, files.defaults.topP);
}

void TestStudioModels::changeWhileIdle() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    const QString other = studio.otherModel("Another");
    studio.prepare("a duck on a red background");
    studio.window().models().open(other);
    QCOMPARE(studio.session().state(), EngineSession::State::Loading);
    QVERIFY(!studio.find<QPushButton>("generate")->isEnabled());
    QVERIFY(studio.waitUntilIdle());
    QCOMPARE(studio.session().model().name(), QString("Another"));
    QCOMPARE(studio.find<QPlainTextEdit>("prompt")->toPlainText(), QString("a duck on a red background"));
    QVERIFY(studio.generate("a duck on a red background"));
    QCOMPARE(QString::fromStdString(studio.stage()->shownResult()->recipe.model.name), QString("Another"));

    // Back by the list, with the keyboard.
    auto* box = studio.form()->picker()->box();
    QCOMPARE(box->count(), 2);
    QTest::keyClick(box, Qt::Key_Up);
    QVERIFY(QTest::qWaitFor(
        [&] { return studio.session().model().path == QDir::cleanPath(StudioFixture::modelPath()); },
        StudioFixture::kPatience));
    QVERIFY(studio.waitUntilIdle());
}

void TestStudioModels::changeWhileBusy() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    const QString other = studio.otherModel("Another");
    QSignalSpy finished(&studio.session(), &EngineSession::finished);
    studio.prepare("a bus on a yellow background");
    studio.clickGenerate();
    studio.window().models().open(other);
    QCOMPARE(studio.session().state(), EngineSession::State::Generating);
    QVERIFY(!studio.window().messages()->isHidden());
    QVERIFY(QTest::qWaitFor([&] { return studio.session().model().name() == "Another"; },
                            StudioFixture::kPatience));
    QCOMPARE(finished.count(), 1); // the picture was not lost
    QCOMPARE(studio.window().runs().rowCount(), 1);
    QVERIFY(studio.waitUntilIdle());
    QVERIFY(studio.generate("a bus on a yellow background"));
}

void TestStudioModels::stopWorkNow() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    QSignalSpy finished(&studio.session(), &EngineSession::finished);
    QSignalSpy scales(&studio.session(), &EngineSession::scaleStarted);
    studio.prepare("a bear on a green background");
    studio.chooseSize("0.25M");
    studio.clickGenerate();
    QVERIFY(scales.wait(StudioFixture::kPatience));
    studio.window().models().open(studio.otherModel("Another"));
    QTest::mouseClick(studio.window().messages()->findChild<QPushButton*>(), Qt::LeftButton);
    QVERIFY(QTest::qWaitFor([&] { return studio.session().model().name() == "Another"; },
                            StudioFixture::kPatience));
    QCOMPARE(finished.count(), 0);
}

void TestStudioModels::stopGivesTheWaitingModelUp() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    QSignalSpy loaded(&studio.session(), &EngineSession::modelLoaded);
    studio.prepare("a bear on a green background");
    studio.chooseSize("0.25M");
    studio.clickGenerate();
    studio.window().models().open(studio.otherModel("Another"));
    studio.clickStop();
    QVERIFY(studio.waitUntilIdle());
    QCOMPARE(loaded.count(), 0);
    QCOMPARE(studio.form()->picker()->chosenPath(), QDir::cleanPath(StudioFixture::modelPath()));
}

void TestStudioModels::brokenModel_data() {
    QTest::addColumn<QString>("breakWhat");
    QTest::newRow("missing folder") << "folder";
    QTest::newRow("no transformer") << "transformer.safetensors";
    QTest::newRow("cut transformer") << "cut";
    QTest::newRow("not json") << "json";
}

void TestStudioModels::brokenModel() {
    QFETCH(QString, breakWhat);
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    QString path = studio.otherModel("Broken");
    QDir folder(path);
    if (breakWhat == "folder") {
        path = studio.temporaryPath("not there");
    } else if (breakWhat == "json") {
        QFile file(folder.filePath("model.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{ not json");
    } else {
        QVERIFY(folder.remove("transformer.safetensors"));
        if (breakWhat == "cut") {
            QFile whole(StudioFixture::modelPath() + "/transformer.safetensors");
            QFile cut(folder.filePath("transformer.safetensors"));
            QVERIFY(whole.open(QIODevice::ReadOnly) && cut.open(QIODevice::WriteOnly));
            cut.write(whole.read(whole.size() / 3));
        }
    }
    studio.prepare("a frog on a blue background", "3");
    studio.window().models().open(path);
    QVERIFY(studio.waitUntilIdle());
    auto* messages = studio.window().messages();
    QVERIFY(!messages->isHidden());
    QCOMPARE(messages->kind(), MessageBar::Kind::Error);
    QVERIFY2(messages->text().contains(breakWhat == "folder" ? "not there" : "Broken"),
             qPrintable(messages->text()));
    // The model before is still there, and so is what was typed.
    QCOMPARE(studio.form()->picker()->chosenPath(), QDir::cleanPath(StudioFixture::modelPath()));
    QCOMPARE(studio.find<QPlainTextEdit>("prompt")->toPlainText(), QString("a frog on a blue background"));
    studio.clickGenerate();
    QVERIFY(studio.waitUntilIdle());
    QCOMPARE(studio.window().runs().rowCount(), 1);
}

void TestStudioModels::firstModelBroken() {
    ui::StudioOptions options;
    options.model = "/not/there";
    StudioFixture studio(options);
    QVERIFY(studio.waitForModel());
    QCOMPARE(studio.session().model().path, StudioFixture::modelPath());
    QVERIFY(!studio.window().messages()->isHidden());
    const QString message = studio.window().messages()->text();
    QVERIFY2(message.contains("/not/there"), qPrintable(message));
    QVERIFY(studio.find<QPushButton>("generate")->isEnabled());
}

void TestStudioModels::noModelAtAll() {
    QTemporaryDir empty;
    ui::StudioOptions options;
    options.demoModel = empty.path();
    options.prompt = "a cat";
    StudioFixture studio(options);
    QVERIFY(
        QTest::qWaitFor([&] { return !studio.window().messages()->isHidden(); }, StudioFixture::kPatience));
    QCOMPARE(studio.window().messages()->kind(), MessageBar::Kind::Error);
    QVERIFY(!studio.find<QPushButton>("generate")->isEnabled());
    QCOMPARE(studio.form()->request().prompts.front(), std::string("a cat"));
    studio.window().models().open(StudioFixture::modelPath());
    QVERIFY(studio.waitForModel());
    QVERIFY(studio.window().messages()->isHidden());
    QVERIFY(studio.find<QPushButton>("generate")->isEnabled());
}

void TestStudioModels::settingsAreRememberedByModel() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    const QString other = studio.otherModel("Another");
    GenerationRequest request = studio.form()->request();
    const double recommended = request.cfg.front();
    request.cfg = {recommended + 2};
    request.topP = 0.5;
    studio.form()->setRequest(request);
    studio.window().models().open(other);
    QVERIFY(studio.waitUntilIdle());
    QCOMPARE(studio.form()->request().cfg.front(), recommended); // not the other model's
    studio.window().models().open(StudioFixture::modelPath());
    QVERIFY(studio.waitUntilIdle());
    QCOMPARE(studio.form()->request().cfg.front(), recommended + 2);
    QCOMPARE(studio.form()->request().topP, 0.5);
}

QTEST_MAIN(TestStudioModels)
#include "tst_studio_models.moc"
