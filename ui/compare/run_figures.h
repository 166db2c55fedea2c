#pragma once

#include "scalekv/lpips.h"
#include "scalekv/run_difference.h"
#include "ui/runs/generation_result.h"

#include <QObject>

#include <future>
#include <map>
#include <memory>

namespace scalekv::ui {

/// How far finished runs are from each other: worked out in the background, once for each two; and what was
/// measured of them with teacher forcing. LPIPS where the folder that the environment names holds weights.
class RunFigures : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    struct Known {
        std::optional<RunDifference> difference;
        QString problem; ///< why there is none, in a sentence
    };
    /// Null: not known yet; changed() comes when it is.
    const Known* of(const ResultPtr& reference, const ResultPtr& run);
    /// Null: not measured.
    const TeacherForcedFigures* forced(const ResultPtr& reference, const ResultPtr& run) const;
    /// KL by layer that was known stays where the new figures have none.
    void setForced(const ResultPtr& reference, const ResultPtr& run, const TeacherForcedFigures& figures);
    /// Nothing is being worked out.
    bool isIdle() const { return running_ == 0; }

Q_SIGNALS:
    void changed();

private:
    struct Entry {
        std::weak_ptr<const GenerationResult> reference, run;    ///< an address may be used again
        std::shared_ptr<const Known> known;                      ///< null: being worked out
        std::shared_ptr<const TeacherForcedFigures> forced = {}; ///< null: not measured
    };
    using Key = std::pair<const void*, const void*>;
    static Key keyOf(const ResultPtr& reference, const ResultPtr& run) {
        return {reference.get(), run.get()};
    }
    std::map<Key, Entry> entries_;
    std::shared_future<std::shared_ptr<const Lpips>> lpips_; ///< loaded when first needed
    int running_ = 0;
};

} // namespace scalekv::ui
