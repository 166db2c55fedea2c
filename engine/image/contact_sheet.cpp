#include "engine/image/contact_sheet.h"

#include "engine/image/drawn_text.h"
#include "engine/image/resample.h"
#include "scalekv/error.h"

#include <algorithm>
#include <stdexcept>

namespace scalekv {
namespace {

constexpr Rgb kPaper{250, 250, 250};
constexpr Rgb kInk{32, 34, 38};
constexpr Rgb kFaint{96, 100, 108};
constexpr TextStyle kColumnText{22, TextWeight::Bold, kInk};
constexpr TextStyle kRowText{22, TextWeight::Plain, kInk};
constexpr TextStyle kCaptionText{22, TextWeight::Plain, kFaint};

constexpr int kMargin = 32;        ///< around everything
constexpr int kGap = 16;           ///< between columns
constexpr int kRowGap = 28;        ///< above a row
constexpr int kTextGap = 8;        ///< between a picture and its text
constexpr int kReadableSide = 256; ///< a cell this wide has room for a caption of twenty letters
constexpr int kSmallestSide = 24;  ///< nothing can be seen in less

/// Height of a row above its picture, and beside it in all.
constexpr int kRowHead = kRowGap + kRowText.lineHeight + kTextGap;
constexpr int kRowExtra = kRowHead + kTextGap + kCaptionText.lineHeight;
constexpr int kHead = kMargin + kColumnText.lineHeight;

/// A scaled side in whole pixels; a product that is whole but for rounding stays so.
int pixels(double side) {
    return static_cast<int>(side + 1e-6);
}

int enlargement(int pictureWidth) {
    return std::max(1, (kReadableSide + pictureWidth - 1) / pictureWidth);
}

} // namespace

ContactSheet::ContactSheet(const std::vector<std::string>& columns, const std::vector<std::string>& rows,
                           int pictureWidth, int pictureHeight)
    : columns_(static_cast<int>(columns.size())), rows_(static_cast<int>(rows.size())) {
    if (columns.empty() || rows.empty() || pictureWidth <= 0 || pictureHeight <= 0)
        throw Error("A contact sheet needs at least one row, one column, and pictures that are not empty.");
    const double roomWidth = double(kLongestSide - 2 * kMargin - (columns_ - 1) * kGap) / columns_;
    const double roomHeight = double(kLongestSide - kHead - kMargin) / rows_ - kRowExtra;
    const double factor =
        std::min({double(enlargement(pictureWidth)), roomWidth / pictureWidth, roomHeight / pictureHeight});
    cellWidth_ = pixels(pictureWidth * factor);
    cellHeight_ = pixels(pictureHeight * factor);
    if (std::min(cellWidth_, cellHeight_) < kSmallestSide)
        throw Error("A contact sheet of " + std::to_string(rows_) + " rows and " + std::to_string(columns_) +
                    " columns would show its pictures too small; make several.");

    sheet_.width = cellX(columns_) - kGap + kMargin;
    sheet_.height = cellY(rows_) - kRowHead + kMargin;
    for (std::int64_t n = 0; n < std::int64_t(sheet_.width) * sheet_.height; ++n)
        sheet_.pixels.insert(sheet_.pixels.end(), kPaper.begin(), kPaper.end());

    for (int column = 0; column < columns_; ++column) {
        const std::string label = elided(columns[std::size_t(column)], cellWidth_, kColumnText);
        drawText(sheet_, cellX(column) + (cellWidth_ - textWidth(label, kColumnText)) / 2, kMargin, label,
                 kColumnText);
    }
    for (int row = 0; row < rows_; ++row)
        drawText(sheet_, kMargin, cellY(row) - kTextGap - kRowText.lineHeight,
                 elided(rows[std::size_t(row)], sheet_.width - 2 * kMargin, kRowText), kRowText);
}

int ContactSheet::cellX(int column) const {
    return kMargin + column * (cellWidth_ + kGap);
}

int ContactSheet::cellY(int row) const {
    return kHead + row * (cellHeight_ + kRowExtra) + kRowHead;
}

void ContactSheet::place(int row, int column, const RgbImage& picture, const std::string& caption) {
    if (row < 0 || row >= rows_ || column < 0 || column >= columns_)
        throw std::out_of_range("ContactSheet::place");
    if (picture.empty())
        throw Error("A contact sheet was given an empty picture.");
    const double factor = std::min(double(cellWidth_) / picture.width, double(cellHeight_) / picture.height);
    const RgbImage fitted = resampled(picture, std::max(1, pixels(picture.width * factor)),
                                      std::max(1, pixels(picture.height * factor)));
    const int left = cellX(column) + (cellWidth_ - fitted.width) / 2;
    const int top = cellY(row) + (cellHeight_ - fitted.height) / 2;
    const std::size_t bytes = std::size_t(fitted.width) * 3;
    for (int y = 0; y < fitted.height; ++y)
        std::copy_n(fitted.pixels.begin() + std::ptrdiff_t(std::size_t(y) * bytes), bytes,
                    sheet_.pixels.begin() + (std::ptrdiff_t(top + y) * sheet_.width + left) * 3);

    const std::string text = elided(caption, cellWidth_, kCaptionText);
    drawText(sheet_, cellX(column) + (cellWidth_ - textWidth(text, kCaptionText)) / 2,
             cellY(row) + cellHeight_ + kTextGap, text, kCaptionText);
}

int ContactSheet::comfortableRows(int pictureWidth, int pictureHeight) {
    const int height = pictureHeight * enlargement(pictureWidth) + kRowExtra;
    return std::max(1, (kLongestSide - kHead - kMargin) / height);
}

} // namespace scalekv
