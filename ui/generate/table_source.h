#pragma once

#include "scalekv/policy_choice.h"

#include <QWidget>

#include <optional>

class QAction;
class QToolButton;

namespace scalekv::widgets {
class WrappedLabel;
}

namespace scalekv::ui {

/// Says where a policy's drafters, refiners, budgets, orders or kinds of heads come from, and offers others.
/// Hidden for policies that need none.
class TableSource : public QWidget {
    Q_OBJECT
public:
    explicit TableSource(QWidget* parent = nullptr);

    struct Shown {
        const PolicyChoice& policy;
        QString file; ///< that its tables were read from; empty: they came otherwise
        QString note; ///< what is odd about that file
        bool modelKnown = false;
        const RoleTable* own = nullptr; ///< the model's calibration; null: it has none
    };
    void showTables(const Shown& shown);
    QString text() const;

Q_SIGNALS:
    void calibrationWanted();
    /// The model is to be calibrated.
    void measuringWanted();
    void budgetsWanted();
    void ownWanted();

private:
    widgets::WrappedLabel* label_;
    QToolButton* change_;
    QAction *budgets_, *own_;
};

} // namespace scalekv::ui
