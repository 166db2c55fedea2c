#pragma once

#include "widgets/number_box.h"

class QToolButton;

namespace scalekv::widgets {

/// A spin box for the whole range of 64-bit unsigned numbers, which QSpinBox has not.
class SeedSpinBox : public NumberBox {
    Q_OBJECT
public:
    explicit SeedSpinBox(QWidget* parent = nullptr);

    quint64 value() const { return value_; }
    void setValue(quint64 value);

    void stepBy(int steps) override;
    QValidator::State validate(QString& text, int& position) const override;

Q_SIGNALS:
    void valueChanged(quint64 value);

protected:
    StepEnabled stepEnabled() const override;
    void read(const QString& text) override;
    QString goodText() const override;

private:
    quint64 value_ = 0;
};

/// A seed with a button that throws a new one.
class SeedEdit : public QWidget {
    Q_OBJECT
public:
    explicit SeedEdit(QWidget* parent = nullptr);

    quint64 value() const { return box_->value(); }
    void setValue(quint64 value);
    /// What stands in the field, see NumberBox.
    QString text() const { return box_->text(); }
    void setText(const QString& text);
    SeedSpinBox* box() const { return box_; }

public Q_SLOTS:
    /// A new random seed of 32 bits: short enough to note down by hand.
    void roll();

Q_SIGNALS:
    void valueChanged(quint64 value);
    /// The user typed or stepped to a seed: neither the dice nor the program did.
    void valueTyped(quint64 value);
    /// Comes after the two above.
    void textChanged(const QString& text);

private:
    SeedSpinBox* box_;
    QToolButton* dice_;
    bool setting_ = false;
};

} // namespace scalekv::widgets
