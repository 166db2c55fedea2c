#pragma once

#include <QString>

#include <exception>

namespace scalekv::ui {

/// One message for whatever the engine threw. Only its own errors are written for people.
QString messageOf(const std::exception& error);

} // namespace scalekv::ui
