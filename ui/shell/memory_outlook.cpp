#include "ui/shell/memory_outlook.h"

#include "ui/text/tr.h"
#include "ui/text/unit_text.h"

namespace scalekv::ui {

ComputeMemory computeMemory(const ModelSummary& model) {
    const std::shared_ptr<const Model> weights = model.weights.lock();
    return weights ? weights->memory() : ComputeMemory();
}

MemoryOutlook memoryOutlook(const GenerationPlan& plan, const ComputeMemory& memory) {
    return {.cache = plan.peakKvBytes,
            .fullCache = plan.fullPeakKvBytes,
            .more = plan.peakBytes,
            .resident = memory.used,
            .free = memory.free};
}

QString outlookText(const MemoryOutlook& outlook) {
    const QString cache = byteText(outlook.cache), full = byteText(outlook.fullCache);
    QString text = outlook.cache == outlook.fullCache ? tr("KV cache %1").arg(cache)
                                                      : tr("KV cache %1, full %2").arg(cache, full);
    text += tr(" · peak about %1, %2 more than now").arg(byteText(outlook.peak()), byteText(outlook.more));
    if (outlook.free > 0)
        text += tr(" · free %1").arg(byteText(outlook.free));
    return text;
}

QString outlookToolTip(const MemoryOutlook& outlook) {
    return tr("KV cache: stored keys and values at their most, known exactly before the picture is begun; "
              "full: "
              "the same with nothing thrown away.\n"
              "Peak: the memory this program will reach. It has %1 now, the model's weights among it; the "
              "picture needs about %2 more for the cache, the layers and the decoder.\n"
              "Free: what the machine, or the GPU that computes, can still give to programs.")
        .arg(byteText(outlook.resident), byteText(outlook.more));
}

} // namespace scalekv::ui
