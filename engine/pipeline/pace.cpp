#include "engine/pipeline/pace.h"

#include "engine/model/stage_clock.h"

#include <algorithm>
#include <cmath>

namespace scalekv {
namespace {

constexpr double kTrust = 0.1; // what was learned weighs as much as this share of all the work
constexpr double kMemory = 20; // seconds after which a measurement has lost most of its weight

} // namespace

double Pace::Kind::now() const {
    return expected + trust > 0 ? (spent + aside + factor * trust) / (expected + trust) : factor;
}

Pace::Pace(std::vector<RunWork> runs, const SpeedFactors& learned)
    : runs_(std::move(runs)), start_(monotonicSeconds()), last_(start_) {
    text_.factor = learned.text;
    layers_.factor = learned.layers;
    decode_.factor = learned.decode;
    for (const RunWork& run : runs_) {
        text_.left += run.text;
        layers_.left += run.allLayers();
        decode_.left += run.allDecodes();
    }
    for (Kind* kind : {&text_, &layers_, &decode_})
        kind->trust = kTrust * kind->left;
}

void Pace::beginRun() {
    if (begun_) {
        const RunWork& before = runs_[run_++];
        text_.left -= before.text;
        layers_.left -= before.allLayers();
        decode_.left -= before.allDecodes();
    }
    begun_ = true;
    last_ = monotonicSeconds();
}

void Pace::done(Kind& kind, double& step, double aside) {
    const double now = monotonicSeconds();
    const double spent = now - last_;
    last_ = now;
    const double faded = std::exp(-spent / kMemory);
    kind.expected = kind.expected * faded + step;
    kind.spent = kind.spent * faded + std::max(0.0, spent - aside);
    kind.aside = kind.aside * faded + std::min(spent, aside);
    kind.left = std::max(0.0, kind.left - step);
    step = 0;
}

void Pace::textDone() {
    done(text_, runs_[run_].text);
}

void Pace::layerDone(std::int64_t scale, double aside) {
    double step = runs_[run_].layer[std::size_t(scale)];
    runs_[run_].layersLeft[std::size_t(scale)] -= 1;
    done(layers_, step, aside);
}

void Pace::decodeDone(std::int64_t scale) {
    done(decode_, runs_[run_].decode[std::size_t(scale)]);
}

double Pace::factorOf(const Kind& kind) const {
    // Before a kind was measured, the layers tell how busy the machine is today.
    return kind.expected > 0 ? kind.now() : kind.factor * layers_.now() / layers_.factor;
}

Progress Pace::progress() {
    const double elapsed = monotonicSeconds() - start_;
    const double left =
        factorOf(text_) * text_.left + factorOf(layers_) * layers_.left + factorOf(decode_) * decode_.left;
    shown_ = std::max(shown_, elapsed / std::max(1e-9, elapsed + left));
    return {std::min(1.0, shown_), std::max(0.0, left)};
}

SpeedFactors Pace::factors() const {
    const auto measured = [](const Kind& kind) {
        return kind.expected > 0 ? kind.spent / kind.expected : kind.factor;
    };
    return {measured(text_), measured(layers_), measured(decode_)};
}

} // namespace scalekv
