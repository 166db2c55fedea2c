#include "ui/compare/add_column_dialog.h"

#include "ui/compare/compare_column.h"
#include "ui/text/budget_text.h"
#include "ui/text/policy_text.h"
#include "widgets/number_list_edit.h"
#include "widgets/problem_label.h"
#include "widgets/seed_edit.h"
#include "widgets/wheel_guard.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace scalekv::ui {
namespace {

QVector<double> list(const std::vector<double>& numbers) {
    return {numbers.begin(), numbers.end()};
}

std::vector<double> list(const QVector<double>& numbers) {
    return {numbers.begin(), numbers.end()};
}

QString plain(std::string_view text) {
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

} // namespace

AddColumnDialog::AddColumnDialog(const GenerationRequest& like, Planner planner, QWidget* parent)
    : QDialog(parent), like_(like), planner_(std::move(planner)), policy_(new QComboBox(this)),
      budgets_(new QLineEdit(this)), seed_(new widgets::SeedEdit(this)),
      cfg_(new widgets::NumberListEdit(this)), tau_(new widgets::NumberListEdit(this)),
      problem_(new widgets::ProblemLabel(this)) {
    setWindowTitle(tr("Add a column"));
    policy_->setObjectName(QStringLiteral("newPolicy"));
    widgets::guardWheel(policy_);
    for (const std::string_view name : policyNames()) {
        policy_->addItem(policyTitle(name), plain(name));
        policy_->setItemData(policy_->count() - 1,
                             policySentence(name) + QLatin1Char('\n') + policySource(name), Qt::ToolTipRole);
    }
    const bool full = !like.policy.evicts();
    policy_->setCurrentIndex(
        policy_->findData(full ? plain(kUsualPolicy) : QString::fromStdString(like.policy.name)));
    budgets_->setObjectName(QStringLiteral("newBudgets"));
    budgets_->setText(budgetText(full ? kUsualBudget : like.policy.budget));
    budgets_->setPlaceholderText(tr("4%, 10%, 20%"));
    budgets_->setToolTip(
        tr("How much may stay: a share of the full cache (10%), a number of tokens (650), or of bytes (3.5 "
           "MiB).\n"
           "Several, with commas between them, make a column each: the curve of quality over bytes."));
    seed_->setValue(like.seed);
    seed_->setObjectName(QStringLiteral("newSeed"));
    cfg_->setNumbers(list(like.cfg));
    cfg_->setObjectName(QStringLiteral("newCfg"));
    cfg_->setToolTip(tr("cfg, classifier-free guidance: one number, or one for each scale; 1 is off"));
    tau_->setNumbers(list(like.tau));
    tau_->setObjectName(QStringLiteral("newTau"));
    tau_->setToolTip(tr("tau, the temperature of the random draw: one number, or one for each scale"));

    auto* form = new QFormLayout;
    form->setHorizontalSpacing(12);
    form->addRow(tr("&Policy"), policy_);
    form->addRow(tr("&Budgets"), budgets_);
    auto* also = new QLabel(tr("As in the reference, unless you change it:"), this);
    also->setForegroundRole(QPalette::PlaceholderText);
    form->addRow(also);
    form->addRow(tr("&Seed"), seed_);
    form->addRow(tr("&Follow the prompt"), cfg_);
    form->addRow(tr("&Variety"), tau_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    add_ = buttons->addButton(tr("Add"), QDialogButtonBox::AcceptRole);
    add_->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(problem_);
    column->addStretch(1);
    column->addWidget(buttons);
    setMinimumWidth(380);

    connect(policy_, &QComboBox::currentIndexChanged, this, &AddColumnDialog::check);
    connect(budgets_, &QLineEdit::textChanged, this, &AddColumnDialog::check);
    connect(seed_, &widgets::SeedEdit::textChanged, this, &AddColumnDialog::check);
    connect(cfg_, &widgets::NumberListEdit::textChanged, this, &AddColumnDialog::check);
    connect(tau_, &widgets::NumberListEdit::textChanged, this, &AddColumnDialog::check);
    check();
    budgets_->setFocus();
    budgets_->selectAll();
}

QVector<Budget> AddColumnDialog::budgets(QString* problem) const {
    const ReadBudgets read = readBudgetList(budgets_->text());
    if (read.budgets.isEmpty())
        *problem = read.problem.isEmpty() ? tr("How much may stay? 10% is usual.") : read.problem;
    return read.budgets;
}

QVector<GenerationRequest> AddColumnDialog::requests() const {
    PolicyChoice choice;
    choice.name = policy_->currentData().toString().toStdString();
    GenerationRequest request = withPolicy(like_, choice);
    request.seed = seed_->value();
    request.cfg = list(cfg_->numbers());
    request.tau = list(tau_->numbers());
    if (!request.policy.evicts())
        return {request};
    QString problem;
    QVector<GenerationRequest> requests;
    for (const Budget& budget : budgets(&problem)) {
        request.policy.budget = budget;
        requests += request;
    }
    return requests;
}

/// A budget below what its policy needs, say.
QString AddColumnDialog::planProblem() const {
    for (const GenerationRequest& request : requests()) {
        if (const QString why = ui::planProblem(planner_, request); !why.isEmpty())
            return tr("%1: %2").arg(policyText(request.policy), why);
    }
    return {};
}

void AddColumnDialog::check() {
    const bool full = !evicts(policy_->currentData().toString().toStdString());
    budgets_->setEnabled(!full);
    QString problem;
    for (const auto& [field, name] :
         {std::pair(cfg_, tr("Follow the prompt")), std::pair(tau_, tr("Variety"))}) {
        if (const QString bad = field->firstBadWord(); !bad.isEmpty())
            problem = tr("%1: “%2” is not a number.").arg(name, bad);
        else if (field->numbers().isEmpty())
            problem = tr("%1: a number is missing.").arg(name);
    }
    if (!full)
        budgets(&problem);
    if (problem.isEmpty()) {
        for (const GenerationRequest& request : requests()) {
            if (const auto wrong = settingProblem(request))
                problem = QString::fromStdString(wrong->field + " " + wrong->why + ".");
        }
    }
    if (problem.isEmpty())
        problem = planProblem();
    problem_->setProblem(problem);
    add_->setEnabled(problem.isEmpty());
}

} // namespace scalekv::ui
