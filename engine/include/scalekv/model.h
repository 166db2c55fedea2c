#pragma once

#include "scalekv/head_kinds.h"
#include "scalekv/head_orders.h"
#include "scalekv/model_files.h"
#include "scalekv/model_identity.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace scalekv {

struct LoadedModel;
struct RoleTable;

enum class Precision {
    Auto, ///< bf16 where the device computes it natively, else fp32
    Float32,
    BFloat16,
};

struct LoadOptions {
    Precision precision = Precision::Auto;
    std::string device = "cpu"; ///< "cpu", "cuda", "cuda:1"
};

/// The memory in which a model computes, its device's or the machine's. Bytes; 0 where nobody says.
struct ComputeMemory {
    std::int64_t used = 0; ///< by this program
    std::int64_t free = 0; ///< what it could still have
};

/// Loaded weights. Immutable once loaded: any number of generations may share one model, also from several
/// threads.
class Model {
public:
    /// `progress` (may be empty) gets 0 … 1 and what is being loaded. Throws Error, or Cancelled.
    static std::shared_ptr<const Model>
    load(const ModelFiles& files, const LoadOptions& options = {},
         const std::function<void(double, const std::string&)>& progress = {}, std::stop_token stop = {});
    ~Model();
    Model(const Model&) = delete;
    Model& operator=(const Model&) = delete;

    const ModelFiles& files() const;
    const ModelIdentity& identity() const;
    int layers() const;
    int heads() const;
    int width() const;               ///< channels C
    int bits() const;                ///< bits a VAE latent position
    int patchSize() const;           ///< pixels a VAE latent position, one side
    int pixelsPerToken() const;      ///< pixels a token of the transformer, one side
    std::int64_t parameters() const; ///< all three parts
    std::int64_t weightBytes() const;
    std::string precision() const; ///< "bf16" or "fp32"
    std::string device() const;
    ComputeMemory memory() const; ///< at this moment
    /// Drafters and refiners, none where the model has no calibration.
    const RoleTable* roles() const;
    /// In which order heads drop (HeatKV), none where no calibration says so.
    const HeadOrders* headOrders() const;
    /// How heads look back (HACK), none where no calibration says so.
    const HeadKinds* headKinds() const;
    /// What was odd but harmless in the files (unexpected tensors, …), one sentence each.
    const std::vector<std::string>& notes() const;

    /// Torch-side contents, for the engine's own folders.
    const LoadedModel& loaded() const { return *loaded_; }

private:
    explicit Model(std::unique_ptr<LoadedModel> loaded);
    std::unique_ptr<LoadedModel> loaded_;
};

/// What LoadOptions::device may be on this machine: "cpu", then "cuda:0", "cuda:1" … for its CUDA devices, of
/// which "cuda" names the first.
std::vector<std::string> availableDevices();

} // namespace scalekv
