#pragma once

#include <QImage>
#include <QString>

class QWidget;

namespace scalekv::ui {

/// The picture with its tokens as a figure that explains itself: what lies over it (with markup) and of which
/// run above, the colours below. `look`: whose font and palette it takes; `ratio`: pixels a logical one.
QImage tokenSheet(const QImage& tokens, const QString& title, const QString& caption, QWidget& legend,
                  const QWidget& look, double ratio);

} // namespace scalekv::ui
