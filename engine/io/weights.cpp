#include "engine/io/weights.h"

#include "engine/io/printable.h"
#include "engine/io/stored_tensor.h"
#include "scalekv/error.h"

#include <ATen/ATen.h>

#include <utility>

namespace scalekv {
namespace {

bool fits(at::IntArrayRef shape, at::IntArrayRef expected) {
    if (shape.size() != expected.size())
        return false;
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (expected[i] >= 0 && shape[i] != expected[i])
            return false;
    return true;
}

} // namespace

Weights::Weights(Checkpoint checkpoint, at::ScalarType type, at::Device device)
    : checkpoint_(std::move(checkpoint)), type_(type), upload_(device) {}

void Weights::onTaken(std::function<void(std::int64_t bytes)> callback) {
    onTaken_ = std::move(callback);
}

bool Weights::has(const std::string& name) const {
    return checkpoint_.contains(name);
}

at::Tensor Weights::take(const std::string& name, at::IntArrayRef shape) {
    return takeAs(name, shape, type_);
}

at::Tensor Weights::takeFloat(const std::string& name, at::IntArrayRef shape) {
    return takeAs(name, shape, at::kFloat);
}

void Weights::ignore(const std::string& name) {
    taken_.insert(name);
}

std::vector<std::string> Weights::leftOver() const {
    std::vector<std::string> names;
    for (const auto& [name, info] : checkpoint_.tensors())
        if (!taken_.contains(name))
            names.push_back(name);
    return names;
}

at::Tensor Weights::takeAs(const std::string& name, at::IntArrayRef shape, at::ScalarType type) {
    const at::Tensor stored = checkpoint_.tensor(name);
    const TensorInfo& info = checkpoint_.tensors().at(name);
    if (!fits(info.shape, shape))
        throw Error(pathText(info.file) + ": tensor " + printable(name) + " has shape " +
                    shapeText(info.shape) + ", expected " + shapeText(shape) + ".");
    if (!at::isFloatingType(info.type))
        throw Error(pathText(info.file) + ": tensor " + printable(name) + " holds " +
                    c10::toString(info.type) + " where floating-point numbers are expected.");

    at::Tensor ready = upload_(stored, type);
    // What was converted or copied lives elsewhere now; keeping its file pages too would hold both.
    if (!ready.is_alias_of(stored))
        checkpoint_.forget(name);
    taken_.insert(name);
    takenBytes_ += info.bytes();
    if (onTaken_)
        onTaken_(takenBytes_);
    return ready;
}

} // namespace scalekv
