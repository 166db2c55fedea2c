#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

/// Damaged copies of files, for tests that reading them ends in an error and nothing worse.
namespace scalekv::test {

inline std::string readBytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void writeBytes(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::remove(path); // file systems flush a file that is cut and written again: 100 × slower
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(bytes.data(), std::streamsize(bytes.size()));
}

/// A few random changes: bytes replaced, bits flipped, 32-bit words made extreme, pieces removed, doubled or
/// cut off the end. Most of them near the start, where formats keep their lengths. The same seed gives the
/// same damage.
inline std::string mutate(std::string bytes, std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto below = [&](std::size_t n) { return n == 0 ? 0 : std::size_t(random()) % n; };
    const std::size_t changes = 1 + below(6);
    for (std::size_t n = 0; n < changes && !bytes.empty(); ++n) {
        const std::size_t reach = below(2) == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 2048);
        const std::size_t at = below(reach);
        switch (below(7)) {
        case 0:
        case 1:
            bytes[at] = char(random());
            break;
        case 2:
            bytes[at] = char(bytes[at] ^ (1 << below(8)));
            break;
        case 3:
            for (std::size_t k = at; k < std::min(at + 4, bytes.size()); ++k)
                bytes[k] = char(seed % 2 == 0 ? 0xff : 0x00);
            break;
        case 4:
            bytes.erase(at, 1 + below(64));
            break;
        case 5:
            bytes.insert(at, bytes.substr(at, 1 + below(64)));
            break;
        default:
            if (below(4) == 0) // the others would never be seen if most files were cut
                bytes.resize(at);
        }
    }
    return bytes;
}

} // namespace scalekv::test
