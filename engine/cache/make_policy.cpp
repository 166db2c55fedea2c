#include "engine/cache/budgets.h"
#include "engine/cache/policies.h"
#include "engine/cache/reference_budgets.h"
#include "scalekv/error.h"

#include <functional>
#include <numeric>
#include <stdexcept>

namespace scalekv {
namespace {

constexpr std::int64_t kSinks = 4; // StreamingLLM, section 3.1
constexpr const char* kOrders = "The orders in which heads drop";
constexpr const char* kHeadKinds = "The kinds of heads";

struct Making {
    const PolicyChoice& choice;
    std::span<const MapSize> schedule;
    std::span<const std::int64_t> sequences; ///< of each layer
    EntryShape entry;

    std::int64_t layers() const { return std::int64_t(sequences.size()); }
    WholeHistory history() const {
        const std::int64_t all = std::accumulate(sequences.begin(), sequences.end(), std::int64_t{0});
        return {cachedTokens(schedule), all * entry.heads * entry.bytes};
    }
    BudgetTerms terms(std::int64_t window) const {
        return {schedule, sequences, choice.budget.inTokens(history()), window};
    }
    const RoleTable& roles() const {
        if (!choice.roles)
            throw Error("Policy " + choice.name +
                        " needs to know this model's drafters and refiners: calibrate it first (scalekv "
                        "calibrate), or choose another policy.");
        if (choice.roles->layers() != layers())
            throw Error("The drafters and refiners are of a model with " +
                        std::to_string(choice.roles->layers()) + " layers, but this one has " +
                        std::to_string(layers()) + "; calibrate this model.");
        return *choice.roles;
    }
    const HeadOrders& orders() const {
        if (!choice.headOrders)
            throw Error(
                "Policy " + choice.name +
                " needs to know how much later scales look at each of this model's heads: calibrate it "
                "(scalekv calibrate), or choose another policy.");
        checkHeads(*choice.headOrders, layers(), choice.headOrders->heads(), kOrders);
        return *choice.headOrders;
    }
    const HeadKinds& headKinds() const {
        if (!choice.headKinds)
            throw Error(
                "Policy " + choice.name +
                " needs to know how this model's heads look back: calibrate it (scalekv calibrate), or "
                "choose another policy.");
        checkHeads(*choice.headKinds, layers(), choice.headKinds->heads(), kHeadKinds);
        return *choice.headKinds;
    }
};

std::shared_ptr<const CachePolicy> reference(const Making& making) {
    const BudgetTerms terms = making.terms(kObservationWindow);
    const BudgetTable table =
        making.choice.budgetTable ? *making.choice.budgetTable : deriveBudgetTable(terms, making.roles());
    checkLayers(table, making.layers(), "The budget table");
    return std::make_shared<ScaleKvReference>(
        referencePlan(making.schedule, making.layers(), table, terms.budget, kObservationWindow));
}

std::shared_ptr<const CachePolicy> spectral(const Making& making) {
    const Budget& budget = making.choice.budget;
    const WholeHistory history = making.history();
    const bool inBytes = budget.bytes > 0; // then to the byte, as no other policy can
    const double tokens =
        inBytes ? budget.averageTokens(history) : static_cast<double>(budget.inTokens(history));
    if (tokens >= static_cast<double>(history.tokens))
        return std::make_shared<FullCache>(making.schedule, making.layers());
    const SpectralRates rates(making.schedule, making.entry.headDim,
                              static_cast<std::int64_t>(tokens * static_cast<double>(making.entry.bytes)),
                              making.entry.bytes);
    return std::make_shared<Spectral>(CachePlan::ofSpectra(making.schedule, making.layers(), rates));
}

} // namespace

std::shared_ptr<const CachePolicy> makePolicy(const PolicyChoice& choice, std::span<const MapSize> schedule,
                                              std::span<const std::int64_t> sequences, EntryShape entry) {
    checkPolicyName(choice.name);
    const Making making{choice, schedule, sequences, entry};
    if (!choice.evicts())
        return std::make_shared<FullCache>(schedule, making.layers());
    if (choice.name == "sliding-window")
        return std::make_shared<RecentTokens>(uniformPlan(making.terms(0)), 0);
    if (choice.name == "streaming-llm")
        return std::make_shared<RecentTokens>(uniformPlan(making.terms(kSinks + 1)), kSinks);
    if (choice.name == "evenly-spaced")
        return std::make_shared<EvenlySpaced>(uniformPlan(making.terms(0)));
    if (choice.name == "snapkv")
        return std::make_shared<SnapKv>(uniformPlan(making.terms(kObservationWindow)));
    if (choice.name == "pyramidkv")
        return std::make_shared<SnapKv>(pyramidPlan(making.terms(kObservationWindow)));
    if (choice.name == "scalekv")
        return std::make_shared<ScaleKv>(scaleKvPlan(making.terms(kObservationWindow), making.roles()));
    if (choice.name == "scalekv-reference")
        return reference(making);
    if (choice.name == "heatkv")
        return std::make_shared<HeatKv>(schedule, making.orders(), sequences,
                                        choice.budget.averageTokens(making.history()));
    if (choice.name == "hack")
        return std::make_shared<Hack>(making.terms(1), making.headKinds());
    if (choice.name == "spectral")
        return spectral(making);
    throw std::logic_error("makePolicy: no line for policy " + choice.name);
}

} // namespace scalekv
