#include "widgets/number_list_edit.h"

#include <QLocale>
#include <QRegularExpression>

#include <cmath>

namespace scalekv::widgets {
namespace {

/// NaN for anything that is no finite number.
double numberOf(const QString& word) {
    bool ok = false;
    const double value = QLocale::c().toDouble(word, &ok);
    return ok && std::isfinite(value) ? value : std::nan("");
}

} // namespace

QString numberListText(const QVector<double>& numbers) {
    QStringList texts;
    for (const double number : numbers)
        texts += QLocale::c().toString(number, 'g', QLocale::FloatingPointShortest);
    return texts.join(QStringLiteral(", "));
}

NumberListEdit::NumberListEdit(QWidget* parent) : QLineEdit(parent) {
    setClearButtonEnabled(true);
    connect(this, &QLineEdit::textChanged, this, &NumberListEdit::numbersChanged);
}

QStringList NumberListEdit::words() const {
    static const QRegularExpression separators(QStringLiteral("[\\s,;]+"));
    return text().split(separators, Qt::SkipEmptyParts);
}

QVector<double> NumberListEdit::numbers() const {
    QVector<double> result;
    for (const QString& word : words()) {
        const double value = numberOf(word);
        if (!std::isnan(value))
            result += value;
    }
    return result;
}

void NumberListEdit::setNumbers(const QVector<double>& numbers) {
    setText(numberListText(numbers));
}

QString NumberListEdit::firstBadWord() const {
    for (const QString& word : words()) {
        if (std::isnan(numberOf(word)))
            return word;
    }
    return {};
}

} // namespace scalekv::widgets
