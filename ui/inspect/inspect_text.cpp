#include "ui/inspect/inspect_text.h"

#include "figures/layer_figure.h"
#include "ui/inspect/overlays.h"
#include "ui/text/tr.h"
#include "ui/text/unit_text.h"

#include <QLocale>

#include <cmath>

namespace scalekv::ui {
namespace {

/// Of `tokens` from `offset` on, over the heads `first` to `last`.
double keptShare(const KeptTokens& kept, int first, int last, qint64 offset, qint64 tokens) {
    qint64 count = 0;
    for (int head = first; head <= last; ++head)
        for (qint64 token = offset; token < offset + tokens; ++token)
            count += kept.kept(head, token);
    return double(count) / double(tokens * (last - first + 1));
}

/// The tokens of the scale that is shown, at every later one.
QString keptOverScalesSentence(const InspectedRun& run, const Selection::State& state) {
    const int shown = readScaleOf(state);
    QStringList parts;
    for (int later = shown + 1; later < run.scales(); ++later) {
        const auto kept = run.record().kept[std::size_t(later)][std::size_t(state.layer)];
        if (!kept)
            continue;
        const int first = std::max(0, state.head);
        const int last = state.head < 0 ? int(kept->heads()) - 1 : state.head;
        const qint64 offset = run.tokensBefore(shown), tokens = run.map(shown).tokens();
        parts += tr("%1 at scale %2")
                     .arg(percentText(keptShare(*kept, first, last, offset, tokens)))
                     .arg(later + 1);
    }
    return parts.isEmpty() ? tr("No later scale reads scale %1.").arg(shown + 1)
                           : tr("<b>Kept of scale %1</b>: %2.").arg(shown + 1).arg(parts.join(tr(", ")));
}

} // namespace

QString headText(int head, int heads) {
    if (heads <= 0) // of a run of another model, whose heads are not known
        return tr("mean of all heads");
    return head < 0 ? tr("mean of %1 heads").arg(heads) : tr("head %1").arg(head + 1);
}

QString pieceText(const PromptWord& piece) {
    if (piece.end)
        return tr("end of the prompt");
    if (piece.text == "▁") // a blank by itself
        return tr("blank");
    const QString text = QString::fromStdString(piece.text);
    return piece.startsWord ? text : tr("…%1").arg(text);
}

QString percentText(double share) {
    return tr("%1 %").arg(QLocale().toString(share * 100, 'f', share < 0.1 ? 1 : 0));
}

QString cellSentence(const InspectedRun& run, const Selection::State& state) {
    const RunRecord& record = run.record();
    const auto scale = std::size_t(state.scale);
    const auto layer = std::size_t(state.layer);
    if (state.scale >= run.scales() || state.layer >= run.layers())
        return {};
    QString text = tr("<b>Layer %1, scale %2</b>").arg(state.layer + 1).arg(state.scale + 1);
    const RoleTable* calibrated = run.calibratedRoles();
    const auto attention = record.attention[scale][layer];
    if (attention) {
        const auto value = [&](LayerQuantity quantity) {
            return quantityTable(record, quantity)[scale][layer];
        };
        const auto words = [&](LayerQuantity quantity) {
            return figures::valueText(quantity, value(quantity));
        };
        if (state.scale > 0) {
            text += tr(": selectivity %1 (%2 within the map × %3 on the top of the history)")
                        .arg(words(LayerQuantity::Selectivity), words(LayerQuantity::Current),
                             words(LayerQuantity::Top));
            if (!std::isnan(value(LayerQuantity::ZScore)))
                text +=
                    tr(", Z %1 → <b>%2</b>").arg(words(LayerQuantity::ZScore), words(LayerQuantity::Role));
        } else {
            text += tr(": the first scale has no history, so it has no selectivity");
        }
        text += tr(". Entropy %1.").arg(words(LayerQuantity::Entropy));
    } else {
        text += run.isBeingRecorded() ? tr(": not reached yet.") : tr(": not recorded.");
    }
    if (!calibrated)
        text += tr(" Not calibrated.");
    else if (state.scale > 0)
        text += calibrated->drafter(state.scale, state.layer) ? tr(" Calibrated: drafter.")
                                                              : tr(" Calibrated: refiner.");
    if (record.layerBytes[scale][layer] >= 0)
        text += tr(" Then holds %1.").arg(byteText(record.layerBytes[scale][layer]));
    return text;
}

QString keptSentence(const InspectedRun& run, const Selection::State& state) {
    if (state.scale >= run.scales() || state.layer >= run.layers())
        return {};
    if (state.overScales)
        return keptOverScalesSentence(run, state);
    const auto kept = run.record().kept[std::size_t(state.scale)][std::size_t(state.layer)];
    if (state.scale == 0)
        return tr("The first scale has no earlier tokens to keep.");
    if (!kept)
        return {};
    const QLocale locale;
    if (kept->all())
        return tr("Nothing was evicted: every head read all %1 earlier tokens.")
            .arg(locale.toString(qlonglong(kept->tokens())));
    const int first = std::max(0, state.head);
    const int last = state.head < 0 ? int(kept->heads()) - 1 : state.head;
    qint64 sum = 0;
    for (int head = first; head <= last; ++head)
        sum += kept->count(head);
    QStringList parts;
    qint64 offset = 0;
    int wholeUpTo = 0;
    for (int earlier = 0; earlier < state.scale; ++earlier) {
        const qint64 tokens = run.map(earlier).tokens();
        const double share = keptShare(*kept, first, last, offset, tokens);
        offset += tokens;
        if (share == 1 && wholeUpTo == earlier)
            ++wholeUpTo;
        else
            parts += tr("%1 of scale %2").arg(percentText(share)).arg(earlier + 1);
    }
    if (wholeUpTo > 0)
        parts.prepend(wholeUpTo == 1 ? tr("all of scale 1") : tr("all of scales 1–%1").arg(wholeUpTo));
    return tr("<b>Kept at scale %1</b>: %2 of %3 earlier tokens a head: %4.")
        .arg(state.scale + 1)
        .arg(locale.toString(double(sum) / (last - first + 1), 'f', 0),
             locale.toString(qlonglong(kept->tokens())), parts.join(tr(", ")));
}

QString keptUnknown(const InspectedRun& run) {
    return run.isRunning() ? tr("This scale has not been drawn yet.")
                           : tr("What was kept was not recorded. “Record” repeats the run for it.");
}

} // namespace scalekv::ui
