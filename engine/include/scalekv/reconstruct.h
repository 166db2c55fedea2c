#pragma once

#include "scalekv/model.h"
#include "scalekv/rgb_image.h"

namespace scalekv {

struct Reconstruction {
    RgbImage original; ///< what was encoded: the middle of the picture, at the schedule's size
    RgbImage image;    ///< after VAE encoder, bits, and VAE decoder
    double psnr = 0;   ///< of one against the other, dB, over 8-bit RGB (infinite when equal)
    std::string size;
    double aspectRatio = 1;
    std::int64_t bits = 0; ///< bits of all scales
};

/// Picture → latent → bits of every scale → latent → picture: what the VAE alone can keep. The picture is
/// resized to cover the schedule's size and cropped to its middle. Throws Error (no encoder in the file,
/// unknown size, picture empty), Cancelled. The aspect ratio is the trained one nearest to the picture's.
Reconstruction reconstruct(const Model& model, const RgbImage& picture, const std::string& size,
                           std::stop_token stop = {});

} // namespace scalekv
