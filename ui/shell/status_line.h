#pragma once

#include "ui/runs/generation_result.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

class QLabel;
class QStatusBar;

namespace scalekv::widgets {
class ElidedLabel;
}

namespace scalekv::ui {

class EngineSession;

/// What the foot of the window says: of the work that goes on, or else of the run that is looked at.
class StatusLine : public QObject {
    Q_OBJECT
public:
    StatusLine(const EngineSession& session, QStatusBar* bar);

    /// The run that is looked at; null: none.
    void setShown(const ResultPtr& run);
    /// A passing remark, until something else happens.
    void say(const QString& text);
    /// The passing remark is out of date.
    void forget();
    QString text() const;

private:
    void followState();
    void refresh();
    void showState();
    void showRunningCosts();
    /// Null: no costs are known.
    void showCosts(const GenerationReport* report);

    const EngineSession& session_;
    widgets::ElidedLabel* state_;
    QLabel *time_, *memory_;
    bool remark_ = false; ///< what stands there is one
    ResultPtr shown_;
    QTimer tick_; ///< while a generation runs: its time and the memory are shown
    QElapsedTimer runTime_;
};

} // namespace scalekv::ui
