#include "app/cli/command_line.h"
#include "app/cli/interrupt.h"
#include "scalekv/bus_error.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

int main(int argc, char** argv) {
    scalekv::explainBusErrors("scalekv");
    const scalekv::cli::Interrupt interrupt;
    scalekv::tuneAllocator();
    try {
        return scalekv::cli::runCommandLine(argc, argv, interrupt.token());
    } catch (const scalekv::Cancelled&) {
        scalekv::cli::say("stopped.");
        return interrupt.exitCode();
    }
}
