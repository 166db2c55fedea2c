#include "widgets/exact_number_box.h"

#include <QLineEdit>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <optional>

namespace scalekv::widgets {
namespace {

std::optional<double> parse(const QString& text) {
    bool ok = false;
    const double value = text.trimmed().toDouble(&ok);
    return ok && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// The last whole number of steps up to `steps`; one that is only just missed because 0.35 · 20 is not quite
/// 7 counts.
double wholeSteps(double steps, bool up) {
    constexpr double kJust = 1e-9;
    const double nearest = std::round(steps);
    if (std::abs(steps - nearest) <= kJust * std::max(1.0, std::abs(steps)))
        return nearest;
    return up ? std::floor(steps) : std::ceil(steps);
}

} // namespace

ExactNumberBox::ExactNumberBox(QWidget* parent) : NumberBox(8, parent) {
    setText(goodText());
}

void ExactNumberBox::setValue(double value) {
    if (!std::isfinite(value))
        return;
    const bool news = value != value_ || std::signbit(value) != std::signbit(value_);
    value_ = value;
    setText(goodText());
    if (news)
        Q_EMIT valueChanged(value_);
}

void ExactNumberBox::setSteps(double low, double high, int stepsInOne) {
    low_ = low;
    high_ = high;
    stepsInOne_ = stepsInOne;
}

void ExactNumberBox::setZeroName(const QString& name) {
    zeroName_ = name;
    if (value_ == 0)
        setText(goodText());
}

QString ExactNumberBox::goodText() const {
    if (value_ == 0 && !zeroName_.isEmpty())
        return zeroName_;
    // "0.0001" rather than "1e-04", but nobody wants to count zeros.
    const double size = std::abs(value_);
    const char format = value_ == 0 || (size >= 1e-6 && size < 1e9) ? 'f' : 'g';
    return QLocale::c().toString(value_, format, QLocale::FloatingPointShortest);
}

void ExactNumberBox::read(const QString& text) {
    const bool zero = !zeroName_.isEmpty() && text.compare(zeroName_, Qt::CaseInsensitive) == 0;
    const std::optional<double> value = zero ? 0.0 : parse(text);
    if (!value || *value == value_)
        return;
    value_ = *value;
    Q_EMIT valueChanged(value_);
}

void ExactNumberBox::stepBy(int steps) {
    const double next = (wholeSteps(value_ * stepsInOne_, steps > 0) + steps) / stepsInOne_;
    if (steps > 0 && value_ < high_)
        setValue(std::min(next, high_));
    else if (steps < 0 && value_ > low_)
        setValue(std::max(next, low_));
    selectAll();
}

QValidator::State ExactNumberBox::validate(QString& text, int& /*position*/) const {
    if (!zeroName_.isEmpty() && zeroName_.startsWith(text.trimmed(), Qt::CaseInsensitive))
        return text.trimmed().size() == zeroName_.size() ? QValidator::Acceptable : QValidator::Intermediate;
    text.replace(QLatin1Char(','), QLatin1Char('.'));
    if (parse(text))
        return QValidator::Acceptable;
    static const QRegularExpression beginning(
        QStringLiteral("^\\s*[+-]?\\d*\\.?\\d*([eE][+-]?\\d{0,2})?\\s*$"));
    return beginning.match(text).hasMatch() ? QValidator::Intermediate : QValidator::Invalid;
}

QAbstractSpinBox::StepEnabled ExactNumberBox::stepEnabled() const {
    StepEnabled result = StepNone;
    if (value_ > low_)
        result |= StepDownEnabled;
    if (value_ < high_)
        result |= StepUpEnabled;
    return result;
}

} // namespace scalekv::widgets
