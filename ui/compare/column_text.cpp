#include "ui/compare/column_text.h"

#include "scalekv/run_difference.h"
#include "scalekv/unit_text.h"
#include "ui/compare/column_set.h"
#include "ui/text/policy_text.h"
#include "ui/text/tr.h"

#include <QLocale>

#include <cmath>

namespace scalekv::ui {
namespace {

QString words(std::string_view field) {
    return QString::fromUtf8(field.data(), qsizetype(field.size()))
        .replace(QLatin1Char('_'), QLatin1Char(' '));
}

/// JSON as one reads it: no quotes and brackets around one value.
QString plain(const std::string& json) {
    QString text = QString::fromStdString(json);
    if (text.size() > 1 && text.front() == QLatin1Char('[') && text.back() == QLatin1Char(']'))
        text = text.mid(1, text.size() - 2);
    if (text.size() > 1 && text.front() == QLatin1Char('"') && text.back() == QLatin1Char('"') &&
        text.count(QLatin1Char('"')) == 2)
        text = text.mid(1, text.size() - 2);
    return text.isEmpty() ? tr("none") : text;
}

/// The fields that columnName() says.
GenerationRequest withoutPolicy(GenerationRequest request) {
    request.policy = {};
    return request;
}

} // namespace

QString columnName(const CompareColumn& column) {
    const QString policy = policyText(column.request.policy);
    return column.run && column.run->opened ? tr("%1, from a file").arg(policy) : policy;
}

QString columnDifference(const CompareColumn& column, const CompareColumn& reference) {
    QStringList parts;
    const auto mine = requestFields(withoutPolicy(column.request));
    const auto theirs = requestFields(withoutPolicy(reference.request));
    for (const auto& [field, value] : mine) {
        const auto other = theirs.find(field);
        if (other == theirs.end() || other->second == value)
            continue;
        if (field == "prompt" || field == "negative_prompt")
            parts += tr("another %1").arg(words(field));
        else
            parts += tr("%1 %2 instead of %3").arg(words(field), plain(value), plain(other->second));
    }
    if (!weightsDifference(column.model, reference.model).empty())
        parts +=
            tr("model %1 instead of %2")
                .arg(QString::fromStdString(column.model.name), QString::fromStdString(reference.model.name));
    return parts.join(QStringLiteral(", "));
}

QString columnVerdict(const CompareColumn& column, const CompareColumn& reference, double psnr) {
    const auto bytes = [](const CompareColumn& of) {
        const auto cost = of.run ? runCost(of.run->report) : std::nullopt;
        return cost ? mebibytes(cost->kvBytes) : 0.0;
    };
    const QLocale locale;
    const double held = bytes(column), whole = bytes(reference);
    // The limits that the help and the heading of PSNR name.
    const QString seen = std::isinf(psnr) ? tr("the pictures are equal")
                         : psnr >= 40     ? tr("hardly anybody sees a difference")
                         : psnr >= 25     ? tr("differences can be seen")
                                          : tr("another picture");
    const QString shown = std::isinf(psnr) ? seen : tr("%1 dB: %2").arg(locale.toString(psnr, 'f', 1), seen);
    if (held <= 0 || whole <= 0)
        return tr("%1: %2").arg(columnName(column), shown);
    const int less = int(std::lround(100 * (1 - held / whole)));
    return tr("%1 holds %2 of %3 MiB (%4 %); %5")
        .arg(columnName(column), locale.toString(held, 'f', 1), locale.toString(whole, 'f', 1),
             less > 0 ? tr("−%1").arg(less) : QString::number(-less), shown);
}

QString mostColumnsText() {
    return tr("%1 columns at most: remove one first.").arg(ColumnSet::kMost);
}

QString columnStateText(const CompareColumn& column) {
    switch (column.state) {
    case CompareColumn::State::Waiting:
        return tr("waits for its turn");
    case CompareColumn::State::Making:
        return tr("being made");
    case CompareColumn::State::Stopped:
        return column.frames.isEmpty() ? tr("stopped before the first scale")
                                       : tr("stopped after scale %1").arg(column.frames.size());
    case CompareColumn::State::Failed:
        return tr("Not made: %1").arg(column.problem);
    case CompareColumn::State::Done:
        return column.run && column.run->opened ? tr("only the finished picture is known") : QString();
    }
    return {};
}

} // namespace scalekv::ui
