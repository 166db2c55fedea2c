#include "widgets/collapsible_section.h"

#include <QToolButton>
#include <QVBoxLayout>

namespace scalekv::widgets {

CollapsibleSection::CollapsibleSection(const QString& title, QWidget* contents, QWidget* parent)
    : QWidget(parent), heading_(new QToolButton(this)), contents_(contents) {
    heading_->setText(title);
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

bool CollapsibleSection::isExpanded() const {
    return heading_->isChecked();
}

void CollapsibleSection::setExpanded(bool expanded) {
    heading_->setChecked(expanded);
}

} // namespace scalekv::widgets
