#pragma once

#include "scalekv/model.h"
#include "scalekv/report.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <string>

namespace scalekv::cli {

using Json = nlohmann::ordered_json;

/// Times in seconds, sizes in bytes, scales counted from 0.
Json modelJson(const Model& model);
Json reportJson(const GenerationReport& report);

/// Declares `--json` and `--json=FILE`; leaves `target` empty, "-" (standard output) or the file's name.
void addJsonOption(CLI::App& command, std::string& target);

/// Writes to a file, or to standard output for "-". Throws Error when it cannot be written.
void writeJson(const std::string& target, const std::string& json);

} // namespace scalekv::cli
