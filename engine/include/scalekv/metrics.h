#pragma once

#include "scalekv/rgb_image.h"

namespace scalekv {

/// Peak signal-to-noise ratio of two pictures, dB, over all pixels and channels, peak 255; infinite when they
/// are equal. As scikit-image's `peak_signal_noise_ratio(data_range=255)`. Throws Error when the sizes differ
/// or a picture is empty.
double psnr(const RgbImage& a, const RgbImage& b);

inline constexpr int kSsimWindow = 7; ///< pixels, a side of SSIM's window

/// Structural similarity (Wang et al. 2004), 1 when the pictures are equal: each channel by itself in 7×7
/// windows that lie wholly inside the picture, sample covariance, K1 = 0.01, K2 = 0.03, then the mean. As
/// scikit-image's `structural_similarity(channel_axis=-1, data_range=255)`. Throws Error when the sizes
/// differ or a side is shorter than 7 pixels.
double ssim(const RgbImage& a, const RgbImage& b);

} // namespace scalekv
