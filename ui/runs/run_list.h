#pragma once

#include "ui/runs/generation_result.h"
#include "ui/runs/recordings.h"

#include <QAbstractListModel>

namespace scalekv::ui {

/// The runs of this session that were finished or opened, newest first: the one list that all places read.
class RunList : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { Thumbnail = Qt::UserRole, Details };
    static constexpr int kThumbnailSide = 56;

    explicit RunList(QObject* parent = nullptr, qint64 mostRecordBytes = kMostRecordBytes,
                     qint64 mostPictureBytes = kMostPictureBytes)
        : QAbstractListModel(parent), mostRecordBytes_(mostRecordBytes), mostPictureBytes_(mostPictureBytes) {
    }

    /// Recordings take no more memory than this together: the oldest are given up first, and can be had again
    /// by repeating their runs. docs/user.md and the help name this number.
    static constexpr qint64 kMostRecordBytes = qint64(256) << 20;

    /// Nor do pictures: of those that are kept in the gallery the oldest leave. docs/user.md and the help
    /// name this number.
    static constexpr qint64 kMostPictureBytes = qint64(512) << 20;

    void insert(int row, const ResultPtr& result, RecordPtr record = {});
    /// What was recorded of a run; null: nothing, or no longer.
    RecordPtr record(const ResultPtr& result) const;
    void setRecord(const ResultPtr& result, RecordPtr record);
    /// The bits of a run, as many as are known.
    std::vector<ScaleBits> bits(const ResultPtr& result) const;
    /// It is in the gallery, so it may leave when there are too many.
    void setKept(const ResultPtr& result);
    /// How many have left of themselves so far, all from the end of the list.
    int gone() const { return gone_; }
    /// Gives the run back with what was recorded of it, so that removing can be undone.
    RecordedRun take(int row);
    ResultPtr result(int row) const { return entries_.at(row).result; }
    /// Rows are being put in or taken out right now: a view's current row moves without anybody choosing it.
    bool isChanging() const { return changing_; }
    /// −1: not here
    int rowOf(const ResultPtr& result) const;

Q_SIGNALS:
    /// Something else is known of a run, or no longer.
    void recordChanged(const scalekv::ui::ResultPtr& result);
    /// Some have left for the first time, since there were too many.
    void gaveUp();

public:
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    /// A run can be dragged; its view knows how.
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    struct Entry {
        ResultPtr result;
        QImage thumbnail;
        RecordPtr record;
        bool kept = false; ///< in the gallery
    };
    void limitRecords(const ResultPtr& newest);
    void limitPictures();

    QVector<Entry> entries_;
    qint64 mostRecordBytes_, mostPictureBytes_;
    int gone_ = 0;
    bool changing_ = false;
};

} // namespace scalekv::ui
