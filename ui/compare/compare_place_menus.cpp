#include "ui/compare/compare_header.h"
#include "ui/compare/compare_place.h"

#include "ui/compare/column_text.h"
#include "ui/shell/message_subjects.h"
#include "ui/text/policy_text.h"
#include "widgets/icon.h"

#include <QAction>
#include <QMenu>

#include <algorithm>

namespace scalekv::ui {
namespace {

constexpr int kMostInMenu = 12; // runs of the history

} // namespace

void ComparePlace::fillAddMenu() {
    QMenu* menu = header_->addMenu();
    menu->clear();
    menu->setToolTipsVisible(true);
    const CompareColumn* reference = set_.reference();
    menu->addAction(askForColumns_);
    if (reference) {
        for (const std::string_view name : {kUsualPolicy, std::string_view("scalekv")})
            menu->addAction(tr("%1 with 4, 10 and 20 %").arg(policyTitle(name)), this, [this, name] {
                QVector<PolicyChoice> choices;
                for (const Budget& budget : kPaperBudgets)
                    choices += choiceOf(name, budget);
                addChoices(choices);
            });
        const CompareColumn* chosen = set_.chosen();
        const Budget budget = budgetOf(chosen ? chosen->request : reference->request);
        menu->addAction(tr("&All policies at %1").arg(QString::fromStdString(budget.text())), this,
                        [this, budget] { addChoices(allPolicies(budget)); });
    }
    menu->addSeparator();
    QMenu* runs = menu->addMenu(tr("From the &history"));
    for (int row = 0; row < std::min(desk_.runs.rowCount(), kMostInMenu); ++row) {
        const ResultPtr run = desk_.runs.result(row);
        const QModelIndex index = desk_.runs.index(row);
        QAction* action = runs->addAction(QPixmap::fromImage(index.data(RunList::Thumbnail).value<QImage>()),
                                          tr("%1 · seed %2 · %3")
                                              .arg(fontMetrics()
                                                       .elidedText(run->prompt(), Qt::ElideRight, 240)
                                                       .replace(QLatin1Char('&'), QLatin1String("&&")))
                                              .arg(run->request().seed)
                                              .arg(policyText(run->request().policy)),
                                          this, [this, run] { addRun(run); });
        action->setToolTip(index.data(Qt::ToolTipRole).toString());
    }
    runs->setEnabled(desk_.runs.rowCount() > 0);
    menu->addAction(tr("Saved pictures…"), this, &ComparePlace::askForPictures);
}

void ComparePlace::columnMenu(int id, QPoint at) {
    const CompareColumn* column = set_.find(id);
    if (!column)
        return;
    QMenu menu;
    menu.setToolTipsVisible(true);
    const bool isReference = id == set_.state().reference;
    QAction* reference = menu.addAction(tr("&Compare the others with this one"), this, [this, id] {
        changeColumns(set_, desk_.undo, tr("changing the reference"), [&] { set_.setReference(id); });
    });
    reference->setEnabled(!isReference);
    if (column->state == CompareColumn::State::Failed)
        menu.addAction(tr("&Try again"), this, [this, id] {
            desk_.messages.withdraw(subjects::kGeneration); // of the failure
            repeatHere(id);
        });
    if (column->run && column->run->opened) {
        QAction* repeat = menu.addAction(tr("&Repeat it here"), this, [this, id] { repeatHere(id); });
        repeat->setToolTip(
            tr("Make it again from its recipe: then its scales, bits and bytes are known, too"));
    }
    if (const ResultPtr run = column->run) {
        menu.addSeparator();
        for (const RunVerb& verb : verbs_)
            menu.addAction(widgets::icon(verb.iconName), verb.text, this, [verb, run] { verb.perform(run); });
        menu.addAction(widgets::icon(QStringLiteral("save")), tr("&Save picture…"), this,
                       [this, run] { desk_.pictures.saveAs(run); });
    }
    menu.addSeparator();
    const int index = set_.indexOf(id);
    const auto move = [this](int moved, int to) {
        changeColumns(set_, desk_.undo, tr("changing the order"), [&] { set_.move(moved, to); });
    };
    menu.addAction(tr("Move &left"), this, [=] { move(id, index - 1); })->setEnabled(index > 0);
    menu.addAction(tr("Move ri&ght"), this, [=] { move(id, index + 1); })
        ->setEnabled(index + 1 < set_.columns().size());
    menu.addSeparator();
    menu.addAction(widgets::icon(QStringLiteral("remove")), tr("Re&move"), this,
                   [this, id] { removeColumn(id); });
    menu.exec(at);
}

} // namespace scalekv::ui
