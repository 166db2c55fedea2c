#pragma once

#include "engine/pipeline/pace.h"
#include "engine/pipeline/prepare.h"
#include "scalekv/observer.h"
#include "scalekv/report.h"

namespace scalekv {

/// What makes pictures of texts. Shared by Generation and the benchmark, which has no text encoder.
struct PictureMakers {
    const Transformer& transformer;
    const Vae& vae;
};

/// Expected work of a request with a loaded model. `encodes`: its texts are encoded for it.
RunWork expectedWork(const PreparedRequest& request, const LoadedModel& model, WorkTerms::Decoded decoded,
                     bool encodes = true);

/// Runs all scales, decodes and looks at attention as asked, and tells the observer. The report has scales,
/// pictures, KV and scratch bytes. `pace` stands in the run at hand.
GenerationReport runPictures(const PictureMakers& makers, const PreparedRequest& request,
                             const std::vector<at::Tensor>& text, const Watching& watching, Pace& pace,
                             GenerationObserver& observer, std::stop_token stop = {});

} // namespace scalekv
