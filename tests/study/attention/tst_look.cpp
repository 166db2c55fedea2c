// What looking at a run says, against the formulas themselves, on the demo model's first layers at its
// smallest size.

#include "engine/analysis/attention_probe.h"
#include "engine/cache/query_sample.h"
#include "engine/image/bit_packing.h"
#include "engine/pipeline/pace.h"
#include "engine/pipeline/prepare.h"
#include "engine/pipeline/scale_loop.h"
#include "scalekv/error.h"
#include "scalekv/look_text.h"
#include "scalekv/run_record.h"
#include "tests/fixtures.h"
#include "tests/small_model.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

#include <cmath>
#include <numeric>

using namespace scalekv;

namespace {

constexpr const char* kPrompt = "a smiling face on a green background";

/// How a run is made; `prompts` of two make a batch.
struct Case {
    double cfg = 3;
    const char* policy = "full";
    std::vector<std::string> prompts{kPrompt};
};

GenerationRequest requestOf(const Case& c) {
    GenerationRequest request;
    request.prompts = c.prompts;
    request.size = "0.06M";
    request.cfg = {c.cfg};
    request.seed = 4;
    request.policy.name = c.policy;
    request.policy.budget = {.tokens = 40};
    return request;
}

struct Recorder final : GenerationObserver {
    explicit Recorder(const Generation& run)
        : record(run.plan().schedule, run.model().layers(), run.model().heads()) {}
    void layerFinished(const LayerProgress& progress) override { record.add(progress); }
    void bitsChosen(int scale, const ScaleBits& bits) override { record.add(scale, bits); }
    RunRecord record;
};

RunRecord recordOf(const Generation& run) {
    Recorder recorder(run);
    (void)run.run(recorder, watchingForRecord());
    return std::move(recorder.record);
}

/// One layer's tensors at one scale, of the first sequence.
struct Seen {
    at::Tensor queries, keys;         ///< [H, L, D], [H, n + L, D]
    at::Tensor positions;             ///< [H, n]
    at::Tensor textQueries, textKeys; ///< [H, L, D], [H, T, D]
    double textFactor = 0;
    LayerAttention attention;
    KeptTokens kept;
};

/// A replay that goes its own way: NextScale, fed bit by bit.
std::vector<Seen> replay(const Generation& run, const std::vector<ScaleBits>& bits, int scale) {
    const c10::InferenceMode inference;
    const LoadedModel& loaded = run.model().loaded();
    const PreparedRequest request = prepareRequest(run.plan().request, termsOf(loaded));
    std::vector<Seen> layers;
    NextScaleSettings settings = request.settings;
    settings.keepPositions = true;
    settings.tap = [&](const LayerState& state) {
        if (state.scale != scale)
            return;
        Seen seen;
        seen.queries = state.queries[0].to(at::kDouble);
        seen.keys = at::cat({state.history.keys[0], state.current.keys[0]}, 1).to(at::kDouble);
        seen.positions = state.positions[0].clone();
        seen.attention = probeAttention(state, request.plan.schedule, *watchingForRecord().probe);
        layers.push_back(std::move(seen));
    };
    settings.crossTap = [&](std::int64_t layer, std::int64_t at, const at::Tensor& queries,
                            std::span<const KeyValues> text, double factor) {
        if (at != scale)
            return;
        Seen& seen = layers.at(std::size_t(layer));
        seen.textQueries = queries[0].to(at::kDouble);
        seen.textKeys = text[0].keys[0].to(at::kDouble);
        seen.textFactor = factor;
    };
    NextScale next(loaded.transformer, settings, encodeText(loaded, run.plan().request, run.plan().guided));
    while (next.scale() < scale) {
        (void)next.predict();
        next.feed(unpackBits(bits[std::size_t(next.scale())]));
    }
    (void)next.predict();
    return layers;
}

double difference(const std::vector<float>& got, const at::Tensor& expected) {
    if (std::int64_t(got.size()) != expected.numel())
        return std::numeric_limits<double>::infinity();
    return (at::tensor(at::ArrayRef<float>(got)).to(at::kDouble) - expected).abs().max().item<double>();
}

double sumOf(const std::vector<float>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

} // namespace

Q_DECLARE_METATYPE(Case)

class TestLook : public QObject {
    Q_OBJECT

private:
    std::shared_ptr<const Model> model_;

    Generation generation(const Case& c) const { return prepare(model_, requestOf(c)); }

private Q_SLOTS:
    void initTestCase() {
        const QString small = test::smallModelPath();
        QVERIFY(!small.isEmpty());
        model_ = Model::load(findModel(small.toStdString()), {Precision::Float32, "cpu"});
    }

    void agreesWithTheFormulas_data() {
        QTest::addColumn<Case>("c");
        QTest::addColumn<int>("scale");
        QTest::newRow("first scale") << Case{} << 0;
        QTest::newRow("full cache") << Case{} << 4;
        QTest::newRow("last scale") << Case{} << 6;
        QTest::newRow("unguided") << Case{.cfg = 1} << 5;
        QTest::newRow("snapkv") << Case{.policy = "snapkv"} << 6;
        QTest::newRow("scalekv, unguided") << Case{.cfg = 1, .policy = "scalekv"} << 6;
        QTest::newRow("streaming-llm") << Case{.policy = "streaming-llm"} << 5;
        QTest::newRow("two prompts") << Case{.policy = "snapkv", .prompts = {kPrompt, "a fox"}} << 5;
    }
    void agreesWithTheFormulas() {
        QFETCH(Case, c);
        QFETCH(int, scale);
        const Generation run = generation(c);
        const RunRecord record = recordOf(run);
        const ScaleSchedule& schedule = run.plan().schedule;
        const MapSize map = schedule[std::size_t(scale)];
        const std::int64_t all = totalTokens(std::span(schedule).first(std::size_t(scale) + 1));
        const std::int64_t before = all - map.tokens();
        const std::vector<Seen> seen = replay(run, record.bits, scale);
        QCOMPARE(int(seen.size()), model_->layers());
        QCOMPARE(record.bits.size(), schedule.size());

        std::int64_t token = map.tokens() / 2 + map.width / 3;
        token = std::min(token, map.tokens() - 1);
        const Look one = look(run, record.bits, {scale, token, true});
        const Look mean = look(run, record.bits, {scale, -1, false});
        const std::vector<std::int64_t> sample = sampleQueries(map, kRecordQueries);
        QCOMPARE(one.tokens, all);
        QCOMPARE(one.layers.size(), seen.size());
        QCOMPARE(mean.layers.size(), seen.size());
        QVERIFY(one.question == (LookQuestion{scale, token, true}));

        for (std::size_t l = 0; l < seen.size(); ++l) {
            const Seen& layer = seen[l];
            const LayerLook& looked = one.layers[l];
            const LayerAttention& recorded = *record.attention[std::size_t(scale)][l];
            const KeptTokens& kept = *record.kept[std::size_t(scale)][l];
            const std::int64_t entries = layer.positions.size(1);
            QCOMPARE(kept.tokens(), before);
            QCOMPARE(kept.heads(), std::int64_t(model_->heads()));
            QCOMPARE(looked.heads.size(), std::size_t(model_->heads()));
            const at::Tensor weights = at::matmul(layer.queries, layer.keys.transpose(1, 2)).softmax(-1);
            for (std::int64_t h = 0; h < kept.heads(); ++h) {
                const std::vector<float>& head = looked.heads[std::size_t(h)];
                at::Tensor expected = at::zeros({all}, at::kDouble);
                const at::Tensor row = weights[h][token];
                expected.scatter_(0, layer.positions[h].to(at::kLong), row.narrow(0, 0, entries));
                expected.narrow(0, before, map.tokens()).copy_(row.narrow(0, entries, map.tokens()));
                VERIFY_BELOW(difference(head, expected), 1e-5);
                VERIFY_BELOW(std::abs(sumOf(head) - 1), 1e-6);
                // What the record says was kept is what has a weight.
                QCOMPARE(kept.count(h), entries);
                QCOMPARE(kept.count(h), recorded.history);
                for (std::int64_t i = 0; i < entries; ++i)
                    QVERIFY(kept.kept(h, layer.positions[h][i].item<int>()));
                for (std::int64_t t = 0; t < before; ++t)
                    if (!kept.kept(h, t))
                        QCOMPARE(head[std::size_t(t)], 0.0F);
            }

            // Cross attention.
            const at::Tensor text =
                (at::matmul(layer.textQueries, layer.textKeys.transpose(1, 2)) * layer.textFactor)
                    .softmax(-1)
                    .mean(0); // [L, T]
            QCOMPARE(looked.wordMaps.size(), one.words.size());
            VERIFY_BELOW(difference(looked.wordsRead, text[token]), 1e-5);
            VERIFY_BELOW(std::abs(sumOf(looked.wordsRead) - 1), 1e-5);
            for (std::size_t t = 0; t < one.words.size(); ++t)
                VERIFY_BELOW(difference(looked.wordMaps[t], text.select(1, std::int64_t(t))), 1e-5);
            const at::Tensor index = at::tensor(sample, at::kLong);
            VERIFY_BELOW(difference(mean.layers[l].wordsRead, text.index_select(0, index).mean(0)), 1e-5);
            QVERIFY(mean.layers[l].wordMaps.empty());

            // A replay has the run's attention, number for number.
            QCOMPARE(layer.attention.heads.size(), recorded.heads.size());
            for (std::size_t h = 0; h < recorded.heads.size(); ++h) {
                const HeadAttention &again = layer.attention.heads[h], &once = recorded.heads[h];
                QCOMPARE(again.mass, once.mass);
                QCOMPARE(again.current, once.current);
                QCOMPARE(again.entropy, once.entropy);
                QVERIFY(scale == 0 || again.top == once.top);
                // Without guidance and company the record is of this one sequence.
                if (c.cfg == 1 && c.prompts.size() == 1) {
                    const std::vector<double> mass = massByScale(mean.layers[l].heads[h], schedule);
                    QCOMPARE(mass.size(), once.mass.size());
                    for (std::size_t k = 0; k < mass.size(); ++k)
                        VERIFY_BELOW(std::abs(mass[k] - once.mass[k]), 1e-6);
                }
            }
        }
    }

    void evictedTokensCarryWhatIsMissing_data() {
        QTest::addColumn<Case>("c");
        QTest::addColumn<int>("scale");
        QTest::newRow("snapkv") << Case{.policy = "snapkv"} << 6;
        QTest::newRow("scalekv, unguided") << Case{.cfg = 1, .policy = "scalekv"} << 6;
        QTest::newRow("streaming-llm") << Case{.policy = "streaming-llm"} << 5;
        QTest::newRow("nothing evicted yet") << Case{.policy = "snapkv"} << 2;
    }
    /// Against softmax(q kᵀ) of a replay of the same bits with nothing evicted.
    void evictedTokensCarryWhatIsMissing() {
        QFETCH(Case, c);
        QFETCH(int, scale);
        const Generation run = generation(c);
        const RunRecord record = recordOf(run);
        const MapSize map = run.plan().schedule[std::size_t(scale)];
        const std::int64_t token = map.tokens() / 2;
        Case whole = c;
        whole.policy = "full";
        const std::vector<Seen> seen = replay(generation(whole), record.bits, scale);
        const Look full = look(run, record.bits, {scale, token, false, true});
        QCOMPARE(full.layers.size(), seen.size());
        double all = 0;
        for (std::size_t l = 0; l < seen.size(); ++l) {
            const KeptTokens& kept = *record.kept[std::size_t(scale)][l];
            const auto evicted = evictedWeights(full.layers[l], kept);
            const at::Tensor weights = at::matmul(seen[l].queries, seen[l].keys.transpose(1, 2)).softmax(-1);
            QCOMPARE(std::int64_t(evicted.size()), kept.heads());
            for (std::int64_t h = 0; h < kept.heads(); ++h) {
                at::Tensor expected = weights[h][token].clone();
                for (std::int64_t t = 0; t < full.tokens; ++t) {
                    const bool gone = t < kept.tokens() && !kept.kept(h, t);
                    if (!gone)
                        expected[t] = 0;
                    QVERIFY(gone || evicted[std::size_t(h)][std::size_t(t)] == 0.0F);
                }
                VERIFY_BELOW(difference(evicted[std::size_t(h)], expected), 1e-6);
                VERIFY_BELOW(std::abs(sumOf(evicted[std::size_t(h)]) - expected.sum().item<double>()), 1e-6);
                all += sumOf(evicted[std::size_t(h)]);
            }
        }
        QCOMPARE(all > 0, scale > 2);
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, evictedWeights(full.layers[0], KeptTokens(1, 5)));
        QVERIFY_THROWS_EXCEPTION(
            std::invalid_argument,
            evictedWeights(full.layers[0], KeptTokens(model_->heads(), full.tokens + 1)));
    }

    void wordsArePeoples() {
        const Generation run = generation({});
        const Look found = look(run, {}, {0, 0, false});
        QVERIFY(found.words.size() >= 8);
        QCOMPARE(found.words.back(), (PromptWord{"</s>", true, true}));
        QCOMPARE(found.words.front().text, std::string("a"));
        std::string text;
        for (const PromptWord& word : found.words)
            if (!word.end)
                text += (word.startsWord && !text.empty() ? " " : "") + word.text;
        QCOMPARE(text, std::string(kPrompt));
    }

    void bitsArePackedWhole() {
        const c10::InferenceMode inference;
        const at::Tensor bits = at::randint(2, {2, 3, 5, 7}, at::detail::createCPUGenerator(1)).to(at::kByte);
        const ScaleBits packed = packBits(bits);
        QCOMPARE(packed.packed.size(), std::size_t((2 * 3 * 5 * 7 + 7) / 8));
        QCOMPARE(packed.map, (MapSize{3, 5}));
        QVERIFY(at::equal(unpackBits(packed), bits));
        ScaleBits cut = packed;
        cut.packed.pop_back();
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, unpackBits(cut));
    }

    /// The bits of a run are its picture: fed again, they decode to the same one.
    void recordingChangesNothing() {
        const Generation run = generation({.policy = "snapkv"});
        GenerationObserver silent;
        const RgbImage plain = run.run(silent).images[0];
        Recorder recorder(run);
        QCOMPARE(run.run(recorder, watchingForRecord()).images[0].pixels, plain.pixels);
        // Kept tokens may be had without the probe, and the other way round.
        Recorder kept(run);
        QCOMPARE(run.run(kept, {.kept = true}).images[0].pixels, plain.pixels);
        QVERIFY(kept.record.kept[6][0] && !kept.record.attention[6][0]);
        QVERIFY(*kept.record.kept[6][2] == *recorder.record.kept[6][2]);
        Recorder nothing(run);
        (void)run.run(nothing);
        QVERIFY(!nothing.record.kept[6][0] && !nothing.record.attention[6][0]);
        QCOMPARE(nothing.record.bits, recorder.record.bits);
        const ScaleLayerTable bytes = quantityBytes(nothing.record);
        QVERIFY(bytes[5][0] > 0);
    }

    void progressRisesToTheEnd() {
        const Generation run = generation({});
        const RunRecord record = recordOf(run);
        double before = 0;
        int calls = 0;
        (void)look(run, record.bits, {5, 3, true}, [&](const Progress& progress) {
            QVERIFY(progress.done >= before && progress.done <= 1 && progress.secondsLeft >= 0);
            before = progress.done;
            ++calls;
        });
        QCOMPARE(calls, 1 + 6 * model_->layers());
        QVERIFY2(before > 0.999, qPrintable(QString::number(before)));
    }

    void stops() {
        const Generation run = generation({});
        const RunRecord record = recordOf(run);
        std::stop_source stop;
        int calls = 0;
        QVERIFY_THROWS_EXCEPTION(Cancelled, look(
                                                run, record.bits, {5, 3, true},
                                                [&](const Progress&) {
                                                    if (++calls == 10)
                                                        stop.request_stop();
                                                },
                                                stop.get_token()));
        QCOMPARE(calls, 10);
    }

    void whatIsNotThereIsSaid_data() {
        QTest::addColumn<LookQuestion>("question");
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("says");
        QTest::newRow("scale") << LookQuestion{7, 0} << ""
                               << "There is no scale 8 to look at: this run has 7.";
        QTest::newRow("below") << LookQuestion{-1, 0} << ""
                               << "There is no scale 0";
        QTest::newRow("token") << LookQuestion{2, 16} << ""
                               << "There is no token 16 at scale 3: its map has 16";
        QTest::newRow("token below") << LookQuestion{2, -2} << ""
                                     << "There is no token -2";
        QTest::newRow("few") << LookQuestion{6, 0} << "few"
                             << "The run's bits reach only to scale 3";
        QTest::newRow("map") << LookQuestion{6, 0} << "map"
                             << "The bits of scale 2 are not this run's";
        QTest::newRow("depth") << LookQuestion{6, 0} << "depth"
                               << "The bits of scale 2 are not this run's";
        QTest::newRow("prompts") << LookQuestion{6, 0} << "prompts"
                                 << "for 2 prompts";
        QTest::newRow("cut") << LookQuestion{6, 0} << "cut"
                             << "some are missing";
    }
    void whatIsNotThereIsSaid() {
        QFETCH(LookQuestion, question);
        QFETCH(QString, change);
        QFETCH(QString, says);
        const Generation run = generation({});
        static const RunRecord record = recordOf(run);
        std::vector<ScaleBits> bits = record.bits;
        if (change == "few")
            bits.resize(3);
        else if (change == "map")
            bits[1].map = {3, 3};
        else if (change == "depth")
            bits[1].bits = 8;
        else if (change == "prompts")
            bits[1].prompts = 2;
        else if (change == "cut")
            bits[1].packed.pop_back();
        try {
            (void)look(run, bits, question);
            QFAIL("no error");
        } catch (const Error& error) {
            const QString text = QString::fromUtf8(error.what());
            QVERIFY2(text.contains(says), qPrintable(text));
            QVERIFY(text.endsWith('.') && text.count('\n') == 0);
        }
    }

    void asText() {
        const Generation run = generation({.policy = "snapkv"});
        const RunRecord record = recordOf(run);
        const ScaleSchedule& schedule = run.plan().schedule;
        const Look found = look(run, record.bits, {4, 2, true});
        const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
        const int layers = model_->layers(), heads = model_->heads();
        QCOMPARE(lines(toCsv(found, schedule)), 1 + layers * heads);
        QCOMPARE(lines(wordsToCsv(found)), 1 + layers);
        QCOMPARE(lines(wordMapsToCsv(found, schedule)),
                 1 + layers * std::ptrdiff_t(found.words.size()) * schedule[4].height);
        const auto json = nlohmann::json::parse(toJson(found, schedule));
        QCOMPARE(json.at("layers").size(), std::size_t(layers));
        QCOMPARE(json.at("layers")[0].at("tokens_read").size(), std::size_t(found.tokens));
        QCOMPARE(json.at("question").at("column").get<int>(), 2);
        QCOMPARE(json.at("words").size(), found.words.size());
    }

    /// All that was expected is done when the answer is there, whichever scale is asked.
    void progressEndsWithTheLook_data() {
        QTest::addColumn<int>("scale");
        for (const int scale : {0, 3, 6})
            QTest::addRow("scale %d", scale + 1) << scale;
    }
    void progressEndsWithTheLook() {
        QFETCH(int, scale);
        const Generation run = generation({.policy = "scalekv"});
        std::vector<Progress> all;
        (void)look(run, recordOf(run).bits, {scale, -1, false},
                   [&](const Progress& progress) { all.push_back(progress); });
        QCOMPARE(int(all.size()), 1 + model_->layers() * (scale + 1)); // the text, and every layer
        QVERIFY(all.front().secondsLeft > 0);
        QVERIFY2(all.back().secondsLeft < 1e-9, qPrintable(QString::number(all.back().secondsLeft)));
        QVERIFY(all.back().done > 0.999);
    }

    /// Looking on slows a run, but must not make the next one without it look slow.
    void lookingOnIsNotLearned() {
        const RunWork work{.text = 0, .calls = 0.5, .products = {0.5}, .layersLeft = {2}, .decode = {0}};
        double now = 0;
        Pace pace({work}, {}, [&] { return now; });
        pace.beginRun();
        now += 1;
        pace.layerDone(0, 1); // all of its time
        QCOMPARE(pace.factors().calls, 0.0);
        QCOMPARE(pace.factors().products, 0.0);
        QVERIFY(pace.progress().secondsLeft > 0);
        now += 1;
        pace.layerDone(0);
        QVERIFY(pace.factors().products > 0);
        QCOMPARE(pace.progress().secondsLeft, 0.0);
    }

    /// Not nearly: who waits for the end would wait for ever.
    void allDoneIsOne() {
        const RunWork work{
            .text = 0, .calls = 0.1, .products = {0.1, 0.7 / 3}, .layersLeft = {7, 7}, .decode = {0, 0.3}};
        double now = 0;
        Pace pace(std::vector<RunWork>(9, work), {}, [&] { return now; });
        for (int run = 0; run < 9; ++run) {
            pace.beginRun();
            for (int layer = 0; layer < 14; ++layer) {
                now += 0.01;
                pace.layerDone(layer / 7);
            }
            now += 0.01;
            pace.decodeDone(1);
        }
        QVERIFY(pace.progress().done == 1.0);
        QVERIFY(pace.progress().secondsLeft == 0.0);
    }

    /// On a machine whose calls take ten times what was expected: small maps, which are nearly all calls,
    /// must not make products look slow.
    void smallPicturesTellNothingWrongOfLargeOnes() {
        constexpr double kCalls = 10, kLayers = 8;
        const auto work = [](int scales) {
            RunWork run{.text = 0, .calls = 1e-3, .products = {}, .layersLeft = {}, .decode = {}};
            for (int k = 0; k < scales; ++k) {
                run.products.push_back(1e-6 * std::pow(4, k));
                run.layersLeft.push_back(std::int64_t(kLayers));
                run.decode.push_back(0);
            }
            return run;
        };
        double now = 0;
        const auto layers = [&](Pace& pace, const RunWork& run) {
            for (std::size_t k = 0; k < run.products.size(); ++k)
                for (int layer = 0; layer < int(kLayers); ++layer) {
                    now += kCalls * run.calls + run.products[k];
                    pace.layerDone(std::int64_t(k));
                }
        };
        const RunWork small = work(5), large = work(9);
        Pace teacher({small}, {}, [&] { return now; });
        teacher.beginRun();
        layers(teacher, small);
        QVERIFY2(teacher.factors().calls > 7, qPrintable(QString::number(teacher.factors().calls)));

        Pace pace({large}, teacher.factors(), [&] { return now; });
        pace.beginRun();
        const double expected = kCalls * large.allCalls() + large.allProducts();
        const double said = pace.progress().secondsLeft;
        const double before = now;
        layers(pace, large);
        QVERIFY(std::abs(now - before - expected) < 1e-9);
        QVERIFY2(said < 1.5 * expected && said > expected / 1.5,
                 qPrintable(QStringLiteral("%1 of %2").arg(said).arg(expected)));
    }

private:
    static ScaleLayerTable quantityBytes(const RunRecord& record) {
        ScaleLayerTable table;
        for (const auto& row : record.layerBytes)
            table.emplace_back(row.begin(), row.end());
        return table;
    }
};

QTEST_APPLESS_MAIN(TestLook)
#include "tst_look.moc"
