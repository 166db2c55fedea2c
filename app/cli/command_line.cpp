#include "app/cli/command_line.h"

#include "app/cli/command.h"
#include "app/cli/usage_error.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <array>
#include <iostream>
#include <new>

namespace scalekv::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

int failed(const std::string& sentence, int exitCode = kFailed) {
    say(sentence);
    return exitCode;
}

} // namespace

void say(const std::string& sentence) {
    std::cerr << "scalekv: " << sentence << '\n';
}

int runCommandLine(int count, const char* const* arguments, const std::stop_token& stop) {
    CLI::App program("Makes pictures from text with Infinity models, and shows what that costs.", "scalekv");
    program.set_version_flag("--version", "scalekv " SCALEKV_VERSION);
    program.require_subcommand(1);
    try {
        const std::array commands{
            addGenerateCommand(program), addInfoCommand(program),      addReconstructCommand(program),
            addBenchCommand(program),    addCalibrateCommand(program), addCompareCommand(program),
            addInspectCommand(program),  addSampleCommand(program),    addMetricsCommand(program)};
        program.parse(count, arguments);
        for (const Command& command : commands)
            if (command.app->parsed())
                command.run(stop);
        return 0;
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) // --help, --version
            return program.exit(error);
        return failed(usageSentence(program, error), kUsage);
    } catch (const Cancelled&) {
        throw;
    } catch (const Error& error) {
        return failed(error.what());
    } catch (const std::bad_alloc&) {
        return failed(noMemoryText());
    } catch (const std::exception& error) {
        return failed(firstLine(error.what()));
    }
}

} // namespace scalekv::cli
