#pragma once

#include "scalekv/comparison.h"
#include "scalekv/scale_bits.h"

#include <span>
#include <stop_token>
#include <vector>

namespace scalekv {

/// What is to be told of runs that exist already.
struct TeacherForcedQuestion {
    GenerationRequest reference;       ///< with one prompt; its policy is what the choices are compared with
    std::vector<ScaleBits> bits;       ///< that the reference chose, of every scale
    std::vector<PolicyChoice> choices; ///< run for the same prompt, seed and settings
    bool byLayer = false; ///< also TeacherForcedFigures::klPerLayer; the reference then keeps the full cache
};

/// Called on the thread that measures; the calls must return quickly.
class TeacherForcedObserver {
public:
    virtual ~TeacherForcedObserver() = default;
    virtual void progressed(const ComparisonProgress& /*progress*/) {}
    /// A choice (its index) is done.
    virtual void measured(int /*choice*/, const TeacherForcedFigures& /*figures*/) {}
};

/// Repeats the reference, fed with its own bits, for its logits; then runs every choice fed with the same
/// bits, and compares what it predicts: the figures of runComparison(), of one pair, without pictures. By
/// layer: as many more runs a choice as the model has layers.
///
/// Throws Error where the bits are not the request's, a choice cannot run, or layers are asked for and the
/// reference does not keep the full cache; Cancelled within one layer's work after `stop` was requested: what
/// was measured has been told.
std::vector<TeacherForcedFigures> measureTeacherForced(const Model& model,
                                                       const TeacherForcedQuestion& question,
                                                       TeacherForcedObserver& observer,
                                                       std::stop_token stop = {});

} // namespace scalekv
