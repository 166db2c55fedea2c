#include "ui/shell/memory_outlook.h"

#include "scalekv/process_memory.h"
#include "ui/text/unit_text.h"

#include <QCoreApplication>
#include <QFile>

namespace scalekv::ui {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("MemoryOutlook", text);
}

/// Linux; elsewhere 0.
qint64 availableBytes() {
    QFile file(QStringLiteral("/proc/meminfo"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray name("MemAvailable:");
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.startsWith(name))
            return line.mid(name.size()).simplified().split(' ').constFirst().toLongLong() * 1024; // in kB
    }
    return 0;
}

} // namespace

MachineMemory machineMemory() {
    return {.resident = residentBytes(), .available = availableBytes()};
}

MemoryOutlook memoryOutlook(const GenerationPlan& plan, const MachineMemory& memory) {
    return {.cache = plan.peakKvBytes,
            .fullCache = plan.fullPeakKvBytes,
            .more = plan.peakBytes,
            .resident = memory.resident,
            .free = memory.available};
}

QString cacheOutlookText(const MemoryOutlook& outlook) {
    const QString cache = byteText(outlook.cache), full = byteText(outlook.fullCache);
    return outlook.cache == outlook.fullCache ? tr("KV cache %1").arg(cache)
                                              : tr("KV cache %1, full %2").arg(cache, full);
}

QString outlookText(const MemoryOutlook& outlook) {
    QString text = tr("%1 · peak about %2, %3 more than now")
                       .arg(cacheOutlookText(outlook), byteText(outlook.peak()), byteText(outlook.more));
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
              "Free: what the machine can still give to programs.")
        .arg(byteText(outlook.resident), byteText(outlook.more));
}

} // namespace scalekv::ui
