#include "engine/io/checkpoint.h"
#include "tests/io/checkpoint_bytes.h"

#include <ATen/ATen.h>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

namespace fs = std::filesystem;
namespace bytes = checkpoint_bytes;
using scalekv::Checkpoint;
using Shape = std::vector<std::int64_t>;

namespace {

fs::path parityFolder() {
    return qEnvironmentVariable("SCALEKV_PARITY_DIR", SCALEKV_SOURCE_DIR "/tests/data/parity").toStdString();
}

const fs::path kData = SCALEKV_SOURCE_DIR "/tests/data/io";
const fs::path kDemo = SCALEKV_SOURCE_DIR "/resources/demo";

bool lies(const at::Tensor& tensor, std::initializer_list<double> expected) {
    const at::Tensor wanted =
        at::tensor(at::ArrayRef<double>(expected.begin(), expected.size()), at::kDouble);
    return at::equal(tensor.to(at::kDouble).contiguous().view({-1}), wanted);
}

/// Bytes of this process that are in memory and come from files.
std::int64_t residentFileBytes() {
    const QByteArray status = QByteArray::fromStdString(bytes::read("/proc/self/status"));
    const QByteArray line = status.mid(status.indexOf("RssFile:") + 8);
    return line.left(line.indexOf("kB")).trimmed().toLongLong() * 1024;
}

} // namespace

class CheckpointTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// As Python 2 and PyTorch 0.1 to 0.4 wrote state dicts: byte strings, pairs in the OrderedDict's
    /// arguments, tensors without gradients and hooks. Many published weights are of that age.
    void readsTheOldestForm() {
        const auto old = [](const std::string& storage, const std::vector<std::int64_t>& shape) {
            return bytes::global("torch._utils", "_rebuild_tensor") +
                   bytes::tuple({storage, bytes::number(1), bytes::numbers(shape), bytes::numbers({2, 1})}) +
                   "R";
        };
        const std::string pair =
            "](U\x01w" + old(bytes::legacyStorage("FloatStorage", "94", 6), {2, 2}) + "e";
        const std::string pickle =
            bytes::pickle(bytes::global("collections", "OrderedDict") + "(](" + pair + "etR");
        std::string floats;
        for (const float value : {0.F, 1.F, 2.F, 3.F, 4.F, 5.F})
            floats.append(reinterpret_cast<const char*>(&value), sizeof value);
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "old.pth";
        bytes::write(path, bytes::legacyFile(pickle, {"94"}, bytes::legacyNumbers(6, floats)));
        QVERIFY(lies(Checkpoint::open(path).tensor("w"), {1, 2, 3, 4}));
        QVERIFY(lies(Checkpoint::open(kData / "legacy.pth").tensor("weight"), {1, 1, 1, 1}));
    }

    void readsEveryTypeOfPickle_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("zip") << QStringLiteral("small.pth");
        QTest::newRow("before 1.6") << QStringLiteral("small-legacy.pth");
    }
    void readsEveryTypeOfPickle() {
        QFETCH(QString, name);
        const Checkpoint file = Checkpoint::open(kData / name.toStdString());
        QVERIFY(lies(file.tensor("trainer.gpt_fsdp.weight"), {0, 1, 2, 3, 4, 5}));
        QVERIFY(lies(file.tensor("trainer.gpt_fsdp.bias"), {0.5, -1.5}));
        QVERIFY(lies(file.tensor("types.f16"), {1.5, -2}));
        QVERIFY(lies(file.tensor("types.bf16"), {0.25, 3}));
        QVERIFY(lies(file.tensor("types.f64"), {1e-300}));
        QVERIFY(lies(file.tensor("types.i64"), {-1099511627776.0, 7}));
        QVERIFY(lies(file.tensor("types.i32"), {1, 2, 3}));
        QVERIFY(lies(file.tensor("types.i16"), {-5}));
        QVERIFY(lies(file.tensor("types.i8"), {-128, 127}));
        QVERIFY(lies(file.tensor("types.u8"), {255, 0, 1}));
        QVERIFY(lies(file.tensor("types.flags"), {1, 0, 1}));
        QCOMPARE(file.tensor("types.bf16").scalar_type(), at::kBFloat16);
        QVERIFY(lies(file.tensor("views.1"), {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}));
        QVERIFY(lies(file.tensor("views.2"), {4, 6, 8, 10}));
        QVERIFY(lies(file.tensor("views.3"), {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
        QVERIFY(lies(file.tensor("parameter"), {1, 1}));
        QVERIFY(lies(file.tensor("scalar"), {42}));
        QCOMPARE(file.tensor("scalar").dim(), 0);
        QCOMPARE(file.tensor("empty").sizes().vec(), (Shape{0, 4}));
    }

    void keepsNumbersAndTextOfPickle() {
        const std::map<std::string, std::string> expected = {
            {"shape.0", "3"},
            {"shape.1", "4"},
            {"type", "torch.float32"},
            {"step", "1000"},
            {"big", "4611686018427387904"},
            {"rate", "0.125"},
            {"done", "true"},
            {"note", "grün"},
            {"7.0", "a"},
            {"7.1", "b"},
        };
        QVERIFY(Checkpoint::open(kData / "small.pth").metadata() == expected);
    }

    void readsZip64() {
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "long.pth";
        const std::string pickle = bytes::pickle(
            bytes::dict({{"w", bytes::tensor(bytes::storage("FloatStorage", "0", 3), 1, {2}, {1})}}));
        const std::string data = bytes::littleEndian(0, 4) + std::string("\0\0\x80\x3f\0\0\0\x40", 8);
        bytes::write(path, bytes::torchFile(pickle, data, true));
        QVERIFY(lies(Checkpoint::open(path).tensor("w"), {1, 2}));
    }

    void copiesOnlyMisalignedData() {
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "odd.safetensors";
        std::string header = R"({"byte":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                             R"("one":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})";
        header.resize((header.size() + 7) / 8 * 8, ' ');
        bytes::write(path, bytes::safetensors(header, std::string("\x07\0\0\x80\x3f", 5)));
        const Checkpoint file = Checkpoint::open(path);
        QVERIFY(lies(file.tensor("byte"), {7}));
        QVERIFY(lies(file.tensor("one"), {1}));
        QVERIFY(file.tensor("byte").data_ptr() == file.tensor("byte").data_ptr());
        QVERIFY(!file.tensor("one").is_alias_of(file.tensor("one")));
    }

    void mapsInsteadOfReading() {
        const Checkpoint file = Checkpoint::open(kDemo / "transformer.safetensors");
        const std::string name = "word_embed.weight";
        QVERIFY(file.contains(name));
        QCOMPARE(file.tensor(name).data_ptr(), file.tensor(name).data_ptr()); // the same place in the file
        const std::int64_t before = residentFileBytes();
        const Checkpoint again = Checkpoint::open(kDemo / "transformer.safetensors");
        QVERIFY(residentFileBytes() - before < 4 << 20); // of 27 MB
    }

    void forgetGivesMemoryBack() {
        const Checkpoint file = Checkpoint::open(kDemo / "transformer.safetensors");
        std::int64_t total = 0;
        double sum = 0;
        for (const auto& [name, info] : file.tensors()) {
            total += info.bytes();
            sum += file.tensor(name).to(at::kFloat).sum().item<double>();
        }
        const std::int64_t touched = residentFileBytes();
        for (const auto& [name, info] : file.tensors())
            file.forget(name);
        QVERIFY(touched - residentFileBytes() > total / 2); // border pages stay
        double again = 0;
        for (const auto& [name, info] : file.tensors())
            again += file.tensor(name).to(at::kFloat).sum().item<double>();
        QCOMPARE(again, sum);
    }

    void tensorOutlivesCheckpoint() {
        at::Tensor bias;
        {
            const Checkpoint file = Checkpoint::open(kData / "small.pth");
            bias = file.under("trainer.gpt_fsdp.").tensor("bias");
        }
        QVERIFY(lies(bias, {0.5, -1.5}));
    }

    void underTakesPrefixOff() {
        const Checkpoint part = Checkpoint::open(kData / "small.pth").under("trainer.gpt_fsdp.");
        QCOMPARE(part.tensors().size(), std::size_t(2));
        QCOMPARE(part.tensors().at("weight").name, std::string("weight"));
        QVERIFY(lies(part.tensor("weight"), {0, 1, 2, 3, 4, 5}));
        QVERIFY(Checkpoint::open(kData / "small.pth").under("nobody.").tensors().empty());
    }

    void opensParityFixture_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<Shape>("shape");
        QTest::newRow("2B transformer") << "tiny2b.pth"
                                        << "text_proj_for_sos.ca.mat_q" << Shape{1, 1, 64};
        QTest::newRow("2B VAE") << "tiny2b_vae.pth"
                                << "vae.decoder.conv_in.conv.weight" << Shape{64, 8, 3, 3};
        QTest::newRow("8B shards") << "tiny8b"
                                   << "word_embed.weight" << Shape{96, 16};
        QTest::newRow("8B index") << "tiny8b/pytorch_model.bin.index.json"
                                  << "head.weight" << Shape{32, 96};
        QTest::newRow("8B VAE") << "tiny8b_vae.pth"
                                << "vae.decoder.conv_in.conv.weight" << Shape{64, 4, 3, 3};
        QTest::newRow("T5 shards") << "tiny_t5"
                                   << "shared.weight" << Shape{1408, 128};
    }
    void opensParityFixture() {
        QFETCH(QString, file);
        QFETCH(QString, tensor);
        QFETCH(Shape, shape);
        const fs::path path = parityFolder() / file.toStdString();
        if (!fs::exists(path))
            QSKIP("not in this parity folder");
        const Checkpoint checkpoint = Checkpoint::open(path);
        for (const auto& [name, info] : checkpoint.tensors()) {
            const at::Tensor values = checkpoint.tensor(name);
            QCOMPARE(values.sizes().vec(), info.shape);
            QVERIFY2(values.to(at::kDouble).isfinite().all().item<bool>(), name.c_str());
        }
        QVERIFY(checkpoint.contains(tensor.toStdString()));
        QCOMPARE(checkpoint.tensors().at(tensor.toStdString()).shape, shape);
    }

    void indexListsEveryTensor() {
        const fs::path path = parityFolder() / "tiny8b/pytorch_model.bin.index.json";
        const QJsonObject index =
            QJsonDocument::fromJson(QByteArray::fromStdString(bytes::read(path))).object();
        const QStringList names = index["weight_map"].toObject().keys();
        const Checkpoint checkpoint = Checkpoint::open(path);
        QCOMPARE(qsizetype(checkpoint.tensors().size()), names.size());
        std::int64_t total = 0;
        for (const QString& name : names)
            total += checkpoint.tensors().at(name.toStdString()).bytes();
        QCOMPARE(qint64(total), index["metadata"].toObject()["total_size"].toInteger());
    }
};

QTEST_APPLESS_MAIN(CheckpointTest)
#include "tst_checkpoint.moc"
