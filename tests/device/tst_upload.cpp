// Weights on their way to a device, through the stand-in: copies out of pinned memory are over when somebody
// waits for them and not before, so that a block that is filled again too early shows.

#include "engine/device/upload.h"
#include "tests/device/stand_in_device.h"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

using namespace scalekv;
using test::deviceCounts, test::standInDevice;

namespace {

constexpr std::int64_t kBlock = 1 << 10; // bytes

at::Tensor numbers(at::IntArrayRef shape, at::ScalarType type) {
    return at::randn(shape, at::detail::createCPUGenerator(3), at::kFloat).to(type);
}

} // namespace

class TestUpload : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;

private Q_SLOTS:
    void cleanup() { test::refusePinnedMemory(false); }

    void whatArrivesIsWhatWasSent_data() {
        QTest::addColumn<QList<qint64>>("shape");
        QTest::addColumn<at::ScalarType>("from");
        QTest::addColumn<at::ScalarType>("to");
        QTest::addColumn<int>("pieces");
        using Shape = QList<qint64>;
        QTest::newRow("one block to the byte") << Shape{256} << at::kFloat << at::kFloat << 1;
        QTest::newRow("one number more") << Shape{257} << at::kFloat << at::kFloat << 2;
        QTest::newRow("many blocks") << Shape{37, 131} << at::kFloat << at::kFloat << 19;
        QTest::newRow("narrowed") << Shape{37, 131} << at::kFloat << at::kBFloat16 << 10;
        QTest::newRow("widened") << Shape{37, 131} << at::kBFloat16 << at::kFloat << 19;
        QTest::newRow("as it is, bf16") << Shape{2, 3, 5, 97} << at::kBFloat16 << at::kBFloat16 << 6;
    }
    void whatArrivesIsWhatWasSent() {
        QFETCH(QList<qint64>, shape);
        QFETCH(at::ScalarType, from);
        QFETCH(at::ScalarType, to);
        QFETCH(int, pieces);
        const std::vector<std::int64_t> sizes(shape.begin(), shape.end());
        const at::Tensor stored = numbers(sizes, from);
        Upload upload(standInDevice(), kBlock);
        const auto before = deviceCounts();
        const at::Tensor there = upload(stored, to);
        QVERIFY(there.device() == standInDevice());
        QCOMPARE(there.scalar_type(), to);
        QVERIFY(there.is_contiguous());
        QCOMPARE(deviceCounts().pinnedUploads - before.pinnedUploads, std::int64_t(pieces));
        QCOMPARE(deviceCounts().copies() - before.copies(), std::int64_t(pieces));
        QVERIFY(there.to(at::kCPU).equal(stored.to(to)));
    }

    // One after the other through the same blocks, as a model's weights come.
    void severalInARow() {
        Upload upload(standInDevice(), kBlock);
        std::vector<at::Tensor> stored, there;
        for (std::int64_t n = 1; n < 12; ++n) {
            stored.push_back(numbers({n, 100 + 7 * n}, at::kFloat));
            there.push_back(upload(stored.back(), at::kBFloat16));
        }
        for (std::size_t i = 0; i < stored.size(); ++i)
            QVERIFY(there[i].to(at::kCPU).equal(stored[i].to(at::kBFloat16)));
    }

    void smallAndStridedGoBesideTheBlocks() {
        const at::Tensor small = numbers({10}, at::kFloat),
                         strided = numbers({64, 64}, at::kFloat).transpose(0, 1);
        Upload upload(standInDevice(), kBlock);
        const auto before = deviceCounts();
        QVERIFY(upload(small, at::kFloat).to(at::kCPU).equal(small));
        const at::Tensor there = upload(strided, at::kFloat);
        QVERIFY(there.is_contiguous());
        QVERIFY(there.to(at::kCPU).equal(strided));
        QCOMPARE(deviceCounts().pinnedUploads, before.pinnedUploads);
    }

    void withoutPinnedMemoryItArrives() {
        test::refusePinnedMemory(true);
        const at::Tensor stored = numbers({40, 100}, at::kFloat);
        Upload upload(standInDevice(), kBlock);
        const auto before = deviceCounts();
        QVERIFY(upload(stored, at::kBFloat16).to(at::kCPU).equal(stored.to(at::kBFloat16)));
        QCOMPARE(deviceCounts().pinnedUploads, before.pinnedUploads);
        test::refusePinnedMemory(false); // it is not asked again
        QVERIFY(upload(stored, at::kFloat).to(at::kCPU).equal(stored));
        QCOMPARE(deviceCounts().pinnedUploads, before.pinnedUploads);
    }

    // On the CPU a weight whose type fits is used where it lies.
    void onTheCpuNothingIsCopied() {
        const at::Tensor stored = numbers({40, 100}, at::kFloat);
        Upload upload(at::kCPU, kBlock);
        QVERIFY(upload(stored, at::kFloat).is_alias_of(stored));
        QVERIFY(upload(stored, at::kBFloat16).equal(stored.to(at::kBFloat16)));
    }
};

QTEST_APPLESS_MAIN(TestUpload)
#include "tst_upload.moc"
