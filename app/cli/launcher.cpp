#include "app/cli/launcher.h"

#include "app/cli/number_list.h"
#include "scalekv/error.h"

#include <algorithm>
#include <array>
#include <sched.h>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace scalekv::cli {
namespace {

/// What a launcher calls its numbers; all of them are there, but for null ones.
struct Names {
    const char* by;
    const char* rank;
    const char* ranks;
    const char* localRank;
    const char* localRanks;
};
// The one that is nearest to the program comes first: torchrun and mpirun run inside a Slurm job, too, and
// MPICH's mpirun starts its helpers with srun. Slurm's names are those of a step, which srun alone sets: a
// job's script has SLURM_PROCID without being one of many. srun itself may set PMI's, but not those of
// MPICH's mpirun.
constexpr std::array kLaunchers{
    Names{"torchrun", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
    Names{"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
          "OMPI_COMM_WORLD_LOCAL_SIZE"},
    Names{"MPICH", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
    Names{"Slurm", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", nullptr},
    Names{"MPICH", "PMI_RANK", "PMI_SIZE", nullptr, nullptr},
    Names{"torchrun", "RANK", "WORLD_SIZE", nullptr, nullptr},
};

constexpr int kMostRanks = 1 << 20;

std::optional<int> number(const Environment& environment, const char* name) {
    const char* text = name == nullptr ? nullptr : environment(name);
    return text == nullptr ? std::nullopt : wholeNumber<int>(text);
}

bool isSet(const Environment& environment, const char* name) {
    return name == nullptr || environment(name) != nullptr;
}

} // namespace

std::optional<Launched> launchedBy(const Environment& environment) {
    for (const Names& names : kLaunchers) {
        if (!isSet(environment, names.rank) || !isSet(environment, names.ranks) ||
            !isSet(environment, names.localRank) || !isSet(environment, names.localRanks))
            continue;
        const std::optional<int> rank = number(environment, names.rank),
                                 ranks = number(environment, names.ranks);
        if (!rank || !ranks || *rank < 0 || *rank >= *ranks || *ranks > kMostRanks)
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
        launched.rank.localRank = std::clamp(launched.rank.localRank, 0, kMostRanks);
        launched.rank.localRanks =
            std::clamp(launched.rank.localRanks, launched.rank.localRank + 1, kMostRanks + 1);
        return launched;
    }
    return {};
}

Rank parseShard(const std::string& text) {
    const std::size_t slash = text.find('/');
    const std::optional<int> which = wholeNumber<int>(std::string_view(text).substr(0, slash));
    const std::optional<int> of = slash == std::string::npos
                                      ? std::nullopt
                                      : wholeNumber<int>(std::string_view(text).substr(slash + 1));
    if (!which || !of || *which < 1 || *which > *of || *of > kMostRanks)
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
        const std::optional<int> tasks = wholeNumber<int>(part.substr(0, bracket));
        int nodes = 1;
        if (bracket != std::string_view::npos && part.ends_with(')'))
            nodes = wholeNumber<int>(part.substr(bracket + 2, part.size() - bracket - 3)).value_or(1);
        if (!tasks || *tasks < 1)
            break;
        if (node < nodes)
            return *tasks;
        node -= nodes;
    }
    return 1;
}

int threadsOf(int divided, int allowed, int localRanks) {
    return std::max(1, std::min(allowed, divided / std::max(1, localRanks)));
}

int threadsHere(int localRanks) {
    const auto coresOf = [](pid_t process) {
        cpu_set_t cores;
        CPU_ZERO(&cores);
        return ::sched_getaffinity(process, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 0;
    };
    const int own = coresOf(0), launchers = coresOf(::getppid());
    const int all = std::max(1, int(std::thread::hardware_concurrency()));
    const int allowed = own > 0 ? own : all;
    return threadsOf(std::max(launchers, allowed), allowed, localRanks);
}

} // namespace scalekv::cli
