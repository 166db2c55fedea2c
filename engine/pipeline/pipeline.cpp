#include "scalekv/pipeline.h"

#include "engine/analysis/fingerprint.h"
#include "engine/pipeline/device.h"
#include "engine/pipeline/generation.h"
#include "engine/pipeline/loaded_model.h"
#include "engine/pipeline/plain_errors.h"
#include "scalekv/calibration.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <algorithm>

namespace scalekv {
namespace {

std::int64_t fileBytes(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) {
        const auto size = std::filesystem::file_size(path, ignored);
        return ignored ? 0 : static_cast<std::int64_t>(size);
    }
    std::int64_t sum = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path, ignored))
        if (entry.is_regular_file(ignored))
            sum += static_cast<std::int64_t>(entry.file_size(ignored));
    return sum;
}

/// One progress over the three parts, by bytes of their files.
class LoadProgress {
public:
    LoadProgress(const ModelFiles& files, const std::function<void(double, const std::string&)>& report,
                 std::stop_token stop)
        : report_(report), stop_(std::move(stop)) {
        for (const auto& path : {files.textEncoder, files.transformer, files.vae})
            total_ += static_cast<double>(fileBytes(path));
    }
    /// The callback for one part.
    std::function<void(std::int64_t)> part(const std::filesystem::path& path, std::string what) {
        const double base = base_;
        base_ += static_cast<double>(fileBytes(path));
        return [this, base, what = std::move(what)](std::int64_t bytes) {
            if (stop_.stop_requested())
                throw Cancelled();
            if (report_)
                report_(std::min(1.0, (base + static_cast<double>(bytes)) / std::max(1.0, total_)), what);
        };
    }

private:
    const std::function<void(double, const std::string&)>& report_;
    std::stop_token stop_;
    double total_ = 0;
    double base_ = 0;
};

void checkTogether(const Model::Parts& parts) {
    const TransformerShape& shape = parts.transformer.shape();
    const std::int64_t bits = parts.vae.shape().bits;
    if (parts.textEncoder.config().width != shape.textWidth)
        throw Error(parts.files.transformer.string() + " expects text features of width " +
                    std::to_string(shape.textWidth) + ", but " + parts.files.textEncoder.string() +
                    " gives " + std::to_string(parts.textEncoder.config().width) + ".");
    if (shape.bits != bits && shape.bits != 4 * bits)
        throw Error(parts.files.transformer.string() + " predicts " + std::to_string(shape.bits) +
                    " bits a token, but " + parts.files.vae.string() + " has " + std::to_string(bits) +
                    " (or " + std::to_string(4 * bits) + " with 2×2 patches): they do not belong together.");
    if (parts.tokenizer.vocabularySize() > parts.textEncoder.config().vocabulary)
        throw Error(parts.files.textEncoder.string() + ": spiece.model has more pieces (" +
                    std::to_string(parts.tokenizer.vocabularySize()) + ") than the encoder has embeddings (" +
                    std::to_string(parts.textEncoder.config().vocabulary) + ").");
}

/// The roles of the calibration beside the model. Without them the model works all the same, so a calibration
/// that cannot be used is only worth a note.
void takeRoles(Model::Parts& parts, const Checkpoint& checkpoint) {
    if (parts.files.calibration.empty())
        return;
    try {
        Calibration calibration = readCalibration(parts.files.calibration);
        if (calibration.roles.layers() != parts.transformer.shape().layers)
            throw Error(parts.files.calibration.string() + " is of a model with " +
                        std::to_string(calibration.roles.layers()) + " layers.");
        if (calibration.model.fingerprint != fingerprint(checkpoint, parts.transformer.shape().prefix))
            parts.notes.push_back(
                parts.files.calibration.string() +
                " was made with other weights; calibrate again for this model's own roles.");
        parts.roles = std::move(calibration.roles);
    } catch (const Error& error) {
        parts.notes.push_back(std::string("The calibration is not used: ") + error.what());
    }
}

} // namespace

Model::Model(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Model::~Model() = default;

std::shared_ptr<const Model> Model::load(const ModelFiles& files, const LoadOptions& options,
                                         const std::function<void(double, const std::string&)>& progress,
                                         std::stop_token stop) {
    return withPlainErrors([&] {
        const at::Device device = deviceFromName(options.device);
        const at::ScalarType type = computeType(options.precision, device);
        LoadProgress report(files, progress, stop);

        Tokenizer tokenizer(files.textEncoder / "spiece.model");
        T5Encoder textEncoder =
            T5Encoder::load(files.textEncoder, type, device, report.part(files.textEncoder, "text encoder"));

        const Checkpoint checkpoint = Checkpoint::open(files.transformer);
        Weights weights(checkpoint, type, device);
        weights.onTaken(report.part(files.transformer, "transformer"));
        Transformer transformer = Transformer::load(weights, TransformerShape::infer(checkpoint));

        Vae vae =
            Vae::load(files.vae, files.vaeSettings.normGroups, type, device, report.part(files.vae, "VAE"));

        auto parts = std::make_unique<Parts>(Parts{files,
                                                   std::move(tokenizer),
                                                   std::move(textEncoder),
                                                   std::move(transformer),
                                                   std::move(vae),
                                                   false,
                                                   {},
                                                   {}});
        checkTogether(*parts);
        parts->spatialPatchify = parts->transformer.shape().bits != parts->vae.shape().bits;
        parts->notes = parts->textEncoder.notes();
        parts->notes.insert(parts->notes.end(), parts->vae.notes().begin(), parts->vae.notes().end());
        for (const std::string& name : weights.leftOver())
            if (name.starts_with(parts->transformer.shape().prefix))
                parts->notes.push_back(files.transformer.string() + ": tensor " + name + " is not used.");
        takeRoles(*parts, checkpoint);
        releaseFreedMemory(); // buffers of weights that were converted
        if (progress)
            progress(1.0, "ready");
        return std::shared_ptr<const Model>(
            new Model(std::move(parts))); // NOLINT: make_shared cannot see the constructor
    });
}

const ModelFiles& Model::files() const {
    return parts_->files;
}
int Model::layers() const {
    return static_cast<int>(parts_->transformer.shape().layers);
}
int Model::heads() const {
    return static_cast<int>(parts_->transformer.shape().heads);
}
int Model::width() const {
    return static_cast<int>(parts_->transformer.shape().width);
}
int Model::bits() const {
    return static_cast<int>(parts_->vae.shape().bits);
}
int Model::patchSize() const {
    return static_cast<int>(parts_->vae.shape().patchSize());
}
int Model::pixelsPerToken() const {
    return patchSize() * (parts_->spatialPatchify ? 2 : 1);
}
std::int64_t Model::parameters() const {
    return parts_->transformer.shape().parameters() + parts_->textEncoder.parameters() +
           parts_->vae.parameters();
}
std::int64_t Model::weightBytes() const {
    return parts_->transformer.weightBytes() + parts_->textEncoder.weightBytes() + parts_->vae.weightBytes();
}
std::string Model::precision() const {
    return typeName(parts_->transformer.type());
}
std::string Model::device() const {
    return parts_->transformer.device().str();
}
const RoleTable* Model::roles() const {
    return parts_->roles ? &*parts_->roles : nullptr;
}
const std::vector<std::string>& Model::notes() const {
    return parts_->notes;
}

std::int64_t fullCacheBytes(const Model& model, const ScaleSchedule& schedule, int prompts, bool guided) {
    const Transformer& transformer = model.parts().transformer;
    return 2 * transformer.shape().layers * prompts * (guided ? 2 : 1) * cachedTokens(schedule) *
           transformer.shape().width * static_cast<std::int64_t>(c10::elementSize(transformer.type()));
}

Pipeline::Pipeline(std::shared_ptr<const Model> model) : model_(std::move(model)) {}

void Pipeline::check(const GenerationRequest& request) const {
    if (request.prompts.empty())
        throw Error("There is no prompt.");
    nextScaleSettings(request, model_->parts());
}

GenerationReport Pipeline::generate(const GenerationRequest& request, GenerationObserver& observer,
                                    std::stop_token stop) const {
    check(request);
    return withPlainErrors([&] {
        const Model::Parts& parts = model_->parts();
        const double start = monotonicSeconds();
        GenerationReport report;
        NextScaleSettings settings = nextScaleSettings(request, parts);
        const std::vector<at::Tensor> text = encodeText(parts, request, settings.guided(), stop);
        report.textSeconds = monotonicSeconds() - start;

        runScales({parts.transformer, parts.vae}, std::move(settings), text, {request.preview, request.probe},
                  observer, stop, report);
        report.totalSeconds = monotonicSeconds() - start;
        report.weightBytes = model_->weightBytes();
        report.peakResidentBytes = peakResidentBytes();
        report.precision = model_->precision();
        report.device = model_->device();
        return report;
    });
}

} // namespace scalekv
