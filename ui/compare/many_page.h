#pragma once

#include "ui/runs/comparison_job.h"
#include "ui/shell/desk.h"
#include "ui/shell/memory_outlook.h"

#include <QWidget>

class QStandardItemModel;
class QTableView;
class QLabel;
class QToolButton;

namespace scalekv::ui {

class ManyForm;
class QualityPanel;

/// Many prompts × seeds × policies × budgets: what `scalekv compare` does, with pictures that fill in while
/// it works. Works in a folder, so that it can be left, closed and continued, here or there.
class ManyPage : public QWidget {
    Q_OBJECT
public:
    explicit ManyPage(const Desk& desk, QWidget* parent = nullptr);

    ManyForm* form() const { return form_; }
    QTableView* table() const { return table_; }
    QualityPanel* quality() const { return quality_; }
    /// It is made, or waits for that in the queue.
    bool isRunning() const { return work_ != 0; }
    const Comparison& comparison() const { return comparison_; }

    void setRequest(const GenerationRequest& request);
    /// Who says how much memory is free.
    void setMemoryReader(MemoryReader reader) { memory_ = std::move(reader); }
    /// Shows what a folder holds, and its settings in the form. Ends with opened or a message.
    void open(const QString& folder);
    void save() const;

Q_SIGNALS:
    void opened();
    /// The pictures of a cell are to be looked at closely: the files of the full run and of the choice.
    void closerLook(const QStringList& pictures);

private:
    void start();
    bool settleMemory();
    void follow();
    void stop();
    void updateState();
    void showComparison(const Comparison& comparison);
    void layOut();
    void fillFigures();
    void setPicture(const PairId& pair, std::optional<int> choice, const QImage& picture);
    void setFigures(const ChoiceRecord& record);
    void readPictures();
    int rowOf(const PairId& pair) const;
    QString fileOf(const PairId& pair, std::optional<int> choice) const;

    const Desk desk_;
    ManyForm* form_;
    QStandardItemModel* model_;
    QTableView* table_;
    QualityPanel* quality_;
    QLabel* state_;
    QToolButton* report_;
    Comparison comparison_;
    QString folder_; ///< of the comparison that is shown
    MemoryReader memory_ = computeMemory;
    int work_ = 0;  ///< in the queue; 0: none
    int shown_ = 0; ///< counts comparisons that were shown, so that late pictures of another are left out
};

} // namespace scalekv::ui
