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
    const QString what = needsHeadOrders(policy)  ? TableSource::tr("Orders of heads")
                         : needsHeadKinds(policy) ? TableSource::tr("Kinds of heads")
                                                  : TableSource::tr("Drafters and refiners");
    if ((policy.roles && !own) || policy.headOrders || policy.headKinds)
        return shown.file.isEmpty()
                   ? TableSource::tr("%1: a table of their own, which came with a picture or a file.")
                         .arg(what)
                   : TableSource::tr("%1: from %2.").arg(what, shown.file);
    if (shown.modelKnown && !shown.own)
        return TableSource::tr("%1: not known, this model has no calibration.").arg(what);
    return TableSource::tr("%1: the model's own calibration.").arg(what);
}

QString tableToolTip(const PolicyChoice& policy) {
    if (needsHeadOrders(policy))
        return TableSource::tr("A head of attention lets go of whole scales, where later scales looked at "
                               "them least first. That order is measured once for each model: its "
                               "calibration.");
    if (needsHeadKinds(policy))
        return TableSource::tr("Contextual heads look back at the same tokens from everywhere, structural "
                               "heads from each place at its own. Which are which is measured once for each "
                               "model: its calibration.");
    return TableSource::tr("Drafters are layers that look back at all scales and need much of the cache, "
                           "refiners look at their own and need little. Which layers are which is measured "
                           "once for each model: its calibration.");
}

} // namespace

TableSource::TableSource(QWidget* parent)
    : QWidget(parent), label_(new widgets::WrappedLabel(widgets::WrappedLabel::Tone::Faint, this)),
      change_(new widgets::FocusToolButton(this)) {
    setObjectName(QStringLiteral("tableSource"));
    label_->setObjectName(QStringLiteral("tableSourceText"));
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
    const bool any = takesCalibration(policy.name) || policy.budgetTable;
    setVisible(any);
    if (!any)
        return;
    label_->say(sourceText(shown) + (shown.note.isEmpty() ? QString() : QLatin1Char(' ') + shown.note));
    label_->setToolTip(tableToolTip(policy));
    budgets_->setVisible(policy.name == "scalekv-reference"); // only the released code has such files
    own_->setEnabled(policy.roles || policy.budgetTable || policy.headOrders || policy.headKinds);
}

QString TableSource::text() const {
    return label_->text();
}

} // namespace scalekv::ui
