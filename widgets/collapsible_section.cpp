#include "widgets/collapsible_section.h"

#include "widgets/focus_buttons.h"

#include <QVBoxLayout>

#include <algorithm>

namespace scalekv::widgets {

CollapsibleSection::CollapsibleSection(const QString& title, QWidget* contents, QWidget* parent)
    : QWidget(parent), heading_(new FocusToolButton(this)), contents_(contents) {
    heading_->setText(title);
    heading_->setObjectName(QStringLiteral("sectionHeading"));
    heading_->setCheckable(true);
    heading_->setAutoRaise(true);
    heading_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    heading_->setArrowType(Qt::RightArrow);
    heading_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(heading_);
    layout->addWidget(contents_);
    contents_->setVisible(false);

    connect(heading_, &QToolButton::toggled, this, [this](bool on) {
        heading_->setArrowType(on ? Qt::DownArrow : Qt::RightArrow);
        contents_->setVisible(on);
        Q_EMIT expandedChanged(on);
    });
}

QSize CollapsibleSection::minimumSizeHint() const {
    const QSize shown = QWidget::minimumSizeHint();
    const QSize whole = contents_->minimumSizeHint().grownBy(contentsMargins());
    return {std::max(shown.width(), whole.width()), shown.height()};
}

bool CollapsibleSection::isExpanded() const {
    return heading_->isChecked();
}

void CollapsibleSection::setExpanded(bool expanded) {
    heading_->setChecked(expanded);
}

} // namespace scalekv::widgets
