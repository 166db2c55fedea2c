#pragma once

class QWidget;

namespace scalekv::widgets {

/// The mouse wheel turns the value of `field` only while it has the keyboard's focus, and does not give it
/// that: over any other field the wheel scrolls the form that holds it.
void guardWheel(QWidget* field);

} // namespace scalekv::widgets
