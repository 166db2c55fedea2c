#include "scalekv/compute_threads.h"

#include <ATen/Parallel.h>

namespace scalekv {

void setComputeThreads(int threads) {
    at::set_num_threads(threads);
}

int computeThreads() {
    return at::get_num_threads();
}

} // namespace scalekv
