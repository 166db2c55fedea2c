#pragma once

#include "engine/io/checkpoint.h"

#include <cstdint>
#include <string>
#include <vector>

namespace scalekv {

/// Where a VAE's tensors are in a checkpoint: under the key `vae.` or not, and with or without the level
/// `.conv` / `.norm` that the released code's wrappers add. Modules are named as in the released code
/// ("decoder.up.1.block.0.conv1").
class VaeNames {
public:
    explicit VaeNames(const Checkpoint& checkpoint);

    /// The tensor of a convolution or norm; `leaf` is ".weight" or ".bias".
    std::string conv(const std::string& module, const char* leaf) const;
    std::string norm(const std::string& module, const char* leaf) const;

    bool hasConv(const std::string& module) const;
    /// [out, in, height, width]. Throws Error where there is no such convolution.
    const std::vector<std::int64_t>& convShape(const std::string& module) const;
    /// One more than the largest number that follows `list` ("decoder.up.", "decoder.up.1.block.") in any
    /// tensor's name, so that a gap shows as a missing tensor. Throws Error for absurd numbers.
    std::size_t count(const std::string& list) const;

    const std::string& prefix() const { return prefix_; }
    /// For messages.
    std::string file() const;

private:
    std::string resolve(const std::string& module, const char* level, const char* leaf) const;

    Checkpoint checkpoint_;
    std::string prefix_;
};

} // namespace scalekv
