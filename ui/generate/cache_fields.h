#pragma once

#include "scalekv/generation.h"
#include "ui/generate/policy_files.h"

#include <QMetaType>
#include <QWidget>

#include <functional>

class QComboBox;

namespace scalekv::widgets {
class WrappedLabel;
}

namespace scalekv::ui {

class BudgetFields;
class TableSource;

/// What stands in the fields: the budget's text may be none.
struct CacheState {
    PolicyChoice policy;
    QString budget;
    QString file; ///< where its tables were read from; empty: they came otherwise, or it has none
    QString note; ///< what is odd about that file
    bool operator==(const CacheState&) const = default;
};

/// Which policy decides what stays in the KV cache, how much may stay, and by which tables.
///
/// A choice that comes with a picture is kept whole: what it carries beside name and budget (tables of roles
/// and budgets) makes the same picture again. A new budget replaces only the budget; another policy begins
/// anew, with the budget that was chosen last.
class CacheFields : public QWidget {
    Q_OBJECT
public:
    explicit CacheFields(QWidget* parent = nullptr);

    /// Whose own calibration it is, and what files must fit.
    void setModel(const ModelSummary& model);
    /// With the last budget that could be read.
    const PolicyChoice& policy() const { return policy_; }
    void setPolicy(const PolicyChoice& policy);
    CacheState state() const;
    void setState(const CacheState& state);
    /// What the choice comes to; null: not known.
    void showPlan(const GenerationPlan* plan);

    /// Take the tables from a file; ends with changed(), or refused() and everything as it was.
    void readCalibrationFile(const QString& path);
    void readBudgetFile(const QString& path);

    /// What is wrong with the budget, a whole sentence; empty if nothing is. The field to mend is
    /// budgetField(), which is marked.
    QString problem() const;
    QWidget* budgetField() const;
    QWidget* policyField() const;

Q_SIGNALS:
    void changed();
    /// A file could not be used: why, in a sentence.
    void refused(const QString& why);
    /// The model is to be calibrated.
    void calibrationRequested();

private:
    void choosePolicy(const std::string& name);
    void readBudget();
    void askForFile(const QString& title, void (CacheFields::*read)(const QString&));
    void readInBackground(const QString& path, std::function<PolicyFile()> read);
    void useTables(const QString& path, const PolicyFile& file);
    void useOwnTables();
    void showState();

    QComboBox* name_;
    widgets::WrappedLabel* sentence_;
    BudgetFields* budget_;
    TableSource* source_;
    std::optional<ModelSummary> model_;
    PolicyChoice policy_;
    QString file_, note_;
    bool everythingChosen_ = false; ///< 100 % was the budget of the policy before the full cache
    int reading_ = 0;               ///< which of the files being read is wanted: the last
};

} // namespace scalekv::ui

Q_DECLARE_METATYPE(scalekv::ui::CacheState)
