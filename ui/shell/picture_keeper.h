#pragma once

#include "gallery/gallery.h"
#include "ui/runs/recordings.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <memory>

namespace scalekv::widgets {
class MessageBar;
}

namespace scalekv::ui {

class LiveRun;
class RunList;
class StatusLine;
struct ModelSummary;

/// The setting that has the gallery's folder, if the user has chosen one.
inline constexpr char kGalleryFolderKey[] = "gallery/folder";

/// Puts what was drawn into the gallery, at once and by itself. What could not be kept stays in memory, is
/// told once, and is tried again.
class PictureKeeper : public QObject {
    Q_OBJECT
public:
    PictureKeeper(gallery::Gallery& gallery, RunList& runs, widgets::MessageBar& messages, StatusLine& status,
                  QObject* parent = nullptr);

    // Remembered settings.
    bool keepsAll() const;
    void setKeepsAll(bool on);
    /// What a stopped generation has drawn so far, as well.
    bool keepsStopped() const;
    void setKeepsStopped(bool on);

    /// How large a run file may be, in bytes; what is too large for it is not kept.
    qint64 mostRunBytes() const;
    void setMostRunBytes(qint64 bytes);

    /// Keeps it, whatever the settings say.
    void keep(const ResultPtr& result, const RecordPtr& record);
    /// A run has finished, or was stopped: does what the settings say.
    void finished(const ResultPtr& result, const RecordPtr& record);
    void stopped(const LiveRun& run, const ModelSummary& model);

    /// The run of a file of the gallery, as it was read from there.
    void setKept(const ResultPtr& result, const QString& path);
    /// Its name in the gallery; empty: it is not, or not yet, there.
    QString pathOf(const ResultPtr& result) const;
    /// The run in memory that is this file; null: none.
    ResultPtr runOf(const QString& path) const;
    /// It is being written, or could not be.
    bool isKeeping(const ResultPtr& result) const;
    /// Pictures that are being written.
    bool isBusy() const { return !pending_.isEmpty(); }
    /// Pictures that could not be kept.
    int unkept() const { return static_cast<int>(unkept_.size()) + (pending_.contains(trial_) ? 1 : 0); }
    void tryAgain();

Q_SIGNALS:
    /// The picture is in the gallery under this name.
    void kept(const scalekv::ui::ResultPtr& result, const QString& path);
    /// It could not be written, this time.
    void notKept(const scalekv::ui::ResultPtr& result);

private:
    void tryOne();
    void put(const RecordedRun& run);
    void made(quint64 ticket, const QString& path);
    void failed(quint64 ticket, const QString& why);

    gallery::Gallery& gallery_;
    RunList& runs_;
    widgets::MessageBar& messages_;
    StatusLine& status_;
    QHash<quint64, RecordedRun> pending_; ///< being written, by ticket
    QVector<RecordedRun> unkept_;
    quint64 trial_ = 0; ///< of one that is tried again by itself, which is not told again
    QTimer again_;
    QVector<QPair<std::weak_ptr<const GenerationResult>, QString>> kept_;
};

} // namespace scalekv::ui
