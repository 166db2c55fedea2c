#include "scalekv/look.h"

#include "engine/analysis/attention_weights.h"
#include "engine/cache/query_sample.h"
#include "engine/model/stage_clock.h"
#include "engine/pipeline/known_bits.h"
#include "engine/pipeline/pace.h"
#include "engine/pipeline/picture_run.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/pipeline/prepare.h"
#include "engine/pipeline/scale_loop.h"
#include "scalekv/error.h"
#include "scalekv/run_record.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>

namespace scalekv {
namespace {

/// The bits before the asked scale. People count scales from 1.
std::vector<at::Tensor> bitsBefore(const LookQuestion& question, const PreparedRequest& request,
                                   int bitsAPosition, std::span<const ScaleBits> bits) {
    const ScaleSchedule& schedule = request.plan.schedule;
    if (question.scale < 0 || question.scale >= int(schedule.size()))
        throw Error("There is no scale " + std::to_string(question.scale + 1) + " to look at: this run has " +
                    std::to_string(schedule.size()) + ".");
    const MapSize map = schedule[std::size_t(question.scale)];
    if (question.token < -1 || question.token >= map.tokens())
        throw Error("There is no token " + std::to_string(question.token) + " at scale " +
                    std::to_string(question.scale + 1) + ": its map has " + std::to_string(map.tokens()) +
                    ", counted from 0.");
    return knownBits(request, bitsAPosition, bits, std::size_t(question.scale));
}

/// "▁apple" → "apple", which starts a word.
std::vector<PromptWord> wordsOf(const std::vector<std::string>& pieces) {
    constexpr std::string_view kBlank = "▁";
    std::vector<PromptWord> words;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        PromptWord word{pieces[i], false, i + 1 == pieces.size()};
        if (word.text.starts_with(kBlank)) {
            word.startsWord = true;
            if (word.text.size() > kBlank.size())
                word.text.erase(0, kBlank.size());
        } else {
            word.startsWord = i == 0 || word.end;
        }
        words.push_back(std::move(word));
    }
    return words;
}

at::Tensor onCpu(const at::Tensor& tensor) {
    return tensor.is_cpu() ? tensor : tensor.to(at::kCPU);
}

/// The first sequence's history in one head, on the CPU.
struct HeadHistory {
    at::Tensor keys;   ///< [n, D]
    at::Tensor tokens; ///< [n] int64: which they are
};

std::vector<HeadHistory> historiesOf(const LayerState& state) {
    std::vector<HeadHistory> histories;
    const auto add = [&histories](const LayerState& from) {
        const at::Tensor keys = from.history.keys.defined() ? onCpu(from.history.keys[0])
                                                            : onCpu(from.current.keys[0]).narrow(1, 0, 0);
        const at::Tensor tokens = onCpu(from.positions[0]).to(at::kLong).contiguous(); // [H, n]
        for (std::int64_t h = 0; h < keys.size(0); ++h)
            histories.push_back({keys[h], tokens[h]});
    };
    if (state.byHead.empty())
        add(state);
    for (std::size_t h = 0; h < state.byHead.size(); ++h)
        add(state.ofHead(std::int64_t(h)));
    return histories;
}

/// Feeds what is known up to the asked scale and looks at its layers there. Layers come in order.
class Looker final : public ScaleWatcher {
public:
    Looker(Look& look, const ScaleSchedule& schedule, std::vector<at::Tensor> bits, Pace& pace,
           const std::function<void(const Progress&)>& progress)
        : look_(look), schedule_(schedule), bits_(std::move(bits)), pace_(pace), progress_(progress),
          asked_(look.question.token >= 0 ? std::vector<std::int64_t>{look.question.token}
                                          : sampleQueries(map(), kRecordQueries)) {}

    /// What the settings' taps are to call.
    void lookAtTokens(const LayerState& state) {
        if (state.scale != look_.question.scale)
            return;
        const Stopwatch watch(aside_);
        const at::Tensor queries = onCpu(state.queries[0]), current = onCpu(state.current.keys[0]);
        const std::int64_t heads = queries.size(0);
        const std::vector<HeadHistory> histories = historiesOf(state);
        const std::int64_t first = look_.tokens - map().tokens();

        LayerLook layer;
        layer.heads.assign(std::size_t(heads), std::vector<float>(std::size_t(look_.tokens), 0.0F));
        at::parallel_for(0, heads, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t h = begin; h < end; ++h) {
                const HeadHistory& history = histories[std::size_t(h)];
                const auto* tokenOf = history.tokens.const_data_ptr<std::int64_t>();
                const std::int64_t entries = history.keys.size(0);
                std::vector<double> sums(std::size_t(look_.tokens), 0.0);
                const std::array keys{history.keys, current[h]};
                forEachQuery(queries[h], asked_, keys, 1.0, [&](std::size_t, std::span<const float> weights) {
                    for (std::int64_t i = 0; i < entries; ++i)
                        sums[std::size_t(tokenOf[i])] += double(weights[std::size_t(i)]);
                    for (std::size_t i = std::size_t(entries); i < weights.size(); ++i)
                        sums[std::size_t(first) + i - std::size_t(entries)] += double(weights[i]);
                });
                std::transform(sums.begin(), sums.end(), layer.heads[std::size_t(h)].begin(),
                               [&](double sum) { return float(sum / double(asked_.size())); });
            }
        });
        look_.layers.push_back(std::move(layer));
    }

    void lookAtText(std::int64_t scale, const at::Tensor& allQueries, const KeyValues& text, double factor) {
        if (scale != look_.question.scale)
            return;
        const Stopwatch watch(aside_);
        const at::Tensor queries = onCpu(allQueries[0]), keys = onCpu(text.keys[0]); // [H, L, D], [H, T, D]
        std::vector<std::int64_t> tokens = asked_;
        if (look_.question.wordMaps) {
            tokens.resize(std::size_t(queries.size(1)));
            std::iota(tokens.begin(), tokens.end(), 0);
        }
        std::vector<std::vector<float>> maps = wordMaps(queries, keys, tokens, factor);

        LayerLook& layer = look_.layers.back();
        for (const std::vector<float>& map : maps) {
            double sum = 0;
            for (std::size_t i = 0; i < asked_.size(); ++i)
                sum += double(map[look_.question.wordMaps ? std::size_t(asked_[i]) : i]);
            layer.wordsRead.push_back(float(sum / double(asked_.size())));
        }
        if (look_.question.wordMaps)
            layer.wordMaps = std::move(maps);
    }

    bool enough(const NextScale& run) override { return run.scale() == look_.question.scale; }
    at::Tensor known(std::int64_t scale) override { return bits_[std::size_t(scale)]; }
    void layerFinished(const NextScale& run, std::int64_t /*layer*/) override {
        pace_.layerDone(run.scale(), std::exchange(aside_, 0));
        if (progress_)
            progress_(pace_.progress());
    }

private:
    MapSize map() const { return schedule_[std::size_t(look_.question.scale)]; }

    /// [T][tokens], means over heads. Every thread has positions of its own.
    static std::vector<std::vector<float>> wordMaps(const at::Tensor& queries, const at::Tensor& keys,
                                                    std::span<const std::int64_t> tokens, double factor) {
        constexpr std::int64_t kPositions = 64;
        const std::int64_t heads = queries.size(0), count = std::int64_t(tokens.size());
        std::vector<std::vector<float>> maps(std::size_t(keys.size(1)),
                                             std::vector<float>(std::size_t(count), 0.0F));
        at::parallel_for(0, count, kPositions, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t h = 0; h < heads; ++h) {
                const std::array text{keys[h]};
                forEachQuery(queries[h], tokens.subspan(std::size_t(begin), std::size_t(end - begin)), text,
                             factor, [&](std::size_t i, std::span<const float> weights) {
                                 for (std::size_t t = 0; t < weights.size(); ++t)
                                     maps[t][std::size_t(begin) + i] += weights[t] / float(heads);
                             });
            }
        });
        return maps;
    }

    Look& look_;
    const ScaleSchedule& schedule_;
    std::vector<at::Tensor> bits_;
    Pace& pace_;
    const std::function<void(const Progress&)>& progress_;
    std::vector<std::int64_t> asked_; ///< the queries whose mean is wanted
    double aside_ = 0;                ///< seconds that looking took, of the layer at hand
};

/// The work of the scales up to `last`, without pictures.
RunWork workUpTo(const PreparedRequest& request, const LoadedModel& loaded, int last) {
    RunWork work = expectedWork(request, loaded, WorkTerms::Decoded::Nothing);
    for (std::size_t k = std::size_t(last) + 1; k < work.layersLeft.size(); ++k)
        work.layersLeft[k] = 0;
    return work;
}

} // namespace

Look look(const Generation& generation, std::span<const ScaleBits> bits, const LookQuestion& question,
          const std::function<void(const Progress&)>& progress, std::stop_token stop) {
    return withPlainErrors([&] {
        const LoadedModel& loaded = generation.model().loaded();
        // The plan's request has all tables that its policy uses: prepared again, it is the same.
        GenerationRequest repeated = generation.plan().request;
        if (question.fullCache)
            repeated.policy = {};
        const PreparedRequest request = prepareRequest(repeated, termsOf(loaded));
        const ScaleSchedule& schedule = request.plan.schedule;
        std::vector<at::Tensor> known = bitsBefore(question, request, generation.model().bits(), bits);

        Look look;
        look.question = question;
        look.tokens = totalTokens(std::span(schedule).first(std::size_t(question.scale) + 1));
        look.words = wordsOf(loaded.tokenizer.pieces(request.plan.request.prompts.front()));

        Pace pace({workUpTo(request, loaded, question.scale)}, loaded.speed->factors());
        pace.beginRun();
        const std::vector<at::Tensor> text =
            encodeText(loaded, request.plan.request, request.plan.guided, stop);
        pace.textDone();
        if (progress)
            progress(pace.progress());

        Looker looker(look, schedule, std::move(known), pace, progress);
        NextScaleSettings settings = request.settings;
        settings.keepPositions = true;
        settings.tap = [&looker](const LayerState& state) { looker.lookAtTokens(state); };
        settings.crossTap = [&looker](std::int64_t /*layer*/, std::int64_t scale, const at::Tensor& queries,
                                      std::span<const KeyValues> texts, double factor) {
            looker.lookAtText(scale, queries, texts.front(), factor);
        };
        runScales(loaded.transformer, settings, text, looker, stop);
        loaded.speed->learn(pace.factors());
        return look;
    });
}

} // namespace scalekv
