#include "ui/compare/compare_column.h"

namespace scalekv::ui {

CompareColumn columnOf(const ResultPtr& run) {
    CompareColumn column;
    column.request = run->request();
    column.model = run->recipe.model;
    column.modelPath = run->modelPath;
    column.state = CompareColumn::State::Done;
    column.run = run;
    column.finalSize = {run->image.width, run->image.height};
    return column;
}

CompareColumn columnLike(const CompareColumn& like, const GenerationRequest& request) {
    CompareColumn column;
    column.request = request;
    column.model = like.model;
    column.modelPath = like.modelPath;
    if (request.size == like.request.size && sameAspectRatio(request.aspectRatio, like.request.aspectRatio))
        column.finalSize = like.finalSize;
    return column;
}

bool sameRequest(const GenerationRequest& wanted, const GenerationRequest& made) {
    GenerationRequest filled = wanted;
    if (!filled.policy.roles)
        filled.policy.roles = made.policy.roles;
    if (!filled.policy.headOrders)
        filled.policy.headOrders = made.policy.headOrders;
    if (!filled.policy.headKinds)
        filled.policy.headKinds = made.policy.headKinds;
    if (!filled.policy.evicts() && !made.policy.evicts())
        filled.policy = made.policy; // its budget is not read
    return filled == made;
}

} // namespace scalekv::ui
