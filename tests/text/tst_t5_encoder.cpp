#include "engine/text/t5_encoder.h"
#include "engine/text/tokenizer.h"
#include "scalekv/error.h"
#include "tests/fixtures.h"
#include "tests/mutate.h"
#include "tests/safetensors_file.h"

#include <QTemporaryDir>
#include <QTest>

using namespace scalekv;
using namespace scalekv::test;

namespace {

std::vector<std::int64_t> idsOf(const at::Tensor& tensor) {
    const at::Tensor ids = tensor.to(at::kLong).contiguous();
    return {ids.data_ptr<std::int64_t>(), ids.data_ptr<std::int64_t>() + ids.numel()};
}

T5Encoder tinyEncoder(at::ScalarType type = at::kFloat) {
    return T5Encoder::load(parityFolder() / "tiny_t5", type, at::kCPU);
}

} // namespace

class TestT5Encoder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void featuresAreTheReferences_data() {
        QTest::addColumn<QString>("prompt");
        const Checkpoint fixture = Checkpoint::open(parityFolder() / "tiny_t5_prompts.safetensors");
        for (const auto& [name, info] : fixture.tensors())
            if (const QString text = QString::fromStdString(name); text.endsWith(".features"))
                QTest::newRow(name.c_str()) << text.chopped(9);
    }
    void featuresAreTheReferences() {
        QFETCH(QString, prompt);
        const Checkpoint fixture = Checkpoint::open(parityFolder() / "tiny_t5_prompts.safetensors");
        const at::Tensor expected = fixture.tensor(prompt.toStdString() + ".features");
        const at::Tensor features =
            tinyEncoder().encode(idsOf(fixture.tensor(prompt.toStdString() + ".ids")));
        VERIFY_BELOW(relativeError(features.narrow(0, 0, expected.size(0)), expected), 1e-4);
    }

    void demoFeaturesAreTheReferences_data() {
        QTest::addColumn<QString>("file");
        for (const auto& file : filesLike(demoFixtureFolder(), "*.safetensors"))
            QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
    }
    void demoFeaturesAreTheReferences() {
        QFETCH(QString, file);
        const Checkpoint fixture = Checkpoint::open(file.toStdString());
        const std::vector<std::int64_t> ids = idsOf(fixture.tensor("ids"));
        QCOMPARE(Tokenizer(demoModelFolder() / "text_encoder" / "spiece.model")
                     .encode(setting(fixture, "prompt").get<std::string>()),
                 ids);
        const T5Encoder encoder = T5Encoder::load(demoModelFolder() / "text_encoder", at::kFloat, at::kCPU);
        VERIFY_BELOW(relativeError(encoder.encode(ids), fixture.tensor("text")), 1e-4);
    }

    void bf16StaysClose() {
        const std::filesystem::path folder = demoModelFolder() / "text_encoder";
        const T5Encoder exact = T5Encoder::load(folder, at::kFloat, at::kCPU);
        const T5Encoder quick = T5Encoder::load(folder, at::kBFloat16, at::kCPU);
        const Tokenizer tokenizer(folder / "spiece.model");
        for (const char* prompt : {"a red apple on a blue background", "a fox on a green background"}) {
            const std::vector<std::int64_t> ids = tokenizer.encode(prompt);
            const at::Tensor a = exact.encode(ids), b = quick.encode(ids);
            const double rms = ((a - b).square().mean() / a.square().mean()).sqrt().item<double>();
            qInfo("bf16 features differ by %.2g rms, %.2g at most (relative)", rms, relativeError(b, a));
            VERIFY_BELOW(rms, 0.01);
        }
    }

    void weightsInTheirTypeAreNotCopied() {
        std::int64_t taken = 0;
        const T5Encoder encoder = T5Encoder::load(parityFolder() / "tiny_t5", at::kFloat, at::kCPU,
                                                  [&](std::int64_t bytes) { taken = bytes; });
        QCOMPARE(encoder.weightBytes(), encoder.parameters() * 4);
        const T5Config& config = encoder.config();
        QCOMPARE(taken, encoder.weightBytes() - config.vocabulary * config.width * 4); // the table stays put
        QVERIFY(encoder.notes().empty());
    }

    void decoderTensorsAreNotNeeded() {
        const std::filesystem::path source = parityFolder() / "tiny_t5";
        QTemporaryDir folder;
        const std::filesystem::path target = folder.path().toStdString();
        std::filesystem::copy_file(source / "config.json", target / "config.json");
        const Checkpoint checkpoint = Checkpoint::open(source);
        std::map<std::string, at::Tensor> tensors;
        for (const auto& [name, info] : checkpoint.tensors())
            tensors[name == "shared.weight" ? "encoder.embed_tokens.weight" : name] = checkpoint.tensor(name);
        tensors["decoder.final_layer_norm.weight"] = at::ones({4});
        tensors["lm_head.weight"] = at::ones({4});
        writeSafetensors(target / "model.safetensors", tensors);
        const T5Encoder full = T5Encoder::load(target, at::kFloat, at::kCPU);
        QCOMPARE(int(full.notes().size()), 1);
        const std::vector<std::int64_t> ids{3, 51, 1};
        QVERIFY(full.encode(ids).equal(tinyEncoder().encode(ids)));

        tensors.erase("encoder.block.1.layer.0.SelfAttention.k.weight");
        writeSafetensors(target / "model.safetensors", tensors);
        try {
            T5Encoder::load(target, at::kFloat, at::kCPU);
            QFAIL("a missing tensor was not noticed");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("block.1.layer.0.SelfAttention.k"), error.what());
        }
    }

    void wrongUseIsAnError() {
        const T5Encoder encoder = tinyEncoder();
        QVERIFY_EXCEPTION_THROWN(encoder.encode({}), Error);
        for (std::int64_t id : {std::int64_t(-1), encoder.config().vocabulary})
            QVERIFY_EXCEPTION_THROWN(encoder.encode(std::vector<std::int64_t>{3, id}), Error);
        QVERIFY_EXCEPTION_THROWN(tinyEncoder(at::kHalf), Error);
    }

    void stops() {
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(tinyEncoder().encode(std::vector<std::int64_t>{3, 1}, source.get_token()),
                                 Cancelled);
    }

    void unusableConfigsAreErrors_data() {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        for (const char* field : {"num_layers", "d_model", "num_heads", "d_kv", "d_ff", "vocab_size"})
            for (const char* value :
                 {"0", "-3", "9e18", "1000000000000", "18446744073709551615", "\"2\"", "2.5", "null", "[2]"})
                QTest::addRow("%s %s", field, value) << field << value;
        QTest::newRow("relu") << "feed_forward_proj"
                              << "\"relu\"";
        QTest::newRow("another model") << "model_type"
                                       << "\"bert\"";
        QTest::newRow("odd buckets") << "relative_attention_num_buckets"
                                     << "30";
        QTest::newRow("epsilon") << "layer_norm_epsilon"
                                 << "-1";
        QTest::newRow("distance") << "relative_attention_max_distance"
                                  << "8";
    }
    void unusableConfigsAreErrors() {
        QFETCH(QString, field);
        QFETCH(QString, value);
        nlohmann::json config = nlohmann::json::parse(readBytes(parityFolder() / "tiny_t5" / "config.json"));
        config[field.toStdString()] = nlohmann::json::parse(value.toStdString());
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("config.json").toStdString();
        writeBytes(path, config.dump());
        try {
            T5Config::read(path);
            QFAIL("the config was accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(field), error.what());
            QVERIFY2(QString(error.what()).contains("config.json"), error.what());
        }
    }

    // Dimensions that pass for themselves but not with the weights must fail by the weights' shapes, before
    // anything is allocated for them.
    void configOfAnotherModel() {
        QTemporaryDir folder;
        const std::filesystem::path target = folder.path().toStdString();
        std::filesystem::copy(parityFolder() / "tiny_t5", target, std::filesystem::copy_options::recursive);
        nlohmann::json config = nlohmann::json::parse(readBytes(target / "config.json"));
        for (const char* field : {"num_layers", "d_model", "num_heads", "d_kv", "d_ff", "vocab_size"}) {
            nlohmann::json other = config;
            other[field] = 1000;
            if (std::string(field) == "vocab_size")
                other[field] = 1 << 24;
            writeBytes(target / "config.json", other.dump());
            QVERIFY_EXCEPTION_THROWN(T5Encoder::load(target, at::kFloat, at::kCPU), Error);
        }
    }

    void mutatedConfigs() {
        const std::string config = readBytes(parityFolder() / "tiny_t5" / "config.json");
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("config.json").toStdString();
        int refused = 0;
        for (std::uint32_t seed = 0; seed < 3000; ++seed) {
            writeBytes(path, mutate(config, seed));
            try {
                const T5Config read = T5Config::read(path);
                QVERIFY(read.layers > 0 && read.heads > 0);
            } catch (const Error&) {
                ++refused;
            }
        }
        QVERIFY(refused > 100);
    }
};

QTEST_APPLESS_MAIN(TestT5Encoder)
#include "tst_t5_encoder.moc"
