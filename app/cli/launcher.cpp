#include "app/cli/launcher.h"

#include "scalekv/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sched.h>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace scalekv::cli {
namespace {

/// What a launcher calls its numbers. The first two are always there, the others where it says so.
struct Names {
    const char* by;
    const char* rank;
    const char* ranks;
    const char* localRank;
    const char* localRanks;
};
// The one that is nearest to the program comes first: mpirun and torchrun run inside a Slurm job, too.
// Slurm's names are those of a step, which srun alone sets: a job's script has SLURM_PROCID without being one
// of many.
constexpr std::array kLaunchers{
    Names{"torchrun", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
    Names{"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
          "OMPI_COMM_WORLD_LOCAL_SIZE"},
    Names{"Slurm", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", nullptr},
    Names{"MPICH", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
};

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size())
        return {};
    return value;
}

std::optional<int> number(const Environment& environment, const char* name) {
    const char* text = name == nullptr ? nullptr : environment(name);
    return text == nullptr ? std::nullopt : number(text);
}

} // namespace

std::optional<Launched> launchedBy(const Environment& environment) {
    for (const Names& names : kLaunchers) {
        if (environment(names.rank) == nullptr || environment(names.ranks) == nullptr)
            continue;
        const std::optional<int> rank = number(environment, names.rank),
                                 ranks = number(environment, names.ranks);
        if (!rank || !ranks || *rank < 0 || *rank >= *ranks)
            throw Error(std::string(names.rank) + " and " + names.ranks + " are " + environment(names.rank) +
                        " and " + environment(names.ranks) + ", which is no process of " + names.by +
                        "; take them out of the environment, or use --shard.");
        Launched launched{{*rank, *ranks, number(environment, names.localRank).value_or(0),
                           number(environment, names.localRanks).value_or(1)},
                          names.by};
        if (launched.by == "Slurm")
            if (const char* tasks = environment("SLURM_STEP_TASKS_PER_NODE"))
                launched.rank.localRanks =
                    tasksOnNode(tasks, number(environment, "SLURM_NODEID").value_or(0));
        launched.rank.localRank = std::max(0, launched.rank.localRank);
        launched.rank.localRanks = std::max(launched.rank.localRank + 1, launched.rank.localRanks);
        return launched;
    }
    return {};
}

Rank parseShard(const std::string& text) {
    const std::size_t slash = text.find('/');
    const std::optional<int> which = number(std::string_view(text).substr(0, slash));
    const std::optional<int> of =
        slash == std::string::npos ? std::nullopt : number(std::string_view(text).substr(slash + 1));
    if (!which || !of || *which < 1 || *which > *of)
        throw Error("'" + text + "' is not a part like 3/8, the third of eight");
    return {.rank = *which - 1, .ranks = *of};
}

int tasksOnNode(const std::string& tasksPerNode, int node) {
    std::string_view rest = tasksPerNode;
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string_view part = rest.substr(0, comma);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        const std::size_t bracket = part.find("(x");
        const std::optional<int> tasks = number(part.substr(0, bracket));
        int nodes = 1;
        if (bracket != std::string_view::npos && part.ends_with(')'))
            nodes = number(part.substr(bracket + 2, part.size() - bracket - 3)).value_or(1);
        if (!tasks || *tasks < 1)
            break;
        if (node < nodes)
            return *tasks;
        node -= nodes;
    }
    return 1;
}

int threadsOf(int cores, int allowed, int localRanks) {
    const bool divided = allowed * localRanks <= cores;
    return std::max(1, divided ? allowed : allowed / localRanks);
}

int threadsHere(int localRanks) {
    const int cores = std::max(1, int(std::thread::hardware_concurrency()));
    const long all = ::sysconf(_SC_NPROCESSORS_ONLN); // hardware_concurrency() may count only those allowed
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    const bool known = ::sched_getaffinity(0, sizeof allowed, &allowed) == 0;
    return threadsOf(std::max(cores, int(all)), known ? CPU_COUNT(&allowed) : cores, localRanks);
}

} // namespace scalekv::cli
