#include "engine/image/vae.h"

#include "engine/device/products.h"
#include "engine/image/vae_cost.h"
#include "engine/image/vae_layers.h"
#include "engine/image/vae_layout.h"
#include "engine/io/printable.h"
#include "engine/io/stored_tensor.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <ATen/ATen.h>

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace scalekv {
namespace {

constexpr std::size_t kLargeMap = 32 << 20; // bytes; below, giving memory back costs more than it brings

/// The encoder or the decoder: its steps one after the other.
class HalfOfVae {
public:
    HalfOfVae(vae::Loader& loader, const std::vector<vae::Step>& steps) {
        for (const vae::Step& step : steps)
            add(loader, step);
    }

    at::Tensor operator()(at::Tensor x, const std::stop_token& stop) const {
        for (const Module& module : modules_) {
            if (stop.stop_requested())
                throw Cancelled();
            x = std::visit([&](const auto& run) { return run(std::move(x)); }, module);
            if (x.is_cpu() && x.nbytes() >= kLargeMap)
                releaseFreedMemory(); // holes into which the next maps do not fit
        }
        return x;
    }

private:
    using Module =
        std::variant<vae::Conv, vae::NormSwish, vae::ResidualBlock, vae::Downsample, vae::Upsample>;

    void add(vae::Loader& loader, const vae::Step& step) {
        switch (step.kind) {
        case vae::Step::Kind::Residual:
            modules_.emplace_back(std::in_place_type<vae::ResidualBlock>, loader,
                                  vae::residualLayers(step.module, step.in, step.out));
            break;
        case vae::Step::Kind::Conv:
            modules_.emplace_back(std::in_place_type<vae::Conv>, loader, step.layers().front());
            break;
        case vae::Step::Kind::NormSwish:
            modules_.emplace_back(std::in_place_type<vae::NormSwish>, loader, step.layers().front());
            break;
        case vae::Step::Kind::Downsample:
            modules_.emplace_back(std::in_place_type<vae::Downsample>, loader, step.layers().front());
            break;
        case vae::Step::Kind::Upsample:
            modules_.emplace_back(std::in_place_type<vae::Upsample>, loader, step.layers().front());
            break;
        }
    }

    std::vector<Module> modules_;
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
at::Tensor runEach(const HalfOfVae& half, const at::Tensor& batch, at::ScalarType type, at::Device device,
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
        : shape(std::move(inferred)), type(computeType), device(computeDevice),
          decoder(loader, vae::stepsOf(vae::Half::Decoder, shape)) {
        if (!shape.encoderMultipliers.empty())
            encoder.emplace(loader, vae::stepsOf(vae::Half::Encoder, shape));
        bytes = loader.bytes();
        notes = notesOn(loader.weights(), loader.names().prefix());
    }

    VaeShape shape;
    at::ScalarType type;
    at::Device device;
    HalfOfVae decoder;
    std::optional<HalfOfVae> encoder;
    std::int64_t bytes = 0;
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
    const at::ScalarType computed = convolutionType(type, device);
    Weights weights(checkpoint, computed, device);
    if (progress)
        weights.onTaken(progress);
    vae::Loader loader(std::move(weights), VaeNames(checkpoint), normGroups);
    return Vae(std::make_unique<Parts>(loader, std::move(shape), computed, device));
}

const VaeShape& Vae::shape() const {
    return parts_->shape;
}

std::int64_t Vae::parameters() const {
    return vae::parametersOf(vae::stepsOf(vae::Half::Decoder, parts_->shape)) +
           vae::parametersOf(vae::stepsOf(vae::Half::Encoder, parts_->shape));
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
