#include "engine/image/vae.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace scalekv {

std::vector<RgbImage> toRgb(const at::Tensor& pictures) {
    // NaN (a broken model) becomes grey: its conversion to an integer would be undefined.
    const at::Tensor bytes = pictures.to(at::kFloat)
                                 .nan_to_num(0.0)
                                 .clamp_(-1, 1)
                                 .add_(1)
                                 .div_(2)
                                 .permute({0, 2, 3, 1})
                                 .mul(255)
                                 .to(at::kByte)
                                 .to(at::kCPU) // last: a quarter of the bytes
                                 .contiguous();
    std::vector<RgbImage> images;
    for (std::int64_t n = 0; n < bytes.size(0); ++n) {
        const at::Tensor one = bytes[n];
        const std::uint8_t* data = one.const_data_ptr<std::uint8_t>();
        images.push_back({int(one.size(1)), int(one.size(0)), {data, data + one.numel()}});
    }
    return images;
}

at::Tensor fromRgb(const RgbImage& image) {
    at::Tensor bytes = at::empty({1, image.height, image.width, 3}, at::kByte);
    std::copy(image.pixels.begin(), image.pixels.end(), bytes.mutable_data_ptr<std::uint8_t>());
    const at::Tensor unit = bytes.permute({0, 3, 1, 2}).to(at::kFloat).contiguous().div_(255);
    return unit.mul(2).sub_(1);
}

} // namespace scalekv
