#pragma once

#include <QProxyStyle>

namespace scalekv::ui {

/// Qt's Fusion with a visible line around everything that can be filled in, and a stronger one around what
/// has the keyboard, and the accent behind a chosen word. Fusion's own lines are a darker shade of the
/// window, which on a dark window is no line at all, and it shows no focus on a text box, and a pressed
/// button there is no darker than the others.
class FieldStyle : public QProxyStyle {
    Q_OBJECT
public:
    FieldStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                            const QWidget* widget) const override;
    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override;
};

} // namespace scalekv::ui
