#pragma once

#include "ui/runs/generation_result.h"

#include <QAbstractListModel>

namespace scalekv::ui {

/// The runs of this session that were finished or opened, newest first: the one list that all places read.
class RunList : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { Thumbnail = Qt::UserRole, Details };
    static constexpr int kThumbnailSide = 56;

    using QAbstractListModel::QAbstractListModel;

    void insert(int row, const ResultPtr& result);
    /// Gives the result back, so that removing can be undone.
    ResultPtr take(int row);
    ResultPtr result(int row) const { return entries_.at(row).result; }
    /// Rows are being put in or taken out right now: a view's current row moves without anybody choosing it.
    bool isChanging() const { return changing_; }
    /// −1: not here
    int rowOf(const ResultPtr& result) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Entry {
        ResultPtr result;
        QImage thumbnail;
    };
    QVector<Entry> entries_;
    bool changing_ = false;
};

} // namespace scalekv::ui
