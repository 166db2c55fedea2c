#include "ui/runs/run_list.h"

#include "ui/text/request_summary.h"
#include "ui/text/unit_text.h"
#include "widgets/thumbnail.h"

#include <QGuiApplication>
#include <QScopedValueRollback>

namespace scalekv::ui {

void RunList::insert(int row, const ResultPtr& result) {
    const QScopedValueRollback changing(changing_, true);
    beginInsertRows({}, row, row);
    const QImage small =
        widgets::thumbnail(result->picture(), QSize(kThumbnailSide, kThumbnailSide), qGuiApp->devicePixelRatio());
    entries_.insert(row, Entry{result, small});
    endInsertRows();
}

ResultPtr RunList::take(int row) {
    const QScopedValueRollback changing(changing_, true);
    beginRemoveRows({}, row, row);
    const ResultPtr result = entries_.takeAt(row).result;
    endRemoveRows();
    return result;
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
        return result.opened ? tr("seed %1 · from a file").arg(result.request().seed)
                             : tr("seed %1 · %2")
                                   .arg(result.request().seed)
                                   .arg(secondsText(result.report.totalSeconds));
    default:
        return {};
    }
}

} // namespace scalekv::ui
