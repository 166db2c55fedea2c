#pragma once

#include "ui/generation_result.h"

#include <QWidget>

class QAction;
class QLabel;
class QListView;
class QUndoStack;

namespace scalekv::ui {

class HistoryModel;

/// The results of this run: click to show, menu for the rest, removing can be undone.
class HistoryPanel : public QWidget {
    Q_OBJECT
public:
    HistoryPanel(QUndoStack& undo, QWidget* parent = nullptr);

    /// Puts a result on top. `select` also makes it the current one.
    void add(const ResultPtr& result, bool select);
    void clearSelection();
    HistoryModel& model() { return *model_; }
    QListView* list() const { return list_; }
    QAction* clearAction() const { return clear_; }
    ResultPtr current() const;

Q_SIGNALS:
    void chosen(const scalekv::ui::ResultPtr& result);
    void useSettingsRequested(const scalekv::ui::ResultPtr& result);
    void saveRequested(const scalekv::ui::ResultPtr& result);
    void copyRequested(const scalekv::ui::ResultPtr& result);
    void removed(int count);

private:
    void makeActions();
    void remove(const QVector<int>& rows);
    void updateState();

    QUndoStack& undo_;
    HistoryModel* model_;
    QListView* list_;
    QLabel* empty_;
    QAction *use_, *save_, *copy_, *remove_, *clear_;
};

} // namespace scalekv::ui
