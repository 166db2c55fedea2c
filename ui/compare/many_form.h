#pragma once

#include "scalekv/comparison.h"
#include "ui/shell/model_summary.h"

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
    explicit ManyForm(QWidget* parent = nullptr);

    void setModel(const ModelSummary& model);
    /// Size, guidance and all else that is not asked for here.
    void setRequest(const GenerationRequest& request);
    /// Those of results that stand already.
    void setSettings(const ComparisonSettings& settings);
    /// What is known of results in a folder, made with what stands in the form: whether all is made.
    void setResults(const QString& folder, bool complete);
    /// Over earlier results in the folder.
    bool startsAnew() const;
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

Q_SIGNALS:
    void changed();
    void startRequested();
    void stopRequested();
    void openRequested(const QString& folder);

private:
    std::vector<std::uint64_t> seeds(QString* problem) const;
    std::vector<Budget> budgets(QString* problem) const;
    void check();
    QString summaryText() const;
    bool holdsResults() const;
    QString askForFolder(const QString& title);

    /// What the fields say, whatever was opened.
    ComparisonSettings written() const;

    GenerationRequest request_;
    /// Settings of opened results, and what the fields said of them: while they say the same, it is those
    /// that are gone on with, in their order and with their tables.
    std::optional<ComparisonSettings> opened_, openedAsWritten_;
    struct Results {
        QString folder;
        ComparisonSettings asWritten;
        bool complete = false;
    };
    std::optional<Results> results_;
    int layers_ = 0; ///< of the model
    QStringList examples_;
    QPlainTextEdit* prompts_;
    QLineEdit *seeds_, *budgets_, *folder_;
    QListWidget* policies_;
    QComboBox* mode_;
    QCheckBox *byLayer_, *anew_;
    widgets::WrappedLabel* summary_;
    QPushButton *start_, *open_, *useExamples_;
    bool running_ = false;
    QString obstacle_;
};

} // namespace scalekv::ui
