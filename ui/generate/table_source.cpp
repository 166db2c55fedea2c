#include "ui/generate/table_source.h"

#include "widgets/focus_buttons.h"
#include "widgets/wrapped_label.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMenu>

namespace scalekv::ui {
namespace {

QString sourceText(const TableSource::Shown& shown) {
    const PolicyChoice& policy = shown.policy;
    const bool own = policy.roles && shown.own && *policy.roles == *shown.own;
    if (policy.budgetTable)
        return shown.file.isEmpty()
                   ? TableSource::tr("Budgets: a table of their own, which came with a picture or a file.")
                   : TableSource::tr("Budgets: from %1.").arg(shown.file);
    if (policy.roles && !own)
        return shown.file.isEmpty()
                   ? TableSource::tr(
                         "Drafters and refiners: a table of their own, which came with a picture or a file.")
                   : TableSource::tr("Drafters and refiners: from %1.").arg(shown.file);
    if (shown.modelKnown && !shown.own)
        return TableSource::tr("Drafters and refiners: not known, this model has no calibration.");
    return TableSource::tr("Drafters and refiners: the model's own calibration.");
}

} // namespace

TableSource::TableSource(QWidget* parent)
    : QWidget(parent), label_(new widgets::WrappedLabel(widgets::WrappedLabel::Tone::Faint, this)),
      change_(new widgets::FocusToolButton(this)) {
    setObjectName(QStringLiteral("tableSource"));
    label_->setObjectName(QStringLiteral("tableSourceText"));
    label_->setToolTip(tr("Drafters are layers that look back at all scales and need much of the cache, "
                          "refiners look at their own and need little. Which layers are which is measured "
                          "once for each model: its calibration."));
    change_->setObjectName(QStringLiteral("changeTables"));
    change_->setText(tr("Change"));
    change_->setToolTip(tr("Take them from somewhere else"));
    change_->setAutoRaise(true);
    change_->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(change_);
    menu->addAction(tr("&Calibration file…"), this, &TableSource::calibrationWanted);
    menu->addAction(tr("Calibrate the &model…"), this, &TableSource::measuringWanted);
    budgets_ = menu->addAction(tr("&Budget file…"), this, &TableSource::budgetsWanted);
    menu->addSeparator();
    own_ = menu->addAction(tr("The &model's own"), this, &TableSource::ownWanted);
    change_->setMenu(menu);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(label_, 1, Qt::AlignTop);
    row->addWidget(change_, 0, Qt::AlignTop);
}

void TableSource::showTables(const Shown& shown) {
    const PolicyChoice& policy = shown.policy;
    const bool any = needsRoles(policy) || policy.budgetTable;
    setVisible(any);
    if (!any)
        return;
    label_->say(sourceText(shown) + (shown.note.isEmpty() ? QString() : QLatin1Char(' ') + shown.note));
    budgets_->setVisible(policy.name == "scalekv-reference"); // only the released code has such files
    own_->setEnabled(policy.roles || policy.budgetTable);
}

QString TableSource::text() const {
    return label_->text();
}

} // namespace scalekv::ui
