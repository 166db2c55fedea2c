#pragma once

#include "scalekv/model.h"
#include "scalekv/report.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace scalekv::cli {

using Json = nlohmann::ordered_json;

/// JSON knows neither infinity nor "not a number".
Json numberOrNull(double value);

/// Times in seconds, sizes in bytes, scales counted from 0.
Json modelJson(const Model& model);
Json reportJson(const GenerationReport& report);

/// The target that means standard output.
constexpr const char* kStandardOutput = "-";

/// Declares `--json` and `--json=FILE`; leaves `target` empty, "-" (standard output) or the file's name.
void addJsonOption(CLI::App& command, std::string& target);

/// Writes to a file, or to standard output for "-". Throws Error when it cannot be written.
void writeJson(const std::string& target, const std::string& json);
void writeJson(const std::string& target, const Json& json);

} // namespace scalekv::cli
