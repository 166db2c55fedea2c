#include "scalekv/bench.h"
#include "scalekv/error.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

using namespace scalekv;

class TestBench : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsWhatTheFormulaPredicts() {
        BenchOptions options;
        options.shape = "layer12";
        options.size = "0.06M";
        const BenchReport report = runBench(options);
        QCOMPARE(report.generation.peakKvBytes, report.predictedKvBytes);
        // 265 tokens before the last scale, k and v, 12 layers, two halves, 768 channels, 2 bytes.
        QCOMPARE(report.predictedKvBytes, 2LL * 12 * 2 * 265 * 768 * 2);
        QVERIFY(report.gemmRate > 0);
        QVERIFY(report.peakResidentBytes >= report.weightBytes);

        const nlohmann::json json = nlohmann::json::parse(toJson(report));
        QCOMPARE(json["scales"].size(), std::size_t(7));
        double parts = 0;
        for (const char* part :
             {"attention_seconds", "gemm_seconds", "vae_seconds", "selection_seconds", "rest_seconds"}) {
            QVERIFY(json[part].get<double>() >= 0);
            parts += json[part].get<double>();
        }
        QVERIFY(parts <= json["seconds"].get<double>());
        QVERIFY(toText(report).find("THEY DIFFER") == std::string::npos);
    }

    void compressedCachesKeepToTheirPrediction_data() {
        QTest::addColumn<QString>("policy");
        for (const char* name : {"snapkv", "scalekv"})
            QTest::newRow(name) << name;
    }
    void compressedCachesKeepToTheirPrediction() {
        QFETCH(QString, policy);
        BenchOptions options;
        options.size = "0.06M";
        options.policy.name = policy.toStdString();
        options.policy.budget.tokens = 40;
        const BenchReport report = runBench(options);
        QCOMPARE(report.generation.peakKvBytes, report.predictedKvBytes);
        QCOMPARE(report.fullCacheBytes, 2LL * 12 * 2 * 265 * 768 * 2);
        // Equal budgets are equal bytes once every layer has taken in the map.
        QCOMPARE(report.generation.scales.back().kvBytes, 2LL * 12 * 2 * 40 * 768 * 2);
        double selection = 0;
        for (const ScaleReport& scale : report.generation.scales)
            selection += scale.selectionSeconds;
        QVERIFY(selection > 0);
    }

    void unknownNamesAreErrors_data() {
        QTest::addColumn<QString>("shape");
        QTest::addColumn<QString>("size");
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<QString>("policy");
        QTest::newRow("shape") << "3b"
                               << "1M"
                               << "bf16"
                               << "full";
        QTest::newRow("size") << "layer12"
                              << "9M"
                              << "bf16"
                              << "full";
        QTest::newRow("dtype") << "layer12"
                               << "0.06M"
                               << "fp8"
                               << "full";
        QTest::newRow("policy") << "layer12"
                                << "0.06M"
                                << "bf16"
                                << "best";
    }
    void unknownNamesAreErrors() {
        QFETCH(QString, shape);
        QFETCH(QString, size);
        QFETCH(QString, dtype);
        QFETCH(QString, policy);
        BenchOptions options;
        options.shape = shape.toStdString();
        options.size = size.toStdString();
        options.dtype = dtype.toStdString();
        options.policy.name = policy.toStdString();
        QVERIFY_EXCEPTION_THROWN(runBench(options), Error);
    }
};

QTEST_APPLESS_MAIN(TestBench)
#include "tst_bench.moc"
