#include "ui/runs/policy_change.h"

namespace scalekv::ui {

PolicyChoice choiceOf(std::string_view name, const Budget& budget) {
    PolicyChoice choice;
    choice.name = name;
    choice.budget = budget;
    return choice;
}

QVector<PolicyChoice> allPolicies(const Budget& budget) {
    QVector<PolicyChoice> choices;
    for (const std::string_view name : evictingPolicyNames())
        choices += choiceOf(name, budget);
    return choices;
}

Budget budgetOf(const GenerationRequest& request) {
    return request.policy.evicts() ? request.policy.budget : kUsualBudget;
}

GenerationRequest withPolicy(const GenerationRequest& like, const PolicyChoice& choice) {
    GenerationRequest request = like;
    request.policy = choice;
    if (needsRoles(choice))
        request.policy.roles = like.policy.roles;
    if (needsHeadOrders(choice))
        request.policy.headOrders = like.policy.headOrders;
    if (needsHeadKinds(choice))
        request.policy.headKinds = like.policy.headKinds;
    return request;
}

} // namespace scalekv::ui
