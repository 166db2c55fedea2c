#include "scalekv/calibrate.h"
#include "scalekv/calibration_summary.h"
#include "scalekv/error.h"
#include "scalekv/write_file.h"
#include "tests/message_of.h"
#include "tests/mutate.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <functional>

using namespace scalekv;
namespace fs = std::filesystem;

namespace {

/// Stops where it is told to.
class Stopper final : public CalibrationObserver {
public:
    explicit Stopper(std::function<bool(std::size_t prompt, int scale)> when) : when_(std::move(when)) {}
    void calibrationStarted(std::size_t finished, std::size_t prompts) override {
        found = finished;
        total = prompts;
    }
    void layerFinished(std::size_t prompt, int scale, const Progress& progress) override {
        layers += 1;
        grows = grows && progress.done >= lastDone;
        lastDone = progress.done;
        if (when_ && when_(prompt, scale))
            source.request_stop();
    }
    void promptFinished(std::size_t prompt) override { saved.push_back(prompt); }

    std::stop_source source;
    std::size_t found = 99, total = 0;
    std::vector<std::size_t> saved;
    int layers = 0;
    bool grows = true;
    double lastDone = 0;

private:
    std::function<bool(std::size_t, int)> when_;
};

CalibrationSettings smallRequest() {
    CalibrationSettings request;
    request.request.prompts = {"a red apple on a blue background", "a fox on a green background",
                               "a castle on a teal background"};
    request.request.size = "0.06M";
    request.request.cfg = {3};
    request.request.tau = {0.8};
    request.request.topK = 0;
    return request;
}

} // namespace

class TestCalibration : public QObject {
    Q_OBJECT

private:
    QTemporaryDir folder_;
    std::shared_ptr<const Model> model_;
    std::string whole_; ///< the file of a run that was not interrupted

    fs::path path(const char* name) const {
        return folder_.filePath(QString::fromLatin1(name)).toStdString();
    }
    QString errorOf(const CalibrationSettings& request, const fs::path& file) const {
        CalibrationObserver observer;
        return test::messageOf([&] { calibrate(*model_, request, file, observer); });
    }

private Q_SLOTS:
    void initTestCase() {
        LoadOptions options;
        options.precision = Precision::Float32;
        model_ = Model::load(findModel(SCALEKV_SOURCE_DIR "/resources/demo"), options);
        Stopper observer(nullptr);
        const Calibration made = calibrate(*model_, smallRequest(), path("whole.json"), observer);
        QVERIFY(made.complete());
        QCOMPARE(observer.found, std::size_t(0));
        QCOMPARE(observer.total, std::size_t(3));
        QCOMPARE(observer.saved, (std::vector<std::size_t>{0, 1, 2}));
        QCOMPARE(observer.layers, 3 * 7 * model_->layers());
        QVERIFY(observer.grows);
        QVERIFY(std::abs(observer.lastDone - 1) < 1e-9);
        whole_ = test::readBytes(path("whole.json"));
        QCOMPARE(toJson(made), whole_);
    }

    void theFileHoldsWhatWasMeasured() {
        const Calibration read = readCalibration(path("whole.json"));
        QVERIFY(read.complete());
        QCOMPARE(read.model.layers, std::int64_t(model_->layers()));
        QCOMPARE(read.model.heads, std::int64_t(model_->heads()));
        QCOMPARE(read.model.fingerprint, model_->identity().transformer);
        QCOMPARE(read.model.textEncoder, model_->identity().textEncoder);
        QCOMPARE(calibrationProblem(read.model, model_->identity(), model_->layers(), model_->heads()),
                 std::string());
        QVERIFY(read.roles == summarise(read).roles);
        // A sixteenth of 6 scales with a history and of all layers.
        QCOMPARE(read.roles.drafters(), std::int64_t(std::lround(6.0 * double(model_->layers()) / 16)));
        for (const PromptSelectivity& prompt : read.measured) {
            for (std::size_t scale = 1; scale < 7; ++scale) {
                QCOMPARE(prompt.top[scale].size(), std::size_t(read.model.layers * read.model.heads));
                for (std::size_t i = 0; i < prompt.top[scale].size(); ++i) {
                    QVERIFY(prompt.current[scale][i] > 0 && prompt.top[scale][i] > 0);
                    // Of weights that sum to 1, both are parts.
                    QVERIFY(prompt.current[scale][i] + prompt.top[scale][i] < 1.0001);
                }
                if (scale == 1) // the whole history is one token, which is its own top
                    for (std::size_t i = 0; i < prompt.top[scale].size(); ++i)
                        QVERIFY(std::abs(prompt.current[scale][i] + prompt.top[scale][i] - 1) < 1e-4);
            }
        }
        QVERIFY(!(read.measured[0] == read.measured[1]));
        // What later scales look at is part of their weight: all sources together are less than all of it.
        for (const PromptSelectivity& prompt : read.measured) {
            for (std::size_t i = 0; i < std::size_t(read.model.layers * read.model.heads); ++i) {
                QVERIFY(prompt.attended[5][i] > 0);
                QVERIFY(3 * prompt.attended[3][i] + 2 * prompt.attended[4][i] + prompt.attended[5][i] < 3);
            }
        }
        const std::optional<HeadOrders> orders = headOrders(read);
        QVERIFY(orders.has_value());
        QCOMPARE(orders->layers(), read.model.layers);
        QCOMPARE(orders->heads(), read.model.heads);
        // Of all attention each scale has its part, and what later ones give to a scale is its S-CAS.
        for (const PromptSelectivity& prompt : read.measured) {
            const auto columns = std::size_t(read.model.layers * read.model.heads);
            QCOMPARE(prompt.variance.size(), columns);
            for (std::size_t i = 0; i < columns; ++i) {
                QVERIFY(prompt.variance[i] > 0 && prompt.variance[i] < 1);
                for (std::size_t scale = 1; scale < 7; ++scale) {
                    QCOMPARE(prompt.attention[scale].size(), scale + 1);
                    double sum = 0;
                    for (std::size_t source = 0; source <= scale; ++source)
                        sum += double(prompt.attention[scale][source][i]);
                    QVERIFY(std::abs(sum - 1) < 0.005);
                }
                const double later = (double(prompt.attention[4][3][i]) + double(prompt.attention[5][3][i]) +
                                      double(prompt.attention[6][3][i])) /
                                     3;
                QVERIFY(std::abs(later - prompt.attended[3][i]) < 0.005 * later);
            }
        }
        const std::optional<HeadKinds> kinds = headKinds(read);
        QVERIFY(kinds.has_value());
        QCOMPARE(kinds->layers(), read.model.layers);
        QCOMPARE(kinds->heads(), read.model.heads);
    }

    /// A file of a program that measured less becomes what it would be now, prompt by prompt.
    void anOlderFileIsCompleted() {
        Calibration older = readCalibration(path("whole.json"));
        for (PromptSelectivity& prompt : older.measured)
            prompt.attended.clear();
        older.measured[1].attended = readCalibration(path("whole.json")).measured[1].attended;
        older.measured[1].attention.clear(); // of a program in between
        writeFile(path("older.json"), toJson(older));
        QVERIFY(test::readBytes(path("older.json")) != whole_);
        Stopper stopper([](std::size_t at, int) { return at == 1; });
        QVERIFY_THROWS_EXCEPTION(Cancelled, calibrate(*model_, smallRequest(), path("older.json"), stopper,
                                                      stopper.source.get_token()));
        const Calibration half = readCalibration(path("older.json")); // nothing that was there is lost
        QVERIFY(half.complete() && half.measured[0].whole() && !half.measured[1].whole());
        QVERIFY(half.roles == older.roles && !headOrders(half) && !headKinds(half));
        Stopper rest(nullptr);
        calibrate(*model_, smallRequest(), path("older.json"), rest);
        QCOMPARE(rest.found, std::size_t(1));
        QVERIFY(test::readBytes(path("older.json")) == whole_);
    }

    /// The picture of each prompt has a seed of its own, and is the same as on its own.
    void promptsAreRunOneByOne() {
        CalibrationSettings second = smallRequest();
        second.request.prompts = {second.request.prompts[1]};
        second.request.seed = 1;
        CalibrationObserver observer;
        const Calibration alone = calibrate(*model_, second, path("alone.json"), observer);
        QVERIFY(alone.measured[0] == readCalibration(path("whole.json")).measured[1]);
    }

    void interruptedAndContinuedIsTheSame_data() {
        QTest::addColumn<int>("prompt");
        QTest::addColumn<int>("scale");
        QTest::newRow("in the first prompt") << 0 << 2;
        QTest::newRow("at the start of the second") << 1 << 0;
        QTest::newRow("at the end of the third") << 2 << 6;
    }
    void interruptedAndContinuedIsTheSame() {
        QFETCH(int, prompt);
        QFETCH(int, scale);
        const fs::path file = path("stopped.json");
        fs::remove(file);
        Stopper stopper([&](std::size_t at, int k) { return int(at) == prompt && k == scale; });
        QVERIFY_THROWS_EXCEPTION(
            Cancelled, calibrate(*model_, smallRequest(), file, stopper, stopper.source.get_token()));
        QCOMPARE(fs::exists(file), prompt > 0);
        if (prompt > 0) {
            const Calibration half = readCalibration(file);
            QVERIFY(!half.complete());
            QCOMPARE(half.measured.size(), std::size_t(prompt));
            QVERIFY(half.roles.drafters() > 0); // can be used as it is
        }
        Stopper rest(nullptr);
        calibrate(*model_, smallRequest(), file, rest);
        QCOMPARE(rest.found, std::size_t(prompt));
        QCOMPARE(rest.layers, (3 - prompt) * 7 * model_->layers());
        QVERIFY(test::readBytes(file) == whole_);
        for (const auto& entry : fs::directory_iterator(file.parent_path()))
            QVERIFY2(entry.path().extension() == ".json", entry.path().c_str()); // nothing half-written
    }

    void aFinishedOneIsNotRunAgain() {
        Stopper observer(nullptr);
        const Calibration again = calibrate(*model_, smallRequest(), path("whole.json"), observer);
        QCOMPARE(observer.found, std::size_t(3));
        QCOMPARE(observer.layers, 0);
        QCOMPARE(toJson(again), whole_);
        QVERIFY(test::readBytes(path("whole.json")) == whole_);
    }

    void othersSettingsAreRefused_data() {
        QTest::addColumn<QString>("names");
        QTest::newRow("seed") << "seed is 0, not 1";
        QTest::newRow("prompts") << "prompt has 3 entries, not 2";
        QTest::newRow("queries") << "queries are 32, not 0";
        QTest::newRow("top share") << "top share is 0.1, not 0.2";
        QTest::newRow("drafters") << "drafter share is 0.0625, not 0.1";
        QTest::newRow("cfg") << "cfg is 3.0, not 1.0";
        QTest::newRow("size") << "size is \"0.06M\", not \"0.25M\"";
    }
    void othersSettingsAreRefused() {
        QFETCH(QString, names);
        const QByteArray tag = QTest::currentDataTag();
        CalibrationSettings request = smallRequest();
        if (tag == "seed")
            request.request.seed = 1;
        else if (tag == "prompts")
            request.request.prompts.pop_back();
        else if (tag == "queries")
            request.queries = 0;
        else if (tag == "top share")
            request.topShare = 0.2;
        else if (tag == "drafters")
            request.drafterShare = 0.1;
        else if (tag == "cfg")
            request.request.cfg = {1};
        else
            request.request.size = "0.25M";
        const QString error = errorOf(request, path("whole.json"));
        QVERIFY2(error.contains("was begun with other settings (" + names + ")"), qPrintable(error));
        QVERIFY(test::readBytes(path("whole.json")) == whole_);
    }

    /// Those of the run's policy, or else the model's own if the run is of its transformer.
    void rolesThatApplyToARun() {
        const RoleTable& own = *model_->roles();
        const std::int64_t layers = model_->layers();
        const ModelIdentity mine = model_->identity();
        ModelIdentity other = mine;
        other.transformer = "sha1:0";
        QCOMPARE(applyingRoles({}, mine, mine, &own, layers), &own);
        QCOMPARE(applyingRoles({}, mine, mine, &own, layers + 1), nullptr);
        QCOMPARE(applyingRoles({}, other, mine, &own, layers), nullptr);
        QCOMPARE(applyingRoles({}, mine, mine, nullptr, layers), nullptr);
        PolicyChoice given;
        given.roles = own;
        QCOMPARE(applyingRoles(given, other, mine, nullptr, layers), &*given.roles);
        other = mine;
        other.vae = "sha1:0"; // it has no part in what layers do
        QCOMPARE(applyingRoles({}, other, mine, &own, layers), &own);
    }

    void otherModelsAreRefused() {
        Calibration other = readCalibration(path("whole.json"));
        other.model.fingerprint = "sha1:0";
        other.model.name = "Another";
        writeFile(path("other.json"), toJson(other));
        const QString error = errorOf(smallRequest(), path("other.json"));
        QVERIFY2(error.contains("is the calibration of another model (Another)"), qPrintable(error));
        // Who asks for it may use it for generating, unless it cannot fit.
        const auto problem = [&](bool& canBeUsed) {
            return calibrationProblem(other.model, model_->identity(), model_->layers(), model_->heads(),
                                      &canBeUsed);
        };
        bool canBeUsed = false;
        QVERIFY(problem(canBeUsed).find("other weights (Another)") != std::string::npos);
        QVERIFY(canBeUsed);
        const auto note = [&] {
            return noteOnUse(other, "other.json", model_->identity(), model_->layers(), model_->heads());
        };
        QCOMPARE(note(), problem(canBeUsed));
        other.model.layers += 1;
        QVERIFY(!problem(canBeUsed).empty());
        QVERIFY(!canBeUsed);
        const QString refusal = test::messageOf([&] { (void)note(); });
        QVERIFY2(refusal.startsWith("other.json: It is the calibration of a model with"),
                 qPrintable(refusal));
        // The same transformer that is given other texts measures something else.
        other = readCalibration(path("whole.json"));
        other.model.textEncoder = "sha1:1";
        writeFile(path("other.json"), toJson(other));
        QVERIFY(errorOf(smallRequest(), path("other.json")).contains("of another model"));
    }

    void badRequestsAreRefused() {
        const auto refused = [&](const std::function<void(CalibrationSettings&)>& change, const char* names) {
            CalibrationSettings request = smallRequest();
            change(request);
            const QString error = errorOf(request, path("never.json"));
            QVERIFY2(error.contains(names), qPrintable(error));
        };
        refused([](auto& r) { r.request.prompts.clear(); }, "no prompt");
        refused([](auto& r) { r.topShare = 0; }, "above 0 and at most 1");
        refused([](auto& r) { r.drafterShare = std::nan(""); }, "between 0 and 1");
        refused([](auto& r) { r.queries = -1; }, "0 (all) or more");
        refused([](auto& r) { r.request.tau = {0}; }, "tau must be");
        QVERIFY(!fs::exists(path("never.json")));
        QVERIFY(errorOf(smallRequest(), path("nowhere/c.json")).contains("does not exist"));
        QVERIFY(errorOf(smallRequest(), folder_.path().toStdString()).contains("folder"));
    }

    void damagedFilesAreNotOverwritten() {
        test::writeBytes(path("damaged.json"), whole_.substr(0, whole_.size() / 2));
        QVERIFY(errorOf(smallRequest(), path("damaged.json")).contains("is not valid JSON"));
        QCOMPARE(test::readBytes(path("damaged.json")), whole_.substr(0, whole_.size() / 2));
    }
};

QTEST_APPLESS_MAIN(TestCalibration)
#include "tst_calibration.moc"
