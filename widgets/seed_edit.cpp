#include "widgets/seed_edit.h"

#include "widgets/focus_buttons.h"
#include "widgets/icon.h"

#include <QHBoxLayout>
#include <QRandomGenerator>
#include <QScopedValueRollback>

#include <limits>

namespace scalekv::widgets {
namespace {
constexpr quint64 kLargest = std::numeric_limits<quint64>::max();
}

SeedSpinBox::SeedSpinBox(QWidget* parent)
    : NumberBox(static_cast<int>(QString::number(kLargest).size()), parent) {
    setText(goodText());
}

void SeedSpinBox::setValue(quint64 value) {
    setText(QString::number(value));
}

QString SeedSpinBox::goodText() const {
    return QString::number(value_);
}

void SeedSpinBox::read(const QString& text) {
    bool ok = false;
    const quint64 value = text.trimmed().toULongLong(&ok);
    if (!ok || value == value_)
        return;
    value_ = value;
    Q_EMIT valueChanged(value_);
}

void SeedSpinBox::stepBy(int steps) {
    const quint64 distance = static_cast<quint64>(steps < 0 ? -static_cast<qint64>(steps) : steps);
    if (steps < 0)
        setValue(value_ < distance ? 0 : value_ - distance);
    else
        setValue(kLargest - value_ < distance ? kLargest : value_ + distance);
    selectAll();
}

QValidator::State SeedSpinBox::validate(QString& text, int& /*position*/) const {
    text = text.trimmed(); // a pasted number may bring spaces along
    if (text.isEmpty())
        return QValidator::Intermediate;
    for (const QChar c : text) {
        if (c < QLatin1Char('0') || c > QLatin1Char('9'))
            return QValidator::Invalid;
    }
    bool ok = false;
    text.toULongLong(&ok);
    return ok ? QValidator::Acceptable : QValidator::Invalid;
}

QAbstractSpinBox::StepEnabled SeedSpinBox::stepEnabled() const {
    StepEnabled result = StepNone;
    if (value_ > 0)
        result |= StepDownEnabled;
    if (value_ < kLargest)
        result |= StepUpEnabled;
    return result;
}

SeedEdit::SeedEdit(QWidget* parent)
    : QWidget(parent), box_(new SeedSpinBox(this)), dice_(new FocusToolButton(this)) {
    dice_->setIcon(icon(QStringLiteral("dice")));
    dice_->setToolTip(tr("Throw a new random seed"));
    dice_->setAccessibleName(dice_->toolTip());
    dice_->setObjectName(QStringLiteral("dice"));
    box_->setAccessibleName(tr("Seed"));

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(box_, 1);
    layout->addWidget(dice_);

    connect(dice_, &QToolButton::clicked, this, &SeedEdit::roll);
    connect(box_, &SeedSpinBox::valueChanged, this, [this](quint64 value) {
        Q_EMIT valueChanged(value);
        if (!setting_)
            Q_EMIT valueTyped(value);
    });
    connect(box_, &SeedSpinBox::textChanged, this, &SeedEdit::textChanged);
}

void SeedEdit::setValue(quint64 value) {
    const QScopedValueRollback setting(setting_, true);
    box_->setValue(value);
}

void SeedEdit::setText(const QString& text) {
    const QScopedValueRollback setting(setting_, true);
    box_->setText(text);
}

void SeedEdit::roll() {
    const quint64 before = value();
    do {
        setValue(QRandomGenerator::global()->generate());
    } while (value() == before); // a throw must be seen
}

} // namespace scalekv::widgets
