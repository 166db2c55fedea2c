#pragma once

#include "scalekv/request.h"
#include "ui/shell/planner.h"

#include <QDialog>
#include <QVector>

class QComboBox;
class QLineEdit;
class QPushButton;

namespace scalekv::widgets {
class NumberListEdit;
class ProblemLabel;
class SeedEdit;
} // namespace scalekv::widgets

namespace scalekv::ui {

/// Asks what else to compare with: a policy with one or more budgets, and other settings where they are
/// wanted. Everything else is as in the reference's request.
class AddColumnDialog : public QDialog {
    Q_OBJECT
public:
    /// `planner` says whether a column can be made at all.
    AddColumnDialog(const GenerationRequest& like, Planner planner, QWidget* parent = nullptr);

    /// One for each budget. Empty while something is wrong.
    QVector<GenerationRequest> requests() const;

private:
    QString planProblem() const;
    void check();
    QVector<Budget> budgets(QString* problem) const;

    GenerationRequest like_;
    Planner planner_;
    QComboBox* policy_;
    QLineEdit* budgets_;
    widgets::SeedEdit* seed_;
    widgets::NumberListEdit *cfg_, *tau_;
    widgets::ProblemLabel* problem_;
    QPushButton* add_;
};

} // namespace scalekv::ui
