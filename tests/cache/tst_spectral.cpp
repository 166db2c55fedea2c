// The policy "spectral": quantisers, spectra, codes, and what the cache holds over random shapes and budgets.

#include "engine/cache/one_layer_policy.h"
#include "engine/cache/policies.h"
#include "engine/cache/spectral/anchor_code.h"
#include "engine/cache/spectral/bit_stream.h"
#include "engine/cache/spectral/gaussian_quantizer.h"
#include "engine/cache/spectral/spectral_code.h"
#include "engine/model/simd_rows.h"
#include "engine/pipeline/prepare.h"
#include "scalekv/error.h"
#include "tests/cache/made_up.h"
#include "tests/cache/tiny_shape.h"

#include <c10/core/InferenceMode.h>

#include <QRegularExpression>
#include <QtTest/QtTest>

#include <array>
#include <cmath>
#include <random>

using namespace scalekv;
using test::noise;

namespace {

constexpr std::int64_t kLayers = 4, kHeads = 2, kDim = 16; // of test::tinyShape()
constexpr std::int64_t kEntry = 2 * kDim * 4;              // key and value of a head in fp32

/// [n, width]: each channel a few slow waves over the map.
at::Tensor smooth(MapSize map, std::int64_t width, std::uint64_t seed) {
    const at::Tensor few =
        at::upsample_bilinear2d(noise({1, width, 3, 3}, seed), {map.height, map.width}, false);
    return few.flatten(2)[0].t().contiguous();
}

/// Energy of the difference, of all.
double noiseShare(const at::Tensor& is, const at::Tensor& should) {
    return ((is - should).square().sum() / should.square().sum()).item<double>();
}

/// [n, D], kLanes channels at a time, as they are decoded.
at::Tensor back(const MapSpectrum& spectrum, const at::Tensor& z, std::size_t bands) {
    const at::Tensor out = at::zeros_like(z);
    std::vector<float> between;
    for (std::int64_t c = 0; c < z.size(1); c += kLanes) {
        const std::int64_t channels = std::min(kLanes, z.size(1) - c);
        const at::Tensor lanes = at::zeros({z.size(0), kLanes}), tokens = at::empty_like(lanes);
        lanes.narrow(1, 0, channels).copy_(z.narrow(1, c, channels));
        spectrum.back(lanes.const_data_ptr<float>(), bands, between, tokens.mutable_data_ptr<float>());
        out.narrow(1, c, channels).copy_(tokens.narrow(1, 0, channels));
    }
    return out;
}

/// [n, 2·D]
at::Tensor decoded(SpectralCode& code, std::span<const std::byte> bytes, std::int64_t n, std::int64_t dim,
                   std::span<const float> common = {}) {
    const at::Tensor out = at::zeros({n, 2 * dim});
    SpectralCode::Buffers buffers;
    code.decode(
        bytes, common, buffers,
        [&](SpectralCode::Kind kind, std::int64_t channel, std::int64_t channels, const float* tokens) {
            const at::Tensor from =
                at::from_blob(const_cast<float*>(tokens), {n, kLanes}, at::kFloat).clone();
            out.narrow(1, kind * dim + channel, channels).copy_(from.narrow(1, 0, channels));
        });
    return out;
}

struct Setting {
    std::string size = "0.06M";
    double ratio = 1.0;
    double fraction = 0.3;
    int guidanceLayer = 0;
    std::int64_t prompts = 1;
    std::uint64_t seed = 0;
};

PreparedRequest prepared(const Setting& setting, const TransformerShape& shape, ElementBytes bytes = {}) {
    GenerationRequest request;
    request.size = setting.size;
    request.aspectRatio = setting.ratio;
    request.seed = setting.seed;
    request.guidanceLayers = {setting.guidanceLayer};
    request.policy = {.name = "spectral", .budget = {.fraction = setting.fraction}};
    request.prompts.resize(std::size_t(setting.prompts));
    const VaeShape vae{shape.bits, 8, {1, 2, 2}, 3, {}, 0};
    return prepareRequest(request, {shape, vae, bytes, nullptr, {}, at::kCPU, nullptr});
}

} // namespace

class TestSpectral : public QObject {
    Q_OBJECT

private:
    c10::InferenceMode inference_;
    TransformerShape shape_ = test::tinyShape(kLayers, kHeads);
    Transformer transformer_ = Transformer::random(shape_, at::kFloat, at::kCPU);

private Q_SLOTS:
    // Max 1960, table I: mean squared error of the best quantisers of a normal distribution.
    void quantisersAreTheBest() {
        const std::array<double, 5> errors{0.3634, 0.1175, 0.03454, 0.009497, 0.002499};
        const at::Tensor values = noise({200000}, 1);
        const float* x = values.const_data_ptr<float>();
        for (int bits = 1; bits <= GaussianQuantizer::kMostBits; ++bits) {
            const GaussianQuantizer& quantizer = GaussianQuantizer::of(bits);
            const auto levels = quantizer.levels();
            QCOMPARE(levels.size(), std::size_t(1) << unsigned(bits));
            double error = 0;
            for (std::int64_t i = 0; i < values.numel(); ++i) {
                const std::uint32_t code = quantizer.code(x[i]);
                QVERIFY(code < levels.size());
                for (const int step : {-1, 1}) { // no neighbour is nearer
                    const std::int64_t other = std::int64_t(code) + step;
                    if (other >= 0 && other < std::int64_t(levels.size()))
                        QVERIFY(std::abs(levels[code] - x[i]) <=
                                std::abs(levels[std::size_t(other)] - x[i]) + 1e-5F);
                }
                error += std::pow(double{levels[code]} - x[i], 2) / double(values.numel());
            }
            if (std::size_t(bits) <= errors.size())
                QVERIFY2(std::abs(error / errors[std::size_t(bits) - 1] - 1) < 0.03,
                         qPrintable(QString::number(error)));
            for (std::size_t i = 0; i < levels.size(); ++i)
                QVERIFY(std::abs(levels[i] + levels[levels.size() - 1 - i]) < 1e-4F);
            QCOMPARE(quantizer.code(-1e30F), 0U);
            QCOMPARE(std::size_t(quantizer.code(1e30F)), levels.size() - 1);
            QVERIFY(quantizer.code(std::nanf("")) < levels.size());
        }
    }

    void spectraKeepEverything() {
        for (const MapSize map : {MapSize{1, 1}, {2, 3}, {1, 7}, {6, 6}, {12, 5}, {16, 16}}) {
            const MapSpectrum spectrum(map);
            const at::Tensor x = noise({map.tokens(), 5}, 3), z = spectrum.of(x);
            QVERIFY(at::allclose(z.square().sum(), x.square().sum(), 1e-4));
            QVERIFY(at::allclose(z[0], x.mean(0) * std::sqrt(double(map.tokens())), 1e-4, 1e-5));
            QVERIFY(at::allclose(back(spectrum, z, spectrum.counts().size()), x, 1e-4, 1e-5));
            std::int64_t sum = 0;
            for (const std::int64_t count : spectrum.counts())
                sum += count;
            QCOMPARE(sum, map.tokens());
            QCOMPARE(spectrum.bands().front(), 0);
            QCOMPARE(spectrum.counts().front(), std::int64_t(1));
            QCOMPARE(spectrum.counts().size(), MapSpectrum::bandCount(map));
            for (std::size_t bands = 1; bands < spectrum.counts().size();
                 ++bands) { // the rest is not looked at
                at::Tensor low = z.clone();
                for (std::size_t f = 0; f < spectrum.bands().size(); ++f)
                    if (std::size_t(spectrum.bands()[f]) >= bands)
                        low[std::int64_t(f)].zero_();
                QVERIFY(at::allclose(back(spectrum, low, bands),
                                     back(spectrum, low, spectrum.counts().size()), 1e-4, 1e-5));
            }
        }
    }

    void anchorsAreEightBits() {
        at::Tensor x = noise({5, 2 * kDim}, 4);
        x[2].zero_();
        std::vector<std::byte> bytes(std::size_t(anchorBytes(5, kDim)));
        QCOMPARE(std::int64_t(bytes.size()), 5 * 2 * (kDim + 2));
        encodeAnchors(x, kDim, bytes);
        const at::Tensor back = at::empty_like(x);
        decodeAnchors(bytes, kDim, {back.mutable_data_ptr<float>(), std::size_t(back.numel())});
        // Half a step of the largest number of each key and value.
        const at::Tensor bound =
            x.view({10, kDim}).abs().amax(1, true) * (0.5 / 127 * (1 + 1.0 / 256)) + 1e-6;
        // The factor is rounded by up to 1 in 256, which moves the whole grid and clips the largest by as
        // much.
        const at::Tensor clipped = x.view({10, kDim}).abs().amax(1, true) / 256;
        const at::Tensor error = (back - x).view({10, kDim}).abs();
        QVERIFY((error <= at::where(x.view({10, kDim}).abs() >= x.view({10, kDim}).abs().amax(1, true) * 0.99,
                                    clipped + bound, bound))
                    .all()
                    .item<bool>());
    }

    void bitsComeBack() {
        std::mt19937 random(21);
        for (int round = 0; round < 400; ++round) {
            std::vector<std::pair<std::uint32_t, int>> numbers;
            std::vector<std::byte> bytes(random() % 41, std::byte{0xFF});
            BitWriter writer(bytes);
            for (std::size_t left = bytes.size() * 8;;) {
                const int bits = 1 + int(random() % 8);
                if (std::size_t(bits) > left || random() % 60 == 0)
                    break;
                left -= std::size_t(bits);
                numbers.emplace_back(random() & ((1U << unsigned(bits)) - 1), bits);
                writer.put(numbers.back().first, bits);
            }
            writer.finish();
            BitReader reader(bytes);
            for (const auto& [value, bits] : numbers)
                QCOMPARE(reader.take(bits), value);
            for (int behind = 0; behind < 400; ++behind) // what was left of the room, and behind it
                QCOMPARE(reader.take(8), 0U);
        }
        std::vector<std::byte> few(5);
        BitWriter writer(few);
        QVERIFY_EXCEPTION_THROWN(
            [&] {
                for (int i = 0; i < 9; ++i)
                    writer.put(1, 8);
            }(),
            std::logic_error);
    }

    // Heads that are decoded in several groups of channels, in a part of one, and what all tokens share.
    void everyHeadDimensionComesBack() {
        const MapSize map{12, 9};
        const MapSpectrum spectrum(map);
        for (const std::int64_t dim : {4, 16, 20, 40, 64}) {
            SpectralCode code(spectrum, dim);
            const at::Tensor common = noise({2 * dim}, 31) * 5;
            const at::Tensor x =
                noise({map.tokens(), 2 * dim}, 30) * (at::arange(2 * dim) % 7 + 0.2).to(at::kFloat) + common;
            const std::span<const float> mean(common.const_data_ptr<float>(), std::size_t(2 * dim));
            std::vector<std::byte> bytes(std::size_t(SpectralCode::headBytes(spectrum.counts().size(), dim) +
                                                     map.tokens() * 2 * dim * 4 / 8));
            code.encode(x, mean, 1, bytes);
            const at::Tensor back = decoded(code, bytes, map.tokens(), dim, mean);
            QVERIFY(noiseShare(back - common, x - common) < 0.02);
            // Without it, it is missing from all tokens alike.
            QVERIFY(at::allclose(decoded(code, bytes, map.tokens(), dim) + common, back, 1e-3, 1e-3));
            for (std::int64_t c = 0; c < 2 * dim; ++c) // no channel stands in another's place
                QVERIFY((x - common).select(1, c).mul((back - common).select(1, c)).sum().item<double>() > 0);
        }
    }

    // Noise, of which no transform makes less: never worse than a quantiser of as many bits allows.
    void codesKeepToTheQuantisersBound() {
        const MapSize map{16, 16};
        const MapSpectrum spectrum(map);
        SpectralCode code(spectrum, kDim);
        const at::Tensor x = noise({map.tokens(), 2 * kDim}, 5);
        const std::array<double, 4> bound{0.3634, 0.1175, 0.03454, 0.009497};
        for (std::size_t bits = 1; bits <= bound.size(); ++bits) {
            std::vector<std::byte> bytes(
                std::size_t(SpectralCode::headBytes(spectrum.counts().size(), kDim)) +
                std::size_t(map.tokens() * 2 * kDim) * bits / 8);
            code.encode(x, {}, 1, bytes);
            const double error = noiseShare(decoded(code, bytes, spectrum.tokens(), kDim), x);
            QVERIFY2(error < 1.25 * bound[bits - 1], qPrintable(QString::number(error)));
            SpectralCode another(spectrum, kDim);
            QVERIFY(at::equal(decoded(another, bytes, spectrum.tokens(), kDim),
                              decoded(code, bytes, spectrum.tokens(), kDim)));
        }
    }

    void smoothMapsTakeAlmostNothing() {
        for (const MapSize map : {MapSize{16, 16}, {12, 20}, {24, 24}}) {
            const MapSpectrum spectrum(map);
            SpectralCode code(spectrum, kDim);
            const at::Tensor x = smooth(map, 2 * kDim, 6);
            double before = 1;
            for (const double bits : {0.1, 0.3, 1.0}) {
                std::vector<std::byte> bytes(
                    std::size_t(SpectralCode::headBytes(spectrum.counts().size(), kDim)) +
                    std::size_t(double(map.tokens() * 2 * kDim) * bits / 8));
                code.encode(x, {}, 1, bytes);
                const double error = noiseShare(decoded(code, bytes, spectrum.tokens(), kDim), x);
                QVERIFY2(error < before, qPrintable(QString::number(error)));
                before = error;
            }
            QVERIFY2(before < 0.3634 / 30,
                     qPrintable(QString::number(before))); // of what noise has at one bit
        }
    }

    // Bits go where an error counts: to the keys of a head whose queries are long, to low frequencies.
    void bitsGoWhereErrorsCount() {
        const MapSize map{16, 16};
        const MapSpectrum spectrum(map);
        SpectralCode code(spectrum, kDim);
        const at::Tensor x = noise({map.tokens(), 2 * kDim}, 15);
        std::vector<std::byte> bytes(3000);
        const auto errors = [&](float queryNorm) {
            code.encode(x, {}, queryNorm, bytes);
            const at::Tensor error = (decoded(code, bytes, spectrum.tokens(), kDim) - x).square();
            return std::pair(error.narrow(1, 0, kDim).mean().item<double>(),
                             error.narrow(1, kDim, kDim).mean().item<double>());
        };
        const auto [keys, values] = errors(1);
        QVERIFY(std::abs(keys / values - 1) < 0.25);
        const auto [longKeys, longValues] = errors(8);
        QVERIFY(longKeys < 0.5 * keys && longValues > 1.5 * values);
        const auto [shortKeys, shortValues] = errors(0.125F);
        QVERIFY(shortKeys > 1.5 * keys && shortValues < 0.5 * values);

        code.encode(x, {}, 1, bytes);
        const at::Tensor error =
            (spectrum.of(decoded(code, bytes, spectrum.tokens(), kDim)) - spectrum.of(x)).square().mean(1);
        double low = 0, high = 0;
        int lows = 0, highs = 0;
        for (std::size_t f = 1; f < spectrum.bands().size(); ++f) {
            const bool isLow = spectrum.bands()[f] < 5; // below four half waves
            (isLow ? low : high) += error[std::int64_t(f)].item<double>();
            ++(isLow ? lows : highs);
        }
        QVERIFY2(low / lows < 0.9 * high / highs, qPrintable(QString::number(low / lows / (high / highs))));
    }

    void oddMapsComeBack() {
        const MapSpectrum spectrum({6, 6});
        SpectralCode code(spectrum, kDim);
        std::vector<std::byte> bytes(2000);
        code.encode(at::zeros({36, 2 * kDim}), {}, 1, bytes);
        QVERIFY(at::equal(decoded(code, bytes, spectrum.tokens(), kDim), at::zeros({36, 2 * kDim})));
        const at::Tensor same = noise({1, 2 * kDim}, 7).expand({36, 2 * kDim}).contiguous();
        code.encode(same, {}, 1, bytes);
        QVERIFY(noiseShare(decoded(code, bytes, spectrum.tokens(), kDim), same) < 1e-3);
        at::Tensor broken = noise({36, 2 * kDim}, 8); // a broken model's: no crash
        broken[3][1] = std::numeric_limits<float>::quiet_NaN();
        broken[5][2] = std::numeric_limits<float>::infinity();
        code.encode(broken, {}, 1, bytes);
        QCOMPARE(decoded(code, bytes, spectrum.tokens(), kDim).size(0), std::int64_t(36));
    }

    void rotationIsUndone() {
        const at::Tensor x = noise({kDim}, 9), angles = noise({kDim / 2}, 10);
        const at::Tensor c = angles.cos(), s = angles.sin(), minus = -s;
        at::Tensor turned = at::empty({kDim}), back = at::empty({kDim});
        rows::rotate(x.const_data_ptr<float>(), c.const_data_ptr<float>(), s.const_data_ptr<float>(),
                     turned.mutable_data_ptr<float>(), kDim);
        QVERIFY(!at::allclose(turned, x));
        rows::rotate(turned.const_data_ptr<float>(), c.const_data_ptr<float>(), minus.const_data_ptr<float>(),
                     back.mutable_data_ptr<float>(), kDim);
        QVERIFY(at::allclose(back, x, 1e-5, 1e-6));
    }

    // Whole generations with random weights: exactly the bytes that were planned, never above the budget.
    void cachesKeepToTheirBytes() {
        std::mt19937 random(11);
        const std::array<double, 4> ratios{1.0, 0.666, 3.0, 1.25};
        for (int round = 0; round < 8; ++round) {
            Setting setting;
            setting.size = round % 4 == 3 ? "0.25M" : "0.06M";
            setting.ratio = ratios[random() % ratios.size()];
            setting.fraction = 0.15 + 0.1 * double(round);
            setting.guidanceLayer = round % 3 == 2 ? -2 : 0;
            setting.prompts = 1 + round % 2;
            setting.seed = random();
            const PreparedRequest request = prepared(setting, shape_);
            NextScaleSettings settings = request.settings;
            const CachePlan& plan = settings.policy->plan();
            QVERIFY(plan.spectra() != nullptr);
            const ScaleSchedule& schedule = settings.schedule;
            const std::int64_t all =
                std::accumulate(request.sequences.begin(), request.sequences.end(), std::int64_t{0}) * kHeads;
            const auto limit =
                all * kEntry * Budget{.fraction = setting.fraction}.inTokens({cachedTokens(schedule), 0});

            std::vector<std::vector<at::Tensor>> made(kLayers), values(kLayers);
            settings.keepPositions = true;
            settings.tap = [&](const LayerState& state) {
                auto& maps = made[std::size_t(state.layer)];
                if (!maps.empty()) { // every token stays, more or less as it was
                    const at::Tensor were = at::cat(maps, 2);
                    QCOMPARE(state.history.keys.sizes(), were.sizes());
                    const at::Tensor valuesWere = at::cat(values[std::size_t(state.layer)], 2);
                    QVERIFY2(noiseShare(state.history.keys, were) < 0.05,
                             qPrintable(QString::number(noiseShare(state.history.keys, were))));
                    QVERIFY2(noiseShare(state.history.values, valuesWere) < 0.05,
                             qPrintable(QString::number(noiseShare(state.history.values, valuesWere))));
                    const auto first = [](const at::Tensor& t) { return t.narrow(2, 0, 1); };
                    QVERIFY(noiseShare(first(state.history.keys), first(were)) < 1e-4);
                    QVERIFY(noiseShare(first(state.history.values), first(valuesWere)) < 1e-4);
                    QVERIFY(at::equal(state.positions[0][0], at::arange(state.history.tokens(), at::kInt)));
                }
                maps.push_back(state.current.keys.clone());
                values[std::size_t(state.layer)].push_back(state.current.values.clone());
            };
            NextScale run(transformer_, settings, test::texts(setting.prompts));
            while (run.scale() + 1 < std::int64_t(schedule.size())) {
                const std::int64_t k = run.scale();
                const at::Tensor logits = run.predict();
                QCOMPARE(run.kvBytes(), plan.bytes(k, request.sequences, kHeads, kEntry));
                QCOMPARE(run.kvBytes(), request.plan.kvBytes[std::size_t(k)]);
                QVERIFY(run.kvBytes() <= limit);
                QCOMPARE(run.kvBytes(3), request.sequences[3] * kHeads * plan.spectra()->bytesUpTo(k));
                run.feed(run.draw(run.finalLogits(logits)));
            }
            QVERIFY2(setting.fraction > 0.25 || double(run.kvBytes()) > 0.99 * double(limit),
                     qPrintable(QString::number(double(run.kvBytes()) / double(limit))));
            run.feed(run.draw(run.finalLogits(run.predict())));
            QCOMPARE(run.peakKvBytes(), request.plan.peakKvBytes);
            QCOMPARE(run.scratchBytes(), request.plan.scratchBytes);
            QCOMPARE(run.kvBytes(), std::int64_t(0)); // given back for the decoder
        }
    }

    // A budget in bytes: all of a picture's, and a policy of whole tokens leaves less than one of them.
    void bytesAreABudgetToo() {
        for (const int guidanceLayer : {0, -2})
            for (const char* name : {"spectral", "evenly-spaced", "streaming-llm"}) {
                GenerationRequest request;
                request.size = "0.25M";
                request.guidanceLayers = {guidanceLayer};
                request.prompts = {"a", "b"};
                request.policy = {.name = name, .budget = {.bytes = 200000}};
                const VaeShape vae{shape_.bits, 8, {1, 2, 2}, 3, {}, 0};
                const PreparedRequest made =
                    prepareRequest(request, {shape_, vae, {4, 4}, nullptr, {}, at::kCPU, nullptr});
                const std::int64_t each = made.plan.peakKvBytes / 2; // of two pictures
                const std::int64_t token = made.plan.history().tokenBytes;
                QVERIFY(each <= 200000);
                QVERIFY2(each > 200000 - token, qPrintable(QString("%1: %2").arg(name).arg(each)));
            }
    }

    void moreBytesPredictBetter() {
        const auto logitsOf = [&](double fraction) {
            Setting setting{.size = "0.25M", .ratio = 1.0, .fraction = fraction};
            NextScale run(transformer_, prepared(setting, shape_).settings, test::texts(1));
            std::vector<at::Tensor> all;
            const at::Generator generator = at::detail::createCPUGenerator(12);
            while (!run.finished()) {
                all.push_back(run.predict());
                const MapSize map = run.latentMap(run.scale());
                run.feed(at::randint(0, 2, {1, map.height, map.width, 4}, generator)
                             .to(at::kByte)); // the same for all
            }
            return all;
        };
        const auto full = logitsOf(1.0);
        double before = std::numeric_limits<double>::infinity();
        for (const double fraction : {0.04, 0.1, 0.2}) {
            const auto logits = logitsOf(fraction);
            double error = 0;
            for (std::size_t k = 0; k < full.size(); ++k)
                error += (logits[k] - full[k]).square().mean().item<double>();
            QVERIFY2(error < before && error > 0, qPrintable(QString::number(error)));
            before = error;
        }
    }

    void ofOneLayerTheOthersKeepEverything_data() {
        QTest::addColumn<int>("guidanceLayer");
        QTest::newRow("all layers with both halves") << 0;
        QTest::newRow("the last with one") << -2;
    }
    void ofOneLayerTheOthersKeepEverything() {
        QFETCH(int, guidanceLayer);
        const PreparedRequest request = prepared({.guidanceLayer = guidanceLayer}, shape_);
        const auto one = std::make_shared<OneLayerPolicy>(request.settings.policy, 2);
        for (std::int64_t layer = 0; layer < kLayers; ++layer)
            QCOMPARE(one->plan().spectral(layer), layer == 2);
        NextScaleSettings settings = request.settings;
        settings.policy = one;
        NextScale run(transformer_, settings, test::texts(1));
        std::int64_t tokens = 0;
        while (run.scale() + 1 < std::int64_t(settings.schedule.size())) {
            const std::int64_t k = run.scale();
            tokens += settings.schedule[std::size_t(k)].tokens();
            const at::Tensor logits = run.predict();
            for (std::int64_t layer = 0; layer < kLayers; ++layer)
                QCOMPARE(run.kvBytes(layer),
                         request.sequences[std::size_t(layer)] * kHeads *
                             (layer == 2 ? one->plan().spectra()->bytesUpTo(k) : tokens * kEntry));
            QCOMPARE(run.kvBytes(), one->plan().bytes(k, request.sequences, kHeads, kEntry));
            run.feed(run.draw(run.finalLogits(logits)));
        }
        run.feed(run.draw(run.finalLogits(run.predict())));
        QCOMPARE(run.peakKvBytes(), one->plan().peakBytes(request.sequences, kHeads, kEntry));
        QCOMPARE(run.kvBytes(), std::int64_t(0));
    }

    void inBFloat16ItIsNearlyTheSame() {
        const Transformer other = Transformer::random(shape_, at::kBFloat16, at::kCPU);
        const PreparedRequest request = prepared({.size = "0.25M"}, shape_, {2, 2});
        NextScaleSettings settings = request.settings;
        std::vector<std::vector<at::Tensor>> made(kLayers);
        settings.tap = [&](const LayerState& state) {
            auto& maps = made[std::size_t(state.layer)];
            QCOMPARE(state.history.keys.scalar_type(), at::kBFloat16);
            if (!maps.empty())
                QVERIFY(noiseShare(state.history.keys.to(at::kFloat), at::cat(maps, 2)) < 0.05);
            maps.push_back(state.current.keys.to(at::kFloat));
        };
        NextScale run(other, settings, test::texts(1));
        while (!run.finished()) {
            const at::Tensor logits = run.predict();
            QCOMPARE(run.kvBytes(), request.plan.kvBytes[std::size_t(run.scale())]);
            run.feed(run.draw(run.finalLogits(logits)));
        }
    }

    // … and what the message proposes works.
    void tooSmallABudgetIsSaid() {
        for (const double ratio : {1.0, 0.4})
            for (const char* size : {"0.06M", "0.25M"})
                for (const ElementBytes bytes : {ElementBytes{2, 2}, ElementBytes{4, 4}}) {
                    try {
                        (void)prepared({.size = size, .ratio = ratio, .fraction = 1e-4}, shape_, bytes);
                        QFAIL("no error");
                    } catch (const Error& error) {
                        const auto found =
                            QRegularExpression(
                                "Policy spectral needs .* at least ([0-9.]+) % or ([0-9]+) tokens\\.$")
                                .match(error.what());
                        QVERIFY2(found.hasMatch(), error.what());
                        const double share = found.captured(1).toDouble() / 100;
                        (void)prepared({.size = size, .ratio = ratio, .fraction = share}, shape_, bytes);
                    }
                }
    }
};

QTEST_APPLESS_MAIN(TestSpectral)
#include "tst_spectral.moc"
