#include "widgets/eliding_combo_box.h"

#include <QStyleOptionComboBox>
#include <QStylePainter>

namespace scalekv::widgets {

ElidingComboBox::ElidingComboBox(QWidget* parent) : QComboBox(parent) {
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
}

QSize ElidingComboBox::minimumSizeHint() const {
    QStyleOptionComboBox option;
    initStyleOption(&option);
    constexpr int kFewLetters = 6;
    const QSize text(fontMetrics().averageCharWidth() * kFewLetters, fontMetrics().height());
    const QSize size = style()->sizeFromContents(QStyle::CT_ComboBox, &option, text, this);
    return {size.width(), sizeHint().height()};
}

void ElidingComboBox::paintEvent(QPaintEvent* /*event*/) {
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    if (currentIndex() < 0)
        option.currentText = placeholderText();
    const QRect room =
        style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight, room.width() - 2);
    painter.setPen(palette().color(QPalette::Text));
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

} // namespace scalekv::widgets
