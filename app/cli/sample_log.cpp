#include "app/cli/sample_log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

namespace scalekv::cli {

SampleLog::SampleLog(const std::filesystem::path& folder, const Rank& rank) {
    const std::filesystem::path file = folder / kSetRanks / ("rank-" + std::to_string(rank.rank) + ".log");
    char machine[256]{};
    ::gethostname(machine, sizeof machine - 1);
    try {
        // Not of spdlog's registry: it belongs to this object.
        logger_ = std::make_shared<spdlog::logger>(
            "sample", std::make_shared<spdlog::sinks::basic_file_sink_st>(file.string()));
        logger_->set_pattern("%Y-%m-%d %H:%M:%S  " + std::string(machine) + " %P  %v");
        logger_->flush_on(spdlog::level::info);
        logger_->set_error_handler([](const std::string& /*problem*/) {}); // a full disk is told elsewhere
    } catch (const spdlog::spdlog_ex&) {
        logger_.reset();
    }
}

SampleLog::~SampleLog() = default;

void SampleLog::say(const std::string& line) {
    if (logger_)
        logger_->info("{}", line);
}

} // namespace scalekv::cli
