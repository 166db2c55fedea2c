#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/usage_error.h"
#include "scalekv/bus_error.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <array>
#include <iostream>
#include <new>

namespace {

using namespace scalekv;

constexpr int kFailed = 1;
constexpr int kUsage = 2;

int say(const std::string& sentence, int exitCode) {
    std::cerr << "scalekv: " << sentence << '\n';
    return exitCode;
}

int run(int argc, char** argv) {
    explainBusErrors("scalekv");
    cli::Interrupt interrupt;
    tuneAllocator();
    CLI::App program("Makes pictures from text with Infinity models, and shows what that costs.", "scalekv");
    program.set_version_flag("--version", "scalekv " SCALEKV_VERSION);
    program.require_subcommand(1);
    const std::array commands{cli::addGenerateCommand(program),    cli::addInfoCommand(program),
                              cli::addReconstructCommand(program), cli::addBenchCommand(program),
                              cli::addCalibrateCommand(program),   cli::addCompareCommand(program),
                              cli::addInspectCommand(program),     cli::addSampleCommand(program),
                              cli::addMetricsCommand(program)};
    try {
        program.parse(argc, argv);
        for (const cli::Command& command : commands)
            if (command.app->parsed())
                command.run(interrupt.token());
        return 0;
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) // --help, --version
            return program.exit(error);
        return say(cli::usageSentence(program, error), kUsage);
    } catch (const Cancelled&) {
        return say("stopped.", interrupt.exitCode());
    } catch (const Error& error) {
        return say(error.what(), kFailed);
    } catch (const std::bad_alloc&) {
        return say(noMemoryText(), kFailed);
    } catch (const std::exception& error) {
        return say(cli::firstLine(error.what()), kFailed);
    }
}

} // namespace

int main(int argc, char** argv) {
    return run(argc, argv);
}
