#pragma once

#include "widgets/number_box.h"

namespace scalekv::widgets {

/// Holds any finite double exactly as it was given, and shows the shortest text that reads back as the same.
/// A QDoubleSpinBox rounds to its number of decimals. A decimal comma is read as a point.
class ExactNumberBox : public NumberBox {
    Q_OBJECT
public:
    explicit ExactNumberBox(QWidget* parent = nullptr);

    double value() const { return value_; }
    /// Infinities and NaN are ignored.
    void setValue(double value);
    /// The arrows go from one multiple of 1 / `stepsInOne` to the next, and stop at `low` and `high`. Any
    /// other number may still be typed: whether it makes sense is for others to say.
    void setSteps(double low, double high, int stepsInOne);
    /// What stands in place of 0, for example "off".
    void setZeroName(const QString& name);

    void stepBy(int steps) override;
    QValidator::State validate(QString& text, int& position) const override;

Q_SIGNALS:
    void valueChanged(double value);

protected:
    StepEnabled stepEnabled() const override;
    void read(const QString& text) override;
    QString goodText() const override;

private:
    double value_ = 0;
    double low_ = 0, high_ = 100;
    int stepsInOne_ = 1;
    QString zeroName_;
};

} // namespace scalekv::widgets
