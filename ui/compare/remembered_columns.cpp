#include "ui/compare/remembered_columns.h"

#include "scalekv/error.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace scalekv::ui {
namespace {

const QString kRequest = QStringLiteral("request"), kName = QStringLiteral("model"),
              kTransformer = QStringLiteral("transformer"), kText = QStringLiteral("text_encoder"),
              kVae = QStringLiteral("vae"), kPath = QStringLiteral("path");

} // namespace

QByteArray toStored(const ColumnSet::State& state) {
    QVector<CompareColumn> columns = state.columns;
    std::stable_partition(columns.begin(), columns.end(),
                          [&](const CompareColumn& column) { return column.id == state.reference; });
    QJsonArray list;
    for (const CompareColumn& column : columns)
        list += QJsonObject{{kRequest, QString::fromStdString(toJson(column.request))},
                            {kName, QString::fromStdString(column.model.name)},
                            {kTransformer, QString::fromStdString(column.model.transformer)},
                            {kText, QString::fromStdString(column.model.textEncoder)},
                            {kVae, QString::fromStdString(column.model.vae)},
                            {kPath, column.modelPath}};
    return QJsonDocument(list).toJson(QJsonDocument::Compact);
}

QVector<CompareColumn> fromStored(const QByteArray& text) {
    QVector<CompareColumn> columns;
    const QJsonArray list = QJsonDocument::fromJson(text).array();
    for (const QJsonValue& value : list) {
        const auto word = [&](const QString& key) { return value[key].toString().toStdString(); };
        CompareColumn column;
        try {
            column.request = requestFromJson(word(kRequest), "the comparison that is remembered");
        } catch (const Error&) {
            return {};
        }
        if (column.request.prompts.empty())
            return {}; // none that was ever made
        column.model = {.name = word(kName),
                        .transformer = word(kTransformer),
                        .textEncoder = word(kText),
                        .vae = word(kVae)};
        column.modelPath = value[kPath].toString();
        columns += column;
    }
    return columns;
}

} // namespace scalekv::ui
