#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace scalekv {

/// A T5 encoder's `config.json`.
struct T5Config {
    std::int64_t layers = 0, width = 0, heads = 0, headDim = 0, feedForward = 0, vocabulary = 0;
    std::int64_t buckets = 32, maxDistance = 128;
    double epsilon = 1e-6;
    /// Throws Error for a missing, broken or unsupported config (only gated-GELU encoders are supported).
    static T5Config read(const std::filesystem::path& configJson);
};

/// The encoder half of flan-T5 (Raffel et al. 2020, gated-GELU variant). Never runs in fp16: some layers
/// overflow there.
class T5Encoder {
public:
    using Progress = std::function<void(std::int64_t takenBytes)>;

    /// `folder` holds config.json and the weights (any form that Checkpoint reads). `type`: fp32 or bf16.
    static T5Encoder load(const std::filesystem::path& folder, at::ScalarType type, at::Device device,
                          const Progress& progress = {});

    /// ids → features [tokens, width], fp32. Checks `stop` after every layer (throws Cancelled).
    at::Tensor encode(std::span<const std::int64_t> ids, std::stop_token stop = {}) const;

    const T5Config& config() const { return config_; }
    std::int64_t parameters() const;
    std::int64_t weightBytes() const;
    const std::vector<std::string>& notes() const { return notes_; }

private:
    struct Layer {
        at::Tensor attentionNorm, q, k, v, o, feedForwardNorm, wi0, wi1, wo;
    };
    T5Config config_;
    at::Tensor embedding_, positionBias_, finalNorm_;
    std::vector<Layer> layers_;
    at::ScalarType type_ = at::kFloat;
    std::vector<std::string> notes_;
};

} // namespace scalekv
