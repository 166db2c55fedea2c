#include "engine/error.h"
#include "engine/io/checkpoint.h"
#include "engine/io/weights.h"

#include <ATen/ATen.h>
#include <QTest>

using scalekv::Checkpoint;

namespace {

std::filesystem::path parityFolder() {
    return qEnvironmentVariable("SCALEKV_PARITY_DIR", SCALEKV_SOURCE_DIR "/tests/data/parity").toStdString();
}

} // namespace

class CheckpointTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsSafetensors() {
        const Checkpoint file = Checkpoint::open(parityFolder() / "tiny2b_vae_roundtrip.safetensors");
        const at::Tensor image = file.tensor("image");
        QCOMPARE(image.dim(), 4);
        QVERIFY(image.isfinite().all().item<bool>());
    }

    void readsShards() {
        const Checkpoint folder = Checkpoint::open(parityFolder() / "tiny_t5");
        QVERIFY(folder.contains("shared.weight"));
        QCOMPARE(folder.tensor("shared.weight").dim(), 2);
        QVERIFY(folder.tensor("shared.weight").isfinite().all().item<bool>());
    }
};

QTEST_APPLESS_MAIN(CheckpointTest)
#include "tst_checkpoint.moc"
