#pragma once

#include <QColor>

#include <string_view>

namespace scalekv::ui {

/// A policy has its colour, in every plot and whatever it stands beside.
QColor policyColour(std::string_view name);

} // namespace scalekv::ui
