#include "engine/pipeline/known_bits.h"

#include "engine/image/bit_packing.h"
#include "scalekv/error.h"

namespace scalekv {
namespace {

std::string sizeText(MapSize map, int bits, std::int64_t prompts) {
    return std::to_string(map.height) + "x" + std::to_string(map.width) + " with " + std::to_string(bits) +
           " bits for " + std::to_string(prompts) + (prompts == 1 ? " prompt" : " prompts");
}

} // namespace

// People count scales from 1.
std::vector<at::Tensor> knownBits(const PreparedRequest& request, int bitsAPosition,
                                  std::span<const ScaleBits> bits, std::size_t scales) {
    if (bits.size() < scales)
        throw Error("The run's bits reach only to scale " + std::to_string(bits.size()) +
                    "; to repeat it further, those up to scale " + std::to_string(scales) + " are needed.");
    std::vector<at::Tensor> known;
    const auto prompts = std::int64_t(request.plan.request.prompts.size());
    for (std::size_t k = 0; k < scales; ++k) {
        const ScaleBits& given = bits[k];
        const MapSize latent = request.settings.patch.latentMap(request.plan.schedule[k]);
        if (given.map != latent || given.bits != bitsAPosition || given.prompts != prompts ||
            std::int64_t(given.packed.size()) != given.packedBytes())
            throw Error("The bits of scale " + std::to_string(k + 1) + " are not this run's: they are " +
                        sizeText(given.map, given.bits, given.prompts) + ", not " +
                        sizeText(latent, bitsAPosition, prompts) + ", or some are missing.");
        known.push_back(unpackBits(given));
    }
    return known;
}

} // namespace scalekv
