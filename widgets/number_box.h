#pragma once

#include <QAbstractSpinBox>

namespace scalekv::widgets {

/// A field for one number of any type. While what stands there is none (nothing yet, half an exponent, too
/// many digits) the last good number stays in force, and it is written back when the field is left.
class NumberBox : public QAbstractSpinBox {
    Q_OBJECT
public:
    /// What stands there, good or not; setText(text()) changes nothing. It holds the number exactly.
    void setText(const QString& text);

    void fixup(QString& text) const final { text = goodText(); }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// Comes after the number has been read.
    void textChanged(const QString& text);

protected:
    /// `digits` is how many the field would like to show; a few are enough where there is no room.
    explicit NumberBox(int digits, QWidget* parent);

    /// Takes over the number of `text`, if it is a good one, and tells of the change.
    virtual void read(const QString& text) = 0;
    /// The number in force, written so that it reads back as the same.
    virtual QString goodText() const = 0;

private:
    QSize sizeFor(int digits) const;

    int digits_;
};

} // namespace scalekv::widgets
