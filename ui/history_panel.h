#pragma once

#include "ui/picture_bin.h"

#include <QWidget>

class QAction;
class QLabel;
class QListView;
class QUndoStack;

namespace scalekv::ui {

class HistoryModel;

/// The results of this run: click to show, menu for the rest. Removing can be undone while the bin holds the
/// pictures.
class HistoryPanel : public QWidget {
    Q_OBJECT
public:
    HistoryPanel(QUndoStack& undo, QWidget* parent = nullptr,
                 std::shared_ptr<PictureBin> bin = std::make_shared<PictureBin>());

    /// Puts a result on top. `select` also makes it the current one.
    void add(const ResultPtr& result, bool select);
    void clearSelection();
    /// Makes it the current one, as if it had been chosen.
    void select(const ResultPtr& result);
    HistoryModel& model() { return *model_; }
    QListView* list() const { return list_; }
    QAction* clearAction() const { return clear_; }
    ResultPtr current() const;

Q_SIGNALS:
    void chosen(const scalekv::ui::ResultPtr& result);
    void useSettingsRequested(const scalekv::ui::ResultPtr& result);
    void saveRequested(const scalekv::ui::ResultPtr& result);
    void copyRequested(const scalekv::ui::ResultPtr& result);
    /// `undoable` of them can be brought back.
    void removed(int count, int undoable);

private:
    void makeActions();
    void remove(const QVector<int>& rows);
    void updateState();
    void dropSpentSteps();

    QUndoStack& undo_;
    std::shared_ptr<PictureBin> bin_; ///< also the commands', which may outlive the panel
    HistoryModel* model_;
    QListView* list_;
    QLabel* empty_;
    QAction *use_, *save_, *copy_, *remove_, *clear_;
};

} // namespace scalekv::ui
