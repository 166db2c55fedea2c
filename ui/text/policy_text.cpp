#include "ui/text/policy_text.h"

#include "ui/text/tr.h"

#include <algorithm>
#include <array>

namespace scalekv::ui {
namespace {

struct PolicyWords {
    std::string_view name;
    const char *title, *sentence, *source;
};

constexpr std::array kWords{
    PolicyWords{"full", QT_TRANSLATE_NOOP("PolicyText", "Full cache"),
                QT_TRANSLATE_NOOP("PolicyText", "Everything stays: each scale can look back at all of those "
                                                "before it."),
                QT_TRANSLATE_NOOP("PolicyText", "Full cache: every key and value is kept, as Infinity does "
                                                "(Han et al., CVPR 2025).")},
    PolicyWords{"sliding-window", QT_TRANSLATE_NOOP("PolicyText", "Sliding window"),
                QT_TRANSLATE_NOOP("PolicyText", "The newest tokens stay, the older ones go."),
                QT_TRANSLATE_NOOP("PolicyText",
                                  "Sliding window: the most recent tokens (Beltagy et al. 2020, “Longformer: "
                                  "The Long-Document Transformer”).")},
    PolicyWords{"streaming-llm", QT_TRANSLATE_NOOP("PolicyText", "StreamingLLM"),
                QT_TRANSLATE_NOOP("PolicyText", "The first four tokens and the newest ones stay."),
                QT_TRANSLATE_NOOP("PolicyText",
                                  "StreamingLLM: attention sinks and the most recent tokens "
                                  "(Xiao et al. 2023, “Efficient Streaming Language Models with "
                                  "Attention Sinks”).")},
    PolicyWords{"evenly-spaced", QT_TRANSLATE_NOOP("PolicyText", "Evenly spaced"),
                QT_TRANSLATE_NOOP("PolicyText", "A fair sample of all tokens stays, whatever they show."),
                QT_TRANSLATE_NOOP("PolicyText",
                                  "Evenly spaced: our own, for comparison; it does not look at attention.")},
    PolicyWords{"snapkv", QT_TRANSLATE_NOOP("PolicyText", "SnapKV"),
                QT_TRANSLATE_NOOP("PolicyText", "The newest tokens stay, and those that they look at most."),
                QT_TRANSLATE_NOOP("PolicyText",
                                  "SnapKV: an observation window, and the best by its attention "
                                  "scores (Li et al. 2024, “SnapKV: LLM Knows What You are "
                                  "Looking for Before Generation”).")},
    PolicyWords{
        "pyramidkv", QT_TRANSLATE_NOOP("PolicyText", "PyramidKV"),
        QT_TRANSLATE_NOOP("PolicyText", "As SnapKV, with much for the first layers and little for the last."),
        QT_TRANSLATE_NOOP("PolicyText",
                          "PyramidKV: SnapKV with budgets that shrink from layer to layer (Cai et al. "
                          "2024, “PyramidKV: Dynamic KV Cache Compression based on Pyramidal "
                          "Information Funneling”).")},
    PolicyWords{
        "scalekv", QT_TRANSLATE_NOOP("PolicyText", "ScaleKV"),
        QT_TRANSLATE_NOOP("PolicyText",
                          "The tokens that are looked at most stay: many in layers that look back at "
                          "all scales, few in those that look at their own."),
        QT_TRANSLATE_NOOP("PolicyText",
                          "ScaleKV: much for drafters, little for refiners, as the paper has it (Li et "
                          "al., NeurIPS 2025, “Memory-Efficient Visual Autoregressive Modeling with "
                          "Scale-Aware KV Cache Compression”, arXiv 2505.19602).")},
    PolicyWords{"scalekv-reference", QT_TRANSLATE_NOOP("PolicyText", "ScaleKV, reference"),
                QT_TRANSLATE_NOOP("PolicyText",
                                  "ScaleKV just as its authors' released code does it, which differs from "
                                  "their paper."),
                QT_TRANSLATE_NOOP("PolicyText",
                                  "ScaleKV, the released code's (Li et al., NeurIPS 2025, arXiv "
                                  "2505.19602).")},
    PolicyWords{"heatkv", QT_TRANSLATE_NOOP("PolicyText", "HeatKV"),
                QT_TRANSLATE_NOOP("PolicyText",
                                  "The first three scales stay; of each later one, the parts of a layer that "
                                  "look back at it most."),
                QT_TRANSLATE_NOOP("PolicyText",
                                  "HeatKV: each attention head drops whole scales, in an order that was "
                                  "calibrated (Cederlund et al. 2026, “HeatKV: Head-tuned KV-cache "
                                  "Compression for Visual Autoregressive Modeling”, arXiv 2605.14877).")},
    PolicyWords{"hack", QT_TRANSLATE_NOOP("PolicyText", "HACK++"),
                QT_TRANSLATE_NOOP("PolicyText",
                                  "Each attention head keeps what heads of its kind look back at: the same "
                                  "tokens from everywhere, or each place its own."),
                QT_TRANSLATE_NOOP("PolicyText",
                                  "HACK++: contextual and structural heads, which were calibrated, choose "
                                  "differently and get what later scales rely on them for (Qin et al. 2026, "
                                  "arXiv 2606.08302; HACK: 2025, arXiv 2504.09261).")},
    PolicyWords{
        "spectral", QT_TRANSLATE_NOOP("PolicyText", "Spectral"),
        QT_TRANSLATE_NOOP("PolicyText",
                          "Every token stays, in few bits: each scale's keys and values are stored as a "
                          "picture is in a JPEG, its coarse shapes finely and its details coarsely."),
        QT_TRANSLATE_NOOP("PolicyText",
                          "Spectral: our own (2026). The cosine transform of each map's keys and values, "
                          "quantised where it costs least. Nothing is evicted, nothing calibrated.")},
};

const PolicyWords* wordsOf(std::string_view name) {
    const auto* found = std::find_if(kWords.begin(), kWords.end(),
                                     [name](const PolicyWords& words) { return words.name == name; });
    return found == kWords.end() ? nullptr : found;
}

QString plain(std::string_view name) {
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

} // namespace

QString policyTitle(std::string_view name) {
    const PolicyWords* words = wordsOf(name);
    return words ? tr(words->title) : plain(name);
}

QString policySentence(std::string_view name) {
    const PolicyWords* words = wordsOf(name);
    return words ? tr(words->sentence) : QString();
}

QString policySource(std::string_view name) {
    const PolicyWords* words = wordsOf(name);
    return words ? tr(words->source) + QLatin1Char('\n') + tr("On the command line: %1").arg(plain(name))
                 : QString();
}

QString policyText(const PolicyChoice& choice) {
    const QString title = policyTitle(choice.name);
    return choice.evicts() ? QStringLiteral("%1 %2").arg(title, QString::fromStdString(choice.budgetText()))
                           : title;
}

QString policiesText(std::span<const PolicyChoice> choices) {
    QStringList texts;
    for (const PolicyChoice& choice : choices)
        texts += policyText(choice);
    return texts.join(QStringLiteral(", "));
}

} // namespace scalekv::ui
