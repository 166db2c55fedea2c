#include "scalekv/bench.h"

#include "scalekv/unit_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace scalekv {
namespace {

/// Where the time of some scales went, and how fast.
struct Sums {
    double seconds = 0, attention = 0, gemm = 0, vae = 0, selection = 0, probe = 0, attentionFlops = 0,
           linearFlops = 0;
    double rest() const { return seconds - attention - gemm - vae - selection - probe; }
    /// Time of attention and GEMM over what the same FLOPs would take as plain GEMMs at `rate`.
    double overhead(double rate) const { return (attention + gemm) * rate / (attentionFlops + linearFlops); }
    void add(const Sums& other) {
        seconds += other.seconds;
        attention += other.attention;
        gemm += other.gemm;
        vae += other.vae;
        selection += other.selection;
        probe += other.probe;
        attentionFlops += other.attentionFlops;
        linearFlops += other.linearFlops;
    }
};

Sums sumsOf(const BenchReport& report, std::size_t k) {
    const ScaleReport& scale = report.generation.scales[k];
    return {scale.seconds,          scale.attentionSeconds, scale.gemmSeconds,        scale.decodeSeconds,
            scale.selectionSeconds, scale.probeSeconds,     report.attentionFlops[k], report.linearFlops[k]};
}

Sums totalOf(const BenchReport& report) {
    Sums total;
    for (std::size_t k = 0; k < report.generation.scales.size(); ++k)
        total.add(sumsOf(report, k));
    return total;
}

std::string line(const char* name, const Sums& sums, double kvMiB, double rate) {
    char text[240];
    const auto giga = [](double flops, double seconds) { return seconds > 0 ? flops / seconds / 1e9 : 0.0; };
    std::snprintf(text, sizeof text, "%-12s %9.3f %10.3f %8.3f %8.3f %9.3f %8.3f %9.0f %9.0f %7.2f %10.1f\n",
                  name, sums.seconds, sums.attention, sums.gemm, sums.vae, sums.selection, sums.rest(),
                  giga(sums.attentionFlops, sums.attention), giga(sums.linearFlops, sums.gemm),
                  sums.overhead(rate), kvMiB);
    return text;
}

/// What was counted and what was predicted, and by how much that differs.
std::string againstPrediction(std::int64_t counted, std::int64_t predicted) {
    char text[120];
    std::snprintf(text, sizeof text, "%s (%s predicted, %+.1f %%)", byteText(counted).c_str(),
                  byteText(predicted).c_str(),
                  100 * (static_cast<double>(counted) / static_cast<double>(predicted) - 1));
    return text;
}

std::string traceText(const DeviceTrace& trace) {
    constexpr std::size_t kShown = 15, kNameLength = 100;
    char buffer[300];
    std::snprintf(buffer, sizeof buffer,
                  "Device:   %lld launches, %lld copies to it, %lld from it, %lld waits; %.3f s busy\n",
                  static_cast<long long>(trace.launches), static_cast<long long>(trace.uploads),
                  static_cast<long long>(trace.downloads), static_cast<long long>(trace.waits),
                  trace.busySeconds);
    std::string text = buffer;
    for (std::size_t i = 0; i < std::min(kShown, trace.kernels.size()); ++i) {
        const DeviceTrace::Kernel& kernel = trace.kernels[i];
        std::snprintf(buffer, sizeof buffer, "  %9.2f ms %7lld x %s\n", 1e3 * kernel.seconds,
                      static_cast<long long>(kernel.launches), kernel.name.substr(0, kNameLength).c_str());
        text += buffer;
    }
    return text;
}

} // namespace

std::string benchTableHead() {
    return "shape   dtype batch policy                      seconds attention     GEMM selection      VAE    "
           " rest"
           "   KV MiB  peak MiB predicted launches copies waits\n";
}

std::string benchTableLine(const BenchReport& report) {
    const BenchOptions& options = report.options;
    char buffer[400];
    std::snprintf(buffer, sizeof buffer, "%-7s %-5s %5d %-26s", options.shape.c_str(), options.dtype.c_str(),
                  options.batch, options.policy.text().c_str());
    std::string text = buffer;
    if (!report.failure.empty())
        return text + "  " + report.failure + "\n";
    const Sums sums = totalOf(report);
    const bool onDevice = report.peakDeviceBytes > 0;
    std::snprintf(buffer, sizeof buffer, " %8.3f %9.3f %8.3f %9.3f %8.3f %8.3f %8.0f %9.0f %+8.1f%%",
                  report.generation.totalSeconds, sums.attention, sums.gemm, sums.selection, sums.vae,
                  sums.rest(), mebibytes(report.generation.peakKvBytes),
                  mebibytes(onDevice ? report.peakDeviceBytes : report.peakResidentBytes),
                  onDevice
                      ? 100 * (double(report.peakDeviceBytes) / double(report.predictedDeviceBytes) - 1)
                      : 100 * (double(report.peakResidentBytes) / double(report.predictedResidentBytes) - 1));
    text += buffer;
    if (report.trace) {
        std::snprintf(buffer, sizeof buffer, " %8lld %6lld %5lld",
                      static_cast<long long>(report.trace->launches),
                      static_cast<long long>(report.trace->uploads + report.trace->downloads),
                      static_cast<long long>(report.trace->waits));
        text += buffer;
    }
    return text + "\n";
}

std::string toText(const BenchReport& report) {
    std::string text;
    char buffer[500];
    std::snprintf(buffer, sizeof buffer,
                  "%s, %s, %s, %s, batch %d, policy %s; %d threads, %s; plain GEMM %.0f GFLOP/s\n\n",
                  report.options.shape.c_str(), report.options.size.c_str(), report.options.dtype.c_str(),
                  report.options.device.c_str(), report.options.batch, report.options.policy.text().c_str(),
                  report.threads, report.cpuCapability.c_str(), report.gemmRate / 1e9);
    text += buffer;
    text += "scale          seconds  attention     GEMM      VAE selection     rest  att GF/s gemm GF/s  x "
            "GEMM     "
            "KV MiB\n";
    for (std::size_t k = 0; k < report.generation.scales.size(); ++k) {
        const ScaleReport& scale = report.generation.scales[k];
        char name[48];
        std::snprintf(name, sizeof name, "%2zu %dx%d", k + 1, scale.map.height, scale.map.width);
        text += line(name, sumsOf(report, k), mebibytes(scale.kvBytes), report.gemmRate);
    }
    const Sums total = totalOf(report);
    text += line("all", total, mebibytes(report.generation.peakKvBytes), report.gemmRate);
    std::snprintf(
        buffer, sizeof buffer,
        "\nx GEMM: time of attention + GEMM over the same FLOPs at the plain GEMM rate\n"
        "KV bytes: %lld counted at most, %lld predicted%s; full cache %lld\n"
        "Memory:   weights %s, before %s, peak %s resident (%s predicted); scratch for the current map %s\n"
        "Choosing and compacting: %.2f %% of the time\n",
        static_cast<long long>(report.generation.peakKvBytes),
        static_cast<long long>(report.predictedKvBytes),
        report.generation.peakKvBytes == report.predictedKvBytes ? "" : "  (THEY DIFFER)",
        static_cast<long long>(report.fullCacheBytes), byteText(report.weightBytes).c_str(),
        byteText(report.residentBytesBefore).c_str(), byteText(report.peakResidentBytes).c_str(),
        byteText(report.predictedResidentBytes).c_str(), byteText(report.generation.scratchBytes).c_str(),
        100 * total.selection / total.seconds);
    text += buffer;
    if (report.peakDeviceBytes > 0)
        text += "Device:   " + againstPrediction(report.peakDeviceBytes, report.predictedDeviceBytes) +
                " in its tensors at most\n";
    if (report.trace)
        text += traceText(*report.trace);
    if (report.options.probe || report.options.kept) {
        std::snprintf(buffer, sizeof buffer, "Looking at attention: %.2f %% of the time\n",
                      100 * total.probe / total.seconds);
        text += buffer;
    }
    return text;
}

std::string toJson(const BenchReport& report) {
    const Sums total = totalOf(report);
    nlohmann::ordered_json json{{"shape", report.options.shape},
                                {"size", report.options.size},
                                {"dtype", report.options.dtype},
                                {"device", report.options.device},
                                {"batch", report.options.batch},
                                {"policy", report.options.policy.name},
                                {"budget", report.options.policy.budgetText()},
                                {"threads", report.threads},
                                {"cpu", report.cpuCapability},
                                {"gemm_flops_per_second", report.gemmRate},
                                {"seconds", report.generation.totalSeconds},
                                {"attention_seconds", total.attention},
                                {"gemm_seconds", total.gemm},
                                {"vae_seconds", total.vae},
                                {"selection_seconds", total.selection},
                                {"probe_seconds", total.probe},
                                {"rest_seconds", total.rest()},
                                {"attention_and_gemm_over_plain_gemm", total.overhead(report.gemmRate)},
                                {"decode_flops", report.decodeFlops},
                                {"kv_bytes", report.generation.peakKvBytes},
                                {"kv_bytes_predicted", report.predictedKvBytes},
                                {"kv_bytes_full_cache", report.fullCacheBytes},
                                {"scratch_bytes", report.generation.scratchBytes},
                                {"weight_bytes", report.weightBytes},
                                {"resident_bytes_before", report.residentBytesBefore},
                                {"peak_resident_bytes", report.peakResidentBytes},
                                {"peak_resident_bytes_predicted", report.predictedResidentBytes},
                                {"device_bytes_before", report.deviceBytesBefore},
                                {"peak_device_bytes", report.peakDeviceBytes},
                                {"peak_device_bytes_predicted", report.predictedDeviceBytes},
                                {"scales", nlohmann::ordered_json::array()}};
    if (report.trace)
        json["trace"] = {{"launches", report.trace->launches},
                         {"uploads", report.trace->uploads},
                         {"downloads", report.trace->downloads},
                         {"waits", report.trace->waits},
                         {"busy_seconds", report.trace->busySeconds}};
    for (std::size_t k = 0; k < report.generation.scales.size(); ++k) {
        const ScaleReport& scale = report.generation.scales[k];
        json["scales"].push_back({{"map", {scale.map.height, scale.map.width}},
                                  {"seconds", scale.seconds},
                                  {"attention_seconds", scale.attentionSeconds},
                                  {"gemm_seconds", scale.gemmSeconds},
                                  {"vae_seconds", scale.decodeSeconds},
                                  {"selection_seconds", scale.selectionSeconds},
                                  {"attention_flops", report.attentionFlops[k]},
                                  {"linear_flops", report.linearFlops[k]},
                                  {"kv_bytes", scale.kvBytes}});
    }
    return json.dump(1);
}

} // namespace scalekv
