#include "engine/io/printable.h"
#include "engine/study/metrics/figure_kinds.h"
#include "engine/study/metrics/picture_set.h"
#include "engine/study/text_table.h"

#include <algorithm>
#include <cmath>

namespace scalekv {
namespace {

using Row = std::vector<std::string>;

std::string cell(const std::optional<Figure>& figure, int count) {
    if (!figure)
        return "-";
    std::string text = decimals(figure->value, count);
    if (figure->interval)
        text += " [" + decimals(figure->interval->low, count) + ", " +
                decimals(figure->interval->high, count) + "]";
    return text;
}

/// "3 pictures of a have no partner in b: 0001, 0002, 0007." and the like; the first few are named.
std::string listed(const std::vector<std::string>& names, const std::string& what) {
    constexpr std::size_t kFew = 5;
    std::string text =
        std::to_string(names.size()) + (names.size() == 1 ? " picture" : " pictures") + what + ": ";
    for (std::size_t n = 0; n < std::min(names.size(), kFew); ++n)
        text += (n > 0 ? ", " : "") + printable(names[n]);
    return text + (names.size() > kFew ? " …\n" : ".\n");
}

std::string remarks(const FolderMetricsReport& report, const FolderMetrics& folder) {
    const std::string here = folderTitle(folder.folder), reference = folderTitle(report.options.reference);
    std::string text;
    if (!folder.onlyInReference.empty())
        text += listed(folder.onlyInReference, " of " + reference + " without a partner in " + here);
    if (!folder.onlyHere.empty())
        text += listed(folder.onlyHere, " of " + here + " without a partner in " + reference);
    if (!folder.otherSizes.empty())
        text += listed(folder.otherSizes,
                       " of " + here + " of another size than the partner, left out" +
                           (report.options.realReference ? "" : " (--reference resizes the first folder's)"));
    for (const std::string& why : folder.unreadable)
        text += why + " It is left out.\n";
    double sum = 0; // of those that differ
    for (const PairMetrics& pair : folder.pairs)
        sum += std::isinf(pair.psnr) ? 0 : pair.psnr;
    const auto equal = std::count_if(folder.pairs.begin(), folder.pairs.end(),
                                     [](const PairMetrics& pair) { return std::isinf(pair.psnr); });
    if (equal > 0)
        text += here + ": " + std::to_string(equal) +
                (equal == 1 ? " pair is equal; its PSNR is infinite, and so is the mean"
                            : " pairs are equal; their PSNR is infinite, and so is the mean") +
                (std::size_t(equal) == folder.pairs.size()
                     ? ".\n"
                     : ". Of the others it is " +
                           decimals(sum / double(folder.pairs.size() - std::size_t(equal)), 2) + " dB.\n");
    return text;
}

} // namespace

std::string toTable(const FolderMetricsReport& report) {
    Row head{"against " + folderTitle(report.options.reference)}, pictures{"pictures"}, pairs{"pairs"};
    for (const FolderMetrics& folder : report.others) {
        head.push_back(folderTitle(folder.folder));
        pictures.push_back(std::to_string(folder.pictures));
        pairs.push_back(std::to_string(folder.pairs.size()));
    }
    std::vector<Row> rows{head, pictures, pairs};
    bool hasIntervals = false;
    for (const FigureKind& kind : figureKinds(report.options)) {
        Row row{kind.title};
        bool isThere = false;
        for (const FolderMetrics& folder : report.others) {
            const std::optional<Figure> figure = kind.of(folder);
            isThere = isThere || figure;
            hasIntervals = hasIntervals || (figure && figure->interval);
            row.push_back(cell(figure, kind.decimals));
        }
        if (isThere)
            rows.push_back(std::move(row));
    }
    std::string text = aligned(rows, 1) + '\n';
    if (hasIntervals)
        text += "In brackets: 95 % intervals from resampled pictures.\n";
    for (const FolderMetrics& folder : report.others)
        text += remarks(report, folder);
    if (report.featuresReused > 0)
        text +=
            "Features of " + std::to_string(report.featuresReused) + " pictures were known from before.\n";
    for (const std::string& note : report.notes)
        text += note + '\n';
    for (const std::string& missing : report.missing)
        text += missing + '\n';
    return text;
}

} // namespace scalekv
