#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <stop_token>

/// The subcommands of `scalekv`. Each add…Command() declares its options and returns what to run when the
/// user named it: it returns when the work is done, and throws Error, or Cancelled after a stop was
/// requested.
namespace scalekv::cli {

struct Command {
    CLI::App* app = nullptr;
    std::function<void(std::stop_token)> run;
};

Command addGenerateCommand(CLI::App& program);
Command addInfoCommand(CLI::App& program);
Command addReconstructCommand(CLI::App& program);
Command addBenchCommand(CLI::App& program);
Command addCalibrateCommand(CLI::App& program);
Command addCompareCommand(CLI::App& program);
Command addInspectCommand(CLI::App& program);
Command addSampleCommand(CLI::App& program);
Command addMetricsCommand(CLI::App& program);

} // namespace scalekv::cli
