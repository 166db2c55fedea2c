#include "engine/study/sampling/manifest.h"
#include "scalekv/error.h"
#include "scalekv/folder_metrics.h"
#include "scalekv/metrics.h"
#include "scalekv/picture_file.h"
#include "scalekv/png.h"
#include "tests/message_of.h"
#include "tests/mutate.h"
#include "tests/safetensors_file.h"
#include "tests/study/metrics/seeded_weights.h"

#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace scalekv;

namespace fs = std::filesystem;

Q_DECLARE_METATYPE(scalekv::FeatureResizing)

/// Whole folders, from their files to figures and reports.
class TestFolderMetrics : public QObject {
    Q_OBJECT

    QTemporaryDir weightsFolder_;
    MetricWeights weights_;
    std::unique_ptr<QTemporaryDir> folder_;

    fs::path path(const char* name) const { return fs::path(folder_->path().toStdString()) / name; }
    /// The first pictures of a set.
    void copy(const char* name, int count = 10) const {
        fs::create_directories(path(name));
        for (int n = 0; n < count; ++n) {
            const std::string file = "000" + std::to_string(n) + ".png";
            fs::copy(test::metricsFolder() / name / file, path(name) / file);
        }
    }
    FolderMetricsOptions options(std::vector<fs::path> others) const {
        FolderMetricsOptions options;
        options.reference = path("a");
        options.others = std::move(others);
        options.resamples = 50;
        options.fidResamples = 2;
        return options;
    }
    static void writeFlat(const fs::path& file, int width, int height, int value) {
        fs::create_directories(file.parent_path());
        writePng(file, {width, height,
                        std::vector<std::uint8_t>(std::size_t(width * height * 3), std::uint8_t(value))});
    }

private Q_SLOTS:
    void initTestCase() {
        const fs::path folder = weightsFolder_.path().toStdString();
        weights_ = test::seededLpips(folder, LpipsNet::Alex);
        weights_.inception = folder / "inception.safetensors";
        test::writeSafetensors(weights_.inception, test::seededWeights("inception"));
    }
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void figuresAreThePackages_data() {
        QTest::addColumn<FeatureResizing>("resizing");
        QTest::newRow("clean_fid") << FeatureResizing::Clean;
        QTest::newRow("pytorch_fid") << FeatureResizing::Pytorch;
    }
    void figuresAreThePackages() {
        QFETCH(FeatureResizing, resizing);
        copy("a");
        copy("b");
        FolderMetricsOptions asked = options({path("b")});
        asked.weights = weights_;
        asked.nets = {LpipsNet::Alex};
        asked.resizing = resizing;
        const bool clean = resizing == FeatureResizing::Clean;
        const FolderMetricsReport report = measureFolders(asked, "1");
        const FolderMetrics& b = report.others.front();
        const auto& expected = test::expectedMetrics();
        QCOMPARE(b.pairs.size(), std::size_t(10));
        for (std::size_t n = 0; n < 10; ++n) {
            const auto& psnr = expected.at("psnr").at("per_pair_float64")[n];
            if (psnr.is_string())
                QVERIFY(std::isinf(b.pairs[n].psnr));
            else
                QVERIFY(std::abs(b.pairs[n].psnr - double(psnr)) < 1e-9);
        }
        QVERIFY(std::isinf(b.psnr->value) && !b.psnr->interval); // as torchmetrics has it
        const double lpips = expected.at("lpips").at("alex").at("torchmetrics_mean");
        QVERIFY(std::abs(b.lpips[0]->value - lpips) / lpips < 1e-5);
        QVERIFY(b.lpips[0]->interval->low < lpips && lpips < b.lpips[0]->interval->high);
        QVERIFY(!b.lpips[1] && !b.lpips[2]);

        const auto& sets = expected.at("inception").at(clean ? "clean" : "pytorch_fid");
        const double exact = sets.at("fid_a_b").at("fid_exact");
        const double package =
            sets.at("fid_a_b").at(clean ? "fid_clean_fid_package" : "fid_pytorch_fid_package");
        const double kid = sets.at("kid_a_b").at("clean_fid_100_subsets_of_1000");
        qInfo("FID off by %g of the exact value, %g of the package's; KID by %g",
              std::abs(b.fid->value - exact) / exact, std::abs(b.fid->value - package) / package,
              std::abs(b.kid->value - kid));
        QVERIFY(std::abs(b.fid->value - exact) / exact < 1e-5);
        QVERIFY(std::abs(b.fid->value - package) / package < 1e-4);
        QVERIFY(b.fid->interval->low < package && package < b.fid->interval->high);
        QVERIFY(std::abs(b.kid->value - kid) < 1e-6);
        QCOMPARE(b.precision->value, double(sets.at("precision_recall_a_b").at("precision")));
        QCOMPARE(b.recall->value, double(sets.at("precision_recall_a_b").at("recall")));
        QCOMPARE(report.featuresMade, 20);
    }

    void featuresAreReusedWhileFilesAreTheSame() {
        copy("a", 5);
        copy("b", 5);
        FolderMetricsOptions asked = options({path("b"), path("a")});
        asked.weights = weights_;
        asked.fidResamples = 0;
        const FolderMetricsReport first = measureFolders(asked, "1");
        QCOMPARE(first.featuresMade, 10);
        QCOMPARE(first.others[1].fid->value < 1e-9, true); // a against itself
        const FolderMetricsReport second = measureFolders(asked, "1");
        QCOMPARE(second.featuresMade, 0);
        QCOMPARE(second.featuresReused, 15);
        QCOMPARE(second.others[0].fid->value, first.others[0].fid->value);
        // One picture more, one less, one changed: two are made.
        fs::rename(path("b") / "0001.png", path("b") / "0011.png");
        fs::copy_file(path("a") / "0002.png", path("b") / "0002.png", fs::copy_options::overwrite_existing);
        fs::last_write_time(path("b") / "0002.png", fs::file_time_type::clock::now() + std::chrono::hours(1));
        const FolderMetricsReport third = measureFolders(asked, "1");
        QCOMPARE(third.featuresMade, 2);
        QCOMPARE(third.others[0].onlyHere, std::vector<std::string>{"0011"});
        QCOMPARE(third.others[0].onlyInReference, std::vector<std::string>{"0001"});
        QVERIFY(third.others[0].fid->value != first.others[0].fid->value);
    }

    void withoutWeightsTheRestIsNamed() {
        copy("a", 4); // the last are equal
        copy("b", 4);
        const FolderMetricsReport report = measureFolders(options({path("b")}), "1");
        QVERIFY(report.others[0].ssim && !report.others[0].fid && !report.others[0].lpips[0]);
        QCOMPARE(report.missing.size(), std::size_t(2));
        const std::string table = toTable(report);
        for (const char* name : {"alexnet-owt-7be5be79.pth", "weights/v0.1/alex.pth", "pt_inception",
                                 "1 pair is equal", "Of the others it is"})
            QVERIFY2(table.find(name) != std::string::npos, name);
        QVERIFY(table.find("FID (") == std::string::npos); // no rows of dashes
    }

    void partnersAndSizes() {
        for (const int n : {1, 2, 3, 4})
            writeFlat(path("a") / (std::to_string(n) + ".png"), 40, 40, 10 * n);
        writeFlat(path("b") / "1.PNG", 40, 40, 20);
        writeFlat(path("b") / "2.png", 40, 20, 20);
        writeFlat(path("b") / "5.png", 40, 40, 20);
        fs::create_directories(path("b") / "more.png"); // no picture
        test::writeBytes(path("b") / "manifest.json", "{}");
        const FolderMetricsReport report = measureFolders(options({path("b")}), "1");
        const FolderMetrics& b = report.others.front();
        QCOMPARE(b.pictures, 3);
        QCOMPARE(b.pairs.size(), std::size_t(1));
        QVERIFY(std::abs(b.psnr->value - 20 * std::log10(255.0 / 10)) < 1e-9);
        QCOMPARE(b.otherSizes, std::vector<std::string>{"2 (40x40 and 40x20)"});
        QCOMPARE(b.onlyHere, std::vector<std::string>{"5"});
        QCOMPARE(b.onlyInReference, (std::vector<std::string>{"3", "4"}));
        const std::string table = toTable(report);
        const std::string in =
            path("a").parent_path().filename().string() + "/"; // the folder that both lie in
        QVERIFY(table.find("2 pictures of " + in + "a without a partner in " + in + "b: 3, 4.") !=
                std::string::npos);
        QVERIFY(
            table.find("of another size than the partner, left out (--reference resizes the first folder's): "
                       "2 (40x40 and 40x20).") != std::string::npos);
        FolderMetricsOptions inOrder = options({path("b")});
        inOrder.inOrder = true;
        QVERIFY(test::messageOf([&] {
                    (void)measureFolders(inOrder, "1");
                }).contains(QStringLiteral("holds 3 pictures")));
        writeFlat(path("b") / "7.png", 40, 40, 20);
        // 1 with 1, 2 with 2 (of another size), 3 with 5 and 4 with 7.
        QCOMPARE(measureFolders(inOrder, "1").others[0].pairs.size(), std::size_t(3));
    }

    void nothingPairs() {
        writeFlat(path("a") / "1.png", 40, 40, 0);
        writeFlat(path("b") / "2.png", 40, 40, 0);
        const FolderMetricsReport report = measureFolders(options({path("b")}), "1");
        QVERIFY(!report.others[0].psnr);
        QVERIFY(toTable(report).find("pairs") != std::string::npos);
    }

    void referencesAreResized() {
        copy("a_large", 1);
        fs::rename(path("a_large"), path("a"));
        writeFlat(path("b") / "0000.png", 64, 64, 128);
        FolderMetricsOptions asked = options({path("b")});
        QCOMPARE(measureFolders(asked, "1").others[0].otherSizes.size(), std::size_t(1));
        asked.realReference = true;
        const FolderMetrics resized = measureFolders(asked, "1").others[0];
        const RgbImage wanted = readPicture(test::metricsFolder() / "resize" / "a_large_0000_h64_w64.png");
        QCOMPARE(resized.pairs.at(0).psnr, psnr(wanted, readPicture(path("b") / "0000.png")));
    }

    void errors() {
        copy("a");
        QVERIFY(test::messageOf([&] {
                    (void)measureFolders(options({path("none")}), "1");
                }).contains(QStringLiteral("none: cannot be listed")));
        fs::create_directories(path("empty"));
        QVERIFY(test::messageOf([&] {
                    (void)measureFolders(options({path("empty")}), "1");
                }).contains(QStringLiteral("holds no pictures")));
        writeFlat(path("b") / "x.png", 8, 8, 0);
        fs::copy(path("b") / "x.png", path("b") / "x.jpg");
        QVERIFY(test::messageOf([&] {
                    (void)measureFolders(options({path("b")}), "1");
                }).contains(QStringLiteral("x.jpg and x.png, which have one name")));
        FolderMetricsOptions damaged = options({path("a")});
        test::writeBytes(path("inception.pth"), "no weights");
        damaged.weights.inception = path("inception.pth");
        const auto progress = [](const Progress&, const std::string& what, std::size_t, std::size_t) {
            QFAIL(what.c_str()); // nothing is measured before it is told
        };
        QVERIFY(test::messageOf([&] {
                    (void)measureFolders(damaged, "1", progress);
                }).contains(QStringLiteral("inception.pth")));
    }

    /// One of thousands that cannot be read costs nothing but itself.
    void brokenPicturesAreLeftOut() {
        copy("a", 6);
        copy("b", 6);
        test::writeBytes(path("b") / "0000.png", "\x89PNG\r\n\x1a\n and no more");
        FolderMetricsOptions asked = options({path("b")});
        asked.weights = weights_;
        asked.fidResamples = 0;
        const FolderMetricsReport report = measureFolders(asked, "1");
        const FolderMetrics& b = report.others.front();
        QCOMPARE(b.pairs.size(), std::size_t(5));
        QCOMPARE(b.unreadable.size(), std::size_t(1));
        QVERIFY(b.unreadable.front().find("0000.png: the file is damaged") != std::string::npos);
        QVERIFY(toTable(report).find("It is left out.") != std::string::npos);
        // The sets are those of the others.
        fs::remove(path("b") / "0000.png");
        QCOMPARE(b.fid->value, measureFolders(asked, "1").others[0].fid->value);
    }

    void whatIsTooFewIsSaid() {
        copy("a", 3);
        copy("b", 3);
        FolderMetricsOptions asked = options({path("b")});
        asked.weights = weights_;
        asked.fidResamples = 0;
        const std::string table = toTable(measureFolders(asked, "1"));
        QVERIFY(table.find("precision and recall need 4 pictures") != std::string::npos);
        QVERIFY(table.find("FID of 3 pictures is biased") != std::string::npos);
    }

    void otherCaptionsAreTold() {
        copy("a", 2);
        copy("b", 2);
        Manifest manifest;
        manifest.set.prompts = {"a fox", "an owl"};
        manifest.program = "scalekv 1";
        manifest.precision = "fp32";
        test::writeBytes(path("a") / kSetManifest, toJson(manifest));
        test::writeBytes(path("b") / kSetManifest, toJson(manifest));
        QVERIFY(measureFolders(options({path("b")}), "1").notes.empty());
        manifest.set.prompts[1] = "a crab";
        test::writeBytes(path("b") / kSetManifest, toJson(manifest));
        const auto notes = measureFolders(options({path("b")}), "1").notes;
        QCOMPARE(notes.size(), std::size_t(1));
        QVERIFY(notes[0].find("1 of its pictures have another caption or seed") != std::string::npos);
    }

    void whatWasMadeIsKeptWhenStopped() {
        copy("a");
        copy("b", 1);
        FolderMetricsOptions asked = options({path("b")});
        asked.weights = weights_;
        std::stop_source stop;
        const auto stopLate = [&stop](const Progress& progress, const std::string& what, std::size_t piece,
                                      std::size_t) {
            QVERIFY(progress.done >= 0 && progress.done <= 1 && progress.secondsLeft >= 0);
            if (what.ends_with("/a") && what.starts_with("features") && piece == 9)
                stop.request_stop();
        };
        QVERIFY_EXCEPTION_THROWN((void)measureFolders(asked, "1", stopLate, stop.get_token()), Cancelled);
        QCOMPARE(measureFolders(asked, "1").featuresReused, 8);
    }

    void reports() {
        copy("a", 4);
        copy("b", 4);
        FolderMetricsOptions asked = options({path("b"), path("a")});
        asked.weights = weights_;
        asked.nets = {LpipsNet::Alex};
        const FolderMetricsReport report = measureFolders(asked, "7");
        const nlohmann::json json = nlohmann::json::parse(toJson(report));
        QCOMPARE(json.at("program").get<std::string>(), std::string("scalekv 7"));
        const auto& figures = json.at("folders").at(0).at("figures");
        QCOMPARE(double(figures.at("fid").at("value")), report.others[0].fid->value);
        QCOMPARE(double(figures.at("fid").at("interval").at(0)), report.others[0].fid->interval->low);
        QVERIFY(figures.at("psnr_db").at("value").is_null()); // infinite
        for (const auto& [key, figure] : figures.items())
            QVERIFY(json.at("conventions").contains(key));
        QCOMPARE(json.at("folders").at(0).at("pairs").size(), std::size_t(4));
        const QByteArray csv = QByteArray::fromStdString(toCsv(report));
        QCOMPARE(csv.count('\n'), 9);
        QVERIFY(csv.startsWith("folder,name,width,height,psnr_db,ssim,lpips_alex\r\n"));
        const std::string table = toTable(report);
        QVERIFY(table.find("FID (clean-fid)") != std::string::npos);
        QVERIFY(table.find("LPIPS VGG16") == std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestFolderMetrics)
#include "tst_folder_metrics.moc"
