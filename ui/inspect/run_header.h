#pragma once

#include "ui/inspect/inspected_run.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace scalekv::widgets {
class ElidedLabel;
}

namespace scalekv::ui {

/// Which run one looks into, what it was, and what can be done with it.
class RunHeader : public QWidget {
    Q_OBJECT
public:
    RunHeader(const Desk& desk, InspectedRun& run, QWidget* parent = nullptr);

    QComboBox* runs() const { return runs_; }
    /// More to do, beside the header's own.
    void addButton(QWidget* button);

Q_SIGNALS:
    void recordRequested();

private:
    void fill();
    void describe();
    int recordWork() const;

    const Desk desk_;
    InspectedRun& run_;
    QLabel* picture_;
    widgets::ElidedLabel* facts_;
    QComboBox* runs_;
    QPushButton* record_;
};

} // namespace scalekv::ui
