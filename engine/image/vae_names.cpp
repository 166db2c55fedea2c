#include "engine/image/vae_names.h"

#include "engine/image/vae_layout.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <algorithm>
#include <charconv>

namespace scalekv {

VaeNames::VaeNames(const Checkpoint& checkpoint) : checkpoint_(checkpoint), prefix_("vae.") {
    if (!hasConv(vae::firstConv(vae::Half::Decoder)))
        prefix_.clear();
}

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

} // namespace scalekv
