#include "ui/compare/compare_header.h"

#include "ui/compare/column_text.h"
#include "ui/compare/looking_controls.h"
#include "widgets/elided_label.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

#include <algorithm>

namespace scalekv::ui {

using State = CompareColumn::State;

CompareHeader::CompareHeader(const ColumnSet& set, ColumnQueue& queue, widgets::ComparisonView& view,
                             QAction& stop, QWidget* parent)
    : QWidget(parent), set_(set), queue_(queue), words_(new widgets::ElidedLabel(this)),
      facts_(new widgets::ElidedLabel(this)), scaleText_(new QLabel(this)),
      scale_(new QSlider(Qt::Horizontal, this)), many_(new QAction(tr("&Many pictures"), this)),
      report_(new QAction(tr("&Report…"), this)),
      continue_(button(tr("Continue"), "continueComparing",
                       tr("Make the pictures that were stopped, and those that wait"))),
      stop_(button(tr("Stop"), "stopComparing",
                   tr("Stop making pictures; what is finished stays, and the rest can be continued (Esc)"))),
      add_(button(tr("Add column"), "addColumn", {})), addMenu_(new QMenu(tr("Add a &column"), add_)) {
    facts_->setForegroundRole(QPalette::PlaceholderText);
    facts_->setObjectName(QStringLiteral("comparedFacts"));
    scaleText_->setMinimumWidth(fontMetrics().horizontalAdvance(tr("Scale %1/%2").arg(13).arg(13)) + 4);
    scale_->setObjectName(QStringLiteral("scale"));
    scale_->setAccessibleName(tr("Scale that is looked at"));
    scale_->setToolTip(tr("After which scale the pictures are seen (Page Up, Page Down)"));
    scale_->setFixedWidth(110);
    scale_->setPageStep(1);
    stop_->setIcon(widgets::icon(QStringLiteral("stop")));
    stop_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    add_->setIcon(widgets::icon(QStringLiteral("add")));
    add_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    add_->setPopupMode(QToolButton::InstantPopup);
    add_->setMenu(addMenu_);
    addMenu_->setIcon(add_->icon());
    many_->setCheckable(true);
    many_->setIconText(tr("Many…"));
    many_->setShortcut(Qt::CTRL | Qt::Key_M);
    many_->setToolTip(tr("Many prompts, seeds, policies and budgets into a folder, as `scalekv compare` does "
                         "(%1)")
                          .arg(many_->shortcut().toString(QKeySequence::NativeText)));
    report_->setShortcut(Qt::CTRL | Qt::Key_R);
    connect(scale_, &QSlider::valueChanged, this, &CompareHeader::scaleChosen);
    connect(continue_, &QToolButton::clicked, &queue_, &ColumnQueue::resume);
    connect(stop_, &QToolButton::clicked, &stop, &QAction::trigger);
    connect(many_, &QAction::toggled, this, &CompareHeader::manyToggled);
    connect(report_, &QAction::triggered, this, &CompareHeader::reportClicked);

    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(words_);
    words->addWidget(facts_);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 6, 10, 2);
    row->setSpacing(10);
    row->addLayout(words, 1);
    row->addWidget(continue_);
    row->addWidget(stop_);
    looking_ = {new ModeButtons(view, this), scaleText_, scale_, add_};
    for (QWidget* field : looking_)
        row->addWidget(field);
    row->addWidget(button(*many_, "many"));
    looking_ += button(*report_, "report");
    row->addWidget(looking_.constLast());
}

QToolButton* CompareHeader::button(const QString& text, const char* name, const QString& toolTip) {
    auto* button = new widgets::FocusToolButton(this);
    button->setText(text);
    button->setObjectName(QLatin1String(name));
    button->setToolTip(toolTip);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

QToolButton* CompareHeader::button(QAction& action, const char* name) {
    QToolButton* made = button({}, name, {});
    made->setDefaultAction(&action);
    return made;
}

bool CompareHeader::isMany() const {
    return many_->isChecked();
}

void CompareHeader::setMany(bool many) {
    many_->setChecked(many);
}

void CompareHeader::setWriting(bool writing) {
    writing_ = writing;
    refreshReport();
}

void CompareHeader::refresh(int scales, int shown) {
    const CompareColumn* reference = set_.reference();
    words_->setFullText(isMany() ? tr("Many pictures")
                        : reference && !reference->request.prompts.empty()
                            ? QString::fromStdString(reference->request.prompts.front())
                            : QString());
    facts_->setFullText(factsText());
    continue_->setVisible(!isMany() && queue_.making() == 0 && queue_.isStopped());
    for (QWidget* field : looking_)
        field->setVisible(!isMany());
    const QSignalBlocker blocker(scale_);
    scale_->setRange(0, scales - 1);
    scale_->setValue(shown);
    scale_->setEnabled(scales > 1);
    scaleText_->setText(set_.isEmpty() ? QString() : tr("Scale %1/%2").arg(shown + 1).arg(scales));
    stop_->setVisible(!isMany() && queue_.making() != 0);
    add_->setEnabled(!set_.isFull());
    addMenu_->setEnabled(!set_.isFull() && !isMany());
    add_->setToolTip(set_.isFull()
                         ? mostColumnsText()
                         : tr("Another policy, budget or setting, a run of the history, or a saved picture"));
    refreshReport();
}

QString CompareHeader::factsText() const {
    if (isMany())
        return tr("prompts × seeds × policies × budgets, into a folder");
    const CompareColumn* reference = set_.reference();
    if (!reference)
        return {};
    QStringList facts{tr("seed %1").arg(reference->request.seed)};
    if (!reference->finalSize.isEmpty())
        facts +=
            QStringLiteral("%1 × %2").arg(reference->finalSize.width()).arg(reference->finalSize.height());
    const auto pending = std::count_if(set_.columns().begin(), set_.columns().end(),
                                       [](const CompareColumn& column) { return column.isPending(); });
    const auto all = set_.columns().size();
    if (!queue_.obstacle().isEmpty())
        facts += queue_.obstacle();
    else if (pending > 0)
        facts += tr("making %1 of %2").arg(all - pending + 1).arg(all);
    else
        facts += tr("%1 pictures").arg(all);
    return facts.join(QStringLiteral(" · "));
}

void CompareHeader::refreshReport() {
    const CompareColumn* reference = set_.reference();
    const auto done = std::count_if(set_.columns().begin(), set_.columns().end(),
                                    [](const CompareColumn& column) { return column.isDone(); });
    const bool can = reference && reference->isDone() && done > 1;
    report_->setText(writing_ ? tr("Stop w&riting") : tr("&Report…"));
    report_->setEnabled((can && !isMany()) || writing_);
    report_->setToolTip(
        writing_ ? tr("Ends it; the folder stays as it was")
        : can    ? tr("A page with pictures to swipe, figures and recipes, to be sent to somebody; CSV and "
                         "JSON beside it (%1)")
                    .arg(report_->shortcut().toString(QKeySequence::NativeText))
              : tr("There is something to report when the reference and another picture are made"));
}

} // namespace scalekv::ui
