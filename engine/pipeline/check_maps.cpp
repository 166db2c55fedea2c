#include "engine/pipeline/check_maps.h"

#include "scalekv/error.h"

#include <string>

namespace scalekv {
namespace {

std::string nameOf(const AttentionMapChoice& map) {
    std::string name =
        std::to_string(map.layer) + ":" + std::to_string(map.scale) + ":" + std::to_string(map.head);
    if (map.sequence != 0)
        name += ":" + std::to_string(map.sequence);
    return name;
}

void checkIndex(const AttentionMapChoice& map, const char* what, std::int64_t index, std::int64_t count) {
    if (index < 0 || index >= count)
        throw Error("There is no attention map " + nameOf(map) + ": " + what + " " + std::to_string(index) +
                    " is not there; the last is " + std::to_string(count - 1) + ", counted from 0.");
}

} // namespace

void checkAttentionMaps(const AttentionProbeOptions& wanted, const PreparedRequest& request,
                        std::int64_t heads) {
    for (const AttentionMapChoice& map : wanted.maps) {
        checkIndex(map, "layer", map.layer, std::int64_t(request.sequences.size()));
        checkIndex(map, "scale", map.scale, std::int64_t(request.plan.schedule.size()));
        checkIndex(map, "head", map.head, heads);
        checkIndex(map, "sequence", map.sequence, request.sequences[std::size_t(map.layer)]);
    }
}

} // namespace scalekv
