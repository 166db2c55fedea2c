#pragma once

#include <QPushButton>
#include <QToolButton>

namespace scalekv::widgets {

// Buttons that show the keyboard's focus as clearly as the fields beside them do. Fusion draws nothing on a
// flat button, and a default button the same with and without.

class FocusToolButton : public QToolButton {
    Q_OBJECT
public:
    using QToolButton::QToolButton;

protected:
    void paintEvent(QPaintEvent* event) override;
};

class FocusPushButton : public QPushButton {
    Q_OBJECT
public:
    using QPushButton::QPushButton;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace scalekv::widgets
