#pragma once

#include "scalekv/rgb_image.h"

#include <string>
#include <vector>

namespace scalekv {

/// A grid of pictures to look at side by side: a label above each column, one above each row (rows are
/// prompts, which are long), and a caption under each picture. Pictures are placed one by one, so that only
/// one needs to be in memory.
class ContactSheet {
public:
    static constexpr int kLongestSide = 8192; ///< pixels

    /// All pictures fit into cells of one size: that of `pictureWidth` × `pictureHeight`, enlarged by a whole
    /// factor where that is too small for its captions, made smaller where the sheet would exceed
    /// kLongestSide. Throws Error where the sheet is empty, or the pictures would become too small to see.
    ContactSheet(const std::vector<std::string>& columns, const std::vector<std::string>& rows,
                 int pictureWidth, int pictureHeight);

    /// Puts a picture (scaled to fit, in the middle of its cell) and its caption into the grid. Text (UTF-8)
    /// that is too long is elided. Throws Error for an empty picture.
    void place(int row, int column, const RgbImage& picture, const std::string& caption);

    const RgbImage& image() const { return sheet_; }

    /// Rows that a sheet holds without making such pictures smaller than they are (at least 1). More rows are
    /// better split among sheets.
    static int comfortableRows(int pictureWidth, int pictureHeight);

private:
    int cellX(int column) const;
    int cellY(int row) const;

    int cellWidth_ = 0, cellHeight_ = 0;
    int columns_ = 0, rows_ = 0;
    RgbImage sheet_;
};

} // namespace scalekv
