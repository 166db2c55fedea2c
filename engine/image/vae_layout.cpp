#include "engine/image/vae_layout.h"

namespace scalekv::vae {
namespace {

constexpr std::int64_t kKernel = 3;
constexpr std::int64_t kColours = 3;

std::string nameOf(Half half) {
    return half == Half::Encoder ? "encoder" : "decoder";
}

const std::vector<std::int64_t>& multipliers(Half half, const VaeShape& shape) {
    return half == Half::Encoder ? shape.encoderMultipliers : shape.decoderMultipliers;
}

Layer conv(std::string module, std::int64_t in, std::int64_t out, std::int64_t kernel = kKernel) {
    return {std::move(module), in, out, kernel};
}

Layer norm(std::string module, std::int64_t channels) {
    return {std::move(module), channels, channels, 0};
}

/// Puts the steps of a half together, from the channels that the last step left.
class Builder {
public:
    Builder(Half half, const VaeShape& shape, std::int64_t channels, std::int64_t zoom)
        : half_(half), shape_(shape), channels_(channels), zoom_(zoom) {}

    void add(Step::Kind kind, const std::string& module, std::int64_t out) {
        steps_.push_back({kind, module, channels_, out, zoom_});
        channels_ = out;
    }
    void addMiddle() {
        for (const char* block : {".mid.block_1", ".mid.block_2"})
            add(Step::Kind::Residual, nameOf(half_) + block, channels_);
    }
    void addBlocks(std::size_t level) {
        const std::int64_t out = shape_.baseChannels * multipliers(half_, shape_)[level];
        const std::int64_t count = half_ == Half::Encoder ? shape_.encoderBlocks : shape_.decoderBlocks;
        for (std::int64_t n = 0; n < count; ++n)
            add(Step::Kind::Residual, blockNames(half_, level) + std::to_string(n), out);
    }
    void addResampling(Step::Kind kind, std::size_t level) {
        const bool isUp = kind == Step::Kind::Upsample;
        zoom_ = isUp ? zoom_ * 2 : zoom_ / 2;
        add(kind, levelNames(half_) + std::to_string(level) + (isUp ? ".upsample.conv" : ".downsample.conv"),
            channels_);
    }
    void addEnd(std::int64_t out) {
        add(Step::Kind::NormSwish, nameOf(half_) + ".norm_out", channels_);
        add(Step::Kind::Conv, lastConv(half_), out);
    }

    std::vector<Step> take() { return std::move(steps_); }

private:
    Half half_;
    const VaeShape& shape_;
    std::int64_t channels_, zoom_;
    std::vector<Step> steps_;
};

} // namespace

ResidualLayers residualLayers(const std::string& module, std::int64_t in, std::int64_t out) {
    ResidualLayers layers{norm(module + ".norm1", in), conv(module + ".conv1", in, out),
                          norm(module + ".norm2", out), conv(module + ".conv2", out, out), std::nullopt};
    if (in != out)
        layers.shortcut = conv(module + ".nin_shortcut", in, out, 1);
    return layers;
}

std::vector<Layer> Step::layers() const {
    if (kind == Kind::NormSwish)
        return {norm(module, in)};
    if (kind != Kind::Residual)
        return {conv(module, in, out)};
    const ResidualLayers block = residualLayers(module, in, out);
    std::vector<Layer> list{block.norm1, block.conv1, block.norm2, block.conv2};
    if (block.shortcut)
        list.push_back(*block.shortcut);
    return list;
}

std::vector<Step> stepsOf(Half half, const VaeShape& shape) {
    const std::size_t levels = multipliers(half, shape).size();
    if (levels == 0)
        return {};
    if (half == Half::Encoder) {
        Builder builder(half, shape, kColours, shape.patchSize());
        builder.add(Step::Kind::Conv, firstConv(half), shape.baseChannels);
        for (std::size_t level = 0; level < levels; ++level) {
            builder.addBlocks(level);
            if (level + 1 < levels)
                builder.addResampling(Step::Kind::Downsample, level);
        }
        builder.addMiddle();
        builder.addEnd(shape.bits);
        return builder.take();
    }
    Builder builder(half, shape, shape.bits, 1);
    builder.add(Step::Kind::Conv, firstConv(half), shape.baseChannels * shape.decoderMultipliers.back());
    builder.addMiddle();
    for (std::size_t level = levels; level-- > 0;) {
        builder.addBlocks(level);
        if (level > 0)
            builder.addResampling(Step::Kind::Upsample, level);
    }
    builder.addEnd(kColours);
    return builder.take();
}

std::string levelNames(Half half) {
    return nameOf(half) + (half == Half::Encoder ? ".down." : ".up.");
}

std::string blockNames(Half half, std::size_t level) {
    return levelNames(half) + std::to_string(level) + ".block.";
}

std::string firstConv(Half half) {
    return nameOf(half) + ".conv_in";
}

std::string lastConv(Half half) {
    return nameOf(half) + ".conv_out";
}

std::string middleAttention(Half half) {
    return nameOf(half) + ".mid.attn_1.q";
}

} // namespace scalekv::vae
