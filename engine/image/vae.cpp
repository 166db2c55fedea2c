#include "engine/image/vae.h"

#include "engine/image/vae_layers.h"
#include "engine/io/printable.h"
#include "engine/io/stored_tensor.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <ATen/ATen.h>

#include <optional>
#include <string_view>

namespace scalekv {
namespace {

constexpr std::size_t kLargeMap = 32 << 20; // bytes; below, giving memory back costs more than it brings

void checkStop(const std::stop_token& stop) {
    if (stop.stop_requested())
        throw Cancelled();
}

/// The residual blocks of one level, coarse or fine.
std::vector<vae::ResidualBlock> takeBlocks(vae::Loader& loader, const std::string& level, std::int64_t in,
                                           std::int64_t out) {
    std::vector<vae::ResidualBlock> blocks;
    const std::size_t count = loader.names().count(level + ".block.");
    for (std::size_t n = 0; n < count; ++n)
        blocks.emplace_back(loader, level + ".block." + std::to_string(n), n == 0 ? in : out, out);
    return blocks;
}

at::Tensor runBlocks(const std::vector<vae::ResidualBlock>& blocks, at::Tensor x,
                     const std::stop_token& stop) {
    for (const vae::ResidualBlock& block : blocks) {
        checkStop(stop);
        x = block(std::move(x));
    }
    return x;
}

/// The two blocks at latent resolution that both halves have.
std::vector<vae::ResidualBlock> takeMiddle(vae::Loader& loader, const std::string& half,
                                           std::int64_t channels) {
    if (loader.names().hasConv(half + ".mid.attn_1.q"))
        throw Error(loader.names().file() + ": the VAE has attention layers, which are not supported.");
    std::vector<vae::ResidualBlock> blocks;
    for (const char* name : {".mid.block_1", ".mid.block_2"})
        blocks.emplace_back(loader, half + name, channels, channels);
    return blocks;
}

struct Decoder {
    struct Level {
        std::vector<vae::ResidualBlock> blocks;
        std::optional<vae::Upsample> upsample; ///< none at full resolution
    };

    Decoder(vae::Loader& loader, const VaeShape& shape)
        : convIn(loader, "decoder.conv_in", shape.bits, channels(shape, shape.decoderMultipliers.size() - 1),
                 3),
          middle(takeMiddle(loader, "decoder", channels(shape, shape.decoderMultipliers.size() - 1))),
          normOut(loader, "decoder.norm_out", channels(shape, 0)),
          convOut(loader, "decoder.conv_out", channels(shape, 0), 3, 3) {
        const std::size_t last = shape.decoderMultipliers.size() - 1;
        for (std::size_t n = last + 1; n-- > 0;) {
            const std::string name = "decoder.up." + std::to_string(n);
            const std::int64_t in = channels(shape, std::min(n + 1, last)), out = channels(shape, n);
            Level level{takeBlocks(loader, name, in, out), std::nullopt};
            if (n > 0)
                level.upsample.emplace(loader, name + ".upsample.conv", out);
            levels.push_back(std::move(level));
        }
    }

    static std::int64_t channels(const VaeShape& shape, std::size_t level) {
        return shape.baseChannels * shape.decoderMultipliers[level];
    }

    at::Tensor operator()(at::Tensor x, const std::stop_token& stop) const {
        x = runBlocks(middle, convIn(x), stop);
        for (const Level& level : levels) {
            if (x.nbytes() >= kLargeMap)
                releaseFreedMemory(); // holes left by smaller maps, into which these do not fit
            x = runBlocks(level.blocks, std::move(x), stop);
            checkStop(stop);
            if (level.upsample)
                x = (*level.upsample)(std::move(x));
        }
        return convOut(normOut(std::move(x)));
    }

    vae::Conv convIn;
    std::vector<vae::ResidualBlock> middle;
    std::vector<Level> levels; ///< from latent to full resolution
    vae::NormSwish normOut;
    vae::Conv convOut;
};

struct Encoder {
    struct Level {
        std::vector<vae::ResidualBlock> blocks;
        std::optional<vae::Downsample> downsample; ///< none at latent resolution
    };

    Encoder(vae::Loader& loader, const VaeShape& shape)
        : convIn(loader, "encoder.conv_in", 3, shape.baseChannels, 3),
          middle(takeMiddle(loader, "encoder", shape.baseChannels * shape.encoderMultipliers.back())),
          normOut(loader, "encoder.norm_out", shape.baseChannels * shape.encoderMultipliers.back()),
          convOut(loader, "encoder.conv_out", shape.baseChannels * shape.encoderMultipliers.back(),
                  shape.bits, 3) {
        std::int64_t in = shape.baseChannels;
        for (std::size_t n = 0; n < shape.encoderMultipliers.size(); ++n) {
            const std::string name = "encoder.down." + std::to_string(n);
            const std::int64_t out = shape.baseChannels * shape.encoderMultipliers[n];
            Level level{takeBlocks(loader, name, in, out), std::nullopt};
            if (n + 1 < shape.encoderMultipliers.size())
                level.downsample.emplace(loader, name + ".downsample.conv", out);
            levels.push_back(std::move(level));
            in = out;
        }
    }

    at::Tensor operator()(at::Tensor x, const std::stop_token& stop) const {
        x = convIn(x);
        for (const Level& level : levels) {
            x = runBlocks(level.blocks, std::move(x), stop);
            checkStop(stop);
            if (level.downsample)
                x = (*level.downsample)(std::move(x));
        }
        x = runBlocks(middle, std::move(x), stop);
        return convOut(normOut(std::move(x)));
    }

    vae::Conv convIn;
    std::vector<Level> levels; ///< from full to latent resolution
    std::vector<vae::ResidualBlock> middle;
    vae::NormSwish normOut;
    vae::Conv convOut;
};

/// Tensors that neither half needs: the quantizer's buffers are expected, others are worth a note.
std::vector<std::string> notesOn(const Weights& weights, const std::string& prefix) {
    std::size_t others = 0;
    std::string example;
    for (const std::string& name : weights.leftOver()) {
        const std::string_view inner =
            std::string_view(name).substr(name.starts_with(prefix) ? prefix.size() : 0);
        if (inner.starts_with("quantizer.") || inner.starts_with("quantize."))
            continue;
        if (others++ == 0)
            example = name;
    }
    if (others == 0)
        return {};
    return {"VAE: " + std::to_string(others) + " tensors are not used (" + printable(example) +
            (others > 1 ? ", …)." : ").")};
}

/// Runs a half on one picture after the other: activations of one are the peak, whatever the batch.
template <typename Half>
at::Tensor runEach(const Half& half, const at::Tensor& batch, at::ScalarType type, at::Device device,
                   const std::stop_token& stop) {
    std::vector<at::Tensor> results;
    for (std::int64_t n = 0; n < batch.size(0); ++n)
        results.push_back(
            half(batch.narrow(0, n, 1).to(device, type).contiguous(at::MemoryFormat::ChannelsLast), stop)
                .to(at::kFloat, false, false, at::MemoryFormat::Contiguous));
    return results.size() == 1 ? results.front() : at::cat(results);
}

} // namespace

struct Vae::Parts {
    Parts(vae::Loader& loader, VaeShape inferred, at::ScalarType computeType, at::Device computeDevice)
        : shape(std::move(inferred)), type(computeType), device(computeDevice), decoder(loader, shape) {
        if (!shape.encoderMultipliers.empty())
            encoder.emplace(loader, shape);
        parameters = loader.parameters();
        bytes = loader.bytes();
        notes = notesOn(loader.weights(), loader.names().prefix());
    }

    VaeShape shape;
    at::ScalarType type;
    at::Device device;
    Decoder decoder;
    std::optional<Encoder> encoder;
    std::int64_t parameters = 0, bytes = 0;
    std::vector<std::string> notes;
};

Vae::Vae(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Vae::~Vae() = default;
Vae::Vae(Vae&&) noexcept = default;
Vae& Vae::operator=(Vae&&) noexcept = default;

Vae Vae::load(const std::filesystem::path& file, std::optional<int> normGroups, at::ScalarType type,
              at::Device device, const Progress& progress) {
    return load(Checkpoint::open(file), normGroups, type, device, progress);
}

Vae Vae::load(const Checkpoint& checkpoint, std::optional<int> normGroups, at::ScalarType type,
              at::Device device, const Progress& progress) {
    VaeShape shape = VaeShape::infer(checkpoint);
    Weights weights(checkpoint, type, device);
    if (progress)
        weights.onTaken(progress);
    vae::Loader loader(std::move(weights), VaeNames(checkpoint), normGroups);
    return Vae(std::make_unique<Parts>(loader, std::move(shape), type, device));
}

const VaeShape& Vae::shape() const {
    return parts_->shape;
}

std::int64_t Vae::parameters() const {
    return parts_->parameters;
}

std::int64_t Vae::weightBytes() const {
    return parts_->bytes;
}

const std::vector<std::string>& Vae::notes() const {
    return parts_->notes;
}

at::Tensor Vae::decode(const at::Tensor& codes, std::stop_token stop) const {
    if (codes.dim() != 4 || codes.size(1) != parts_->shape.bits)
        throw Error("The VAE decodes codes of " + std::to_string(parts_->shape.bits) +
                    " bits, not a tensor of shape " + shapeText(codes.sizes()) + ".");
    return runEach(parts_->decoder, codes, parts_->type, parts_->device, stop);
}

at::Tensor Vae::encode(const at::Tensor& pictures, std::stop_token stop) const {
    if (!parts_->encoder)
        throw Error("The VAE's file holds no encoder, so pictures cannot be encoded.");
    const std::int64_t patch = parts_->shape.patchSize();
    if (pictures.dim() != 4 || pictures.size(1) != 3)
        throw Error("The VAE encodes pictures of 3 channels, not a tensor of shape " +
                    shapeText(pictures.sizes()) + ".");
    if (pictures.size(2) % patch != 0 || pictures.size(3) % patch != 0)
        throw Error("A picture of " + std::to_string(pictures.size(3)) + " × " +
                    std::to_string(pictures.size(2)) + " pixels does not divide into patches of " +
                    std::to_string(patch) + ".");
    return runEach(*parts_->encoder, pictures, parts_->type, parts_->device, stop);
}

} // namespace scalekv
