#include "widgets/problem_label.h"

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

ProblemLabel::ProblemLabel(QWidget* parent) : WrappedLabel(Tone::Problem, parent) {}

void ProblemLabel::setProblem(const QString& text) {
    problem_ = text;
    say(breakable(text));
    setAccessibleName(text);
}

} // namespace scalekv::widgets
