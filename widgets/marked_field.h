#pragma once

#include <QWidget>

namespace scalekv::widgets {

class ProblemLabel;

/// A field that is marked while its contents are wrong, with a line under it that says why.
class MarkedField : public QWidget {
    Q_OBJECT
public:
    explicit MarkedField(QWidget* field, QWidget* parent = nullptr);

    QWidget* field() const { return field_; }
    /// Empty: nothing is wrong.
    void setProblem(const QString& text);
    QString problem() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void mark();

    QWidget* field_;
    ProblemLabel* why_;
};

} // namespace scalekv::widgets
