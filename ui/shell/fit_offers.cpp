#include "ui/shell/fit_offers.h"

#include "scalekv/error.h"
#include "ui/text/budget_text.h"
#include "ui/text/policy_text.h"
#include "ui/text/tr.h"

#include <algorithm>

namespace scalekv::ui {
namespace {

std::optional<GenerationPlan> tried(const Planner& plan, const GenerationRequest& request) {
    try {
        return plan(request);
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// The policies to try: the chosen one; where nothing is thrown away yet, the best that the model can do.
std::vector<PolicyChoice> policiesToTry(const PolicyChoice& wanted) {
    if (wanted.evicts())
        return {wanted};
    std::vector<PolicyChoice> choices(2);
    choices[0].name = kUsualPolicy; // not for the smallest heads and sizes
    choices[1].name = "snapkv";
    return choices;
}

} // namespace

std::optional<FitOffer> smallerCache(const GenerationRequest& wanted, const GenerationPlan& planned,
                                     const Planner& plan, qint64 free) {
    const auto history = static_cast<double>(std::max<std::int64_t>(1, cachedTokens(planned.schedule)));
    // From the full cache to what the paper is about, not to nearly as much as before.
    const double most = !wanted.policy.evicts()
                            ? kUsualBudget.fraction * 1.001
                            : wanted.policy.budget.averageTokens(planned.history()) / history;
    const auto stops = budgetStops();
    for (const PolicyChoice& policy : policiesToTry(wanted.policy)) {
        for (auto stop = stops.rbegin(); stop != stops.rend(); ++stop) {
            if (*stop / 100 >= most)
                continue;
            FitOffer offer{.text = {}, .request = wanted, .more = 0};
            offer.request.policy = policy;
            offer.request.policy.budget = {.fraction = *stop / 100};
            const auto outcome = tried(plan, offer.request);
            if (!outcome)
                break; // not with this model, whatever the budget
            if (outcome->peakBytes > free)
                continue;
            offer.text = policyText(offer.request.policy);
            offer.more = outcome->peakBytes;
            return offer;
        }
    }
    return std::nullopt;
}

std::optional<FitOffer> smallerPicture(const GenerationRequest& wanted, const GenerationPlan& planned,
                                       const std::vector<std::string>& sizes, const Planner& plan,
                                       qint64 free) {
    std::optional<FitOffer> best;
    std::int64_t bestTokens = 0;
    for (const std::string& size : sizes) {
        FitOffer offer{.text = {}, .request = wanted, .more = 0};
        offer.request.size = size;
        const auto outcome = tried(plan, offer.request);
        if (!outcome || outcome->peakBytes > free)
            continue;
        const std::int64_t tokens = totalTokens(outcome->schedule);
        if (tokens >= totalTokens(planned.schedule) || tokens <= bestTokens)
            continue;
        bestTokens = tokens;
        offer.text = tr("%1 × %2 pixels").arg(outcome->picture.width).arg(outcome->picture.height);
        offer.more = outcome->peakBytes;
        best = offer;
    }
    return best;
}

QVector<FitOffer> fitOffers(const GenerationRequest& wanted, const std::vector<std::string>& sizes,
                            const Planner& plan, qint64 free) {
    QVector<FitOffer> offers;
    const auto planned = tried(plan, wanted);
    if (!planned)
        return offers;
    if (const auto cache = smallerCache(wanted, *planned, plan, free))
        offers += *cache;
    if (const auto picture = smallerPicture(wanted, *planned, sizes, plan, free))
        offers += *picture;
    return offers;
}

} // namespace scalekv::ui
