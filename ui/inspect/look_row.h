#pragma once

#include "ui/inspect/looker.h"
#include "ui/inspect/selection.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace scalekv::ui {

/// What the shown tokens come to, in a sentence, or what is needed to know it, with the button for that. What
/// is quickly known is asked by itself, a moment after one stops moving.
class LookRow : public QWidget {
    Q_OBJECT
public:
    LookRow(const InspectedRun& run, Looker& looker, Selection& selection, QWidget* parent = nullptr);

    QString text() const;
    /// The choice has no answer yet.
    void askSoon() { asking_.start(); }
    void refresh();

private:
    struct Note {
        QString text;
        bool mayLook = false;
    };
    Note note() const;
    Note keptNote() const;

    const InspectedRun& run_;
    Looker& looker_;
    Selection& selection_;
    QLabel* note_;
    QPushButton* look_;
    QTimer asking_;
};

} // namespace scalekv::ui
