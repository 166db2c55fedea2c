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

    explicit RunList(QObject* parent = nullptr, qint64 mostRecordBytes = kMostRecordBytes)
        : QAbstractListModel(parent), mostRecordBytes_(mostRecordBytes) {}

    /// Recordings take no more memory than this together: the oldest are given up first, and can be had again
    /// by repeating their runs. docs/user.md and the help name this number.
    static constexpr qint64 kMostRecordBytes = qint64(256) << 20;

    void insert(int row, const ResultPtr& result, RecordPtr record = {});
    /// What was recorded of a run; null: nothing, or no longer.
    RecordPtr record(const ResultPtr& result) const;
    void setRecord(const ResultPtr& result, RecordPtr record);
    /// The bits of a run, as many as are known.
    std::vector<ScaleBits> bits(const ResultPtr& result) const;
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
    };
    void limitRecords(const ResultPtr& newest);

    QVector<Entry> entries_;
    qint64 mostRecordBytes_ = kMostRecordBytes;
    bool changing_ = false;
};

} // namespace scalekv::ui
