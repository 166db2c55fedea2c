#include "ui/shell/planner.h"

#include "scalekv/error.h"

namespace scalekv::ui {

QString planProblem(const Planner& planner, const GenerationRequest& request) {
    try {
        if (planner)
            (void)planner(request);
        return {};
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
}

} // namespace scalekv::ui
