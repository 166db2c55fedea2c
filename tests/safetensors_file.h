#pragma once

#include <ATen/ATen.h>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace scalekv::test {

/// Writes fp32 and bf16 tensors as a safetensors file, for tests that need a checkpoint of another layout.
inline void writeSafetensors(const std::filesystem::path& path,
                             const std::map<std::string, at::Tensor>& tensors) {
    nlohmann::json header = nlohmann::json::object();
    std::string data;
    for (const auto& [name, tensor] : tensors) {
        const at::Tensor plain = tensor.contiguous();
        const std::size_t start = data.size();
        data.append(static_cast<const char*>(plain.const_data_ptr()), plain.nbytes());
        header[name] = {{"dtype", plain.scalar_type() == at::kFloat ? "F32" : "BF16"},
                        {"shape", plain.sizes().vec()},
                        {"data_offsets", {start, data.size()}}};
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = text.size();
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(&length), sizeof length);
    file.write(text.data(), std::streamsize(text.size()));
    file.write(data.data(), std::streamsize(data.size()));
}

} // namespace scalekv::test
