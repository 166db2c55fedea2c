#include "widgets/wrapped_lines.h"

#include <QFontMetricsF>
#include <QTextLayout>

namespace scalekv::widgets {

QStringList wrappedLines(const QString& text, const QFont& font, double width, int most) {
    const QString words = text.simplified();
    if (words.isEmpty() || most <= 0)
        return {};
    QTextLayout layout(words, font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    QStringList lines;
    layout.beginLayout();
    while (lines.size() < most) {
        QTextLine line = layout.createLine();
        if (!line.isValid())
            break;
        line.setLineWidth(width);
        const bool isLast = lines.size() + 1 == most;
        const QString rest = words.mid(line.textStart(), isLast ? -1 : line.textLength()).trimmed();
        lines += QFontMetricsF(font).elidedText(rest, Qt::ElideRight, width);
    }
    layout.endLayout();
    return lines;
}

} // namespace scalekv::widgets
