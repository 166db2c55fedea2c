#include "widgets/problem_label.h"

#include "widgets/problem_colours.h"

#include <QEvent>

namespace scalekv::widgets {
namespace {

/// Lets a line break within words that are too long for a narrow column: paths, and what people type by
/// mistake.
QString breakable(const QString& text) {
    constexpr int kLongest = 16;
    constexpr QChar kBreakHere(0x200b); // zero width space
    QString result;
    int run = 0;
    for (const QChar c : text) {
        result += c;
        run = c.isSpace() ? 0 : run + 1;
        if (run > 0 && (run % kLongest == 0 || c == QLatin1Char('/')))
            result += kBreakHere;
    }
    return result;
}

} // namespace

ProblemLabel::ProblemLabel(QWidget* parent) : QLabel(parent) {
    setWordWrap(true);
    setTextFormat(Qt::PlainText);
    colour();
    hide();
}

void ProblemLabel::setProblem(const QString& text) {
    setVisible(!text.isEmpty());
    if (text == problem_)
        return;
    problem_ = text;
    setText(breakable(text));
    fitHeight();
    setAccessibleName(text);
}

void ProblemLabel::resizeEvent(QResizeEvent* event) {
    QLabel::resizeEvent(event);
    fitHeight();
}

void ProblemLabel::fitHeight() {
    setMinimumHeight(heightForWidth(width())); // a form layout gives too few lines otherwise
}

void ProblemLabel::changeEvent(QEvent* event) {
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
}

void ProblemLabel::colour() {
    const QColor wanted = problemColours(palette()).text;
    if (palette().color(QPalette::WindowText) == wanted)
        return;   // setPalette() comes back here
    QPalette own; // only this colour is our own, all others follow the parent's
    own.setColor(QPalette::WindowText, wanted);
    setPalette(own);
}

} // namespace scalekv::widgets
