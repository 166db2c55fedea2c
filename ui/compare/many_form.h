#pragma once

#include "ui/compare/found_results.h"
#include "ui/shell/model_summary.h"
#include "ui/shell/planner.h"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;

namespace scalekv::widgets {
class WrappedLabel;
}

namespace scalekv::ui {

/// What is to be compared of many pictures: prompts × seeds × policies × budgets, and the folder that is
/// filled. What `scalekv compare` asks for.
class ManyForm : public QWidget {
    Q_OBJECT
public:
    /// `planner` says what can be made at all.
    explicit ManyForm(Planner planner, QWidget* parent = nullptr);

    void setModel(const ModelSummary& model);
    /// Size, guidance and all else that is not asked for here.
    void setRequest(const GenerationRequest& request);
    void setSettings(const ComparisonSettings& settings);
    /// What the folder holds, whose settings stand in the form: it is those that are gone on with, though the
    /// fields cannot say all of them.
    void setResults(const QString& folder, const FoundResults& results);
    /// Finds out in the background what the folder holds, and says with the button what would be done with
    /// it.
    void lookIntoFolder();
    /// Over earlier results in the folder.
    bool startsAnew() const;
    /// All is made but the report: nothing else would be done.
    bool lacksReportOnly() const;
    /// A picture of each policy, the full cache first.
    std::vector<GenerationRequest> oneOfEach() const;
    QString folder() const;
    void setFolder(const QString& folder);

    /// What stands in the form; not sound while problem() is not empty.
    ComparisonSettings settings() const;
    /// What is wrong, in a sentence; empty: it can be started.
    QString problem() const;
    /// Other work goes on, or this one: then it can be stopped.
    void setState(bool running, const QString& obstacle);
    QPushButton* startButton() const { return start_; }

    void save() const;
    void restore();

protected:
    void showEvent(QShowEvent* event) override;

Q_SIGNALS:
    void changed();
    void startRequested();
    void stopRequested();
    void openRequested(const QString& folder);

private:
    std::vector<std::uint64_t> seeds(QString* problem) const;
    QVector<Budget> budgets(QString* problem) const;
    QString choiceProblem() const;
    void check();
    QString summaryText() const;
    QString buttonText() const;
    void folderChanged();
    bool isLookedInto() const;
    bool holdsResults() const;
    const ComparisonSettings* results() const;
    QString folderProblem() const;
    QString askForFolder(const QString& title);

    /// What the fields say, whatever the folder holds.
    ComparisonSettings written() const;

    Planner planner_;
    mutable std::vector<GenerationRequest> planned_; ///< that the planner was asked about last
    mutable QString plannedProblem_;                 ///< and what it said
    GenerationRequest request_;
    /// Of a folder that was looked into.
    struct Look {
        QString folder;
        FoundResults found;
        /// What the fields said when the results' settings were put there; none: they were not.
        std::optional<ComparisonSettings> shownAs = {};
    };
    std::optional<Look> look_;
    QTimer lookSoon_; ///< a folder is typed letter by letter
    int looks_ = 0;   ///< counted, so that what comes late is left out
    ModelSummary model_;
    QStringList examples_;
    QPlainTextEdit* prompts_;
    QLineEdit *seeds_, *budgets_, *folder_;
    QListWidget* policies_;
    QComboBox* mode_;
    QCheckBox *byLayer_, *anew_;
    widgets::WrappedLabel* summary_;
    QPushButton *start_, *open_, *useExamples_, *chooseFolder_;
    bool running_ = false;
    QString obstacle_;
};

} // namespace scalekv::ui
