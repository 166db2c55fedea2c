#include "engine/io/fingerprint.h"

#include "engine/io/stored_tensor.h"

#include <c10/util/hash.h>

#include <algorithm>

namespace scalekv {
namespace {

constexpr std::int64_t kSamples = 16;

/// The bytes of element `index`, counted in rows whatever the strides.
void appendElement(const at::Tensor& tensor, std::int64_t index, std::string& to) {
    std::int64_t offset = 0;
    for (std::int64_t d = tensor.dim() - 1; d >= 0; --d) {
        offset += index % tensor.size(d) * tensor.stride(d);
        index /= tensor.size(d);
    }
    const auto size = std::int64_t(tensor.element_size());
    to.append(static_cast<const char*>(tensor.const_data_ptr()) + offset * size, std::size_t(size));
}

} // namespace

std::string fingerprint(const Checkpoint& checkpoint, const std::string& prefix) {
    std::string message;
    for (const auto& [name, info] : checkpoint.tensors()) {
        if (!name.starts_with(prefix))
            continue;
        message +=
            name.substr(prefix.size()) + ' ' + c10::toString(info.type) + ' ' + shapeText(info.shape) + '\n';
        const at::Tensor tensor = checkpoint.tensor(name);
        const std::int64_t samples = std::min(kSamples, tensor.numel());
        for (std::int64_t i = 0; i < samples; ++i)
            appendElement(tensor, samples == 1 ? 0 : i * (tensor.numel() - 1) / (samples - 1), message);
    }
    return "sha1:" + c10::sha1(message).str();
}

} // namespace scalekv
