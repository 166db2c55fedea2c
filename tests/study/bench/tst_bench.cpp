#include "scalekv/bench.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <QtTest/QtTest>

#include <nlohmann/json.hpp>

#include <cmath>

using namespace scalekv;

namespace {

// The same on every processor; bf16 would leave the VAE in fp32 on some.
constexpr const char* kDtype = "fp32";

/// What was forecast before the run, and what the process had at its peak, are no more than a tenth apart.
void keepsToItsMemory([[maybe_unused]] const BenchReport& report) {
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
    const double off = double(report.predictedResidentBytes) / double(report.peakResidentBytes) - 1;
    QVERIFY2(std::abs(off) < 0.1, qPrintable(QStringLiteral("%1 % off").arg(off * 100)));
#endif
}

} // namespace

class TestBench : public QObject {
    Q_OBJECT

private:
    static constexpr int kBudget = 40;
    std::vector<BenchReport> reports_; ///< full, snapkv, scalekv

    /// 265 tokens before the last scale, k and v, 12 layers, two halves, 768 channels, 4 bytes.
    static std::int64_t fullBytes() { return std::int64_t(2) * 12 * 2 * 265 * 768 * 4; }

private Q_SLOTS:
    /// One after the other, as `bench --all-policies` does: weights are made up once for all.
    void initTestCase() {
        tuneAllocator(); // as the programs do: the forecast is theirs
        std::vector<BenchOptions> all;
        for (const char* policy : {"full", "snapkv", "scalekv"}) {
            BenchOptions options;
            options.shape = "layer12";
            options.dtype = kDtype;
            options.size = "0.06M";
            options.policy.name = policy;
            if (options.policy.evicts())
                options.policy.budget.tokens = kBudget;
            all.push_back(options);
        }
        runBenches(all, [this](const BenchReport& report) {
            QVERIFY2(report.failure.empty(), report.failure.c_str());
            reports_.push_back(report);
        });
        QCOMPARE(reports_.size(), all.size());
    }

    void countsWhatTheFormulaPredicts() {
        const BenchReport& report = reports_.front();
        QCOMPARE(report.generation.peakKvBytes, report.predictedKvBytes);
        QCOMPARE(report.predictedKvBytes, fullBytes());
        keepsToItsMemory(report);
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
        QTest::addColumn<int>("run");
        QTest::newRow("snapkv") << 1;
        QTest::newRow("scalekv") << 2;
    }
    void compressedCachesKeepToTheirPrediction() {
        QFETCH(int, run);
        const BenchReport& report = reports_.at(std::size_t(run));
        QCOMPARE(report.options.policy.name, std::string(QTest::currentDataTag()));
        QCOMPARE(report.generation.peakKvBytes, report.predictedKvBytes);
        QCOMPARE(report.fullCacheBytes, fullBytes());
        // Equal budgets are equal bytes once every layer has taken in the map.
        QCOMPARE(report.generation.scales.back().kvBytes, fullBytes() / 265 * kBudget);
        keepsToItsMemory(report);
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
