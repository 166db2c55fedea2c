#pragma once

#include "widgets/wrapped_label.h"

namespace scalekv::widgets {

/// Says what is wrong, in red that can be read in a light and in a dark window. Hidden while nothing is.
class ProblemLabel : public WrappedLabel {
    Q_OBJECT
public:
    explicit ProblemLabel(QWidget* parent = nullptr);

    void setProblem(const QString& text);
    const QString& problem() const { return problem_; }

private:
    QString problem_;
};

} // namespace scalekv::widgets
