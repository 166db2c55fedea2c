#include "ui/inspect/inspected_run.h"

#include "scalekv/calibration.h"
#include "scalekv/error.h"

#include <algorithm>
#include <span>

namespace scalekv::ui {
namespace {
constexpr int kGrowthGap = 100; // milliseconds
constexpr int kSettling = 25;
} // namespace

InspectedRun::InspectedRun(const Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
    growth_.setSingleShot(true);
    growth_.setInterval(kGrowthGap);
    connect(&growth_, &QTimer::timeout, this, &InspectedRun::grown);
    settling_.setSingleShot(true);
    settling_.setInterval(kSettling);
    connect(&settling_, &QTimer::timeout, this, &InspectedRun::settled);
    connect(this, &InspectedRun::changed, &settling_, qOverload<>(&QTimer::start));
    connect(this, &InspectedRun::grown, &settling_, qOverload<>(&QTimer::start));
    connect(&desk_.live, &LiveRun::begun, this, [this] { show(nullptr); });
    const auto grow = [this] {
        if (watched_ && isLive() && !growth_.isActive())
            growth_.start();
    };
    connect(&desk_.live, &LiveRun::layerAdded, this, grow);
    connect(&desk_.live, &LiveRun::scaleAdded, this, grow);
    connect(&desk_.live, &LiveRun::finished, this, [this](const ResultPtr& result) {
        if (isLive())
            show(result);
    });
    connect(&desk_.live, &LiveRun::ended, this, [this] {
        if (isLive())
            take();
    });
    connect(&desk_.runs, &RunList::recordChanged, this, [this](const ResultPtr& result) {
        if (result == result_)
            take();
    });
    connect(&desk_.models, &ModelOpener::loaded, this, &InspectedRun::take);
    take();
}

void InspectedRun::show(const ResultPtr& result) {
    if (result && result == result_)
        return;
    result_ = result;
    take();
}

void InspectedRun::setWatched(bool watched) {
    watched_ = watched;
    if (watched)
        take(); // what came meanwhile
}

void InspectedRun::take() {
    growth_.stop();
    record_ = result_ ? desk_.runs.record(result_) : nullptr;
    bare_ = {};
    if (result_ && !record_) {
        if (!result_->plan.schedule.empty()) {
            const bool known =
                desk_.session.hasModel() && result_->recipe.model == desk_.session.model().identity;
            bare_ = RunRecord(result_->plan.schedule, result_->plan.layers,
                              known ? desk_.session.model().heads : 0);
        } else if (desk_.session.hasModel()) {
            // Opened from a file: what it would be with the model in use, if that can draw it.
            try {
                bare_ = RunRecord(scaleSchedule(request().size, request().aspectRatio),
                                  desk_.session.model().layers, desk_.session.model().heads);
            } catch (const Error&) {
                bare_ = {};
            }
        }
    }
    const ModelIdentity inUse = desk_.session.hasModel() ? desk_.session.model().identity : ModelIdentity();
    const RoleTable* own =
        desk_.session.hasModel() && desk_.session.model().roles ? &*desk_.session.model().roles : nullptr;
    const RoleTable* roles =
        applyingRoles(request().policy, isLive() ? inUse : result_->recipe.model, inUse, own, layers());
    roles_ = roles ? std::optional(*roles) : std::nullopt;
    Q_EMIT replaced();
    Q_EMIT changed();
}

bool InspectedRun::isRecorded() const {
    return record().hasAttention();
}

const RunRecord& InspectedRun::record() const {
    if (!result_)
        return desk_.live.record();
    return record_ ? *record_ : bare_;
}

std::vector<ScaleBits> InspectedRun::bits() const {
    return result_ ? desk_.runs.bits(result_) : desk_.live.record().bits;
}

const GenerationPlan* InspectedRun::plan() const {
    if (!result_)
        return &desk_.live.plan();
    return result_->opened ? nullptr : &result_->plan;
}

qint64 InspectedRun::tokensBefore(int scale) const {
    return totalTokens(std::span(schedule()).first(std::size_t(scale)));
}

const GenerationRequest& InspectedRun::request() const {
    return result_ ? result_->request() : desk_.live.plan().request;
}

bool InspectedRun::isGuided() const {
    const GenerationPlan* known = plan();
    return known && known->guided;
}

const QVector<ScaleFrame>& InspectedRun::frames() const {
    return result_ ? result_->frames : desk_.live.frames();
}

QImage InspectedRun::picture() const {
    return frames().isEmpty() ? QImage() : frames().back().picture;
}

QImage InspectedRun::pictureAt(int scale) const {
    const auto found = std::find_if(frames().begin(), frames().end(), [&](const ScaleFrame& frame) {
        return frame.report.scale == scale && !frame.picture.isNull();
    });
    return found == frames().end() ? picture() : found->picture;
}

qint64 InspectedRun::kvBytes() const {
    if (!result_)
        return desk_.live.kvBytes().isEmpty()
                   ? 0
                   : *std::max_element(desk_.live.kvBytes().begin(), desk_.live.kvBytes().end());
    return result_->opened ? 0 : result_->report.scales.back().kvBytes;
}

qint64 InspectedRun::fullKvBytes() const {
    const GenerationPlan* known = plan();
    return known && !known->fullKvBytes.empty() ? known->fullKvBytes.back() : 0;
}

double InspectedRun::secondsUpTo(int scale) const {
    double sum = 0;
    if (result_ && !result_->opened) {
        for (const ScaleReport& report : result_->report.scales) {
            if (report.scale <= scale)
                sum += report.seconds - report.decodeSeconds;
        }
        sum += result_->report.textSeconds;
    }
    return sum;
}

const RoleTable* InspectedRun::calibratedRoles() const {
    return roles_ ? &*roles_ : nullptr;
}

} // namespace scalekv::ui
