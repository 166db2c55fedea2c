#pragma once

#include "scalekv/policy_choice.h"

#include <QMetaType>
#include <QWidget>

class QComboBox;
class QLineEdit;

namespace scalekv::widgets {
class ElidedLabel;
class MarkedField;
} // namespace scalekv::widgets

namespace scalekv::ui {

/// What stands in the fields: the budget's text may be none.
struct CacheState {
    PolicyChoice policy;
    QString budget;
    bool operator==(const CacheState&) const = default;
};

/// Which policy decides what stays in the KV cache, and how much may stay.
///
/// A choice that comes with a picture is kept whole: what it carries beside name and budget (tables of roles
/// and budgets) makes the same picture again. A new budget replaces only the budget; another policy begins
/// anew.
class CacheFields : public QWidget {
    Q_OBJECT
public:
    explicit CacheFields(QWidget* parent = nullptr);

    /// With the last budget that could be read.
    const PolicyChoice& policy() const { return policy_; }
    void setPolicy(const PolicyChoice& policy);
    CacheState state() const;
    void setState(const CacheState& state);

    /// What is wrong, empty if nothing; marked in the field. The field to mend is budgetField().
    QString problem() const;
    QWidget* budgetField() const;
    QWidget* policyField() const;

Q_SIGNALS:
    void changed();

private:
    void choosePolicy(const std::string& name);
    void readBudget();
    void showState();

    QComboBox* name_;
    QLineEdit* budget_;
    widgets::MarkedField* markedBudget_;
    widgets::ElidedLabel* carried_;
    PolicyChoice policy_;
};

} // namespace scalekv::ui

Q_DECLARE_METATYPE(scalekv::ui::CacheState)
