#include "scalekv/lpips.h"

#include "engine/image/picture_pair.h"
#include "engine/image/vae.h"
#include "engine/io/fingerprint.h"
#include "engine/io/printable.h"
#include "engine/pipeline/device.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/study/metrics/lpips_network.h"
#include "scalekv/error.h"

#include <ATen/ATen.h>

#include <utility>

namespace scalekv {
namespace {

void checkPictures(const RgbImage& a, const RgbImage& b) {
    checkComparable(a, b, "LPIPS");
    if (std::min(a.width, a.height) < kSmallestLpips)
        throw Error("LPIPS needs pictures of at least " + std::to_string(kSmallestLpips) + "x" +
                    std::to_string(kSmallestLpips) + " pixels, not " + sizeText(a) + ".");
}

} // namespace

struct Lpips::Network {
    LpipsNet net = LpipsNet::Alex;
    std::string identity;
    at::Device device = at::kCPU;
    LpipsNetwork layers;
};

Lpips::Lpips(std::unique_ptr<const Network> network) : network_(std::move(network)) {}
Lpips::~Lpips() = default;

LpipsNet Lpips::net() const {
    return network_->net;
}

const std::string& Lpips::identity() const {
    return network_->identity;
}

std::shared_ptr<const Lpips> Lpips::load(const MetricWeights& weights, LpipsNet net,
                                         const std::string& device) {
    if (const std::string missing = missingFiles(weights, net); !missing.empty())
        throw Error("LPIPS with " + netTitle(net) + " needs " + missing + ".");
    return withPlainErrors([&] {
        setExactArithmetic();
        auto network = std::make_unique<Network>();
        network->net = net;
        network->device = deviceFromName(device);
        const Checkpoint trunk = Checkpoint::open(weights.of(net).trunk);
        const Checkpoint heads = Checkpoint::open(weights.of(net).heads);
        network->layers = readLpips(net, trunk, heads, network->device);
        network->identity =
            "lpips-" + netName(net) + " " + fingerprint(trunk, "features.") + " " + fingerprint(heads, "lin");
        return std::shared_ptr<const Lpips>(new Lpips(std::move(network))); // NOLINT: private constructor
    });
}

double Lpips::distance(const RgbImage& a, const RgbImage& b, std::stop_token stop) const {
    checkPictures(a, b);
    return withPlainErrors([&] {
        const auto inputOf = [this](const RgbImage& image) {
            return lpipsInput(fromRgb(image).to(network_->device));
        };
        at::Tensor x = inputOf(a), y = inputOf(b);
        at::Tensor total = at::zeros({}, x.options().dtype(at::kDouble));
        // One picture after the other: VGG16's first maps of 1024 × 1024 pixels are 256 MiB each.
        const auto advance = [&stop](const std::vector<Block>& stage, at::Tensor& map) {
            for (const Block& block : stage) {
                if (stop.stop_requested())
                    throw Cancelled();
                map = run(block, map);
            }
        };
        for (std::size_t n = 0; n < network_->layers.stages.size(); ++n) {
            advance(network_->layers.stages[n], x);
            advance(network_->layers.stages[n], y);
            total.add_(lpipsLayer(x, y, network_->layers.heads[n]));
        }
        return total.item<double>();
    });
}

} // namespace scalekv
