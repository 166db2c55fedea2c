#include "engine/study/comparison/comparison_sheet.h"

#include "engine/image/contact_sheet.h"
#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "scalekv/png.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

/// The picture of a run, empty where its file is gone or not a picture any more.
RgbImage pictureOf(const fs::path& folder, const Comparison& comparison, const PairId& pair,
                   std::optional<int> choice) {
    try {
        return readPng(folder / pictureName(comparison, pair, choice)).image;
    } catch (const Error&) {
        return {};
    }
}

std::string caption(const FreeFigures& figures) {
    if (std::isinf(figures.psnr))
        return "identical";
    char text[64];
    std::snprintf(text, sizeof text, "%.1f dB, %.1f %% bits", figures.psnr, figures.bits * 100);
    return text;
}

std::string caption(const RunCost& cost) {
    char text[64];
    std::snprintf(text, sizeof text, "%.1f MiB", double(cost.kvBytes) / (1 << 20));
    return text;
}

fs::path sheetFile(const fs::path& folder, std::size_t number) {
    return folder /
           (number == 0 ? "contact-sheet.png" : "contact-sheet-" + std::to_string(number + 1) + ".png");
}

/// One sheet of some pairs.
class SheetWriter {
public:
    SheetWriter(const fs::path& folder, const Comparison& comparison, int width, int height)
        : folder_(folder), comparison_(comparison), width_(width), height_(height) {
        columns_.emplace_back("full");
        for (const PolicyChoice& choice : comparison.settings.choices)
            columns_.push_back(choice.text());
    }

    RgbImage draw(const std::vector<PairId>& pairs, const std::stop_token& stop) const {
        std::vector<std::string> rows;
        rows.reserve(pairs.size());
        for (const PairId& pair : pairs)
            rows.push_back("Seed " + std::to_string(pair.seed) + ": " +
                           comparison_.settings.request.prompts[std::size_t(pair.prompt)]);
        ContactSheet sheet(columns_, rows, width_, height_);
        for (int row = 0; row < int(pairs.size()); ++row) {
            if (stop.stop_requested())
                throw Cancelled();
            fillRow(sheet, row, pairs[std::size_t(row)]);
        }
        return sheet.image();
    }

private:
    void fillRow(ContactSheet& sheet, int row, const PairId& pair) const {
        if (const FullRecord* full = comparison_.fullOf(pair))
            place(sheet, row, 0, pictureOf(folder_, comparison_, pair, {}), caption(full->cost));
        for (int choice = 0; choice < int(comparison_.settings.choices.size()); ++choice)
            if (const ChoiceRecord* record = comparison_.recordOf(pair, choice); record && record->free)
                place(sheet, row, choice + 1, pictureOf(folder_, comparison_, pair, choice),
                      caption(*record->free));
    }

    static void place(ContactSheet& sheet, int row, int column, const RgbImage& picture,
                      const std::string& text) {
        if (!picture.empty())
            sheet.place(row, column, picture, text);
    }

    const fs::path& folder_;
    const Comparison& comparison_;
    int width_, height_;
    std::vector<std::string> columns_;
};

} // namespace

void writeContactSheets(const fs::path& folder, const Comparison& comparison, std::stop_token stop) {
    std::vector<PairId> pairs;
    for (int prompt = 0; prompt < int(comparison.settings.request.prompts.size()); ++prompt)
        for (const std::uint64_t seed : comparison.settings.seeds)
            pairs.push_back({prompt, seed});
    RgbImage first; // all have its size
    for (const PairId& pair : pairs)
        if (first.empty())
            first = pictureOf(folder, comparison, pair, {});
    if (first.empty())
        return;
    const SheetWriter writer(folder, comparison, first.width, first.height);
    const std::size_t rows = std::size_t(ContactSheet::comfortableRows(first.width, first.height));
    for (std::size_t start = 0; start < pairs.size(); start += rows) {
        const auto begin = pairs.begin() + std::ptrdiff_t(start);
        const auto end = pairs.begin() + std::ptrdiff_t(std::min(pairs.size(), start + rows));
        writePng(sheetFile(folder, start / rows), writer.draw({begin, end}, stop));
    }
}

} // namespace scalekv
