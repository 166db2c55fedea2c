#include "engine/io/deflate.h"

#include "engine/io/byte_stream.h"

#include <zlib.h>

#include <new>

namespace scalekv {
namespace {

constexpr std::uint64_t kMostRatio = 1032; // a byte of deflate never unpacks to more
constexpr int kQuick = 4;                  // a third of the usual level's time, a tenth more bytes

} // namespace

std::string deflated(std::string_view bytes) {
    ByteWriter to;
    to.put(std::uint64_t(bytes.size()));
    uLongf packedBytes = compressBound(bytes.size());
    std::string packed(packedBytes, '\0');
    if (compress2(reinterpret_cast<Bytef*>(packed.data()), &packedBytes,
                  reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), kQuick) != Z_OK)
        throw std::bad_alloc(); // there is no other reason
    to.put(std::string_view(packed).substr(0, packedBytes));
    return to.bytes();
}

std::string inflated(std::string_view packed, const std::string& what, std::uint64_t most) {
    ByteReader from(packed, what);
    const auto bytes = from.get<std::uint64_t>();
    packed.remove_prefix(sizeof bytes);
    if (bytes > most || bytes / kMostRatio > packed.size())
        from.fail("has a length that cannot be");
    std::string result(bytes, '\0');
    uLongf written = bytes;
    uLong read = packed.size();
    if (uncompress2(reinterpret_cast<Bytef*>(result.data()), &written,
                    reinterpret_cast<const Bytef*>(packed.data()), &read) != Z_OK ||
        written != bytes || read != packed.size())
        from.fail("is damaged");
    return result;
}

} // namespace scalekv
