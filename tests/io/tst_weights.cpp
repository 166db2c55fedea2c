#include "engine/io/weights.h"
#include "scalekv/error.h"
#include "tests/io/checkpoint_bytes.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>

namespace fs = std::filesystem;
using scalekv::Checkpoint;
using scalekv::Error;
using scalekv::Weights;

namespace {

const fs::path kSmall = SCALEKV_SOURCE_DIR "/tests/data/io/small.pth";

Weights weightsOf(const std::string& prefix, at::ScalarType type) {
    return {Checkpoint::open(kSmall).under(prefix), type, at::kCPU};
}

template <class Call>
QString errorOf(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

class WeightsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void usesFittingTensorWhereItLies() {
        const Checkpoint file = Checkpoint::open(kSmall).under("trainer.gpt_fsdp.");
        Weights weights(file, at::kFloat, at::kCPU);
        QCOMPARE(weights.take("weight", {2, 3}).data_ptr(), file.tensor("weight").data_ptr());
    }

    void convertsToComputeType() {
        Weights weights = weightsOf("trainer.gpt_fsdp.", at::kBFloat16);
        QCOMPARE(weights.take("bias", {2}).scalar_type(), at::kBFloat16);
        QCOMPARE(weights.takeFloat("weight", {2, 3}).scalar_type(), at::kFloat);
        QCOMPARE(weights.take("bias", {2})[1].item<float>(), -1.5F);
    }

    void makesTransposedTensorsContiguous() {
        Weights weights = weightsOf("views.", at::kFloat);
        const at::Tensor transposed = weights.take("1", {4, 3});
        QVERIFY(transposed.is_contiguous());
        QCOMPARE(transposed[1][2].item<float>(), 9.0F);
    }

    void anyExtentFitsMinusOne() {
        Weights weights = weightsOf("trainer.gpt_fsdp.", at::kFloat);
        QCOMPARE(weights.take("weight", {-1, 3}).size(0), 2);
    }

    void namesWhatIsWrong() {
        Weights weights = weightsOf("trainer.gpt_fsdp.", at::kFloat);
        const QString file = QString::fromStdString(kSmall.string());
        QCOMPARE(errorOf([&] {
                     weights.take("weight", {3, 3});
                 }),
                 file + ": tensor weight has shape [2, 3], expected [3, 3].");
        QCOMPARE(errorOf([&] {
                     weights.take("weight", {-1, 2, 3});
                 }),
                 file + ": tensor weight has shape [2, 3], expected [?, 2, 3].");
        QCOMPARE(errorOf([&] { weights.take("nobody", {1}); }), file + ": tensor nobody is missing.");
        Weights types = weightsOf("types.", at::kFloat);
        QVERIFY(errorOf([&] { types.take("i64", {2}); }).contains("tensor i64 holds Long"));
    }

    void tellsWhatIsLeftOver() {
        Weights weights = weightsOf("types.", at::kFloat);
        weights.take("f16", {2});
        weights.ignore("flags");
        for (const char* name : {"i64", "i32", "i16", "i8", "u8"})
            weights.ignore(name);
        QCOMPARE(weights.leftOver(), (std::vector<std::string>{"bf16", "f64"}));
    }

    void reportsBytesTaken() {
        Weights weights = weightsOf("trainer.gpt_fsdp.", at::kBFloat16);
        std::vector<std::int64_t> seen;
        weights.onTaken([&](std::int64_t bytes) { seen.push_back(bytes); });
        weights.take("weight", {2, 3});
        weights.take("bias", {2});
        QCOMPARE(seen, (std::vector<std::int64_t>{24, 32}));
    }

    void callbackMayStopLoading() {
        Weights weights = weightsOf("trainer.gpt_fsdp.", at::kFloat);
        weights.onTaken([](std::int64_t) { throw scalekv::Cancelled(); });
        QVERIFY_EXCEPTION_THROWN(weights.take("bias", {2}), scalekv::Cancelled);
    }
};

QTEST_APPLESS_MAIN(WeightsTest)
#include "tst_weights.moc"
