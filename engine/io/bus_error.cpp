#include "scalekv/bus_error.h"

#include "engine/io/mapped_ranges.h"

#include <atomic>
#include <csignal>
#include <cstring>
#include <iterator>
#include <sys/uio.h>
#include <unistd.h>

namespace scalekv {
namespace {

constexpr int kFailed = 1;

const char* programName = ""; // set before the handler is

/// Several threads read a file: the first that finds it cut short speaks, and ends the program. What the
/// handler calls are bare system calls.
std::atomic_flag spoken;
static_assert(std::atomic<bool>::is_always_lock_free); // so that a signal handler may ask it

iovec piece(const char* text) {
    return {const_cast<char*>(text), std::strlen(text)}; // writev() only reads it
}

void onBusError(int signal, siginfo_t* info, void*) {
    const char* const file = mapped_ranges::nameAt(info->si_addr);
    if (file == nullptr) {
        // Blocked until this returns; then the default action is taken.
        std::signal(signal, SIG_DFL);
        std::raise(signal);
        return;
    }
    if (spoken.test_and_set())
        for (;;)
            ::pause(); // until the one that speaks ends it
    const iovec sentence[] = {
        piece(::isatty(STDERR_FILENO) == 1 ? "\r\x1b[K" : ""), // there may be a progress line
        piece(programName), piece(": "), piece(file),
        piece(" was cut short or became unreadable while it was in use; fetch or copy that file again, then "
              "start anew.\n")};
    // Where it cannot be written, nobody is left to be told.
    [[maybe_unused]] const auto written = ::writev(STDERR_FILENO, sentence, int(std::size(sentence)));
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
