#include "scalekv/sampling.h"

#include "engine/io/printable.h"
#include "engine/study/sampling/claims.h"
#include "engine/study/sampling/manifest.h"
#include "engine/study/sampling/set_folder.h"
#include "engine/study/sampling/slices.h"
#include "scalekv/comparison_text.h"
#include "scalekv/error.h"
#include "scalekv/png.h"
#include "scalekv/results_folder.h"
#include "scalekv/write_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace scalekv {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto kLookGap = std::chrono::seconds(2);
constexpr auto kLongestWrite = std::chrono::minutes(2);
constexpr std::array kBatches{16, 8, 4, 2}; // tried in this order where memory decides

/// Returns at once when a stop is asked for.
void waitFor(std::chrono::milliseconds time, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, stop, time, [] { return false; });
}

GenerationRequest requestOf(const PictureSet& set, const Unit& unit) {
    GenerationRequest request = set.request;
    request.prompts.assign(set.prompts.begin() + std::ptrdiff_t(unit.first),
                           set.prompts.begin() + std::ptrdiff_t(unit.last));
    request.seed = set.firstSeed + unit.first;
    return request;
}

/// The largest batch for which every process on this device finds room.
int batchThatFits(const std::shared_ptr<const Model>& model, const PictureSet& set, int deviceRanks) {
    const std::int64_t room = model->memory().free / std::max(deviceRanks, 1);
    for (const int batch : kBatches) {
        if (std::size_t(batch) > set.prompts.size())
            continue;
        const Generation generation =
            prepare(model, requestOf(set, {0, std::size_t(batch)}), BatchDraw::Apart);
        if (generation.plan().peakBytes <= room)
            return batch;
    }
    return 1;
}

/// Enters the set into the folder's manifest, or finds it there. Returns it with all that was left open.
PictureSet entered(const fs::path& folder, const std::shared_ptr<const Model>& model, PictureSet set,
                   const Rank& rank, const std::string& version) {
    const bool open = set.batch == 0;
    set.request = prepare(model, requestOf(set, {0, 1})).plan().request; // with the tables of its policy
    const fs::path file = folder / kSetManifest;
    std::optional<Manifest> made = readManifest(folder);
    if (!made) {
        // Looked at first: another process may write the manifest, and pictures, at this moment.
        const bool hasPictures = SetFolder(folder, set.prompts.size()).count() > 0;
        made = readManifest(folder);
        if (!made && hasPictures)
            throw Error(pathText(folder) + ": this folder holds pictures already, but no " + kSetManifest +
                        " that says what they are; take another folder.");
    }
    Manifest wanted{std::move(set), model->identity(), model->precision(), programName(version)};
    if (!made) {
        if (open)
            wanted.set.batch = batchThatFits(model, wanted.set, rank.deviceRanks);
        if (createFile(file, toJson(wanted)))
            return wanted.set;
        made = readManifest(folder); // another process was first
        if (!made)
            throw Error(pathText(file) + " came and went; is anybody clearing this folder?");
    }
    if (open)
        wanted.set.batch = made->set.batch;
    if (const std::string difference = manifestDifference(*made, wanted); !difference.empty())
        throw Error(pathText(file) + ": the pictures in this folder are of another set (" + difference +
                    "); take another folder.");
    return wanted.set;
}

/// What one process does.
class Sampling {
public:
    Sampling(const fs::path& folder, std::shared_ptr<const Model> model, PictureSet set, const Rank& rank,
             std::string version, SamplingObserver& observer, std::stop_token stop)
        : folder_(folder), set_(std::move(set)), units_(unitsOf(set_.prompts.size(), set_.batch)),
          rank_(rank), pictures_(folder, set_.prompts.size()), claims_(folder / kSetRanks / "claims"),
          model_(std::move(model)), version_(std::move(version)), observer_(observer),
          stop_(std::move(stop)) {
        const Unit slice = sliceOf(units_.size(), rank_.rank, rank_.ranks);
        if (slice.first < slice.last)
            pictures_.removeBroken(units_[slice.first].first, units_[slice.last - 1].last);
        look();
        doneBefore_ = done();
    }

    SamplingResult run(Afterwards afterwards) {
        report(0);
        const Unit slice = sliceOf(units_.size(), rank_.rank, rank_.ranks);
        for (std::size_t unit = slice.first; unit < slice.last; ++unit)
            work(unit);
        while (afterwards == Afterwards::Help) {
            const std::vector<std::size_t> pending = pendingUnits();
            if (pending.empty())
                break;
            const std::vector<std::size_t> order = helpOrder(pending, units_.size(), rank_.ranks);
            // What was pending may not be any more once one of them is drawn.
            if (std::none_of(order.begin(), order.end(), [this](std::size_t unit) { return work(unit); })) {
                // All that is left is being drawn, by processes that may die.
                report(0);
                waitFor(std::chrono::seconds(1), stop_);
                checkStop();
            }
        }
        look();
        report(0);
        if (done() == set_.prompts.size()) {
            claims_.clear();
            removeUnfinished(folder_, kLongestWrite);
        }
        return {drawn_, done(), set_.prompts.size()};
    }

private:
    /// Passes on where one generation is.
    class Watcher final : public GenerationObserver {
    public:
        explicit Watcher(Sampling& sampling) : sampling_(sampling) {}
        void progressed(const Progress& progress) override { sampling_.progressed(progress.done); }

    private:
        Sampling& sampling_;
    };

    void checkStop() const {
        if (stop_.stop_requested())
            throw Cancelled();
    }

    void look() {
        lookedAt_ = Clock::now();
        present_ = pictures_.present();
    }

    /// As the folder was when it was looked at last, as what follows.
    std::size_t done() const { return std::size_t(std::count(present_.begin(), present_.end(), true)); }
    bool isDrawn(const Unit& unit) const {
        const auto last = present_.begin() + std::ptrdiff_t(unit.last);
        return std::find(present_.begin() + std::ptrdiff_t(unit.first), last, false) == last;
    }

    std::vector<std::size_t> pendingUnits() {
        look();
        std::vector<std::size_t> pending;
        for (std::size_t n = 0; n < units_.size(); ++n)
            if (!isDrawn(units_[n]))
                pending.push_back(n);
        return pending;
    }

    /// Draws a unit, unless it is drawn or being drawn. Whether it did.
    bool work(std::size_t number) {
        checkStop();
        const Unit& unit = units_[number];
        if (isDrawn(unit))
            return false;
        const auto claim = claims_.take(number);
        if (!claim)
            return false;
        look();
        if (isDrawn(unit)) // finished before the claim was ours
            return false;
        draw(unit);
        return true;
    }

    void draw(const Unit& unit) {
        const std::size_t count = unit.last - unit.first;
        observer_.batchStarted(unit.first, count);
        atHand_ = count;
        const Generation generation = prepare(model_, requestOf(set_, unit), BatchDraw::Apart);
        Watcher watcher(*this);
        const GenerationReport made = generation.run(watcher, {}, stop_);
        for (std::size_t n = 0; n < count; ++n) {
            const std::size_t picture = unit.first + n;
            if (present_[picture]) // of a batch that was cut short
                continue;
            GenerationRequest request = generation.plan().request;
            request.prompts = {set_.prompts[picture]};
            request.seed = set_.firstSeed + picture;
            const Recipe recipe = recipeOf(request, model_->identity(), made, version_);
            writePng(pictures_.file(picture), made.images[n], recipeText(recipe));
            ++drawn_;
            present_[picture] = true;
            observer_.pictureWritten(pictures_.file(picture), recipe, made);
        }
        atHand_ = 0;
    }

    /// `part`: how much of the batch at hand is done. Looks at the folder now and then.
    void progressed(double part) {
        if (!observer_.wantsProgress())
            return;
        if (Clock::now() - lookedAt_ > kLookGap)
            look();
        report(part);
    }

    void report(double part) {
        if (!observer_.wantsProgress())
            return;
        // Of the same age as the pictures: both are for people.
        if (lookedAt_ != countedAt_) {
            countedAt_ = lookedAt_;
            atWork_ = claims_.held();
        }
        const auto pictures = double(set_.prompts.size());
        // The others' batches are taken to be as far as this one's, of which nobody knows.
        const double underWay = part * double(atHand_) * std::max(atWork_, 1);
        reached_ = std::max(reached_, std::min(pictures, double(done()) + underWay));
        const double gained = reached_ - double(doneBefore_);
        const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
        SamplingProgress progress;
        progress.progress = {reached_ / pictures, gained > 0 ? seconds / gained * (pictures - reached_) : 0};
        progress.done = done();
        progress.pictures = set_.prompts.size();
        progress.atWork = atWork_;
        observer_.progressed(progress);
    }

    fs::path folder_;
    PictureSet set_;
    std::vector<Unit> units_;
    Rank rank_;
    SetFolder pictures_;
    Claims claims_;
    std::shared_ptr<const Model> model_;
    std::string version_;
    SamplingObserver& observer_;
    std::stop_token stop_;
    std::vector<bool> present_; ///< pictures, when the folder was looked at last
    std::size_t doneBefore_ = 0, drawn_ = 0, atHand_ = 0;
    int atWork_ = 0;
    double reached_ = 0; ///< pictures, parts of those at hand included
    Clock::time_point begun_ = Clock::now(), lookedAt_{}, countedAt_{};
};

} // namespace

SamplingResult sampleInto(const fs::path& folder, std::shared_ptr<const Model> model, PictureSet set,
                          const Rank& rank, Afterwards afterwards, const std::string& version,
                          SamplingObserver& observer, std::stop_token stop) {
    if (set.prompts.empty())
        throw Error("There is no caption.");
    makeResultsFolder(folder);
    set = entered(folder, model, std::move(set), rank, version);
    Sampling sampling(folder, std::move(model), std::move(set), rank, version, observer, std::move(stop));
    return sampling.run(afterwards);
}

} // namespace scalekv
