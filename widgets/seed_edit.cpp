#include "widgets/seed_edit.h"

#include "widgets/icon.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QRandomGenerator>
#include <QScopedValueRollback>
#include <QToolButton>

#include <limits>

namespace scalekv::widgets {
namespace {
constexpr quint64 kLargest = std::numeric_limits<quint64>::max();
}

SeedSpinBox::SeedSpinBox(QWidget* parent) : QAbstractSpinBox(parent) {
    lineEdit()->setText(QStringLiteral("0"));
    connect(lineEdit(), &QLineEdit::textChanged, this, &SeedSpinBox::readText);
}

void SeedSpinBox::setValue(quint64 value) {
    lineEdit()->setText(QString::number(value));
}

void SeedSpinBox::readText() {
    bool ok = false;
    const quint64 value = lineEdit()->text().trimmed().toULongLong(&ok);
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

void SeedSpinBox::fixup(QString& text) const {
    text = QString::number(value_);
}

QSize SeedSpinBox::sizeHint() const {
    QSize size = QAbstractSpinBox::sizeHint();
    size.setWidth(fontMetrics().horizontalAdvance(QString::number(kLargest)) + 40);
    return size;
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
    : QWidget(parent), box_(new SeedSpinBox(this)), dice_(new QToolButton(this)) {
    dice_->setIcon(icon(QStringLiteral("dice")));
    dice_->setToolTip(tr("Throw a new random seed"));
    dice_->setAccessibleName(dice_->toolTip());
    dice_->setObjectName(QStringLiteral("dice"));
    box_->setAccessibleName(tr("Seed"));
    setFocusProxy(box_);

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
}

void SeedEdit::setValue(quint64 value) {
    const QScopedValueRollback setting(setting_, true);
    box_->setValue(value);
}

void SeedEdit::roll() {
    const quint64 before = value();
    do {
        setValue(QRandomGenerator::global()->generate());
    } while (value() == before); // a throw must be seen
}

} // namespace scalekv::widgets
