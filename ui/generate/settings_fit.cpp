#include "ui/generate/settings_fit.h"

#include "ui/text/tr.h"

#include <type_traits>

namespace scalekv::ui {
namespace {

void copySetting(const std::string& field, const GenerationRequest& from, GenerationRequest& to) {
    eachSetting(from, [&]<typename T>(const char* name, const T& value) {
        eachSetting(to, [&]<typename U>(const char* other, U& target) {
            if constexpr (std::is_same_v<T, U>)
                if (field == name && field == other)
                    target = value;
        });
    });
}

} // namespace

SettingsFit fitSettings(const GenerationRequest& wanted, const GenerationRequest& before,
                        const SettingTerms& terms, const Planner& planner) {
    SettingsFit fit{wanted, {}};
    while (const auto problem = settingProblem(fit.request, terms)) {
        GenerationRequest changed = fit.request;
        copySetting(problem->field, before, changed);
        const auto next = settingProblem(changed, terms);
        if (next && next->field == problem->field)
            return fit; // nor could it be done before: the form says so
        fit.request = changed;
        fit.remarks += tr("%1 stays as it was: it %2.")
                           .arg(QString::fromStdString(problem->field), QString::fromStdString(problem->why));
    }
    if (const QString why = planProblem(planner, fit.request); !why.isEmpty()) {
        GenerationRequest changed = fit.request;
        changed.policy = before.policy;
        if (planProblem(planner, changed).isEmpty()) {
            fit.request = changed;
            fit.remarks += tr("The cache stays as it was: %1").arg(why);
        }
    }
    return fit;
}

} // namespace scalekv::ui
