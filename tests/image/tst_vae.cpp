#include "engine/image/bsq.h"
#include "engine/image/group_norm.h"
#include "engine/image/vae.h"
#include "engine/image/vae_layers.h"
#include "scalekv/error.h"
#include "tests/fixtures.h"
#include "tests/mutate.h"
#include "tests/safetensors_file.h"

#include <QTemporaryDir>
#include <QTest>

using namespace scalekv;
using namespace scalekv::test;

namespace {

struct VaeFile {
    std::filesystem::path path;
    std::optional<int> normGroups;
};

/// The VAE that made a fixture: beside it under the model's name, or the demo's.
VaeFile vaeOf(const std::string& model, const std::filesystem::path& folder) {
    if (model == "demo") {
        const auto settings = nlohmann::json::parse(readBytes(demoModelFolder() / "model.json"));
        return {demoModelFolder() / "vae.safetensors", settings["vae_config"]["norm_groups"].get<int>()};
    }
    for (const char* ending : {"_vae.pth", "_vae.safetensors"})
        if (std::filesystem::exists(folder / (model + ending)))
            return {folder / (model + ending), std::nullopt};
    throw Error("No VAE for the model " + model + " in " + folder.string() + ".");
}

Vae load(const VaeFile& file, at::ScalarType type = at::kFloat) {
    return Vae::load(file.path, file.normGroups, type, at::kCPU);
}

VaeFile demoFile() {
    return vaeOf("demo", {});
}

/// What the decoder got at the end of a fixture's run.
at::Tensor sumOfCodes(const Checkpoint& fixture) {
    std::vector<at::Tensor> codes;
    for (int k = 0; fixture.contains("scale" + std::to_string(k) + ".bits"); ++k)
        codes.push_back(bsq::codesFromBits(fixture.tensor("scale" + std::to_string(k) + ".bits").squeeze(1)));
    const MapSize full{int(codes.back().size(2)), int(codes.back().size(3))};
    at::Tensor sum = at::zeros_like(codes.back());
    for (const at::Tensor& code : codes)
        sum += bsq::resize(code, full);
    return sum;
}

double psnr(const at::Tensor& a, const at::Tensor& b) { // both −1 … 1
    return 10 * std::log10(4 / (a - b).square().mean().item<double>());
}

void addFixtureRows(const char* pattern) {
    for (const auto& folder : {parityFolder(), demoFixtureFolder()})
        for (const auto& file : filesLike(folder, pattern))
            if (const Checkpoint fixture = Checkpoint::open(file);
                fixture.contains("image") && fixture.contains("scale0.bits"))
                QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
}

} // namespace

class TestVae : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Both forms against LibTorch's own.
    void groupNormIsLibTorchs_data() {
        QTest::addColumn<bool>("half");
        QTest::addColumn<bool>("portable");
        for (const bool half : {false, true}) {
            QTest::addRow("%s", half ? "bf16" : "fp32") << half << false;
            QTest::addRow("%s, any device", half ? "bf16" : "fp32") << half << true;
        }
    }
    void groupNormIsLibTorchs() {
        QFETCH(bool, half);
        QFETCH(bool, portable);
        constexpr std::int64_t kChannels = 24, kGroups = 4;
        const at::Tensor x = (at::randn({2, kChannels, 19, 17}, at::detail::createCPUGenerator(1)) * 3 + 2)
                                 .to(half ? at::kBFloat16 : at::kFloat)
                                 .contiguous(at::MemoryFormat::ChannelsLast);
        const at::Tensor weight = at::randn({kChannels}, at::detail::createCPUGenerator(2)),
                         bias = at::randn({kChannels}, at::detail::createCPUGenerator(3));
        const at::Tensor expected = at::silu(std::get<0>(
            at::native_group_norm(x.to(at::kFloat), weight, bias, 2, kChannels, 19 * 17, kGroups, 1e-6)));
        const at::Tensor got = portable ? at::silu(vae::groupNormPortable(x, weight, bias, kGroups, 1e-6))
                                        : vae::groupNormSwish(x, weight, bias, kGroups, 1e-6);
        QCOMPARE(got.scalar_type(), x.scalar_type());
        QVERIFY(got.is_contiguous(at::MemoryFormat::ChannelsLast));
        VERIFY_BELOW(relativeError(got, expected), half ? 0.004 : 1e-5);
    }

    // Else a recipe would give another picture on a machine with more cores.
    void aPictureDoesNotKnowHowManyThreadsThereAre() {
        const Vae vae = load(vaeOf("demo", {}));
        const at::Tensor codes = at::randn({1, vae.shape().bits, 37, 29}, at::detail::createCPUGenerator(1));
        const int threads = at::get_num_threads();
        at::Tensor one;
        for (const int n : {1, 2, 3, 5, 7}) {
            at::set_num_threads(n);
            const at::Tensor picture = vae.decode(codes);
            one = one.defined() ? one : picture;
            QVERIFY2(picture.equal(one), qPrintable(QString::number(n)));
        }
        at::set_num_threads(threads);
    }

    void roundTripIsTheReferences_data() {
        QTest::addColumn<QString>("file");
        addFixtureRows("*_vae_roundtrip.safetensors");
    }
    void roundTripIsTheReferences() {
        QFETCH(QString, file);
        const std::filesystem::path path = file.toStdString();
        const Checkpoint fixture = Checkpoint::open(path);
        const std::string name = path.stem().string();
        const Vae vae = load(vaeOf(name.substr(0, name.find("_vae_roundtrip")), path.parent_path()));
        VERIFY_BELOW(relativeError(vae.encode(fixture.tensor("image")), fixture.tensor("latent")), 1e-4);
        VERIFY_BELOW(relativeError(vae.decode(fixture.tensor("quantized")).clamp(-1, 1),
                                   fixture.tensor("reconstruction").clamp(-1, 1)),
                     1e-4);
    }

    void picturesOfStoredBits_data() {
        QTest::addColumn<QString>("file");
        addFixtureRows("*.safetensors");
    }
    void picturesOfStoredBits() {
        QFETCH(QString, file);
        const std::filesystem::path path = file.toStdString();
        const Checkpoint fixture = Checkpoint::open(path);
        if (fixture.tensor("image").scalar_type() != at::kByte)
            return; // a round trip, tested above
        const Vae vae = load(vaeOf(setting(fixture, "model").get<std::string>(), path.parent_path()));
        const std::vector<RgbImage> images = toRgb(vae.decode(sumOfCodes(fixture)));
        const at::Tensor expected = fixture.tensor("image").contiguous();
        QCOMPARE(std::int64_t(images.size()), expected.size(0));
        for (std::size_t n = 0; n < images.size(); ++n) {
            const at::Tensor one = expected[std::int64_t(n)].contiguous();
            QCOMPARE(images[n].height, int(one.size(0)));
            QCOMPARE(images[n].width, int(one.size(1)));
            const std::uint8_t* bytes = one.const_data_ptr<std::uint8_t>();
            int worst = 0;
            for (std::size_t i = 0; i < images[n].pixels.size(); ++i)
                worst = std::max(worst, std::abs(int(images[n].pixels[i]) - int(bytes[i])));
            QVERIFY2(worst <= 1, qPrintable(QStringLiteral("differs by %1 of 255").arg(worst)));
        }
    }

    void shapeIsInferred() {
        const VaeShape shape = load(demoFile()).shape();
        const auto settings =
            nlohmann::json::parse(readBytes(demoModelFolder() / "model.json"))["vae_config"];
        QCOMPARE(shape.bits, settings["codebook_dim"].get<std::int64_t>());
        QCOMPARE(shape.patchSize(), settings["patch_size"].get<std::int64_t>());
        QCOMPARE(shape.baseChannels, settings["base_channels"].get<std::int64_t>());
        QCOMPARE(shape.decoderMultipliers, settings["channel_multipliers"].get<std::vector<std::int64_t>>());
        QCOMPARE(shape.encoderMultipliers, shape.decoderMultipliers);
    }

    void layoutsMeanTheSame_data() {
        QTest::addColumn<bool>("isUnderVae");
        QTest::addColumn<bool>("hasLevel");
        QTest::addColumn<bool>("hasEncoder");
        QTest::addColumn<bool>("hasExtras");
        QTest::newRow("as the release") << true << true << true << true;
        QTest::newRow("no level") << false << false << true << false;
        QTest::newRow("no level, under vae") << true << false << true << true;
        QTest::newRow("decoder only") << false << true << false << true;
    }
    void layoutsMeanTheSame() {
        QFETCH(bool, isUnderVae);
        QFETCH(bool, hasLevel);
        QFETCH(bool, hasEncoder);
        QFETCH(bool, hasExtras);
        const VaeFile original = demoFile();
        const Checkpoint checkpoint = Checkpoint::open(original.path);
        const std::string prefix = isUnderVae ? "vae." : "";
        std::map<std::string, at::Tensor> tensors;
        for (const auto& [name, info] : checkpoint.tensors()) {
            QString renamed = QString::fromStdString(name);
            if (!hasEncoder && renamed.startsWith("encoder."))
                continue;
            if (!hasLevel)
                renamed.replace(".conv.weight", ".weight")
                    .replace(".conv.bias", ".bias")
                    .replace(".norm.weight", ".weight")
                    .replace(".norm.bias", ".bias");
            tensors[prefix + renamed.toStdString()] = checkpoint.tensor(name);
        }
        if (hasExtras) {
            tensors[prefix + "quantizer.lfq.mask"] = at::ones({4});
            tensors["image_disc.weight"] = at::ones({4});
        }
        QTemporaryDir folder;
        const VaeFile other{folder.filePath("vae.safetensors").toStdString(), original.normGroups};
        writeSafetensors(other.path, tensors);

        const Vae first = load(original), second = load(other);
        const at::Tensor codes = at::randn({1, first.shape().bits, 4, 6});
        QVERIFY(second.decode(codes).equal(first.decode(codes)));
        QCOMPARE(second.notes().size(), std::size_t(hasExtras ? 1 : 0));
        if (hasEncoder)
            QCOMPARE(second.parameters(), first.parameters());
        else
            QVERIFY_EXCEPTION_THROWN(second.encode(at::zeros({1, 3, 16, 16})), Error);
    }

    void batchIsEachForItself() {
        const Vae vae = load(demoFile());
        const at::Tensor codes = at::randn({3, vae.shape().bits, 4, 6});
        const at::Tensor pictures = vae.decode(codes);
        const std::int64_t patch = vae.shape().patchSize();
        QCOMPARE(pictures.sizes().vec(), (std::vector<std::int64_t>{3, 3, 4 * patch, 6 * patch}));
        for (std::int64_t n = 0; n < 3; ++n)
            QVERIFY(pictures.narrow(0, n, 1).equal(vae.decode(codes.narrow(0, n, 1))));
        QCOMPARE(vae.encode(pictures).sizes().vec(), codes.sizes().vec());
    }

    void bf16StaysClose() {
        const Vae exact = load(demoFile()), quick = load(demoFile(), at::kBFloat16);
        for (const auto& file : filesLike(demoFixtureFolder(), "*.safetensors")) {
            const at::Tensor codes = sumOfCodes(Checkpoint::open(file));
            const at::Tensor a = exact.decode(codes).clamp(-1, 1), b = quick.decode(codes).clamp(-1, 1);
            qInfo("%s: bf16 picture has PSNR %.1f dB to fp32", file.stem().c_str(), psnr(a, b));
            QVERIFY(psnr(a, b) > 40);
            const at::Tensor latent = exact.encode(a);
            VERIFY_BELOW(relativeError(quick.encode(a), latent), 0.05);
        }
    }

    void normGroupsMustDivide() {
        const VaeFile file = demoFile();
        for (int groups : {0, -1, 5, 64})
            QVERIFY_EXCEPTION_THROWN(Vae::load(file.path, groups, at::kFloat, at::kCPU), Error);
    }

    void wrongPicturesAreErrors() {
        const Vae vae = load(demoFile());
        QVERIFY_EXCEPTION_THROWN(vae.encode(at::zeros({1, 3, 17, 16})), Error);
        QVERIFY_EXCEPTION_THROWN(vae.encode(at::zeros({1, 1, 16, 16})), Error);
        QVERIFY_EXCEPTION_THROWN(vae.decode(at::zeros({1, vae.shape().bits + 1, 4, 4})), Error);
        QVERIFY_EXCEPTION_THROWN(vae.decode(at::zeros({vae.shape().bits, 4, 4})), Error);
    }

    void stops() {
        const Vae vae = load(demoFile());
        std::stop_source source;
        source.request_stop();
        QVERIFY_EXCEPTION_THROWN(vae.decode(at::zeros({1, vae.shape().bits, 4, 4}), source.get_token()),
                                 Cancelled);
        QVERIFY_EXCEPTION_THROWN(vae.encode(at::zeros({1, 3, 16, 16}), source.get_token()), Cancelled);
    }

    // One tensor at a time is missing or has another shape: an error, never a crash.
    void incompleteFilesAreErrors() {
        const VaeFile original = demoFile();
        const Checkpoint checkpoint = Checkpoint::open(original.path);
        std::map<std::string, at::Tensor> tensors;
        for (const auto& [name, info] : checkpoint.tensors())
            tensors[name] = checkpoint.tensor(name);
        QTemporaryDir folder;
        const VaeFile broken{folder.filePath("broken.safetensors").toStdString(), original.normGroups};
        int n = 0;
        for (const auto& [name, tensor] : std::map(tensors)) {
            if (++n % 37 != 0)
                continue;
            for (const at::Tensor& other : {at::Tensor(), at::ones({1}), at::ones({0, 3, 3, 3}),
                                            at::ones({7, 2, 3, 3}), at::ones({2, 2, 2, 2, 2})}) {
                std::map<std::string, at::Tensor> some = tensors;
                some.erase(name);
                if (other.defined())
                    some[name] = other;
                writeSafetensors(broken.path, some);
                try {
                    const Vae vae = load(broken);
                    // Only a whole encoder may be left out; its first layer says whether there is one.
                    QVERIFY2(name.starts_with("encoder.conv_in"), name.c_str());
                } catch (const Error& error) {
                    QVERIFY2(QString(error.what()).contains("broken"), error.what());
                }
            }
        }
    }

    void pixelsAndTensors() {
        RgbImage image{4, 2, {}};
        for (int n = 0; n < 24; ++n)
            image.pixels.push_back(std::uint8_t(n * 11));
        const at::Tensor tensor = fromRgb(image);
        QCOMPARE(tensor.sizes().vec(), (std::vector<std::int64_t>{1, 3, 2, 4}));
        QCOMPARE(tensor[0][1][1][2].item<float>(), float((4 + 2) * 3 + 1) * 11 / 255 * 2 - 1);
        const RgbImage back = toRgb(tensor + 1e-5).front(); // truncation needs a nudge
        QCOMPARE(back.width, 4);
        QCOMPARE(back.height, 2);
        QCOMPARE(back.pixels, image.pixels);
        at::Tensor wild = at::zeros({1, 3, 1, 2});
        wild[0][0][0][0] = std::nan("");
        wild[0][1][0][0] = 7;
        wild[0][2][0][0] = -std::numeric_limits<float>::infinity();
        QCOMPARE(toRgb(wild).front().pixels, (std::vector<std::uint8_t>{127, 255, 0, 127, 127, 127}));
    }
};

QTEST_APPLESS_MAIN(TestVae)
#include "tst_vae.moc"
