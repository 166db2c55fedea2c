#include "tests/generation_fixture.h"

#include "engine/cache/reference_budgets.h"

#include <algorithm>

namespace scalekv::test {
namespace {

std::vector<double> numbers(const nlohmann::json& value) {
    return value.is_array() ? value.get<std::vector<double>>() : std::vector<double>{value.get<double>()};
}

std::vector<at::Tensor> split(const at::Tensor& rows, const nlohmann::json& lengths) {
    return rows.split_with_sizes(lengths.get<std::vector<std::int64_t>>());
}

} // namespace

GenerationRequest Fixture::request() const {
    GenerationRequest request;
    request.seed = setting("seed").get<std::uint64_t>();
    request.size = setting("pn").get<std::string>();
    request.aspectRatio = setting("ratio").get<double>();
    request.cfg = numbers(setting("cfg"));
    request.tau = numbers(setting("tau"));
    request.topK = setting("top_k").get<int>();
    request.topP = setting("top_p").get<double>();
    if (has("cfg_insertion_layer"))
        request.guidanceLayers = {setting("cfg_insertion_layer").get<int>()};
    return request;
}

std::shared_ptr<const CachePolicy> Fixture::referencePolicy(const ScaleSchedule& schedule,
                                                            std::int64_t layers) const {
    const BudgetTable table = readBudgetFile(file_.parent_path() / setting("budget").get<std::string>());
    const int window = setting("window").get<int>();
    return std::make_shared<ScaleKvReference>(
        referencePlan(schedule, layers, table, setting("base_capacity").get<std::int64_t>(), window),
        ScaleKvReference::Options{window, setting("kernel").get<std::int64_t>(),
                                  setting("pooling").get<std::string>() == "maxpool"});
}

std::vector<at::Tensor> Fixture::text(const Transformer& transformer, bool guided) const {
    std::vector<at::Tensor> all = split(tensor("text"), setting("lens"));
    if (!guided)
        return all;
    const std::size_t prompts = all.size();
    if (has("negative_lens")) {
        for (const at::Tensor& features : split(tensor("negative_text"), setting("negative_lens")))
            all.push_back(features);
    } else {
        for (std::size_t i = 0; i < prompts; ++i)
            all.push_back(transformer.unconditionalText(all[i].size(0)));
    }
    return all;
}

std::vector<std::filesystem::path> generationFixtures(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".safetensors")
            continue;
        const Fixture fixture(entry.path());
        if (fixture.has("model") && fixture.tensors().contains("scale0.bits"))
            found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace scalekv::test
