#include "widgets/marked_field.h"

#include "widgets/problem_colours.h"
#include "widgets/problem_label.h"

#include <QEvent>
#include <QVBoxLayout>

namespace scalekv::widgets {

MarkedField::MarkedField(QWidget* field, QWidget* parent)
    : QWidget(parent), field_(field), why_(new ProblemLabel(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(field_);
    column->addWidget(why_);
}

void MarkedField::setProblem(const QString& text) {
    if (text == problem())
        return;
    why_->setProblem(text);
    field_->setAccessibleDescription(text);
    mark();
}

QString MarkedField::problem() const {
    return why_->problem();
}

void MarkedField::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        mark();
}

void MarkedField::mark() {
    QPalette colours; // nothing of its own: all follows the theme
    if (!problem().isEmpty())
        colours.setColor(QPalette::Base, problemColours(palette()).field);
    field_->setPalette(colours);
}

} // namespace scalekv::widgets
