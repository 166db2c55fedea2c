#include "scalekv/png.h"

#include "engine/image/picture_format.h"
#include "engine/image/png_bytes.h"
#include "engine/io/printable.h"
#include "engine/io/utf8.h"
#include "scalekv/error.h"
#include "scalekv/png_head.h"
#include "scalekv/write_file.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

namespace scalekv {
namespace {

constexpr png_uint_32 kMaxSide = 1 << 20;
constexpr png_alloc_size_t kMaxTextBytes = png_alloc_size_t(16) << 20; // of one
constexpr png_alloc_size_t kMaxTextsBytes = png_alloc_size_t(32) << 20;
constexpr png_uint_32 kMaxTexts = 100;
constexpr int kMostChunks = 1 << 20;
constexpr std::uint64_t kMaxHeadPixels = std::uint64_t(1) << 26; // that are read for what stands behind them
constexpr std::uint64_t kMaxDeflateRatio = 1032;                 // a byte of deflate never unpacks to more

struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

std::string systemReason() {
    return std::generic_category().message(errno);
}

std::string latin1ToUtf8(std::string_view text) {
    std::string utf8;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            utf8 += c;
        } else {
            utf8 += static_cast<char>(0xc0 | byte >> 6);
            utf8 += static_cast<char>(0x80 | (byte & 0x3f));
        }
    }
    return utf8;
}

/// What libpng reports through its callbacks. libpng leaves by longjmp, which must not skip destructors: each
/// member function below that calls libpng sets its own return point and owns nothing.
struct PngProblem {
    std::array<char, 200> text{};

    static void onError(png_structp png, png_const_charp message) {
        auto* problem = static_cast<PngProblem*>(png_get_error_ptr(png));
        std::snprintf(problem->text.data(), problem->text.size(), "%s", message);
        png_longjmp(png, 1);
    }
    static void onWarning(png_structp, png_const_charp) {}
};

class PngReader {
public:
    explicit PngReader(std::FILE* file)
        : png_(png_create_read_struct(PNG_LIBPNG_VER_STRING, &problem_, PngProblem::onError,
                                      PngProblem::onWarning)),
          info_(png_ ? png_create_info_struct(png_) : nullptr), file_(file) {
        if (!info_) {
            png_destroy_read_struct(&png_, nullptr, nullptr);
            throw std::bad_alloc();
        }
    }
    ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;

    /// `texts`: how many the file has. Of more than can be taken the last are passed over.
    bool readHeader(png_uint_32 texts) {
        if (setjmp(png_jmpbuf(png_)))
            return false;
        png_init_io(png_, file_);
        png_set_user_limits(png_, kMaxSide, kMaxSide);
        png_set_chunk_malloc_max(
            png_, std::min(kMaxTextBytes, kMaxTextsBytes / std::clamp(texts, png_uint_32(1), kMaxTexts)));
        png_set_chunk_cache_max(png_, kMaxTexts);
        png_read_info(png_, info_);
        // Whatever the file holds, rows come out as 8-bit RGBA.
        png_set_expand(png_);
        png_set_scale_16(png_);
        png_set_gray_to_rgb(png_);
        png_set_add_alpha(png_, 0xff, PNG_FILLER_AFTER);
        return true;
    }

    png_uint_32 width() const { return png_get_image_width(png_, info_); }
    png_uint_32 height() const { return png_get_image_height(png_, info_); }
    /// Bytes of the picture before deflate, at least.
    std::uint64_t rawBytes() const {
        const std::uint64_t bits =
            std::uint64_t(width()) * png_get_bit_depth(png_, info_) * png_get_channels(png_, info_);
        return (bits + 7) / 8 * height();
    }

    /// rows: one pointer a row to 4 · width bytes.
    bool readPixels(png_bytep* rows) {
        if (setjmp(png_jmpbuf(png_)))
            return false;
        png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        if (png_get_rowbytes(png_, info_) != std::size_t(4) * width())
            png_error(png_, "unknown pixel format");
        png_read_image(png_, rows);
        png_read_end(png_, info_);
        return true;
    }

    PngText text() const {
        png_textp chunks = nullptr;
        int count = 0;
        png_get_text(png_, info_, &chunks, &count);
        PngText text;
        for (int n = 0; n < count; ++n) {
            const png_text& chunk = chunks[n];
            const bool isInternational = chunk.compression >= PNG_ITXT_COMPRESSION_NONE;
            const std::string_view value(
                chunk.text ? chunk.text : "",
                chunk.text ? (isInternational ? chunk.itxt_length : chunk.text_length) : 0);
            text[latin1ToUtf8(chunk.key)] =
                isInternational && isUtf8(value) ? std::string(value) : latin1ToUtf8(value);
        }
        return text;
    }

    const char* problem() const { return problem_.text.data(); }

private:
    PngProblem problem_;
    png_structp png_;
    png_infop info_;
    std::FILE* file_;
};

class PngWriter {
public:
    PngWriter()
        : png_(png_create_write_struct(PNG_LIBPNG_VER_STRING, &problem_, PngProblem::onError,
                                       PngProblem::onWarning)),
          info_(png_ ? png_create_info_struct(png_) : nullptr) {
        if (!info_) {
            png_destroy_write_struct(&png_, nullptr);
            throw std::bad_alloc();
        }
    }
    ~PngWriter() { png_destroy_write_struct(&png_, &info_); }
    PngWriter(const PngWriter&) = delete;
    PngWriter& operator=(const PngWriter&) = delete;

    bool write(const RgbImage& image, png_textp text, int texts) {
        if (setjmp(png_jmpbuf(png_)))
            return false;
        png_set_write_fn(png_, &bytes_, append, nullptr);
        png_set_IHDR(png_, info_, png_uint_32(image.width), png_uint_32(image.height), 8, PNG_COLOR_TYPE_RGB,
                     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_set_text(png_, info_, text, texts);
        png_write_info(png_, info_);
        for (int y = 0; y < image.height; ++y)
            png_write_row(png_, image.pixels.data() + std::size_t(y) * image.width * 3);
        png_write_end(png_, info_);
        return true;
    }

    const std::string& bytes() const { return bytes_; }
    const char* problem() const { return problem_.text.data(); }

private:
    static void append(png_structp png, png_bytep data, png_size_t size) {
        bool appended = true;
        try {
            static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(data), size);
        } catch (const std::bad_alloc&) {
            appended = false; // libpng, in C, knows no exceptions
        }
        if (!appended)
            png_error(png, "there is not enough memory");
    }

    PngProblem problem_;
    png_structp png_;
    png_infop info_;
    std::string bytes_;
};

/// libpng takes mutable pointers into the texts but does not write through them.
std::vector<png_text> textChunks(const std::string& what, PngText& text) {
    std::vector<png_text> chunks;
    for (auto& [key, value] : text) {
        const bool isPrintable = std::all_of(key.begin(), key.end(),
                                             [](char c) { return static_cast<unsigned char>(c - 32) < 95; });
        if (key.empty() || key.size() > 79 || !isPrintable || key.front() == ' ' || key.back() == ' ')
            throw Error("Cannot write " + what + ": \"" + printable(key) + "\" is not a PNG text key.");
        png_text chunk{};
        chunk.compression = PNG_ITXT_COMPRESSION_NONE;
        chunk.key = const_cast<png_charp>(key.c_str());
        chunk.text = value.data();
        chunk.itxt_length = value.size();
        chunks.push_back(chunk);
    }
    return chunks;
}

std::uint8_t overWhite(std::uint8_t value, std::uint8_t alpha) {
    return static_cast<std::uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

} // namespace

namespace {

std::string encoded(const RgbImage& image, const PngText& text, const std::string& what) {
    if (image.width <= 0 || image.height <= 0 ||
        image.pixels.size() != std::size_t(image.width) * std::size_t(image.height) * 3)
        throw Error("Cannot write " + what + ": the picture is empty or incomplete.");
    PngText owned = text;
    std::vector<png_text> chunks = textChunks(what, owned);

    PngWriter writer;
    if (!writer.write(image, chunks.data(), int(chunks.size())))
        throw Error("Cannot write " + what + ": " + printable(writer.problem()) + ".");
    return writer.bytes();
}

} // namespace

std::string pngBytes(const RgbImage& image, const PngText& text) {
    return encoded(image, text, "a picture");
}

void writePng(const std::filesystem::path& path, const RgbImage& image, const PngText& text) {
    writeFile(path, encoded(image, text, pathText(path)));
}

namespace {

/// Why this is no PNG, from how it begins; "" if it is one. The file is then read from its start again.
std::string notPng(std::FILE* file) {
    std::array<char, 16> bytes{};
    const std::string_view start(bytes.data(), std::fread(bytes.data(), 1, bytes.size(), file));
    std::fseek(file, 0, SEEK_SET); // not rewind(): it forgets that a disk did not answer
    if (start.starts_with(kPngStart) || kPngStart.starts_with(start))
        return "";
    const std::string_view format = otherPictureFormat(start);
    return format.empty() ? "it is not a PNG"
                          : "it is " + std::string(format) + " picture; only PNGs can be read here";
}

/// libpng's own words alone ("Read Error") do not say what is wrong with what.
std::string damage(const PngReader& reader) {
    return "the file is damaged or was cut short (" + printable(reader.problem()) + ")";
}

/// `file` stands at its start and has `fileBytes`. `what` names it in messages.
class PngInput {
public:
    PngInput(std::FILE* file, std::uint64_t fileBytes, std::string what)
        : file_(file), fileBytes_(fileBytes), what_(std::move(what)), reader_(checked(file)) {
        chunks_ = walk();
        std::fseek(file_, 0, SEEK_SET);
        if (!reader_.readHeader(chunks_.texts))
            reject(damage(reader_));
        if (std::uint64_t(reader_.width()) * reader_.height() > kMostPixels)
            reject(sizeText() + " pixels are too many");
        if (reader_.rawBytes() / kMaxDeflateRatio > fileBytes_)
            reject("the file is too short for " + sizeText() + " pixels");
    }

    PngFile whole() {
        const std::size_t width = reader_.width(), height = reader_.height();
        std::vector<std::uint8_t> rgba(width * height * 4);
        std::vector<png_bytep> rows(height);
        for (std::size_t y = 0; y < height; ++y)
            rows[y] = rgba.data() + y * width * 4;
        if (!reader_.readPixels(rows.data()))
            reject(damage(reader_));

        PngFile result;
        result.image.width = int(width);
        result.image.height = int(height);
        result.image.pixels.resize(width * height * 3);
        for (std::size_t n = 0; n < width * height; ++n)
            for (std::size_t c = 0; c < 3; ++c)
                result.image.pixels[n * 3 + c] = overWhite(rgba[n * 4 + c], rgba[n * 4 + 3]);
        result.text = reader_.text();
        return result;
    }

    PngHead head() {
        if (!chunks_.whole)
            reject("the file was cut short");
        if (chunks_.textBehindPixels && std::uint64_t(reader_.width()) * reader_.height() <= kMaxHeadPixels) {
            PngFile all = whole();
            return {all.image.width, all.image.height, std::move(all.text)};
        }
        return {int(reader_.width()), int(reader_.height()), reader_.text()};
    }

private:
    [[noreturn]] void reject(const std::string& why) const {
        throw Error("Cannot read the picture " + what_ + ": " + why + ".");
    }

    std::FILE* checked(std::FILE* file) const {
        if (fileBytes_ == 0)
            reject("it is empty");
        if (const std::string why = notPng(file); !why.empty())
            reject(why);
        return file;
    }

    std::string sizeText() const {
        return std::to_string(reader_.width()) + " × " + std::to_string(reader_.height());
    }

    static bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

    struct Chunks {
        bool whole = false; ///< to the last
        png_uint_32 texts = 0;
        bool textBehindPixels = false; ///< where some programs write them
    };

    Chunks walk() const {
        Chunks chunks;
        bool pixels = false;
        std::array<unsigned char, 8> start{}; // length, highest byte first; name
        std::uint64_t at = kPngStart.size();
        int number = 0;
        for (std::string_view name; name != "IEND";) {
            if (++number > kMostChunks) // gigabytes of empty ones would be walked for minutes
                return chunks;
            if (std::fseek(file_, long(at), SEEK_SET) != 0 ||
                std::fread(start.data(), 1, start.size(), file_) != start.size())
                return chunks;
            const std::uint64_t length =
                std::uint64_t(start[0]) << 24 | start[1] << 16 | start[2] << 8 | start[3];
            name = {reinterpret_cast<const char*>(start.data()) + 4, 4};
            if (!std::all_of(name.begin(), name.end(), isLetter))
                return chunks;
            const bool text = name == "tEXt" || name == "zTXt" || name == "iTXt";
            pixels = pixels || name == "IDAT";
            chunks.texts += text ? 1 : 0;
            chunks.textBehindPixels = chunks.textBehindPixels || (pixels && text);
            at += length + 12; // with its start and checksum
            if (at > fileBytes_)
                return chunks;
        }
        chunks.whole = true;
        return chunks;
    }

    std::FILE* file_;
    std::uint64_t fileBytes_;
    std::string what_;
    Chunks chunks_;
    PngReader reader_;
};

/// `read` takes the open file as PngInput.
template <typename Read>
auto readFile(const std::filesystem::path& path, Read read) {
    const auto reject = [&](const std::string& why) {
        throw UnreadError("Cannot read the picture " + pathText(path) + ": " + why + ".");
    };
    std::error_code error;
    const std::uint64_t fileBytes = std::filesystem::file_size(path, error);
    if (error)
        reject(error.message());
    const File file(std::fopen(path.c_str(), "rb"));
    if (!file)
        reject(systemReason());
    try {
        PngInput input(file.get(), fileBytes, pathText(path));
        return read(input);
    } catch (const Error&) {
        if (std::ferror(file.get()) != 0)
            reject("the disk does not give it");
        throw;
    }
}

} // namespace

PngFile readPng(const std::filesystem::path& path) {
    return readFile(path, [](PngInput& input) { return input.whole(); });
}

PngHead readPngHead(const std::filesystem::path& path) {
    return readFile(path, [](PngInput& input) { return input.head(); });
}

PngFile readPngBytes(std::string_view bytes, const std::string& what) {
    std::string copy(bytes); // fmemopen() takes none that may not be written to, and no empty ones
    const File file(
        ::fmemopen(copy.empty() ? nullptr : copy.data(), std::max<std::size_t>(copy.size(), 1), "rb"));
    if (!file)
        throw std::bad_alloc();
    return PngInput(file.get(), bytes.size(), what).whole();
}

} // namespace scalekv
