#include "engine/study/metrics/figure_kinds.h"

namespace scalekv {

std::vector<FigureKind> figureKinds(const FolderMetricsOptions& options) {
    std::vector<FigureKind> kinds{
        {"psnr_db", "PSNR, dB", 2,
         "mean over pairs of 10 log10(1 / mse), pixels in 0 … 1, over all pixels and channels (torchmetrics)",
         [](const FolderMetrics& folder) { return folder.psnr; }},
        {"ssim", "SSIM", 4, "mean over pairs; windows of 7 × 7, sample covariance (scikit-image)",
         [](const FolderMetrics& folder) { return folder.ssim; }}};
    for (const LpipsNet net : kLpipsNets)
        kinds.push_back({"lpips_" + netName(net), "LPIPS " + netTitle(net), 4,
                         "mean over pairs; version 0.1, " + netTitle(net) +
                             ", pixels in -1 … 1, features over sqrt(sum of squares + 1e-8) (torchmetrics)",
                         [net](const FolderMetrics& folder) { return folder.lpips[std::size_t(net)]; }});
    const bool clean = options.resizing == FeatureResizing::Clean;
    const std::string features =
        clean ? "Inception features of pictures resized as clean-fid does (Pillow's bicubic, (x - 128) / 128)"
              : "Inception features of pictures resized as pytorch-fid does (bilinear, 2x - 1)";
    const std::string how = clean ? " (clean-fid)" : " (pytorch-fid)";
    kinds.push_back(
        {"fid", "FID" + how, 3, features, [](const FolderMetrics& folder) { return folder.fid; }});
    kinds.push_back({"kid", "KID" + how, 5,
                     features + "; kernel (x·y / 2048 + 1)^3, mean over 100 subsets of at most 1000 pictures",
                     [](const FolderMetrics& folder) { return folder.kid; }});
    kinds.push_back({"precision", "precision", 4,
                     features + "; share of this folder's pictures within the reference's manifold, k = 3",
                     [](const FolderMetrics& folder) { return folder.precision; }});
    kinds.push_back({"recall", "recall", 4,
                     features + "; share of the reference's pictures within this folder's manifold, k = 3",
                     [](const FolderMetrics& folder) { return folder.recall; }});
    return kinds;
}

} // namespace scalekv
