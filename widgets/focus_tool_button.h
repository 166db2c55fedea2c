#pragma once

#include <QToolButton>

namespace scalekv::widgets {

/// A tool button that shows the keyboard's focus as clearly as the fields beside it do. Styles leave that to
/// a hair of a dotted line, or to nothing on a flat button.
class FocusToolButton : public QToolButton {
    Q_OBJECT
public:
    using QToolButton::QToolButton;

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace scalekv::widgets
