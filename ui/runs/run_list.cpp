#include "ui/runs/run_list.h"

#include "ui/text/policy_text.h"
#include "ui/text/request_summary.h"
#include "ui/text/unit_text.h"
#include "widgets/thumbnail.h"

#include <QGuiApplication>
#include <QScopedValueRollback>

namespace scalekv::ui {

void RunList::insert(int row, const ResultPtr& result, RecordPtr record) {
    const QScopedValueRollback changing(changing_, true);
    beginInsertRows({}, row, row);
    const QImage small = widgets::thumbnail(result->picture(), QSize(kThumbnailSide, kThumbnailSide),
                                            qGuiApp->devicePixelRatio());
    entries_.insert(row, Entry{result, small, std::move(record)});
    endInsertRows();
    limitRecords(result);
    limitPictures();
}

RecordedRun RunList::take(int row) {
    const QScopedValueRollback changing(changing_, true);
    beginRemoveRows({}, row, row);
    Entry taken = entries_.takeAt(row);
    endRemoveRows();
    return {std::move(taken.result), std::move(taken.record)};
}

RecordPtr RunList::record(const ResultPtr& result) const {
    const int row = rowOf(result);
    return row < 0 ? nullptr : entries_[row].record;
}

void RunList::setRecord(const ResultPtr& result, RecordPtr record) {
    const int row = rowOf(result);
    if (row < 0)
        return;
    entries_[row].record = std::move(record);
    Q_EMIT recordChanged(result);
    limitRecords(result);
}

std::vector<ScaleBits> RunList::bits(const ResultPtr& result) const {
    if (!result->bits.empty())
        return result->bits;
    const RecordPtr known = record(result);
    return known ? known->bits : std::vector<ScaleBits>();
}

/// That of `newest` stays, however large it is.
void RunList::limitRecords(const ResultPtr& newest) {
    qint64 sum = 0;
    for (const Entry& entry : entries_)
        sum += entry.record ? entry.record->bytes() : 0;
    for (qsizetype row = entries_.size(); row-- > 0 && sum > mostRecordBytes_;) {
        Entry& entry = entries_[row];
        if (!entry.record || entry.result == newest)
            continue;
        sum -= entry.record->bytes();
        entry.record.reset();
        Q_EMIT recordChanged(entry.result);
    }
}

void RunList::setKept(const ResultPtr& result) {
    const int row = rowOf(result);
    if (row < 0)
        return;
    entries_[row].kept = true;
    limitPictures();
}

/// The newest stays, however large it is, and so does what nobody has kept.
void RunList::limitPictures() {
    qint64 sum = 0;
    for (const Entry& entry : entries_)
        sum += entry.result->bytes();
    const bool first = gone_ == 0;
    for (int row = rowCount(); row-- > 1 && sum > mostPictureBytes_;) {
        if (!entries_.at(row).kept)
            continue;
        sum -= entries_.at(row).result->bytes();
        take(row);
        ++gone_;
    }
    if (first && gone_ > 0)
        Q_EMIT gaveUp();
}

int RunList::rowOf(const ResultPtr& result) const {
    for (int row = 0; row < entries_.size(); ++row) {
        if (entries_[row].result == result)
            return row;
    }
    return -1;
}

int RunList::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

Qt::ItemFlags RunList::flags(const QModelIndex& index) const {
    return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QVariant RunList::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= entries_.size())
        return {};
    const GenerationResult& result = *entries_[index.row()].result;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return result.prompt();
    case Qt::ToolTipRole: {
        QString text = requestSummary(result.request()) + QLatin1Char('\n') +
                       QString::fromStdString(result.recipe.model.name);
        if (!result.opened) {
            text += QLatin1Char('\n') +
                    tr("%1, KV cache at most %2")
                        .arg(secondsText(result.report.totalSeconds), byteText(result.report.peakKvBytes));
        }
        return text;
    }
    case Thumbnail:
        return entries_[index.row()].thumbnail;
    case Details:
        return tr("%1 · seed %2 · %3")
            .arg(policyText(result.request().policy))
            .arg(result.request().seed)
            .arg(result.opened ? tr("from a file") : secondsText(result.report.totalSeconds));
    default:
        return {};
    }
}

} // namespace scalekv::ui
