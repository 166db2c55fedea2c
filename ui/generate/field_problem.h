#pragma once

#include "scalekv/request.h"

#include <QString>

#include <functional>

class QWidget;

namespace scalekv::ui {

/// A field of the form, and what is wrong with its contents: empty if nothing is.
struct FieldProblem {
    QWidget* field = nullptr;
    QString text = {};
};

/// What settingProblem() says of the settings that `set` makes: a sentence, empty if nothing is wrong.
QString problemOf(const std::function<void(GenerationRequest&)>& set, const SettingTerms& terms = {});

} // namespace scalekv::ui
