#include "engine/study/bench/random_vae.h"

#include <cmath>

namespace scalekv {
namespace {

class Builder {
public:
    void conv(const std::string& name, std::int64_t in, std::int64_t out, std::int64_t side) {
        const double scale = 1.0 / std::sqrt(static_cast<double>(in * side * side));
        tensors[name + ".weight"] = at::randn({out, in, side, side}, generator_) * scale;
        tensors[name + ".bias"] = at::zeros({out});
    }
    void norm(const std::string& name, std::int64_t channels) {
        tensors[name + ".weight"] = at::ones({channels});
        tensors[name + ".bias"] = at::zeros({channels});
    }
    void block(const std::string& name, std::int64_t in, std::int64_t out) {
        norm(name + ".norm1", in);
        conv(name + ".conv1", in, out, 3);
        norm(name + ".norm2", out);
        conv(name + ".conv2", out, out, 3);
        if (in != out)
            conv(name + ".nin_shortcut", in, out, 1);
    }

    std::map<std::string, at::Tensor> tensors;

private:
    at::Generator generator_ = at::detail::createCPUGenerator(0);
};

} // namespace

Checkpoint randomVae(std::int64_t bits, std::int64_t baseChannels,
                     const std::vector<std::int64_t>& multipliers) {
    constexpr int kBlocks = 3;
    Builder builder;
    std::int64_t channels = baseChannels * multipliers.back();
    builder.conv("decoder.conv_in", bits, channels, 3);
    builder.block("decoder.mid.block_1", channels, channels);
    builder.block("decoder.mid.block_2", channels, channels);
    for (std::size_t level = multipliers.size(); level-- > 0;) {
        const std::string name = "decoder.up." + std::to_string(level);
        const std::int64_t out = baseChannels * multipliers[level];
        for (int block = 0; block < kBlocks; ++block) {
            builder.block(name + ".block." + std::to_string(block), channels, out);
            channels = out;
        }
        if (level > 0)
            builder.conv(name + ".upsample.conv", out, out, 3);
    }
    builder.norm("decoder.norm_out", channels);
    builder.conv("decoder.conv_out", channels, 3, 3);
    return Checkpoint::fromTensors("random VAE", std::move(builder.tensors));
}

} // namespace scalekv
