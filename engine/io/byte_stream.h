#pragma once

#include "scalekv/error.h"

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace scalekv {

static_assert(std::endian::native == std::endian::little, "files are written lowest byte first");

/// Appends numbers as they lie in memory, lowest byte first.
class ByteWriter {
public:
    template <typename T>
    requires std::integral<T> || std::floating_point<T>
    void put(T value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
    void put(std::string_view bytes) { bytes_ += bytes; }

    const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

/// Reads them back. Throws Error "WHAT: ends too early." instead of reading past the end.
class ByteReader {
public:
    ByteReader(std::string_view bytes, std::string what) : rest_(bytes), what_(std::move(what)) {}

    template <typename T>
    requires std::integral<T> || std::floating_point<T> T get() {
        T value;
        std::memcpy(&value, get(sizeof value).data(), sizeof value);
        return value;
    }
    std::string_view get(std::uint64_t bytes) {
        if (bytes > rest_.size())
            fail("ends too early");
        const std::string_view part = rest_.substr(0, bytes);
        rest_.remove_prefix(bytes);
        return part;
    }
    /// A number of things that take so many bytes each: what cannot be there is not made room for.
    std::uint32_t count(std::size_t bytesEach) {
        const auto things = get<std::uint32_t>();
        if (things > rest_.size() / bytesEach)
            fail("ends too early");
        return things;
    }

    bool atEnd() const { return rest_.empty(); }
    const std::string& what() const { return what_; }
    [[noreturn]] void fail(const std::string& why) const { throw Error(what_ + ": " + why + "."); }

private:
    std::string_view rest_;
    std::string what_;
};

} // namespace scalekv
