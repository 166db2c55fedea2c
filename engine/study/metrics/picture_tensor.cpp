#include "engine/study/metrics/picture_tensor.h"

#include "engine/study/metrics/inception.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace scalekv {
namespace {

/// [1, 3, H, W] fp32 of 0 … 255.
at::Tensor bytesOf(const RgbImage& image, at::Device device) {
    at::Tensor bytes = at::empty({1, image.height, image.width, 3}, at::kByte);
    std::copy(image.pixels.begin(), image.pixels.end(), bytes.mutable_data_ptr<std::uint8_t>());
    return bytes.to(device).permute({0, 3, 1, 2}).to(at::kFloat).contiguous();
}

} // namespace

at::Tensor inceptionInput(const RgbImage& image, FeatureResizing resizing, at::Device device) {
    constexpr std::array side{kInceptionSide, kInceptionSide};
    const at::Tensor bytes = bytesOf(image, device);
    // LibTorch's antialiased bicubic is made after Pillow's, whose sums are in double: fp32 would be off by
    // up to 0.005 of 255.
    if (resizing == FeatureResizing::Clean)
        return at::_upsample_bicubic2d_aa(bytes.to(at::kDouble), side, false)
            .clamp_(0, 255)
            .to(at::kFloat)
            .sub_(128)
            .div_(128);
    return at::upsample_bilinear2d(bytes.div(255), side, false).mul_(2).sub_(1);
}

RgbImage resizedReference(const RgbImage& image, int width, int height) {
    if (image.width == width && image.height == height)
        return image;
    const at::Tensor bytes = at::_upsample_bilinear2d_aa(bytesOf(image, at::kCPU), {height, width}, false)
                                 .round_()
                                 .clamp_(0, 255)
                                 .to(at::kByte)
                                 .permute({0, 2, 3, 1})
                                 .contiguous();
    const std::uint8_t* data = bytes.const_data_ptr<std::uint8_t>();
    return {width, height, {data, data + bytes.numel()}};
}

} // namespace scalekv
