#pragma once

#include <QLabel>

namespace scalekv::widgets {

/// Says what is wrong, in red that can be read in a light and in a dark window. Hidden while nothing is.
class ProblemLabel : public QLabel {
    Q_OBJECT
public:
    explicit ProblemLabel(QWidget* parent = nullptr);

    void setProblem(const QString& text);
    const QString& problem() const { return problem_; }

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void colour();
    void fitHeight();

    QString problem_;
};

} // namespace scalekv::widgets
