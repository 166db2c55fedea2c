#include "widgets/number_box.h"

#include <QLineEdit>
#include <QStyle>
#include <QStyleOptionSpinBox>

#include <algorithm>

namespace scalekv::widgets {

NumberBox::NumberBox(int digits, QWidget* parent) : QAbstractSpinBox(parent), digits_(digits) {
    connect(lineEdit(), &QLineEdit::textChanged, this, [this](const QString& text) {
        read(text);
        Q_EMIT textChanged(text);
    });
    // Qt mends the text when the focus leaves, but not on Enter.
    connect(this, &QAbstractSpinBox::editingFinished, this, [this] {
        if (!hasAcceptableInput())
            setText(goodText());
    });
}

void NumberBox::setText(const QString& text) {
    lineEdit()->setText(text);
    if (!hasFocus())
        lineEdit()->setCursorPosition(0); // a long number is to be read from its beginning
}

QSize NumberBox::sizeFor(int digits) const {
    QStyleOptionSpinBox option;
    initStyleOption(&option);
    constexpr int kCursorRoom = 6;
    const int width = fontMetrics().horizontalAdvance(QString(digits, QLatin1Char('0'))) + kCursorRoom;
    const QSize size = style()->sizeFromContents(QStyle::CT_SpinBox, &option, QSize(width, 0), this);
    return {size.width(), QAbstractSpinBox::sizeHint().height()};
}

QSize NumberBox::sizeHint() const {
    return sizeFor(digits_);
}

QSize NumberBox::minimumSizeHint() const {
    constexpr int kEnough = 5;
    return sizeFor(std::min(digits_, kEnough));
}

} // namespace scalekv::widgets
