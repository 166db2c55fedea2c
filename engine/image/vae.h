#pragma once

#include "engine/image/vae_shape.h"
#include "engine/io/checkpoint.h"
#include "scalekv/rgb_image.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace scalekv {

/// Latent ⇄ picture.
class Vae {
public:
    using Progress = std::function<void(std::int64_t takenBytes)>;

    /// Computes in convolutionType(type).
    static Vae load(const std::filesystem::path& file, std::optional<int> normGroups, at::ScalarType type,
                    at::Device device, const Progress& progress = {});
    static Vae load(const Checkpoint& checkpoint, std::optional<int> normGroups, at::ScalarType type,
                    at::Device device, const Progress& progress = {});
    ~Vae();
    Vae(Vae&&) noexcept;
    Vae& operator=(Vae&&) noexcept;

    const VaeShape& shape() const;
    /// Sum of codes [B, d, h, w] fp32 → pictures [B, 3, h·patch, w·patch] fp32, not clamped. Checks `stop`
    /// between blocks.
    at::Tensor decode(const at::Tensor& codes, std::stop_token stop = {}) const;
    /// Pictures [B, 3, H, W] fp32 in −1 … 1 (H, W multiples of the patch) → latent [B, d, H/patch, W/patch]
    /// fp32. Throws Error when the file has no encoder.
    at::Tensor encode(const at::Tensor& pictures, std::stop_token stop = {}) const;

    std::int64_t parameters() const;
    std::int64_t weightBytes() const;
    const std::vector<std::string>& notes() const;

private:
    struct Parts;
    explicit Vae(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

/// [B, 3, H, W] in −1 … 1 → 8-bit pictures: clamp, (x + 1) / 2 · 255, truncated (released code).
std::vector<RgbImage> toRgb(const at::Tensor& pictures);
/// One picture → [1, 3, H, W] fp32 in −1 … 1.
at::Tensor fromRgb(const RgbImage& image);

} // namespace scalekv
