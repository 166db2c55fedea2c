#include "widgets/accessible_value.h"

#include <QAccessible>
#include <QWidget>

namespace scalekv::widgets {

void announceValue(QWidget* widget, const QString& text) {
    if (widget->accessibleDescription() == text)
        return;
    widget->setAccessibleDescription(text); // tells of the description
    QAccessibleValueChangeEvent changed(widget, text);
    QAccessible::updateAccessibility(&changed);
}

} // namespace scalekv::widgets
