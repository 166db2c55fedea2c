#pragma once

#include "ui/compare/column_set.h"
#include "ui/compare/run_figures.h"

namespace scalekv::ui {

/// A figure of the table: what it is called, and how its numbers are written. Digits are those of
/// `scalekv compare`.
struct FigureKind {
    QString name, toolTip, csvName;
    int decimals = 2;
    bool largerIsBetter = true;
};
/// In the table's order.
const QVector<FigureKind>& figureKinds();
enum Figure {
    Psnr,
    Ssim,
    LpipsDistance, ///< known only where the network's weights are at hand
    BitsThatDiffer,
    Kl,
    KvMiB,
    PeakMiB,
    Seconds,
    AttentionSeconds,
    LinearSeconds,
    SelectionSeconds,
    DecodeSeconds,
    TextSeconds,
    FigureCount
};

/// The figures of one column against the reference. Not a number: not known, or there is no such thing.
struct FigureRow {
    int id = 0;
    QString name, note;
    bool reference = false, shown = false, failed = false;
    QVector<double> values = QVector<double>(FigureCount, qQNaN());
};

QVector<FigureRow> figureRows(const ColumnSet& set, RunFigures& figures);
/// A number as the table shows it: "32.41", "∞", "–" where there is none.
QString figureText(Figure figure, double value);
/// With a header; numbers have a point whatever the locale and can be read back exactly.
QString toCsv(const QVector<FigureRow>& rows);

} // namespace scalekv::ui
