#pragma once

#include "ui/runs/picture_sheet.h"
#include "ui/runs/work_list.h"
#include "ui/shell/window_lock.h"

#include <QDir>
#include <QHash>
#include <QVariant>

#include <memory>
#include <vector>

namespace scalekv::ui {

/// Keeps work and sheets on disk, so that they go on at the next start, however this one ends: an SQLite
/// database with a row each, written at every change. Each window has a file of its own, held by a lock; what
/// a window has left that is open no more is taken over.
///
/// Pictures, and comparisons into folders. What refers to runs in memory is not kept.
class QueueStore : public QObject {
    Q_OBJECT
public:
    /// In `folder`, which is made where it does not exist.
    explicit QueueStore(const QString& folder, QObject* parent = nullptr);
    ~QueueStore() override;

    /// Puts what earlier windows have left into the lists, which are empty, and keeps every change from then
    /// on. Work waits, but for what was held, stopped or has failed. What was running twice when the program
    /// ended is held: it may be what ended it.
    void follow(WorkList& works, SheetList& sheets);
    /// Whether the queue paused when it was kept last; and keeps it.
    bool wasPaused() const { return paused_; }
    void keepPaused(bool paused);
    /// A picture of the list is made and being written. Before its work is taken out of the list: in the file
    /// it stays until isWritten(), so that a program that is killed before makes the picture again.
    void isBeingWritten(int id, const ResultPtr& result);
    void isWritten(const ResultPtr& result);
    /// It may be tried again. If it is not, the picture is made at the next start.
    void isNotWritten(const ResultPtr& result);
    /// The program ends in good order, and no change is kept any more: what runs goes on at its next start.
    /// What is being written counts as written once this object goes.
    void leave();
    /// Why nothing is kept, in a sentence; empty: all is well.
    QString problem() const { return problem_; }
    /// After follow(): whether another window is open, which has a queue of its own.
    bool isSecond() const { return othersOpen_; }
    /// How many entries could not be read and are left out.
    int unread() const { return unread_; }

Q_SIGNALS:
    /// Keeping has failed, for the first time.
    void failed(const QString& problem);

private:
    QString fileOf(int number) const;
    std::unique_ptr<WindowLock> lock(int number) const;
    void load(const QString& connection, WorkList& works, SheetList& sheets);
    /// The file of a window that is open no more, and its lock, which is ours now.
    struct Spent {
        std::unique_ptr<WindowLock> lock;
        QString file;
    };
    std::vector<Spent> takeOver(WorkList& works, SheetList& sheets);
    void followWorks(WorkList& works);
    void followSheets(SheetList& sheets);
    void write(const QueuedWork& work, int place);
    void write(const PictureSheet& sheet);
    void remove(int id);
    void writeOrder(const WorkList& works, int from);
    bool run(const QString& statement, const QVariantList& values = {});
    void close();
    void fail(const QString& why);

    QDir folder_;
    QString connection_; ///< empty: nothing is kept
    std::unique_ptr<WindowLock> lock_;
    std::unique_ptr<QObject> following_; ///< null: the lists are not followed
    int number_ = 0;
    QHash<int, int> begun_; ///< how often a work was begun and not ended
    struct Writing {
        int id;
        bool failed = false;
    };
    QHash<const GenerationResult*, Writing> writing_;
    QHash<int, int> places_; ///< in the file, by id
    QString problem_;
    int unread_ = 0;
    int running_ = 0; ///< the work that runs
    bool paused_ = false, othersOpen_ = false;
};

} // namespace scalekv::ui
