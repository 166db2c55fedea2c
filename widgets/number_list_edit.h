#pragma once

#include <QLineEdit>
#include <QVector>

namespace scalekv::widgets {

/// Numbers separated by spaces, commas or semicolons. Empty is allowed and means "none given".
class NumberListEdit : public QLineEdit {
    Q_OBJECT
public:
    explicit NumberListEdit(QWidget* parent = nullptr);

    QVector<double> numbers() const;
    void setNumbers(const QVector<double>& numbers);
    /// The first word that is no number; empty when all are.
    QString firstBadWord() const;

Q_SIGNALS:
    void numbersChanged();

private:
    QStringList words() const;
};

/// "3, 2.5, 2": shortest text that reads back as the same numbers.
QString numberListText(const QVector<double>& numbers);

} // namespace scalekv::widgets
