#pragma once

#include "engine/model/stage_clock.h"
#include "engine/pipeline/speed.h"
#include "engine/pipeline/work_estimate.h"
#include "scalekv/observer.h"

#include <functional>
#include <vector>

namespace scalekv {

/// Where some generations, run one after the other, are, and how long they will still take. Expected seconds
/// are corrected, kind by kind, by what was measured so far.
///
/// A layer is two kinds of work, calls and products, which are only measured together: its time is divided
/// as it was expected to be. Small maps so teach what calls take, large ones what products do; with one
/// kind for both, a small picture, which is nearly all calls, would make a large one seem to take long.
class Pace {
public:
    /// `clock`: seconds; of a test, which does not want to wait.
    Pace(std::vector<RunWork> runs, const SpeedFactors& learned,
         std::function<double()> clock = monotonicSeconds);

    /// The next run begins; what the one before left out counts as done.
    void beginRun();
    void textDone();
    /// `aside`: seconds of these that went into looking on. They count for the time left of these runs, which
    /// go on looking, but not for factors().
    void layerDone(std::int64_t scale, double aside = 0);
    void decodeDone(std::int64_t scale);
    /// Of all runs; `done` never falls.
    Progress progress();

    /// What was measured, for the next time; as it was learned where nothing was.
    SpeedFactors factors() const;

private:
    /// One kind of work.
    struct Kind {
        double factor = 1;   ///< as it was learned
        double all = 0;      ///< expected seconds of the whole
        double trust = 0;    ///< expected seconds that weigh as much as what was learned
        double left = 0;     ///< expected seconds still to do
        double expected = 0; ///< of what was done, recent work weighing more
        double spent = 0;    ///< seconds that it took
        double aside = 0;    ///< and seconds that went into looking on
        double now() const;
        /// There is less left by so much. What rounding leaves at the end is nothing, so that all done is 1.
        void take(double expected);
        /// `expected` seconds of it are done.
        void done(double expected, double spent, double aside, double faded);
        double measured() const { return this->expected > 0 ? spent / this->expected : factor; }
    };
    double lap();
    double factorOf(const Kind& kind) const;

    std::vector<RunWork> runs_; ///< what is left of each
    std::function<double()> clock_;
    std::size_t run_ = 0;
    bool begun_ = false;
    Kind text_, calls_, products_, decode_;
    double start_ = 0, last_ = 0, shown_ = 0;
};

} // namespace scalekv
