#pragma once

#include "widgets/comparison_view.h"

#include <QWidget>

class QButtonGroup;
class QComboBox;
class QLabel;
class QPushButton;
class QSlider;
class QSpinBox;
class QStackedWidget;

namespace scalekv::ui {

/// How the pictures are looked at: a button for each mode.
class ModeButtons : public QWidget {
    Q_OBJECT
public:
    explicit ModeButtons(widgets::ComparisonView& view, QWidget* parent = nullptr);

private:
    QButtonGroup* group_;
};

/// What can be set of the mode that is on: handle, interval, opacity, magnification. Follows the view, which
/// has keys for the same.
class ModeSettings : public QWidget {
    Q_OBJECT
public:
    explicit ModeSettings(widgets::ComparisonView& view, QWidget* parent = nullptr);

    /// From one start of the program to the next.
    void restore();
    void save() const;

private:
    QWidget* row(const QList<QWidget*>& fields);
    void follow();

    widgets::ComparisonView& view_;
    QStackedWidget* pages_;
    QSlider *swipe_, *opacity_;
    QLabel *opacityText_, *gainText_;
    QPushButton* blinking_;
    QSpinBox* interval_;
    QSlider* gain_; ///< powers of two
    QComboBox* channel_;
};

} // namespace scalekv::ui
