#include "ui/generate/budget_fields.h"

#include "ui/text/budget_text.h"
#include "widgets/accessible_value.h"
#include "widgets/problem_colours.h"
#include "widgets/wheel_guard.h"
#include "widgets/wrapped_label.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

namespace scalekv::ui {

BudgetFields::BudgetFields(QWidget* parent)
    : QWidget(parent), slider_(new QSlider(Qt::Horizontal, this)), line_(new QLineEdit(this)),
      amounts_(new widgets::WrappedLabel(widgets::WrappedLabel::Tone::Faint, this)) {
    slider_->setObjectName(QStringLiteral("budgetSlider"));
    slider_->setAccessibleName(tr("Cache budget in percent"));
    slider_->setRange(0, static_cast<int>(budgetStops().size()) - 1);
    slider_->setPageStep(5); // about threefold
    slider_->setToolTip(tr(
        "How much of the full cache may stay, from 1 % to everything. Each step is about a quarter more."));
    widgets::guardWheel(slider_);
    line_->setObjectName(QStringLiteral("cacheBudget"));
    line_->setAccessibleName(tr("Cache budget"));
    line_->setPlaceholderText(tr("all"));
    line_->setToolTip(
        tr("How much of the cache may stay: a share of the full cache (“10%”, “0.1”), a number of tokens "
           "for each layer and head (“650”), or of bytes for the whole picture (“3.5 MiB”)."));
    const int digits = fontMetrics().horizontalAdvance(QStringLiteral("0.0000%")) + 14;
    line_->setFixedWidth(digits);
    amounts_->setObjectName(QStringLiteral("budgetAmounts"));

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* row = new QHBoxLayout;
    row->addWidget(slider_, 1);
    row->addWidget(line_);
    column->addLayout(row);
    column->addWidget(amounts_);

    connect(line_, &QLineEdit::textChanged, this, &BudgetFields::edit);
    connect(slider_, &QSlider::valueChanged, this,
            [this](int stop) { edit(budgetText({.fraction = budgetStops()[std::size_t(stop)] / 100})); });
}

void BudgetFields::edit(const QString& text) {
    if (text == text_)
        return;
    text_ = text;
    refresh();
    Q_EMIT textChanged();
}

void BudgetFields::setText(const QString& text) {
    text_ = text;
    refresh();
}

void BudgetFields::setInForce(bool inForce) {
    inForce_ = inForce;
    refresh();
}

void BudgetFields::setHistory(const WholeHistory& history) {
    if (history == history_)
        return;
    history_ = history;
    refresh();
}

void BudgetFields::refresh() {
    const QSignalBlocker sliderBlocker(slider_);
    const QSignalBlocker lineBlocker(line_);
    slider_->setEnabled(inForce_);
    line_->setEnabled(inForce_);
    // A number in a grey field would look as if it were in force.
    if (const QString shown = inForce_ ? text_ : QString(); line_->text() != shown)
        line_->setText(shown);
    const auto budget = inForce_ ? readBudget(text_).budget : Budget();
    if (budget && history_.tokenBytes > 0)
        slider_->setValue(
            nearestStop(budget->averageTokens(history_) / static_cast<double>(history_.tokens)));
    else if (budget && budget->tokens == 0 && budget->bytes == 0)
        slider_->setValue(nearestStop(budget->fraction));
    widgets::announceValue(slider_, tr("%1 %").arg(budgetStops()[std::size_t(slider_->value())]));
    mark();
}

QString BudgetFields::problem() const {
    return inForce_ ? readBudget(text_).problem : QString();
}

void BudgetFields::mark() {
    const QString why = problem();
    line_->setAccessibleDescription(why);
    QPalette colours; // nothing of its own: all follows the theme
    if (!why.isEmpty())
        colours.setColor(QPalette::Base, widgets::problemColours(palette()).field);
    line_->setPalette(colours);
}

void BudgetFields::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        mark();
}

void BudgetFields::showAmounts(const QString& text, const QString& toolTip) {
    amounts_->say(text);
    amounts_->setToolTip(toolTip);
}

} // namespace scalekv::ui
