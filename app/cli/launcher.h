#pragma once

#include "scalekv/sampling.h"

#include <functional>
#include <optional>
#include <string>

/// Programs that start others many times over, on one machine or many: torchrun, mpirun, srun. They tell each
/// its number in the environment; that is all that is needed of them.
namespace scalekv::cli {

/// Reads a variable of the environment; null where it is not set.
using Environment = std::function<const char*(const char*)>;

struct Launched {
    Rank rank;
    std::string by; ///< "torchrun", "Open MPI", "MPICH", "Slurm"
};
/// None where no launcher started this program. Throws Error where what it says makes no sense.
std::optional<Launched> launchedBy(const Environment& environment);

/// "3/8": the third of eight, by hand. Throws Error.
Rank parseShard(const std::string& text);

/// A part of "2(x3),1" (SLURM_STEP_TASKS_PER_NODE): tasks on node `node`, counted from 0. 1 where that does
/// not say.
int tasksOnNode(const std::string& tasksPerNode, int node);

/// Threads for one of `localRanks` processes, among which `divided` cores are divided (those that their
/// launcher may use), and of which this one may use `allowed`: the launcher may have bound it to its own, or
/// to those of a socket.
int threadsOf(int divided, int allowed, int localRanks);
/// The same for this machine and process.
int threadsHere(int localRanks);

} // namespace scalekv::cli
