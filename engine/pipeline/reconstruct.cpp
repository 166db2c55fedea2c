#include "scalekv/reconstruct.h"

#include "engine/image/bsq.h"
#include "engine/pipeline/loaded_model.h"
#include "engine/pipeline/plain_errors.h"
#include "scalekv/error.h"
#include "scalekv/metrics.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace scalekv {
namespace {

/// [1, 3, h, w] → covers height × width, cropped to its middle.
at::Tensor cover(const at::Tensor& picture, std::int64_t height, std::int64_t width) {
    const double h = static_cast<double>(picture.size(2));
    const double w = static_cast<double>(picture.size(3));
    const double factor = std::max(static_cast<double>(height) / h, static_cast<double>(width) / w);
    const std::int64_t newHeight = std::max<std::int64_t>(height, std::llround(h * factor));
    const std::int64_t newWidth = std::max<std::int64_t>(width, std::llround(w * factor));
    at::Tensor resized = picture;
    if (newHeight != picture.size(2) || newWidth != picture.size(3))
        resized = at::_upsample_bicubic2d_aa(picture, {newHeight, newWidth}, false).clamp(-1, 1);
    return resized.narrow(2, (newHeight - height) / 2, height)
        .narrow(3, (newWidth - width) / 2, width)
        .contiguous();
}

Reconstruction throughVae(const LoadedModel& loaded, const RgbImage& picture, const std::string& size,
                          std::stop_token stop) {
    Reconstruction result;
    result.size = size;
    result.aspectRatio = nearestAspectRatio(double(picture.height) / picture.width);

    const ScaleSchedule latentMaps = loaded.patch.latentMaps(scaleSchedule(size, result.aspectRatio));
    const std::int64_t patch = loaded.vae.shape().patchSize();
    const at::Tensor wanted =
        cover(fromRgb(picture), latentMaps.back().height * patch, latentMaps.back().width * patch);

    const bsq::Quantized quantized = bsq::quantize(loaded.vae.encode(wanted, stop), latentMaps);
    for (const at::Tensor& bits : quantized.bits)
        result.bits += bits.numel();
    constexpr double kHalfStep =
        1.0 / 255.0; // toRgb() truncates; this rounds, so that an unchanged picture stays itself
    result.original = std::move(toRgb(wanted + kHalfStep).front());
    result.image = std::move(toRgb(loaded.vae.decode(quantized.sum, std::move(stop))).front());
    result.psnr = psnr(result.original, result.image);
    return result;
}

} // namespace

Reconstruction reconstruct(const Model& model, const RgbImage& picture, const std::string& size,
                           std::stop_token stop) {
    if (picture.empty())
        throw Error("The picture is empty.");
    return withPlainErrors([&] { return throughVae(model.loaded(), picture, size, std::move(stop)); });
}

} // namespace scalekv
