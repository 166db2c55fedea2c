#include "engine/image/vae.h"
#include "engine/image/vae_names.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <algorithm>
#include <charconv>

namespace scalekv {

VaeNames::VaeNames(const Checkpoint& checkpoint)
    : checkpoint_(checkpoint), prefix_(checkpoint.contains("vae.decoder.conv_in.conv.weight") ||
                                               checkpoint.contains("vae.decoder.conv_in.weight")
                                           ? "vae."
                                           : "") {}

std::string VaeNames::resolve(const std::string& module, const char* level, const char* leaf) const {
    const std::string wrapped = prefix_ + module + level + leaf;
    return checkpoint_.contains(wrapped) ? wrapped : prefix_ + module + leaf;
}

std::string VaeNames::conv(const std::string& module, const char* leaf) const {
    return resolve(module, ".conv", leaf);
}

std::string VaeNames::norm(const std::string& module, const char* leaf) const {
    return resolve(module, ".norm", leaf);
}

bool VaeNames::hasConv(const std::string& module) const {
    return checkpoint_.contains(conv(module, ".weight"));
}

const std::vector<std::int64_t>& VaeNames::convShape(const std::string& module) const {
    const std::string name = conv(module, ".weight");
    const auto found = checkpoint_.tensors().find(name);
    if (found == checkpoint_.tensors().end())
        throw Error(pathText(checkpoint_.path()) + ": tensor " + printable(name) +
                    " is missing, so this is not an Infinity VAE.");
    const std::vector<std::int64_t>& shape = found->second.shape;
    if (shape.size() != 4 || std::any_of(shape.begin(), shape.end(), [](std::int64_t n) {
            return n < 1 || n > 65536; // far above any VAE, far below what overflows a size
        }))
        throw Error(pathText(found->second.file) + ": tensor " + printable(name) +
                    " does not have the shape of an image convolution.");
    return shape;
}

std::string VaeNames::file() const {
    return pathText(checkpoint_.path());
}

std::size_t VaeNames::count(const std::string& list) const {
    constexpr std::size_t kMost = 64;
    const std::string start = prefix_ + list;
    std::size_t count = 0;
    const auto& tensors = checkpoint_.tensors();
    for (auto at = tensors.lower_bound(start); at != tensors.end() && at->first.starts_with(start); ++at) {
        const char* digits = at->first.data() + start.size();
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(digits, at->first.data() + at->first.size(), number);
        if (error != std::errc() || number >= kMost)
            throw Error(file() + ": tensor " + printable(at->first) + " does not belong to an Infinity VAE.");
        count = std::max(count, number + 1);
    }
    return count;
}

namespace {

/// Output channels of each level over the channels at full resolution.
std::vector<std::int64_t> multipliers(const VaeNames& names, const char* side, std::int64_t base) {
    constexpr std::size_t kMaxLevels = 10;
    const std::size_t levels = names.count(side);
    if (levels == 0 || levels > kMaxLevels)
        throw Error(names.file() + ": an Infinity VAE does not have " + std::to_string(levels) +
                    " levels in " + side + "N.");
    std::vector<std::int64_t> result;
    for (std::size_t n = 0; n < levels; ++n) {
        const std::string first = side + std::to_string(n) + ".block.0.conv1";
        const std::int64_t channels = names.convShape(first)[0];
        if (channels % base != 0)
            throw Error(names.file() + ": " + first + " has " + std::to_string(channels) +
                        " channels, no multiple of the " + std::to_string(base) + " at full resolution.");
        result.push_back(channels / base);
    }
    return result;
}

} // namespace

VaeShape VaeShape::infer(const Checkpoint& checkpoint) {
    const VaeNames names(checkpoint);
    VaeShape shape;
    shape.bits = names.convShape("decoder.conv_in")[1];
    const bool hasEncoder = names.hasConv("encoder.conv_in");
    // Without an encoder the first multiplier is taken to be 1, as in every released VAE.
    shape.baseChannels =
        hasEncoder ? names.convShape("encoder.conv_in")[0] : names.convShape("decoder.conv_out")[1];
    shape.decoderMultipliers = multipliers(names, "decoder.up.", shape.baseChannels);
    if (!hasEncoder)
        return shape;
    shape.encoderMultipliers = multipliers(names, "encoder.down.", shape.baseChannels);
    if (shape.encoderMultipliers.size() != shape.decoderMultipliers.size())
        throw Error(names.file() + ": the VAE's encoder has " +
                    std::to_string(shape.encoderMultipliers.size()) + " levels and its decoder " +
                    std::to_string(shape.decoderMultipliers.size()) + ".");
    return shape;
}

} // namespace scalekv
