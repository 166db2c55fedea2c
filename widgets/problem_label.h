#pragma once

#include <QLabel>

namespace scalekv::widgets {

/// Says what is wrong, in a red that can be read on light and on dark.
class ProblemLabel : public QLabel {
    Q_OBJECT
public:
    explicit ProblemLabel(QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    void colour();
};

} // namespace scalekv::widgets
