#include "ui/compare/figure_rows.h"

#include "scalekv/unit_text.h"
#include "ui/compare/column_text.h"
#include "ui/text/tr.h"

#include <QLocale>

#include <cmath>

namespace scalekv::ui {
namespace {

void addCosts(FigureRow& row, const GenerationReport& report) {
    const std::optional<RunCost> cost = runCost(report);
    if (!cost)
        return;
    row.values[KvMiB] = mebibytes(cost->kvBytes);
    row.values[PeakMiB] = mebibytes(cost->peakKvBytes);
    row.values[Seconds] = cost->seconds;
    row.values[SelectionSeconds] = cost->selectionSeconds;
    row.values[TextSeconds] = report.textSeconds;
    double attention = 0, linear = 0, decode = 0;
    for (const ScaleReport& scale : report.scales) {
        attention += scale.attentionSeconds;
        linear += scale.gemmSeconds;
        decode += scale.decodeSeconds;
    }
    row.values[AttentionSeconds] = attention;
    row.values[LinearSeconds] = linear;
    row.values[DecodeSeconds] = decode;
}

QString quoted(QString text) {
    return QLatin1Char('"') + text.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

} // namespace

const QVector<FigureKind>& figureKinds() {
    static const QVector<FigureKind> kinds{
        {tr("PSNR dB"),
         tr("Peak signal-to-noise ratio against the reference, over all pixels and channels.\nAbove 40 dB "
            "hardly "
            "anybody sees a difference; below 25 dB it is another picture. ∞: they are equal."),
         QStringLiteral("psnr_db"), 2},
        {tr("SSIM"),
         tr("Structural similarity with the reference, 1 where they are equal (Wang et al. 2004)."),
         QStringLiteral("ssim"), 4},
        {tr("LPIPS"),
         tr("Perceptual distance from the reference, 0 where they are equal (Zhang et al. 2018): how far "
            "apart a network sees them.\nMeasured where the folder that SCALEKV_METRIC_WEIGHTS names holds "
            "its "
            "weights."),
         QStringLiteral("lpips"), 4, false},
        {tr("bits %"),
         tr("Share of all bits of the picture's tokens that differ from the reference's.\nA bit that differs "
            "early "
            "changes what comes after it: a free run drifts."),
         QStringLiteral("bits_that_differ_percent"), 2, false},
        {tr("KL"),
         tr("Mean KL divergence a bit, in nats, of what the model predicts when it is fed the reference's "
            "own "
            "bits:\nwhat the cache alone changes, without consequences of earlier differences. “Measure” "
            "asks for it."),
         QStringLiteral("kl_nats_per_bit"), 5, false},
        {tr("KV MiB"), tr("Keys and values retained after the last scale that stores any."),
         QStringLiteral("kv_mib"), 1, false},
        {tr("peak MiB"), tr("Most bytes of keys and values at any time."), QStringLiteral("peak_kv_mib"), 1,
         false},
        {tr("time s"),
         tr("Transformer and sampling: without the text encoder and without drawing the picture.\nWhat the "
            "clock "
            "said while this picture was made on this machine, other programs that were at work included:\n"
            "compare times of pictures that were made while it was quiet."),
         QStringLiteral("seconds"), 2, false},
        {tr("attention"), tr("Seconds of that in self and cross attention."),
         QStringLiteral("attention_seconds"), 2, false},
        {tr("linear"), tr("Seconds of that in linear layers."), QStringLiteral("linear_seconds"), 2, false},
        {tr("selecting"), tr("Seconds of that for choosing what stays in the cache."),
         QStringLiteral("selection_seconds"), 2, false},
        {tr("drawing"), tr("Seconds of the VAE: pictures of all scales."), QStringLiteral("decode_seconds"),
         2, false},
        {tr("text"), tr("Seconds of tokenizer and text encoder."), QStringLiteral("text_seconds"), 2, false},
    };
    return kinds;
}

QVector<FigureRow> figureRows(const ColumnSet& set, RunFigures& figures) {
    QVector<FigureRow> rows;
    const CompareColumn* reference = set.reference();
    for (const CompareColumn& column : set.columns()) {
        FigureRow row;
        row.id = column.id;
        row.name = columnName(column);
        row.note = columnStateText(column);
        if (const QString other = columnDifference(column, *reference); !other.isEmpty())
            row.name += QStringLiteral(" · ") + other;
        row.reference = column.id == reference->id;
        row.shown = column.shown;
        row.failed = column.state == CompareColumn::State::Failed;
        if (column.run) {
            addCosts(row, column.run->report);
            const RunFigures::Known* known = figures.of(reference->run, column.run);
            if (known && known->difference) {
                row.values[Psnr] = known->difference->picture.psnr;
                row.values[Ssim] = known->difference->picture.ssim.value_or(qQNaN());
                row.values[LpipsDistance] = known->difference->picture.lpips.value_or(qQNaN());
                if (known->difference->bits)
                    row.values[BitsThatDiffer] = known->difference->bits->all * 100;
            }
            if (known && row.note.isEmpty())
                row.note = known->problem;
            if (const TeacherForcedFigures* forced = figures.forced(reference->run, column.run))
                row.values[Kl] = forced->kl;
        }
        rows += row;
    }
    return rows;
}

QString figureText(Figure figure, double value) {
    if (std::isnan(value))
        return QStringLiteral("–");
    if (std::isinf(value))
        return QStringLiteral("∞");
    return QLocale().toString(value, 'f', figureKinds().at(figure).decimals);
}

QString toCsv(const QVector<FigureRow>& rows) {
    QStringList head{QStringLiteral("column")};
    for (const FigureKind& kind : figureKinds())
        head += kind.csvName;
    QStringList lines{head.join(QLatin1Char(','))};
    for (const FigureRow& row : rows) {
        QStringList cells{quoted(row.reference ? tr("%1 (reference)").arg(row.name) : row.name)};
        for (const double value : row.values)
            cells += std::isnan(value)   ? QString()
                     : std::isinf(value) ? QStringLiteral("inf")
                                         : QString::number(value, 'g', 17);
        lines += cells.join(QLatin1Char(','));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace scalekv::ui
