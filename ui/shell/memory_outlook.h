#pragma once

#include "scalekv/generation.h"
#include "ui/shell/model_summary.h"

#include <QString>

#include <functional>

namespace scalekv::ui {

/// Of where the model computes, at this moment; nothing is known without one.
ComputeMemory computeMemory(const ModelSummary& model);
/// Who is asked for it; tests have a machine of their own.
using MemoryReader = std::function<ComputeMemory(const ModelSummary& model)>;

/// What a picture will take of the machine's memory.
struct MemoryOutlook {
    qint64 cache = 0, fullCache = 0; ///< keys and values at most, and what they would be with the full cache
    qint64 more = 0;                 ///< beyond what is taken now; an estimate
    qint64 resident = 0;             ///< taken now, the weights among it
    qint64 free = 0;                 ///< 0: not known

    qint64 peak() const { return resident + more; }
    bool fits() const { return free <= 0 || more <= free; }
};
MemoryOutlook memoryOutlook(const GenerationPlan& plan, const ComputeMemory& memory);

/// "KV cache 337 MiB, full 3.1 GiB · peak about 6.0 GiB, 1.2 GiB more than now · free 11.2 GiB"
QString outlookText(const MemoryOutlook& outlook);
/// What each of these words means.
QString outlookToolTip(const MemoryOutlook& outlook);

} // namespace scalekv::ui
