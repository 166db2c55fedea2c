/// Lets threads that wait for the next piece of work sleep. OpenMP's default is to let them spin: beside
/// other busy programs they take the very cores that the work needs. The wait policy comes from the
/// environment (OMP_WAIT_POLICY) and is read when the library is loaded, so unless the user has set it, the
/// program sets it and runs itself anew. That happens before the constructors of any library, so it costs
/// next to nothing: LibTorch's take a quarter of a second, and main() would be too late by just these.
///
/// Nothing is ready yet but what the dynamic loader has done, so only system calls are made here.
#include <array>
#include <climits>
#include <cstddef>
#include <string_view>
#include <sys/auxv.h>
#include <unistd.h>

// AddressSanitizer's library is not ready for this so early; its builds wait as OpenMP likes.
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
namespace scalekv::app {
namespace {

constexpr std::size_t kMostVariables = 4096; // with more than that, things stay as they are
char policy[] = "OMP_WAIT_POLICY=passive";
std::array<char*, kMostVariables + 2> variables{}; // those of the user, the policy, and a null

bool decidesWaiting(std::string_view variable) {
    return variable.starts_with("OMP_WAIT_POLICY=") || variable.starts_with("GOMP_SPINCOUNT=");
}

void letIdleThreadsSleep(int /*count*/, char** arguments, char** environment) {
    std::size_t used = 0;
    for (; environment[used] != nullptr; ++used) {
        if (used == kMostVariables || decidesWaiting(environment[used]))
            return;
        variables[used] = environment[used];
    }
    variables[used] = policy;
    if (::getauxval(AT_BASE) == 0)
        return; // started by naming the dynamic loader, which is then what /proc/self/exe is
    // By its own path: a program that is run as /proc/self/exe is called "exe" in lists of processes.
    std::array<char, PATH_MAX> program{};
    if (::readlink("/proc/self/exe", program.data(), program.size() - 1) > 0)
        ::execve(program.data(), arguments, variables.data()); // where that fails, the program just goes on
}

[[gnu::section(".preinit_array"),
  gnu::used]] void (*const beforeAllConstructors)(int, char**, char**) = letIdleThreadsSleep;

} // namespace
} // namespace scalekv::app
#endif
