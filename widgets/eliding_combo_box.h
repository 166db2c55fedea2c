#pragma once

#include <QComboBox>

namespace scalekv::widgets {

/// A combo box that would like to show its longest text, but can be narrow: then the text ends in "…".
class ElidingComboBox : public QComboBox {
    Q_OBJECT
public:
    explicit ElidingComboBox(QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace scalekv::widgets
