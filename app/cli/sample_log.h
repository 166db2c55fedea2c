#pragma once

#include "scalekv/sampling.h"

#include <filesystem>
#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace scalekv::cli {

/// What one rank did and when: FOLDER/ranks/rank-0.log, continued by the next run. A log that cannot be
/// written stops no picture.
class SampleLog {
public:
    SampleLog(const std::filesystem::path& folder, const Rank& rank);
    ~SampleLog();
    SampleLog(const SampleLog&) = delete;
    SampleLog& operator=(const SampleLog&) = delete;

    void say(const std::string& line);

private:
    std::shared_ptr<spdlog::logger> logger_; ///< null where the file cannot be opened
};

} // namespace scalekv::cli
