#include "engine/image/jpeg.h"

#include "engine/image/picture_format.h"
#include "engine/io/file_text.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <csetjmp>
#include <cstdio> // jpeglib.h uses FILE without including it

#include <jpeglib.h>

#include <jerror.h>

#include <array>
#include <string>

namespace scalekv {
namespace {

constexpr std::uint64_t kMaxFile = std::uint64_t(1) << 30;
constexpr int kMaxScans = 1000; // a progressive file of many tiny scans would take hours

/// libjpeg leaves by longjmp, which must not skip destructors: each member function below that calls it sets
/// its own return point and owns nothing. (Its own handler would end the program.)
class JpegReader {
public:
    explicit JpegReader(const std::string& bytes) : bytes_(bytes) {
        info_.err = jpeg_std_error(&errors_);
        errors_.error_exit = onError;
        errors_.emit_message = onMessage;
        errors_.output_message = [](j_common_ptr) {};
        info_.client_data = this;
        created_ = create();
    }
    ~JpegReader() {
        if (created_)
            jpeg_destroy_decompress(&info_);
    }
    JpegReader(const JpegReader&) = delete;
    JpegReader& operator=(const JpegReader&) = delete;

    bool readHeader() {
        if (!created_ || setjmp(jump_))
            return false;
        jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
        jpeg_read_header(&info_, TRUE);
        return true;
    }

    std::uint64_t width() const { return info_.image_width; }
    std::uint64_t height() const { return info_.image_height; }
    bool isCmyk() const { return info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK; }

    /// pixels: 3 · width · height bytes.
    bool readPixels(std::uint8_t* pixels) {
        if (setjmp(jump_))
            return false;
        info_.out_color_space = JCS_RGB;
        jpeg_start_decompress(&info_);
        const std::size_t row = std::size_t(3) * info_.output_width;
        while (info_.output_scanline < info_.output_height) {
            JSAMPROW target = pixels + row * info_.output_scanline;
            jpeg_read_scanlines(&info_, &target, 1);
        }
        jpeg_finish_decompress(&info_);
        return true;
    }

    const char* problem() const { return problem_.data(); }

private:
    bool create() {
        if (setjmp(jump_))
            return false;
        jpeg_create_decompress(&info_);
        info_.progress = &progress_;
        progress_.progress_monitor = onProgress;
        return true;
    }

    static JpegReader& of(j_common_ptr info) { return *static_cast<JpegReader*>(info->client_data); }
    static void onError(j_common_ptr info) {
        info->err->format_message(info, of(info).problem_.data());
        std::longjmp(of(info).jump_, 1);
    }
    /// libjpeg only warns where data is missing, and fills the picture with grey. Other warnings are of what
    /// does no harm (bytes too many, odd markers): files in use have them, and other readers say nothing.
    static void onMessage(j_common_ptr info, int level) {
        const int message = info->err->msg_code;
        if (level < 0 && (message == JWRN_HIT_MARKER || message == JWRN_JPEG_EOF))
            onError(info);
    }
    static void onProgress(j_common_ptr info) {
        if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMaxScans)
            return;
        std::snprintf(of(info).problem_.data(), of(info).problem_.size(), "too many scans");
        std::longjmp(of(info).jump_, 1);
    }

    const std::string& bytes_;
    jpeg_decompress_struct info_{};
    jpeg_error_mgr errors_{};
    jpeg_progress_mgr progress_{};
    std::jmp_buf jump_{};
    std::array<char, JMSG_LENGTH_MAX> problem_{};
    bool created_ = false;
};

} // namespace

RgbImage readJpeg(const std::filesystem::path& path) {
    const auto reject = [&](const std::string& why) {
        throw Error("Cannot read the picture " + pathText(path) + ": " + why + ".");
    };
    const std::string bytes = fileText(path, kMaxFile);
    JpegReader reader(bytes);
    const auto damage = [&reader] {
        return "the file is damaged or was cut short (" + printable(reader.problem()) + ")";
    };
    if (!reader.readHeader())
        reject(damage());
    if (reader.isCmyk())
        reject("it is a JPEG in CMYK; save it in RGB first");
    const std::uint64_t width = reader.width(), height = reader.height();
    if (width == 0 || height == 0 || width * height > kMostPixels)
        reject(std::to_string(width) + " × " + std::to_string(height) + " pixels are too many or too few");
    RgbImage image{int(width), int(height), std::vector<std::uint8_t>(std::size_t(width * height * 3))};
    if (!reader.readPixels(image.pixels.data()))
        reject(damage());
    return image;
}

} // namespace scalekv
