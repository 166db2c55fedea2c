#include "ui/generate/cache_fields.h"

#include "scalekv/calibration_summary.h"
#include "ui/generate/budget_fields.h"
#include "ui/generate/table_source.h"
#include "ui/text/budget_text.h"
#include "ui/text/policy_text.h"
#include "ui/text/unit_text.h"
#include "widgets/wheel_guard.h"
#include "widgets/wrapped_label.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QLineEdit>
#include <QLocale>
#include <QSettings>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <cmath>

namespace scalekv::ui {
namespace {

constexpr char kFolderKey[] = "tables/folder";

/// What most policies make of it: they keep whole tokens, and never more bytes than they may.
qint64 tokensOf(const Budget& budget, const WholeHistory& history) {
    const double average = budget.averageTokens(history);
    return budget.bytes > 0 ? qint64(average) : std::llround(average);
}

/// "1,050 of 10,521 tokens a head · peak 337 MiB"
QString amountsText(const PolicyChoice& policy, const GenerationPlan& plan) {
    const QLocale locale;
    const qint64 all = cachedTokens(plan.schedule);
    const QString bytes = byteText(plan.peakKvBytes);
    if (!policy.evicts())
        return CacheFields::tr("all %1 tokens a head · %2").arg(locale.toString(all), bytes);
    if (policy.budgetTable)
        return CacheFields::tr("as the table of budgets says · %1").arg(bytes);
    if (keepsEveryToken(policy.name) && plan.peakKvBytes < plan.fullPeakKvBytes)
        return CacheFields::tr("all %1 tokens a head, in fewer bits · peak %2 of %3")
            .arg(locale.toString(all), bytes, byteText(plan.fullPeakKvBytes));
    return CacheFields::tr("%1 of %2 tokens a head · peak %3")
        .arg(locale.toString(qint64(tokensOf(policy.budget, plan.history()))), locale.toString(all), bytes);
}

QString amountsToolTip(const PolicyChoice& policy, const GenerationPlan& plan) {
    const QLocale locale;
    if (policy.evicts() && keepsEveryToken(policy.name))
        return CacheFields::tr(
                   "What the budget comes to at this size: %1 bytes of keys and values; with the full cache "
                   "%2. More than about 8 bits a number would change nothing, so more than half of a bf16 "
                   "cache is not used up; 100 % is the full cache.")
            .arg(locale.toString(qint64(plan.peakKvBytes)), locale.toString(qint64(plan.fullPeakKvBytes)));
    return CacheFields::tr(
               "What the budget comes to at this size, on average over the layers.\n"
               "Keys and values take %1 bytes at most; with the full cache %2. Where a policy gives some "
               "layers more than others, all together may for a scale hold more than their share.")
        .arg(locale.toString(qint64(plan.peakKvBytes)), locale.toString(qint64(plan.fullPeakKvBytes)));
}

} // namespace

CacheFields::CacheFields(QWidget* parent)
    : QWidget(parent), name_(new QComboBox(this)),
      sentence_(new widgets::WrappedLabel(widgets::WrappedLabel::Tone::Faint, this)),
      budget_(new BudgetFields(this)), source_(new TableSource(this)) {
    for (const std::string_view name : policyNames()) {
        name_->addItem(policyTitle(name),
                       QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
        name_->setItemData(name_->count() - 1, policySentence(name) + QLatin1Char('\n') + policySource(name),
                           Qt::ToolTipRole);
    }
    name_->setObjectName(QStringLiteral("cachePolicy"));
    name_->setAccessibleName(tr("Cache policy"));
    widgets::guardWheel(name_);
    sentence_->setObjectName(QStringLiteral("policySentence"));

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    column->addWidget(name_);
    column->addWidget(sentence_);
    column->addWidget(source_);
    column->addWidget(budget_);

    connect(name_, &QComboBox::currentIndexChanged, this, [this] {
        choosePolicy(name_->currentData().toString().toStdString());
        Q_EMIT changed();
    });
    connect(budget_, &BudgetFields::textChanged, this, [this] {
        readBudget();
        Q_EMIT changed();
    });
    connect(source_, &TableSource::calibrationWanted, this,
            [this] { askForFile(tr("Open a calibration"), &CacheFields::readCalibrationFile); });
    connect(source_, &TableSource::measuringWanted, this, &CacheFields::calibrationRequested);
    connect(source_, &TableSource::budgetsWanted, this,
            [this] { askForFile(tr("Open a budget file"), &CacheFields::readBudgetFile); });
    connect(source_, &TableSource::ownWanted, this, &CacheFields::useOwnTables);
    setPolicy({});
}

void CacheFields::setModel(const ModelSummary& model) {
    model_ = model;
    ++reading_; // what is being read was meant for the model before
    showState();
}

void CacheFields::choosePolicy(const std::string& name) {
    PolicyChoice fresh;
    fresh.name = name;
    fresh.budget = policy_.budget;
    QString text = budget_->text();
    if (policy_.evicts())
        everythingChosen_ = policy_.budget == Budget();
    if (!policy_.evicts() && policy_.budget == Budget() && !everythingChosen_) {
        fresh.budget = kUsualBudget; // who turns from the full cache wants less than all of it
        text = budgetText(fresh.budget);
    }
    setState({fresh, text, {}, {}});
}

void CacheFields::readBudget() {
    if (const auto budget = ui::readBudget(budget_->text()).budget)
        policy_.budget = *budget;
    showState();
}

void CacheFields::setPolicy(const PolicyChoice& policy) {
    // The model was loaded again: the same tables still come from the same file.
    everythingChosen_ = false;
    const bool sameTables = policy.roles == policy_.roles && policy.budgetTable == policy_.budgetTable &&
                            policy.headOrders == policy_.headOrders && policy.headKinds == policy_.headKinds;
    setState(
        {policy, budgetText(policy.budget), sameTables ? file_ : QString(), sameTables ? note_ : QString()});
}

CacheState CacheFields::state() const {
    return {policy_, budget_->text(), file_, note_};
}

void CacheFields::setState(const CacheState& state) {
    if (state == this->state() && name_->currentData().toString().toStdString() == policy_.name)
        return;
    ++reading_;
    {
        const QSignalBlocker nameBlocker(name_);
        policy_ = state.policy;
        file_ = state.file;
        note_ = state.note;
        const QString name = QString::fromStdString(policy_.name);
        name_->setPlaceholderText(name); // one that this version does not know: the engine will say so
        name_->setCurrentIndex(name_->findData(name));
        budget_->setText(state.budget);
    }
    showState();
    Q_EMIT changed();
}

void CacheFields::showState() {
    budget_->setInForce(policy_.evicts());
    name_->setToolTip(policySource(policy_.name));
    sentence_->say(policySentence(policy_.name));
    sentence_->setToolTip(policySource(policy_.name));
    source_->showTables({.policy = policy_,
                         .file = QFileInfo(file_).fileName(),
                         .note = note_,
                         .modelKnown = model_.has_value(),
                         .own = model_ && model_->roles ? &*model_->roles : nullptr});
}

void CacheFields::showPlan(const GenerationPlan* plan) {
    if (plan)
        budget_->setHistory(plan->history());
    // Of a wrong budget it would say what the one before it came to.
    if (plan && problem().isEmpty())
        budget_->showAmounts(amountsText(policy_, *plan), amountsToolTip(policy_, *plan));
    else
        budget_->showAmounts({}, {});
}

void CacheFields::askForFile(const QString& title, void (CacheFields::*read)(const QString&)) {
    QSettings settings;
    QString folder = settings.value(QLatin1String(kFolderKey)).toString();
    if (folder.isEmpty() && model_)
        folder = QFileInfo(model_->path).absoluteFilePath();
    const QString path =
        QFileDialog::getOpenFileName(window(), title, folder, tr("JSON files (*.json);;All files (*)"));
    if (path.isEmpty())
        return;
    settings.setValue(QLatin1String(kFolderKey), QFileInfo(path).absolutePath());
    (this->*read)(path);
}

void CacheFields::readCalibrationFile(const QString& path) {
    readInBackground(path, [path, model = model_] { return readRoles(path, model); });
}

void CacheFields::readBudgetFile(const QString& path) {
    readInBackground(path, [path, model = model_] { return readBudgets(path, model); });
}

void CacheFields::readInBackground(const QString& path, std::function<PolicyFile()> read) {
    auto* watcher = new QFutureWatcher<PolicyFile>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, path, wanted = ++reading_] {
        watcher->deleteLater();
        if (wanted == reading_)
            useTables(path, watcher->result());
    });
    watcher->setFuture(QtConcurrent::run(std::move(read)));
}

void CacheFields::useTables(const QString& path, const PolicyFile& file) {
    if (!file.problem.isEmpty()) {
        Q_EMIT refused(file.problem);
        return;
    }
    CacheState next = state();
    next.policy.budgetTable = file.budgets;
    const bool orders = needsHeadOrders(next.policy), kinds = needsHeadKinds(next.policy);
    if ((orders && !file.headOrders) || (kinds && !file.headKinds)) {
        const std::string_view why = orders ? kNoHeadOrders : kNoHeadKinds;
        Q_EMIT refused(QFileInfo(path).fileName() + QLatin1Char(' ') +
                       QString::fromUtf8(why.data(), qsizetype(why.size())));
        return;
    }
    next.policy.roles = orders || kinds ? std::nullopt : file.roles;
    next.policy.headOrders = orders ? file.headOrders : std::nullopt;
    next.policy.headKinds = kinds ? file.headKinds : std::nullopt;
    next.file = path;
    next.note = file.note;
    setState(next);
}

void CacheFields::useOwnTables() {
    CacheState next = state();
    next.policy.budgetTable.reset();
    next.policy.roles.reset();
    next.policy.headOrders.reset();
    next.policy.headKinds.reset();
    next.file.clear();
    next.note.clear();
    setState(next);
}

QString CacheFields::problem() const {
    return budget_->problem();
}

QWidget* CacheFields::policyField() const {
    return name_;
}

QWidget* CacheFields::budgetField() const {
    return budget_->line();
}

} // namespace scalekv::ui
