#pragma once

#include "ui/runs/picture_bin.h"
#include "ui/runs/run_list.h"
#include "ui/shell/place.h"

#include <QTemporaryDir>
#include <QWidget>

class QAction;
class QLabel;
class QMimeData;
class QListView;
class QUndoStack;

namespace scalekv::ui {

/// The results of this run: click to show, menu for the rest. Removing can be undone while the bin holds the
/// pictures.
class HistoryPanel : public QWidget {
    Q_OBJECT
public:
    HistoryPanel(RunList& runs, QUndoStack& undo, QWidget* parent = nullptr,
                 std::shared_ptr<PictureBin> bin = std::make_shared<PictureBin>());

    /// More to do with a picture, in the menu.
    void offerVerbs(const QVector<RunVerb>& verbs);
    /// Makes it the current one, without a word: it is seen already.
    void showAsCurrent(const ResultPtr& result);
    void clearSelection();
    /// Makes it the current one, as if it had been chosen.
    void select(const ResultPtr& result);
    QListView* list() const { return list_; }
    QAction* clearAction() const { return clear_; }
    ResultPtr current() const;
    /// The current run, to be dragged: into a place as what it is, elsewhere as its picture. The caller owns
    /// it.
    QMimeData* makeMimeData() const;

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
    RunList& runs_;
    QListView* list_;
    QLabel* empty_;
    QAction *use_, *save_, *copy_, *remove_, *clear_;
    QList<QAction*> forSelection_;
    QTemporaryDir temporary_; ///< for the files of what is dragged
};

} // namespace scalekv::ui
