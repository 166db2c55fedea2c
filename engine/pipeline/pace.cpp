#include "engine/pipeline/pace.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace scalekv {
namespace {

constexpr double kTrust = 0.1; // what was learned weighs as much as this share of all the work
constexpr double kMemory = 20; // seconds after which a measurement has lost most of its weight

double faded(double seconds) {
    return std::exp(-seconds / kMemory);
}

} // namespace

double Pace::Kind::now() const {
    return expected + trust > 0 ? (spent + aside + factor * trust) / (expected + trust) : factor;
}

void Pace::Kind::done(double step, double seconds, double looking, double fade) {
    expected = expected * fade + step;
    spent = spent * fade + std::max(0.0, seconds - looking);
    aside = aside * fade + std::min(seconds, looking);
    take(step);
}

void Pace::Kind::take(double step) {
    constexpr double kNothing = 1e-9; // of the whole
    left -= step;
    if (left < kNothing * all)
        left = 0;
}

Pace::Pace(std::vector<RunWork> runs, const SpeedFactors& learned, std::function<double()> clock)
    : runs_(std::move(runs)), clock_(std::move(clock)), start_(clock_()), last_(start_) {
    text_.factor = learned.text;
    calls_.factor = learned.calls;
    products_.factor = learned.products;
    decode_.factor = learned.decode;
    for (const RunWork& run : runs_) {
        text_.left += run.text;
        calls_.left += run.allCalls();
        products_.left += run.allProducts();
        decode_.left += run.allDecodes();
    }
    for (Kind* kind : {&text_, &calls_, &products_, &decode_}) {
        kind->all = kind->left;
        kind->trust = kTrust * kind->all;
    }
}

void Pace::beginRun() {
    if (begun_) {
        const RunWork& before = runs_[run_++];
        text_.take(before.text);
        calls_.take(before.allCalls());
        products_.take(before.allProducts());
        decode_.take(before.allDecodes());
    }
    begun_ = true;
    last_ = clock_();
}

/// Seconds since it was asked last.
double Pace::lap() {
    const double now = clock_();
    return now - std::exchange(last_, now);
}

void Pace::textDone() {
    const double spent = lap();
    text_.done(std::exchange(runs_[run_].text, 0), spent, 0, faded(spent));
}

void Pace::layerDone(std::int64_t scale, double aside) {
    RunWork& work = runs_[run_];
    const double spent = lap();
    const double calls = work.calls, products = work.products[std::size_t(scale)];
    const double asCalls = factorOf(calls_) * calls;
    const double asProducts = factorOf(products_) * products;
    const double share = asCalls + asProducts > 0 ? asCalls / (asCalls + asProducts) : 0;
    work.layersLeft[std::size_t(scale)] -= 1;
    const double looking = std::min(spent, aside), working = spent - looking;
    calls_.done(calls, share * working, 0, faded(spent));
    products_.done(products, (1 - share) * working + looking, looking,
                   faded(spent)); // looking grows with the map
}

void Pace::decodeDone(std::int64_t scale) {
    const double spent = lap();
    decode_.done(std::exchange(runs_[run_].decode[std::size_t(scale)], 0), spent, 0, faded(spent));
}

double Pace::factorOf(const Kind& kind) const {
    // Before a kind was measured, the layers tell how busy the machine is today.
    if (kind.expected > 0)
        return kind.now();
    return products_.expected > 0 && products_.factor > 0 ? kind.factor * products_.now() / products_.factor
                                                          : kind.factor;
}

Progress Pace::progress() {
    const double elapsed = clock_() - start_;
    double left = 0;
    for (const Kind* kind : {&text_, &calls_, &products_, &decode_})
        left += factorOf(*kind) * kind->left;
    shown_ = std::max(shown_, elapsed / std::max(1e-9, elapsed + left));
    return {std::min(1.0, shown_), std::max(0.0, left)};
}

SpeedFactors Pace::factors() const {
    return {text_.measured(), calls_.measured(), products_.measured(), decode_.measured()};
}

} // namespace scalekv
