#include "ui/field_style.h"

#include <QAbstractSpinBox>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyleOptionComboBox>

namespace scalekv::ui {
namespace {

constexpr double kRadius = 2; // Fusion's

void drawBorder(const QStyleOption& option, QPainter* painter) {
    const bool focused = option.state.testFlag(QStyle::State_HasFocus);
    const double width = focused ? 2 : 1;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(option.palette.color(focused ? QPalette::Highlight : QPalette::Mid), width));
    const double inset = width / 2;
    painter->drawRoundedRect(QRectF(option.rect).adjusted(inset, inset, -inset, -inset), kRadius, kRadius);
    painter->restore();
}

} // namespace

FieldStyle::FieldStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

void FieldStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                               const QWidget* widget) const {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    const bool textBox = element == PE_Frame && qobject_cast<const QPlainTextEdit*>(widget);
    // The line edit within a spin box has no frame; the box has.
    const bool field = element == PE_FrameLineEdit || element == PE_IndicatorCheckBox;
    if (textBox || field)
        drawBorder(*option, painter);
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
