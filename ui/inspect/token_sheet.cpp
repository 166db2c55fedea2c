#include "ui/inspect/token_sheet.h"

#include <QAbstractTextDocumentLayout>
#include <QPainter>
#include <QTextDocument>
#include <QWidget>

#include <algorithm>
#include <cmath>

namespace scalekv::ui {
namespace {
constexpr int kMargin = 10, kBetween = 6;
constexpr int kNarrowest = 420; // a small picture's words need room
} // namespace

QImage tokenSheet(const QImage& tokens, const QString& title, const QString& caption, QWidget& legend,
                  const QWidget& look, double ratio) {
    const QSizeF picture = tokens.deviceIndependentSize();
    const int width = std::max(kNarrowest, int(std::ceil(picture.width())));
    QTextDocument words;
    words.setDefaultFont(look.font());
    words.setDocumentMargin(0);
    words.setHtml(title + QStringLiteral("<br>") + caption.toHtmlEscaped());
    words.setTextWidth(width);
    const int text = int(std::ceil(words.size().height()));
    const int key = legend.sizeHint().height();

    const QSize size(width + 2 * kMargin,
                     text + int(std::ceil(picture.height())) + key + 2 * (kMargin + kBetween));
    QImage sheet(size * ratio, QImage::Format_RGB32);
    sheet.setDevicePixelRatio(ratio);
    sheet.fill(look.palette().color(QPalette::Window));
    {
        QPainter painter(&sheet);
        painter.translate(kMargin, kMargin);
        QAbstractTextDocumentLayout::PaintContext context;
        context.palette = look.palette();
        context.palette.setColor(QPalette::Text, look.palette().color(QPalette::WindowText));
        words.documentLayout()->draw(&painter, context);
        painter.drawImage(QPointF(0, text + kBetween), tokens);
    }
    legend.render(&sheet, QPoint(kMargin, size.height() - kMargin - key), {}, QWidget::DrawChildren);
    return sheet;
}

} // namespace scalekv::ui
