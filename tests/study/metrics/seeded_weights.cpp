#include "tests/study/metrics/seeded_weights.h"

#include "tests/mutate.h"
#include "tests/safetensors_file.h"

#include <ATen/ATen.h>

#include <cmath>

namespace scalekv::test {
namespace {

std::uint64_t firstSeed(const std::string& network) {
    static const std::map<std::string, std::uint64_t> kFirst{
        {"alexnet", 1000},    {"vgg16", 2000},     {"squeezenet1_1", 3000}, {"inception", 4000},
        {"lpips_alex", 5000}, {"lpips_vgg", 6000}, {"lpips_squeeze", 7000}};
    return kFirst.at(network);
}

at::Tensor seeded(const std::string& name, const std::vector<std::int64_t>& shape, std::uint64_t seed) {
    at::Generator generator = at::detail::createCPUGenerator(seed);
    const at::Tensor r = at::randn(shape, generator);
    if (name.starts_with("lin"))
        return r.abs().div_(double(shape[1]));
    if (name.ends_with("running_var"))
        return r.abs().mul_(0.1).add_(1);
    if (name.ends_with("running_mean") || name.ends_with("bias"))
        return r.mul(0.1);
    if (shape.size() == 1)
        return r.mul(0.1).add_(1);
    return r.mul(std::sqrt(2.0 * double(shape[0]) / double(r.numel())));
}

const nlohmann::json& weightsJson() {
    static const nlohmann::json kJson = nlohmann::json::parse(readBytes(metricsFolder() / "weights.json"));
    return kJson;
}

} // namespace

std::filesystem::path metricsFolder() {
    return SCALEKV_SOURCE_DIR "/tests/data/metrics";
}

const nlohmann::json& expectedMetrics() {
    static const nlohmann::json kJson = nlohmann::json::parse(readBytes(metricsFolder() / "metrics.json"));
    return kJson;
}

std::map<std::string, at::Tensor> seededWeights(const std::string& network) {
    std::map<std::string, at::Tensor> tensors;
    std::uint64_t seed = firstSeed(network);
    for (const auto& entry : weightsJson().at(network).at("tensors")) {
        const std::string name = entry.at(0);
        tensors[name] = seeded(name, entry.at(1), seed++);
    }
    return tensors;
}

std::string trunkName(LpipsNet net) {
    constexpr std::array names{"alexnet", "vgg16", "squeezenet1_1"};
    return names[std::size_t(net)];
}

MetricWeights seededLpips(const std::filesystem::path& folder, LpipsNet net) {
    MetricWeights weights;
    MetricWeights::Lpips& files = weights.lpips[std::size_t(net)];
    files.trunk = folder / (trunkName(net) + ".safetensors");
    files.heads = folder / ("lpips_" + netName(net) + ".safetensors");
    writeSafetensors(files.trunk, seededWeights(trunkName(net)));
    writeSafetensors(files.heads, seededWeights("lpips_" + netName(net)));
    return weights;
}

} // namespace scalekv::test
