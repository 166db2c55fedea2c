#pragma once

#include "scalekv/policy_choice.h"

#include <QWidget>

class QLineEdit;
class QSlider;

namespace scalekv::widgets {
class WrappedLabel;
}

namespace scalekv::ui {

/// How much may stay: a slider for shares of the full cache, beside it the exact text, under it what that
/// comes to. The slider writes the text; a text between its stops is kept as it is.
class BudgetFields : public QWidget {
    Q_OBJECT
public:
    explicit BudgetFields(QWidget* parent = nullptr);

    /// As typed, right or wrong; also while nothing is thrown away and no budget shows.
    const QString& text() const { return text_; }
    /// Tells nobody.
    void setText(const QString& text);
    /// Off: everything stays, so that there is no budget to choose.
    void setInForce(bool inForce);
    /// Why the text is no budget; empty if it is one, or if none is in force.
    QString problem() const;

    /// The share of the full cache that the slider shows for a number of tokens.
    void setHistory(const WholeHistory& history);
    /// What the budget comes to.
    void showAmounts(const QString& text, const QString& toolTip);

    QLineEdit* line() const { return line_; }

Q_SIGNALS:
    void textChanged();

protected:
    void changeEvent(QEvent* event) override;

private:
    void edit(const QString& text);
    void refresh();
    void mark();

    QSlider* slider_;
    QLineEdit* line_;
    widgets::WrappedLabel* amounts_;
    QString text_;
    WholeHistory history_; ///< empty: not known
    bool inForce_ = true;
};

} // namespace scalekv::ui
