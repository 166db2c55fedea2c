#pragma once

class QString;
class QWidget;

namespace scalekv::widgets {

/// A painted widget has no texts of its own: says what is current in it to those who listen.
void announceValue(QWidget* widget, const QString& text);

} // namespace scalekv::widgets
