#pragma once

#include "engine/study/metrics/inception.h"
#include "engine/study/metrics/picture_set.h"
#include "engine/study/metrics/work_clock.h"
#include "scalekv/error.h"
#include "scalekv/folder_metrics.h"

#include <ATen/core/Tensor.h>

namespace scalekv {

using PicturePaths = std::map<std::string, std::filesystem::path>; ///< as picturesIn() gives them

/// What the parts of measureFolders() share.
struct MeasureContext {
    const FolderMetricsOptions& options;
    WorkClock& clock;
    const FolderMetricsProgress& progress; ///< may be empty
    std::stop_token stop;

    void tell(const std::string& what, std::size_t piece, std::size_t pieces) const {
        if (progress)
            progress(clock.progress(), what, piece, pieces);
    }
    void check() const {
        if (stop.stop_requested())
            throw Cancelled();
    }
};

/// Pictures that are read ahead: as many as there are processors, no more than eight.
std::size_t picturesAhead();

inline constexpr const char* kPairWork = "pairs";
inline constexpr const char* kFeatureWork = "features";
inline constexpr const char* kFidWork = "fid";

/// Pairs two folders by name and measures the pairs.
void measurePairs(const PicturePaths& reference, const PicturePaths& other,
                  const std::vector<std::shared_ptr<const Lpips>>& nets, const MeasureContext& context,
                  FolderMetrics& result);

/// The features of a folder's pictures, [n, 2048] fp32 on the CPU, in the order of their names, without those
/// that cannot be read; from the folder's store as far as they are there. Counts and notes go into the
/// report.
at::Tensor featuresOf(const std::filesystem::path& folder, const PicturePaths& pictures,
                      const Inception& network, const std::string& identity, const MeasureContext& context,
                      FolderMetricsReport& report);

/// FID, KID, precision and recall.
void measureSets(const at::Tensor& reference, const at::Tensor& other, const MeasureContext& context,
                 FolderMetrics& result);

} // namespace scalekv
