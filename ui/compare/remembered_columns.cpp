#include "ui/compare/remembered_columns.h"

#include "scalekv/error.h"
#include "ui/shell/queue_records.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSettings>

#include <algorithm>

namespace scalekv::ui {
namespace {

const QString kRequest = QStringLiteral("request"), kModel = QStringLiteral("model"),
              kPath = QStringLiteral("path");

constexpr char kUnfinishedKey[] = "compare/unfinished";

/// Beside the settings, which are there as soon as anything is.
QString lockPath() {
    const QDir folder = QFileInfo(QSettings().fileName()).dir();
    folder.mkpath(QStringLiteral("."));
    return folder.filePath(QStringLiteral("compare.lock"));
}

} // namespace

UnfinishedComparison::UnfinishedComparison() : lock_(lockPath()) {
    // Where no lock can be made at all, nobody else has one.
    ours_ = lock_.tryLock() || lock_.error() != QLockFile::LockFailedError;
}

QByteArray UnfinishedComparison::text() const {
    return ours_ ? QSettings().value(QLatin1String(kUnfinishedKey)).toByteArray() : QByteArray();
}

/// Where the window that was open first has ended with nothing left to be made.
void UnfinishedComparison::takeOver() {
    if (!ours_ && !QSettings().contains(QLatin1String(kUnfinishedKey)))
        ours_ = lock_.tryLock();
}

void UnfinishedComparison::remember(const QByteArray& text) {
    takeOver();
    QSettings settings;
    if (ours_ && settings.value(QLatin1String(kUnfinishedKey)).toByteArray() != text)
        settings.setValue(QLatin1String(kUnfinishedKey), text);
}

void UnfinishedComparison::forget() {
    if (ours_)
        QSettings().remove(QLatin1String(kUnfinishedKey));
}

QByteArray toStored(const ColumnSet::State& state) {
    QVector<CompareColumn> columns = state.columns;
    std::stable_partition(columns.begin(), columns.end(),
                          [&](const CompareColumn& column) { return column.id == state.reference; });
    QJsonArray list;
    for (const CompareColumn& column : columns)
        list += QJsonObject{{kRequest, QString::fromStdString(toJson(column.request))},
                            {kModel, QString::fromStdString(toJson(column.model))},
                            {kPath, column.modelPath}};
    return QJsonDocument(list).toJson(QJsonDocument::Compact);
}

QVector<CompareColumn> fromStored(const QByteArray& text) {
    QVector<CompareColumn> columns;
    const QJsonArray list = QJsonDocument::fromJson(text).array();
    for (const auto& value : list) {
        CompareColumn column;
        try {
            column.request = requestFromJson(value[kRequest].toString().toStdString(),
                                             "the comparison that is remembered");
            column.model = storedModel(value[kModel].toString());
        } catch (const Error&) {
            return {};
        }
        if (column.request.prompts.empty())
            return {}; // none that was ever made
        column.modelPath = value[kPath].toString();
        columns += column;
    }
    return columns;
}

} // namespace scalekv::ui
