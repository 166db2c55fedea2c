#include "widgets/token_legend.h"

#include "widgets/token_picture.h"

#include <QPainter>

#include <algorithm>

namespace scalekv::widgets {
namespace {
constexpr int kBar = 110, kBesideBar = 6;
constexpr int kMostCells = 11; // of a bar, so that it looks as the tokens do
} // namespace

TokenLegend::TokenLegend(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void TokenLegend::explain(TokenOverlay::Kind kind, const QString& least, const QString& most, int values) {
    const int cells = values > 1 ? std::min(values, kMostCells) : kMostCells;
    if (kind == kind_ && least == least_ && most == most_ && cells == cells_)
        return;
    kind_ = kind;
    cells_ = cells;
    least_ = least;
    most_ = most;
    setAccessibleName(least.isEmpty() ? most : tr("from %1 to %2").arg(least, most));
    updateGeometry();
    update();
}

QSize TokenLegend::sizeHint() const {
    const QFontMetrics metrics = fontMetrics();
    return {metrics.horizontalAdvance(least_) + metrics.horizontalAdvance(most_) + kBar + 2 * kBesideBar,
            metrics.height() + 2};
}

void TokenLegend::paintEvent(QPaintEvent* /*event*/) {
    if (kind_ == TokenOverlay::Kind::None)
        return;
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    const QFontMetrics metrics = fontMetrics();
    const int words = metrics.horizontalAdvance(least_) + metrics.horizontalAdvance(most_) + 2 * kBesideBar;
    const int bar = std::clamp(width() - words, 2 * kBesideBar, kBar);
    const int left = metrics.horizontalAdvance(least_) + kBesideBar;
    painter.drawText(QRect(0, 0, left, height()), Qt::AlignLeft | Qt::AlignVCenter, least_);
    painter.drawText(QRect(left + bar + kBesideBar, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter,
                     most_);

    // The tokens themselves, on the grey of a picture.
    QVector<double> values(cells_);
    for (int i = 0; i < cells_; ++i)
        values[i] = double(i) / (cells_ - 1);
    const TokenOverlay overlay = kind_ == TokenOverlay::Kind::Heat ? TokenOverlay::heat(1, cells_, values, 1)
                                                                   : TokenOverlay::kept(1, cells_, values, 1);
    const QRectF box(left, 1, bar, height() - 2);
    painter.fillRect(box, QColor(0x9a, 0x9a, 0x9a));
    paintOverlay(painter, {box, 1, cells_}, overlay, overlay.image());
}

} // namespace scalekv::widgets
