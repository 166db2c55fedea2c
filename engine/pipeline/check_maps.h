#pragma once

#include "engine/pipeline/prepare.h"

namespace scalekv {

/// Every attention map that is wanted is one that the run has: a map that is not there would be left out
/// silently, minutes later. Throws Error that names the first that is not.
void checkAttentionMaps(const AttentionProbeOptions& wanted, const PreparedRequest& request,
                        std::int64_t heads);

} // namespace scalekv
