#include "ui/generate/cache_fields.h"

#include "scalekv/error.h"
#include "widgets/elided_label.h"
#include "widgets/marked_field.h"
#include "widgets/wheel_guard.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <optional>

namespace scalekv::ui {
namespace {

/// One sentence for a policy; empty for one that is not known here.
QString description(std::string_view name) {
    if (name == "full")
        return CacheFields::tr("Full cache: every key and value is kept (Infinity, Han et al. 2025).");
    if (name == "sliding-window")
        return CacheFields::tr(
            "Sliding window: keeps the most recent tokens (Beltagy et al. 2020, “Longformer”).");
    if (name == "streaming-llm")
        return CacheFields::tr(
            "StreamingLLM: keeps the first four tokens and the most recent (Xiao et al. 2024, "
            "“Efficient Streaming Language Models with Attention Sinks”).");
    if (name == "evenly-spaced")
        return CacheFields::tr(
            "Evenly spaced: keeps a fair sample of all tokens, without looking at attention (our "
            "own).");
    if (name == "snapkv")
        return CacheFields::tr(
            "SnapKV: keeps the most recent tokens, and those that they attend to most (Li et al. "
            "2024, “SnapKV: LLM Knows What You Are Looking for before Generation”).");
    if (name == "pyramidkv")
        return CacheFields::tr(
            "PyramidKV: as SnapKV, with much for the first layers and little for the last (Cai et "
            "al. 2024, “PyramidKV: Dynamic KV Cache Compression based on Pyramidal Information "
            "Funneling”).");
    if (name == "scalekv")
        return CacheFields::tr(
            "ScaleKV: much for layers that look at all scales (drafters), little for those that "
            "look at their own (refiners), as the paper has it (Li et al. 2025, “Memory-Efficient "
            "Visual Autoregressive Modeling with Scale-Aware KV Cache Compression”, arXiv "
            "2505.19602).");
    if (name == "scalekv-reference")
        return CacheFields::tr(
            "ScaleKV, as its authors' released code does it (Li et al. 2025, arXiv 2505.19602).");
    return {};
}

std::optional<Budget> parse(const QString& text) {
    try {
        return Budget::parse(text.trimmed().toStdString());
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// The text that reads back as just this budget: "10%" or "650", or "0.123" where percents would round.
QString textOf(const Budget& budget) {
    if (budget.tokens > 0)
        return QString::number(budget.tokens);
    const auto number = [](double value) {
        return QLocale::c().toString(value, 'g', QLocale::FloatingPointShortest);
    };
    constexpr int kDigits = 12; // 7 % are 7.000000000000001 without
    for (const QString& percent :
         {QLocale::c().toString(budget.fraction * 100, 'g', kDigits), number(budget.fraction * 100)}) {
        if (parse(percent + QLatin1Char('%')) == budget)
            return percent + QLatin1Char('%');
    }
    return number(budget.fraction);
}

/// What a choice brings along beside name and budget, for people; empty if nothing.
QString carriedText(const PolicyChoice& policy) {
    if (policy.budgetTable)
        return CacheFields::tr("The picture's own budgets");
    if (policy.roles)
        return CacheFields::tr("The picture's own roles");
    return {};
}

} // namespace

CacheFields::CacheFields(QWidget* parent)
    : QWidget(parent), name_(new QComboBox(this)), budget_(new QLineEdit(this)),
      markedBudget_(new widgets::MarkedField(budget_, this)), carried_(new widgets::ElidedLabel(this)) {
    for (const std::string_view name : policyNames()) {
        const QString text = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
        name_->addItem(text, text);
        name_->setItemData(name_->count() - 1, description(name), Qt::ToolTipRole);
    }
    name_->setObjectName(QStringLiteral("cachePolicy"));
    name_->setAccessibleName(tr("Cache policy"));
    name_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    name_->setMinimumContentsLength(6);
    widgets::guardWheel(name_);
    budget_->setObjectName(QStringLiteral("cacheBudget"));
    budget_->setAccessibleName(tr("Cache budget"));
    budget_->setToolTip(
        tr("How much of the cache may stay: a share of the full cache (“10%”), or a number of tokens "
           "for each layer and head (“650”)."));
    carried_->setForegroundRole(QPalette::PlaceholderText);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* row = new QHBoxLayout;
    row->addWidget(name_, 3, Qt::AlignTop);
    row->addWidget(markedBudget_, 2, Qt::AlignTop);
    column->addLayout(row);
    column->addWidget(carried_);

    connect(name_, &QComboBox::currentIndexChanged, this, [this] {
        choosePolicy(name_->currentData().toString().toStdString());
        Q_EMIT changed();
    });
    connect(budget_, &QLineEdit::textChanged, this, [this] {
        readBudget();
        Q_EMIT changed();
    });
    setPolicy({});
}

void CacheFields::choosePolicy(const std::string& name) {
    Budget budget = policy_.budget;
    if (policy_.name == "full") {
        constexpr double kAsInThePaper = 0.1;
        budget.fraction = kAsInThePaper; // who turns from the full cache wants less than all of it
    }
    PolicyChoice fresh;
    fresh.name = name;
    fresh.budget = budget;
    setPolicy(fresh);
}

void CacheFields::readBudget() {
    if (const std::optional<Budget> budget = parse(budget_->text()))
        policy_.budget = *budget;
    showState();
}

void CacheFields::setPolicy(const PolicyChoice& policy) {
    setState({policy, textOf(policy.budget)});
}

CacheState CacheFields::state() const {
    return {policy_, budget_->text()};
}

void CacheFields::setState(const CacheState& state) {
    if (state == this->state() && name_->currentText().toStdString() == policy_.name)
        return;
    {
        const QSignalBlocker nameBlocker(name_);
        const QSignalBlocker budgetBlocker(budget_);
        policy_ = state.policy;
        const QString name = QString::fromStdString(policy_.name);
        name_->setPlaceholderText(name); // one that this version does not know: the engine will say so
        name_->setCurrentIndex(name_->findData(name));
        budget_->setText(state.budget);
    }
    showState();
    Q_EMIT changed();
}

void CacheFields::showState() {
    budget_->setEnabled(policy_.name != "full");
    name_->setToolTip(description(policy_.name));
    markedBudget_->setProblem(problem());
    const QString carried = carriedText(policy_);
    carried_->setFullText(carried);
    carried_->setVisible(!carried.isEmpty());
}

QString CacheFields::problem() const {
    if (policy_.name == "full" || parse(budget_->text()))
        return {};
    return tr("Give a share as “10%”, or a whole number of tokens as “650”.");
}

QWidget* CacheFields::policyField() const {
    return name_;
}

QWidget* CacheFields::budgetField() const {
    return budget_;
}

} // namespace scalekv::ui
