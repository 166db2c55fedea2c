#pragma once

namespace scalekv {

/// How many threads a model computes with on the CPU. Process-wide, as the pool of threads is; to be set
/// before anything is computed.
void setComputeThreads(int threads);
int computeThreads();

} // namespace scalekv
