#pragma once

#include "engine/cache/policies.h"
#include "engine/pipeline/prepare.h"
#include "tests/fixtures.h"

#include <filesystem>
#include <vector>

/// Runs of the released code, stored as safetensors: results as tensors, settings as JSON in the metadata
/// (see tests/data/parity/README.md).
namespace scalekv::test {

class Fixture {
public:
    explicit Fixture(const std::filesystem::path& file) : file_(file), checkpoint_(Checkpoint::open(file)) {}

    std::string name() const { return file_.stem().string(); }
    const Checkpoint& tensors() const { return checkpoint_; }
    at::Tensor tensor(const std::string& name) const { return checkpoint_.tensor(name); }
    bool has(const std::string& key) const { return checkpoint_.metadata().contains(key); }
    nlohmann::json setting(const std::string& key) const {
        return nlohmann::json::parse(checkpoint_.metadata().at(key));
    }

    /// The run's settings as a request; prompts are left empty.
    GenerationRequest request() const;
    /// The released code's policy with the run's own settings (window, kernel, pooling), where it has a
    /// budget.
    std::shared_ptr<const CachePolicy> referencePolicy(const ScaleSchedule& schedule,
                                                       std::int64_t layers) const;
    /// Text features of every sequence, guidance's half included.
    std::vector<at::Tensor> text(const Transformer& transformer, bool guided) const;

private:
    std::filesystem::path file_;
    Checkpoint checkpoint_;
};

/// Fixtures of whole generations in a folder ("scale0.bits" and a "model"), sorted by name.
std::vector<std::filesystem::path> generationFixtures(const std::filesystem::path& folder);

} // namespace scalekv::test
