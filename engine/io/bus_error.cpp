#include "scalekv/bus_error.h"

#include "engine/io/mapped_ranges.h"

#include <csignal>
#include <cstring>
#include <unistd.h>

namespace scalekv {
namespace {

constexpr int kFailed = 1;

const char* programName = ""; // set before the handler is

/// Only what is safe in a signal handler is called from here.
void say(const char* text) {
    if (::write(STDERR_FILENO, text, std::strlen(text)) < 0)
        return; // nobody is left to be told
}

void onBusError(int signal, siginfo_t* info, void*) {
    const char* const file = mapped_ranges::nameAt(info->si_addr);
    if (file == nullptr) {
        // Blocked until this returns; then the default action is taken.
        std::signal(signal, SIG_DFL);
        std::raise(signal);
        return;
    }
    if (::isatty(STDERR_FILENO) == 1)
        say("\r\x1b[K"); // there may be a progress line
    say(programName);
    say(": ");
    say(file);
    say(" was cut short or became unreadable while it was in use; fetch or copy that file again, then start "
        "anew.\n");
    ::_exit(kFailed);
}

} // namespace

void explainBusErrors(const char* program) {
    programName = program;
    struct sigaction action {};
    action.sa_sigaction = onBusError;
    action.sa_flags = SA_SIGINFO;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, nullptr);
}

} // namespace scalekv
