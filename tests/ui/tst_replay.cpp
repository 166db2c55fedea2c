// A picture and its recipe, back and forth between the command line and the window: the same bytes, whatever
// policy decided what stays in the cache.

#include "scalekv/policy_choice.h"
#include "tests/cli/program.h"
#include "tests/pipeline/downloads.h"
#include "tests/ui/studio_fixture.h"
#include "ui/generate/generate_form.h"
#include "ui/generate/history_panel.h"
#include "ui/generate/picture_stage.h"
#include "ui/runs/run_list.h"

#include <QFile>
#include <QTest>

#include <map>

using namespace scalekv;

class TestReplay : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void sameBytesBothWays_data();
    void sameBytesBothWays();
    void numbersAreKept();

private:
    StudioFixture& studio(const QString& model);
    QString modelPath(const QString& model) const;
    QByteArray bytes(const QString& file) const;
    QString path(const QString& name) const { return folder_.filePath(name); }
    /// Opens a picture in the window, generates, and saves what comes.
    void replayInWindow(const QString& model, const QString& from, const QString& to);

    QTemporaryDir folder_;
    std::unique_ptr<Downloads> tiny_;
    QString tinyCalibration_;
    std::map<QString, std::unique_ptr<StudioFixture>> studios_;
};

void TestReplay::initTestCase() {
    useTemporarySettings();
    QCoreApplication::setApplicationVersion(QStringLiteral(SCALEKV_VERSION)); // it is part of a recipe
    tiny_ = std::make_unique<Downloads>(QStringList{"tiny2b.pth", "tiny2b_vae.pth", "tiny_t5"});
    // Where the model itself does not find it: the window has to take the roles from the recipe.
    tinyCalibration_ = path("roles-of-tiny.json");
    QFile prompts(path("prompts.txt"));
    QVERIFY(prompts.open(QIODevice::WriteOnly));
    prompts.write("a fox\nan owl\n");
    prompts.close();
    const auto outcome =
        test::runScalekv(folder_.path(), {"calibrate", "--model", modelPath("tiny"), "--size", "0.06M",
                                          "--prompts", prompts.fileName(), "-o", tinyCalibration_, "-q"});
    QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
}

QString TestReplay::modelPath(const QString& model) const {
    return model == "demo" ? StudioFixture::demoPath() : QString::fromStdString(tiny_->path().string());
}

StudioFixture& TestReplay::studio(const QString& model) {
    std::unique_ptr<StudioFixture>& fixture = studios_[model];
    if (!fixture) {
        ui::StudioOptions options;
        options.model = modelPath(model);
        fixture = std::make_unique<StudioFixture>(options);
    }
    return *fixture;
}

QByteArray TestReplay::bytes(const QString& file) const {
    QFile opened(file);
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

void TestReplay::replayInWindow(const QString& model, const QString& from, const QString& to) {
    StudioFixture& fixture = studio(model);
    QVERIFY(fixture.waitForModel());
    auto& window = fixture.window();
    const int before = fixture.window().runs().rowCount();
    window.pictures().open(from);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.window().runs().rowCount(), before + 1, StudioFixture::kPatience);
    fixture.clickGenerate();
    QVERIFY(fixture.waitUntilIdle());
    QCOMPARE(fixture.window().runs().rowCount(), before + 2);
    window.pictures().save(fixture.stage()->shownResult(), to);
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(to), StudioFixture::kPatience);
}

void TestReplay::sameBytesBothWays_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("policy");
    for (const char* model : {"demo", "tiny"})
        for (const std::string_view policy : policyNames())
            QTest::addRow("%s %s", model, std::string(policy).c_str())
                << QString(model) << QString::fromUtf8(policy.data(), qsizetype(policy.size()));
}

void TestReplay::sameBytesBothWays() {
    QFETCH(QString, model);
    QFETCH(QString, policy);
    const QString stem = path(model + "-" + policy);
    QStringList command{"generate", "a red apple on a blue background",
                        "--model",  modelPath(model),
                        "--size",   "0.06M",
                        "--seed",   "18446744073709551615",
                        "--ratio",  model == "demo" ? "1" : "1.5",
                        "--cfg",    "3.14159265358979",
                        "--tau",    "0.7071067811865476",
                        "--top-p",  "0.9712345",
                        "--policy", policy,
                        "-o",       stem + ".png",
                        "--quiet"};
    if (policy != "full")
        command += {"--budget", "20%"};
    if (model == "tiny" && takesCalibration(policy.toStdString()))
        command += {"--calibration", tinyCalibration_};
    const auto made = test::runScalekv(folder_.path(), command);
    QVERIFY2(made.exitCode == 0, made.err.constData());

    replayInWindow(model, stem + ".png", stem + "-window.png");
    QVERIFY(!bytes(stem + ".png").isEmpty());
    QVERIFY(bytes(stem + "-window.png") == bytes(stem + ".png"));

    const auto again =
        test::runScalekv(folder_.path(), {"generate", "--recipe", stem + "-window.png", "--model",
                                          modelPath(model), "-o", stem + "-again.png"});
    QVERIFY2(again.exitCode == 0, again.err.constData());
    QVERIFY2(!again.err.contains("Note"), again.err.constData());
    QVERIFY(bytes(stem + "-again.png") == bytes(stem + ".png"));
}

/// The form shows numbers, but must not round them.
void TestReplay::numbersAreKept() {
    const QString file = path("by-scale.png");
    const auto made = test::runScalekv(
        folder_.path(), {"generate", "a fox on a green background", "--size", "0.06M", "--seed", "3", "--cfg",
                         "4,3.3333333333333335,3,3,2.5,2,1.1", "--tau", "0.1234567", "--guidance-layer", "-2",
                         "--negative", "blurry", "-o", file, "-q"});
    QVERIFY2(made.exitCode == 0, made.err.constData());
    replayInWindow("demo", file, path("by-scale-window.png"));
    QVERIFY(bytes(path("by-scale-window.png")) == bytes(file));
}

QTEST_MAIN(TestReplay)
#include "tst_replay.moc"
