#pragma once

#include "ui/inspect/inspected_run.h"
#include "ui/inspect/selection.h"

#include <QWidget>

class QButtonGroup;
class QHBoxLayout;
class QLabel;

namespace scalekv::ui {

/// Whose tokens lie over the picture: a button for each scale of the run.
class ReadScaleRow : public QWidget {
    Q_OBJECT
public:
    ReadScaleRow(const InspectedRun& run, Selection& selection, QWidget* parent = nullptr);

private:
    void makeButtons();
    void showChoice();

    const InspectedRun& run_;
    Selection& selection_;
    QLabel* label_;
    QHBoxLayout* row_;
    QButtonGroup* scales_;
};

} // namespace scalekv::ui
