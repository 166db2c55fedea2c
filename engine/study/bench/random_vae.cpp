#include "engine/study/bench/random_vae.h"

#include "engine/image/vae_layout.h"

#include <ATen/ATen.h>

#include <cmath>
#include <map>
#include <string>

namespace scalekv {

Checkpoint randomVae(const VaeShape& shape) {
    at::Generator generator = at::detail::createCPUGenerator(0);
    std::map<std::string, at::Tensor> tensors;
    for (const vae::Step& step : vae::stepsOf(vae::Half::Decoder, shape)) {
        for (const vae::Layer& layer : step.layers()) {
            const auto inputs = static_cast<double>(layer.in * layer.kernel * layer.kernel);
            tensors[layer.module + ".weight"] =
                layer.isNorm() ? at::ones({layer.out})
                               : at::randn({layer.out, layer.in, layer.kernel, layer.kernel}, generator)
                                     .div_(std::sqrt(inputs));
            tensors[layer.module + ".bias"] = at::zeros({layer.out});
        }
    }
    return Checkpoint::fromTensors("random VAE", std::move(tensors));
}

} // namespace scalekv
