#include "engine/io/safetensors.h"

#include "engine/io/json_file.h"
#include "engine/io/little_endian.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <c10/core/ScalarType.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

namespace scalekv {
namespace {

using nlohmann::json;

constexpr std::uint64_t kLengthBytes = 8;
constexpr std::uint64_t kLongestHeader = 100'000'000; // the limit of the format's own library

struct TypeName {
    std::string_view name;
    at::ScalarType type;
};
constexpr std::array kTypes = {
    TypeName{"F32", at::kFloat},
    TypeName{"BF16", at::kBFloat16},
    TypeName{"F16", at::kHalf},
    TypeName{"F64", at::kDouble},
    TypeName{"I64", at::kLong},
    TypeName{"I32", at::kInt},
    TypeName{"I16", at::kShort},
    TypeName{"I8", at::kChar},
    TypeName{"U8", at::kByte},
    TypeName{"BOOL", at::kBool},
    TypeName{"F8_E4M3", at::kFloat8_e4m3fn},
    TypeName{"F8_E5M2", at::kFloat8_e5m2},
};

/// Reads one file; holds what the parts of the work share.
class SafetensorsReader {
public:
    explicit SafetensorsReader(const std::shared_ptr<const MappedFile>& file) : file_(file) {}

    FileContents read() {
        const json header = readHeader();
        FileContents contents;
        for (const auto& [name, entry] : header.items()) {
            if (name == "__metadata__")
                contents.metadata = readMetadata(entry);
            else
                contents.tensors.emplace(name, readTensor(name, entry));
        }
        refuseOverlaps(contents);
        return contents;
    }

private:
    [[noreturn]] void fail(const std::string& problem) const {
        throw Error(pathText(file_->path()) + ": " + problem + ".");
    }
    [[noreturn]] void fail(const std::string& tensor, const std::string& problem) const {
        fail("tensor " + printable(tensor) + " " + problem);
    }

    json readHeader() {
        if (file_->size() < kLengthBytes)
            fail("is too short to be a safetensors file");
        const std::uint64_t length = littleEndian(file_->bytes().first(kLengthBytes));
        if (length > kLongestHeader)
            fail("claims a header of " + std::to_string(length) + " bytes, so it is no safetensors file");
        if (length > file_->size() - kLengthBytes)
            fail("ends inside its header (the file is incomplete)");
        dataStart_ = kLengthBytes + length;
        json header = parseJson({reinterpret_cast<const char*>(file_->bytes().data()) + kLengthBytes,
                                 static_cast<std::size_t>(length)},
                                pathText(file_->path()) + ": the header");
        if (!header.is_object())
            fail("has a header that is no JSON object");
        return header;
    }

    std::map<std::string, std::string> readMetadata(const json& entry) const {
        std::map<std::string, std::string> metadata;
        if (!entry.is_object())
            fail("has metadata that is no JSON object");
        for (const auto& [key, value] : entry.items()) {
            if (!value.is_string())
                fail("has metadata \"" + printable(key) + "\" that is no text");
            metadata.emplace(key, value.get<std::string>());
        }
        return metadata;
    }

    StoredTensor readTensor(const std::string& name, const json& entry) const {
        const auto field = [&](const char* key) -> const json& {
            if (!entry.is_object() || !entry.contains(key))
                fail(name, std::string("has no \"") + key + "\" in the header");
            return entry.at(key);
        };
        StoredTensor tensor;
        tensor.file = file_;
        tensor.info.name = name;
        tensor.info.file = file_->path();
        tensor.info.type = readType(name, field("dtype"));
        for (const std::uint64_t extent : readNumbers(name, field("shape"), "shape"))
            tensor.info.shape.push_back(static_cast<std::int64_t>(extent));
        tensor.strides = contiguousStridesOf(name, tensor.info);

        const std::vector<std::uint64_t> range = readNumbers(name, field("data_offsets"), "data_offsets");
        if (range.size() != 2 || range[0] > range[1])
            fail(name, "has wrong data_offsets");
        if (range[1] > file_->size() - dataStart_)
            fail(name, "lies past the end of the file (the file is incomplete)");
        if (range[1] - range[0] != static_cast<std::uint64_t>(tensor.info.bytes()))
            fail(name, "has " + std::to_string(range[1] - range[0]) + " bytes of data where " +
                           shapeText(tensor.info.shape) + " of its type needs " +
                           std::to_string(tensor.info.bytes()));
        tensor.offset = dataStart_ + range[0];
        return tensor;
    }

    at::ScalarType readType(const std::string& name, const json& value) const {
        const std::string text = value.is_string() ? value.get<std::string>() : "?";
        const auto* known =
            std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeName& t) { return t.name == text; });
        if (known == kTypes.end())
            fail(name, "has the unknown type \"" + printable(text) + "\"");
        return known->type;
    }

    std::vector<std::uint64_t> readNumbers(const std::string& name, const json& value,
                                           const char* what) const {
        std::vector<std::uint64_t> numbers;
        if (!value.is_array())
            fail(name, std::string("has a wrong ") + what);
        for (const json& number : value) {
            // A number past 63 bits, a negative one or a fraction is never right.
            if (!number.is_number_unsigned() || number.get<std::uint64_t>() > INT64_MAX)
                fail(name, std::string("has a wrong ") + what);
            numbers.push_back(number.get<std::uint64_t>());
        }
        return numbers;
    }

    std::vector<std::int64_t> contiguousStridesOf(const std::string& name, const TensorInfo& info) const {
        if (!checkedElements(info.shape, static_cast<std::int64_t>(c10::elementSize(info.type))))
            fail(name, "has an impossible shape");
        return contiguousStrides(info.shape);
    }

    void refuseOverlaps(const FileContents& contents) const {
        std::vector<const StoredTensor*> order;
        for (const auto& [name, tensor] : contents.tensors)
            if (tensor.info.bytes() > 0)
                order.push_back(&tensor);
        std::sort(order.begin(), order.end(),
                  [](const StoredTensor* a, const StoredTensor* b) { return a->offset < b->offset; });
        for (std::size_t i = 1; i < order.size(); ++i)
            if (order[i]->offset < order[i - 1]->offset + order[i - 1]->extent())
                fail(order[i]->info.name, "overlaps tensor " + printable(order[i - 1]->info.name));
    }

    std::shared_ptr<const MappedFile> file_;
    std::uint64_t dataStart_ = 0;
};

} // namespace

FileContents readSafetensors(const std::shared_ptr<const MappedFile>& file) {
    return SafetensorsReader(file).read();
}

} // namespace scalekv
