#include "app/cli/json_output.h"

#include "scalekv/error.h"
#include "scalekv/write_file.h"

#include <cmath>
#include <iostream>

namespace scalekv::cli {
namespace {

Json scaleJson(const ScaleReport& scale) {
    return {{"scale", scale.scale},
            {"height", scale.map.height},
            {"width", scale.map.width},
            {"history_tokens", scale.historyTokens},
            {"kv_bytes", scale.kvBytes},
            {"seconds", scale.seconds},
            {"attention_seconds", scale.attentionSeconds},
            {"gemm_seconds", scale.gemmSeconds},
            {"selection_seconds", scale.selectionSeconds},
            {"probe_seconds", scale.probeSeconds},
            {"decode_seconds", scale.decodeSeconds}};
}

} // namespace

Json numberOrNull(double value) {
    return std::isfinite(value) ? Json(value) : Json();
}

Json modelJson(const Model& model) {
    return {{"name", model.files().name},          {"parameters", model.parameters()},
            {"weight_bytes", model.weightBytes()}, {"layers", model.layers()},
            {"precision", model.precision()},      {"device", model.device()}};
}

Json reportJson(const GenerationReport& report) {
    Json scales = Json::array();
    for (const ScaleReport& scale : report.scales)
        scales.push_back(scaleJson(scale));
    return {{"seconds", report.totalSeconds},
            {"text_seconds", report.textSeconds},
            {"peak_kv_bytes", report.peakKvBytes},
            {"scratch_bytes", report.scratchBytes},
            {"peak_resident_bytes", report.peakResidentBytes},
            {"scales", std::move(scales)}};
}

void addJsonOption(CLI::App& command, std::string& target) {
    // A flag, so that `--json "a prompt"` does not take the prompt for a file. A flag without a value is
    // "true".
    const CLI::Validator standardOutput(
        [](std::string& value) {
            if (value == "true" || value == "/dev/stdout")
                value = kStandardOutput;
            return std::string();
        },
        "");
    command.add_flag("--json", target, "Report as JSON on standard output, or in a file")
        ->transform(standardOutput)
        ->option_text("[=FILE]");
}

void writeJson(const std::string& target, const std::string& json) {
    if (target == kStandardOutput) {
        std::cout << json << '\n' << std::flush;
        if (!std::cout)
            throw Error("The report could not be written to standard output.");
        return;
    }
    writeFile(target, json + "\n");
}

void writeJson(const std::string& target, const Json& json) {
    // Prompts and paths may hold bytes that are not UTF-8; a report must not be lost for that.
    writeJson(target, json.dump(1, ' ', false, Json::error_handler_t::replace));
}

} // namespace scalekv::cli
