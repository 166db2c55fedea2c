#pragma once

#include "scalekv/request.h"

#include <QByteArray>
#include <QString>

#include <set>
#include <string>

namespace scalekv::ui {

/// Settings under a name. Its file is the request's JSON form with the name beside it ("preset"). Only those
/// settings stand in it that it is about: usually all but prompts and seed.
struct Preset {
    QString name;
    std::string json;
    std::set<std::string> fields; ///< which settings it has, as eachSetting() names them; a policy is one
    QString problem;              ///< why it cannot be used, in a sentence; then only the name is known

    bool has(const char* field) const { return fields.contains(field); }
    /// What is not in it stays. Throws Error.
    GenerationRequest onto(const GenerationRequest& current) const;
};

/// What a file holds that is a preset, a recipe or a plain request. `otherwise`: its name where it says none.
/// Whatever is wrong with it is its problem.
Preset presetFrom(const QByteArray& text, const QString& otherwise);

/// All settings of a request; without prompt, negative prompt and seed unless they are wanted. It has a
/// problem where the request is one that cannot be.
Preset presetOf(const GenerationRequest& request, const QString& name, bool withPromptAndSeed);

/// The same under another name, and as its file has it. It must be one that can be used.
Preset renamed(const Preset& preset, const QString& name);
QByteArray toText(const Preset& preset);

/// What it sets, in a line or two: "0.25M · cfg 3 · tau 0.8 · ScaleKV 10 %".
QString presetSummary(const Preset& preset);

} // namespace scalekv::ui
