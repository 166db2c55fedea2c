#pragma once

#include "scalekv/folder_metrics.h"
#include "scalekv/rgb_image.h"

#include <ATen/core/Tensor.h>

namespace scalekv {

/// What Inception takes of a picture: [1, 3, 299, 299] fp32.
at::Tensor inceptionInput(const RgbImage& image, FeatureResizing resizing, at::Device device);

/// As torchvision's Resize of bytes: bilinear, antialiased, rounded.
RgbImage resizedReference(const RgbImage& image, int width, int height);

} // namespace scalekv
