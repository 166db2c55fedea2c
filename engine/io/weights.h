#pragma once

#include "engine/device/upload.h"
#include "engine/io/checkpoint.h"

#include <functional>
#include <set>
#include <stop_token>

namespace scalekv {

/// Takes the tensors of a model out of a checkpoint: checks shapes, brings them to the compute type and
/// device, and remembers which were taken. A weight whose type and device already fit is used where it lies
/// in the mapped file.
class Weights {
public:
    Weights(Checkpoint checkpoint, at::ScalarType type, at::Device device);

    /// Called after each tensor with the bytes of the file taken so far (for progress and cancelling; may
    /// throw).
    void onTaken(std::function<void(std::int64_t bytes)> callback);

    const Checkpoint& checkpoint() const { return checkpoint_; }
    at::ScalarType type() const { return type_; }
    bool has(const std::string& name) const;

    /// Throws Error "FILE: tensor NAME is missing" / "has shape [..], expected [..]". −1 in `shape` fits any
    /// extent.
    at::Tensor take(const std::string& name, at::IntArrayRef shape);
    /// As take(), kept in fp32 whatever the compute type (norms, biases that are added in fp32).
    at::Tensor takeFloat(const std::string& name, at::IntArrayRef shape);
    /// Marks a tensor as known but not needed (buffers such as `zero_k_bias`).
    void ignore(const std::string& name);

    /// Names that nobody took or ignored.
    std::vector<std::string> leftOver() const;

private:
    at::Tensor takeAs(const std::string& name, at::IntArrayRef shape, at::ScalarType type);

    Checkpoint checkpoint_;
    at::ScalarType type_;
    Upload upload_;
    std::function<void(std::int64_t)> onTaken_;
    std::int64_t takenBytes_ = 0;
    std::set<std::string> taken_;
};

} // namespace scalekv
