#pragma once

#include "scalekv/request.h"
#include "ui/shell/planner.h"

#include <QStringList>

namespace scalekv::ui {

/// Settings that a model can do.
struct SettingsFit {
    GenerationRequest request;
    QStringList remarks; ///< what was left as it was, and why, a sentence each
};

/// `wanted`, with those settings as in `before` that the model cannot do and that were no better with it:
/// numbers by scale of another count, layers that are not there, a policy whose tables are another model's.
/// `planner` may be empty.
SettingsFit fitSettings(const GenerationRequest& wanted, const GenerationRequest& before,
                        const SettingTerms& terms, const Planner& planner);

} // namespace scalekv::ui
