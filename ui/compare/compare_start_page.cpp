#include "ui/compare/compare_start_page.h"

#include "widgets/focus_buttons.h"

#include <QLabel>
#include <QVBoxLayout>

namespace scalekv::ui {

CompareStartPage::CompareStartPage(QWidget* parent)
    : QWidget(parent), hint_(new QLabel(this)),
      full_(new widgets::FocusPushButton(tr("Compare the last picture with the full cache"), this)),
      all_(new widgets::FocusPushButton(tr("Compare all policies at its budget"), this)) {
    auto* title = new QLabel(tr("What does a smaller cache change?"), this);
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * 1.5);
    title->setFont(large);
    title->setAlignment(Qt::AlignCenter);
    hint_->setAlignment(Qt::AlignCenter);
    hint_->setWordWrap(true);
    hint_->setForegroundRole(QPalette::PlaceholderText);
    full_->setObjectName(QStringLiteral("compareLast"));
    all_->setObjectName(QStringLiteral("compareLastAll"));
    QPushButton* open = new widgets::FocusPushButton(tr("Open saved pictures…"), this);
    connect(full_, &QPushButton::clicked, this, &CompareStartPage::fullRequested);
    connect(all_, &QPushButton::clicked, this, &CompareStartPage::allRequested);
    connect(open, &QPushButton::clicked, this, &CompareStartPage::picturesRequested);
    auto* buttons = new QVBoxLayout;
    for (QPushButton* button : {full_, all_, open}) {
        button->setMinimumWidth(320);
        buttons->addWidget(button, 0, Qt::AlignHCenter);
    }
    auto* column = new QVBoxLayout(this);
    column->addStretch(2);
    column->addWidget(title);
    column->addWidget(hint_);
    column->addSpacing(12);
    column->addLayout(buttons);
    column->addStretch(3);
}

void CompareStartPage::setHasRuns(bool any) {
    full_->setEnabled(any);
    all_->setEnabled(any);
    hint_->setText(
        any ? tr("The same picture is made again with everything kept, and both stand side by side.\n"
                 "Runs are added from the history, and saved pictures can be dropped here.")
            : tr("Make a picture in Generate first (Ctrl+1), or drop saved pictures here."));
}

} // namespace scalekv::ui
