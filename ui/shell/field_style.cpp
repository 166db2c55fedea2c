#include "ui/shell/field_style.h"

#include <QAbstractScrollArea>
#include <QPainter>
#include <QStyleOptionComboBox>
#include <QToolButton>

namespace scalekv::ui {
namespace {

constexpr double kRadius = 2; // Fusion's
constexpr int kFocusWidth = 2;

void drawBorder(const QStyleOption& option, QPainter* painter, const QBrush& inside = Qt::NoBrush) {
    const bool focused = option.state.testFlag(QStyle::State_HasFocus);
    const double width = focused ? kFocusWidth : 1;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(inside);
    painter->setPen(QPen(option.palette.color(focused ? QPalette::Highlight : QPalette::Mid), width));
    const double inset = width / 2;
    painter->drawRoundedRect(QRectF(option.rect).adjusted(inset, inset, -inset, -inset), kRadius, kRadius);
    painter->restore();
}

/// One of several words of which one is chosen: a tool button without an icon. One with an arrow folds
/// something out.
bool isChosenWord(const QStyleOption& option, const QWidget* widget) {
    const auto* button = qobject_cast<const QToolButton*>(widget);
    return button && button->icon().isNull() && button->arrowType() == Qt::NoArrow &&
           option.state.testFlag(QStyle::State_On);
}

/// Fusion makes a button that is checked a little darker: in a dark theme nobody sees it.
bool isCheckedPicture(const QStyleOption& option, const QWidget* widget) {
    const auto* button = qobject_cast<const QToolButton*>(widget);
    return button && !button->autoRaise() && option.state.testFlag(QStyle::State_On);
}

QColor tint(const QStyleOption& option) {
    constexpr float kTint = 0.25F;
    QColor colour = option.palette.color(QPalette::Highlight);
    colour.setAlphaF(kTint);
    return colour;
}

} // namespace

FieldStyle::FieldStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

void FieldStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                               const QWidget* widget) const {
    if (element == PE_PanelButtonTool && isChosenWord(*option, widget)) {
        drawBorder(*option, painter, option->palette.highlight());
        return;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (element == PE_PanelButtonTool && isCheckedPicture(*option, widget))
        drawBorder(*option, painter, tint(*option));
    if (element == PE_IndicatorRadioButton) {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(option->palette.color(QPalette::Mid), 1));
        painter->setBrush(Qt::NoBrush);
        painter->drawEllipse(QRectF(option->rect).adjusted(1, 1, -1, -1));
        painter->restore();
    }
    // The line edit within a spin box has no frame; the box has.
    if (element == PE_FrameLineEdit || element == PE_IndicatorCheckBox)
        drawBorder(*option, painter);
    else if (element == PE_Frame && qobject_cast<const QAbstractScrollArea*>(widget))
        drawBorder(*option, painter, option->palette.base());
}

void FieldStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                             const QWidget* widget) const {
    const auto* button = qstyleoption_cast<const QStyleOptionToolButton*>(option);
    if (element == CE_ToolButtonLabel && button && isChosenWord(*option, widget)) {
        QStyleOptionToolButton chosen = *button;
        chosen.palette.setColor(QPalette::ButtonText, chosen.palette.color(QPalette::HighlightedText));
        QProxyStyle::drawControl(element, &chosen, painter, widget);
        return;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

int FieldStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    // Else the text would lie over a part of the line.
    if (metric == PM_DefaultFrameWidth && qobject_cast<const QAbstractScrollArea*>(widget))
        return kFocusWidth;
    return QProxyStyle::pixelMetric(metric, option, widget);
}

void FieldStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                                    QPainter* painter, const QWidget* widget) const {
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    const auto* spinBox = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
    const auto* comboBox = qstyleoption_cast<const QStyleOptionComboBox*>(option);
    if ((control == CC_SpinBox && spinBox && spinBox->frame) ||
        (control == CC_ComboBox && comboBox && comboBox->frame))
        drawBorder(*option, painter);
}

} // namespace scalekv::ui
