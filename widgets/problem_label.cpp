#include "widgets/problem_label.h"

#include <QEvent>
#include <QPalette>

namespace scalekv::widgets {

ProblemLabel::ProblemLabel(QWidget* parent) : QLabel(parent) {
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    colour();
}

void ProblemLabel::colour() {
    const bool dark = palette().color(QPalette::Window).lightness() < 128;
    const QColor red = dark ? QColor(0xff, 0x8a, 0x80) : QColor(0xb3, 0x26, 0x1e);
    if (palette().color(QPalette::WindowText) == red)
        return;   // setPalette() comes back here
    QPalette own; // only this colour is our own, all others follow the parent's
    own.setColor(QPalette::WindowText, red);
    setPalette(own);
}

void ProblemLabel::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
}

} // namespace scalekv::widgets
