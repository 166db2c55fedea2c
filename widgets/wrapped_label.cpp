#include "widgets/wrapped_label.h"

#include "widgets/problem_colours.h"

#include <QEvent>

#include <algorithm>

namespace scalekv::widgets {

WrappedLabel::WrappedLabel(Tone tone, QWidget* parent) : QLabel(parent), tone_(tone) {
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    colour();
    hide();
}

void WrappedLabel::say(const QString& text) {
    setVisible(!text.isEmpty());
    if (text == this->text())
        return;
    setText(text);
    fitHeight();
}

void WrappedLabel::setTone(Tone tone) {
    if (tone == tone_)
        return;
    tone_ = tone;
    colour();
}

void WrappedLabel::resizeEvent(QResizeEvent* event) {
    QLabel::resizeEvent(event);
    fitHeight();
}

void WrappedLabel::fitHeight() {
    setMinimumHeight(0); // QLabel takes what it had to have before for what it needs
    // A column would take lines away where there is little room, and add some where there is much.
    setFixedHeight(std::max(0, heightForWidth(width())));
}

void WrappedLabel::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
    else if (event->type() == QEvent::FontChange)
        fitHeight();
}

void WrappedLabel::colour() {
    const auto role = tone_ == Tone::Faint ? QPalette::PlaceholderText : QPalette::WindowText;
    if (foregroundRole() != role)
        setForegroundRole(role); // comes back here, too
    if (tone_ == Tone::Problem) {
        const QColor wanted = problemColours(palette()).text;
        if (hasOwnPalette_ && palette().color(QPalette::WindowText) == wanted)
            return; // setPalette() comes back here
        hasOwnPalette_ = true;
        QPalette own; // all other colours follow the parent's
        own.setColor(QPalette::WindowText, wanted);
        setPalette(own);
    } else if (hasOwnPalette_) {
        hasOwnPalette_ = false;
        setPalette(QPalette());
    }
}

} // namespace scalekv::widgets
