#pragma once

#include "scalekv/model_files.h"
#include "scalekv/request.h"

#include <QString>
#include <QVector>

#include <functional>

namespace scalekv::ui {

/// A setting that a grid goes over.
enum class AxisSetting { Seed, Prompt, Policy, Budget, Cfg, Tau, TopP, Size };

/// All of them, in the order in which they are offered.
QVector<AxisSetting> axisSettings();
/// "Seed", "Follow the prompt (cfg)"
QString axisName(AxisSetting setting);
/// How its values are written, with an example.
QString axisHint(AxisSetting setting);
/// Whether values stand on lines of their own: they may hold commas.
bool isAxisOfLines(AxisSetting setting);
/// Values to begin with: those next to what a request has.
QString usualValues(AxisSetting setting, const GenerationRequest& request, const ModelFiles& model);

/// One value of an axis.
struct AxisValue {
    QString label;
    std::function<void(GenerationRequest& request)> apply;
};
/// What was typed: values with commas, spaces or semicolons between them; seeds also as "1-8". Throws Error,
/// in a sentence, where there is none, one twice, or one that cannot be.
QVector<AxisValue> axisValues(AxisSetting setting, const QString& text, const ModelFiles& model);

} // namespace scalekv::ui
