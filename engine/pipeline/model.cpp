#include "scalekv/model.h"

#include "engine/device/device_memory.h"
#include "engine/io/checkpoint.h"
#include "engine/io/fingerprint.h"
#include "engine/io/mapped_file.h"
#include "engine/io/printable.h"
#include "engine/pipeline/device.h"
#include "engine/pipeline/loaded_model.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/pipeline/warm_up.h"
#include "scalekv/calibration.h"
#include "scalekv/calibration_summary.h"
#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <c10/util/hash.h>

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

void checkTogether(const LoadedModel& loaded) {
    const TransformerShape& shape = loaded.transformer.shape();
    if (loaded.textEncoder.config().width != shape.textWidth)
        throw Error(pathText(loaded.files.transformer) + " expects text features of width " +
                    std::to_string(shape.textWidth) + ", but " + pathText(loaded.files.textEncoder) +
                    " gives " + std::to_string(loaded.textEncoder.config().width) + ".");
    if (loaded.tokenizer.vocabularySize() > loaded.textEncoder.config().vocabulary)
        throw Error(pathText(loaded.files.textEncoder) + ": spiece.model has more pieces (" +
                    std::to_string(loaded.tokenizer.vocabularySize()) +
                    ") than the encoder has embeddings (" +
                    std::to_string(loaded.textEncoder.config().vocabulary) + ").");
}

/// The roles and the heads' orders of the calibration beside the model. Without them the model works all the
/// same, so a calibration that cannot be used is only worth a note.
void takeRoles(LoadedModel& loaded) {
    const std::filesystem::path& file = loaded.files.calibration;
    if (file.empty())
        return;
    try {
        Calibration calibration = readCalibration(file);
        if (const std::string problem =
                calibrationProblem(calibration.model, loaded.identity, loaded.transformer.shape().layers,
                                   loaded.transformer.shape().heads);
            !problem.empty())
            throw Error(pathText(file) + ": " + problem);
        loaded.headOrders = headOrders(calibration);
        loaded.headKinds = headKinds(calibration);
        loaded.roles = std::move(calibration.roles);
    } catch (const Error& error) {
        loaded.notes.push_back(std::string("The calibration beside the model is not used. ") + error.what());
    }
}

std::string fingerprintOfFile(const std::filesystem::path& file) {
    const auto mapped = MappedFile::open(file);
    const auto bytes = mapped->bytes();
    return c10::sha1(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size())).str();
}

ModelIdentity identityOf(const ModelFiles& files, const Checkpoint& transformer, const std::string& prefix) {
    // The same weights with another vocabulary read another text.
    return {files.name, fingerprint(transformer, prefix),
            fingerprint(Checkpoint::open(files.textEncoder), "") + "+" +
                fingerprintOfFile(files.textEncoder / "spiece.model").substr(0, 8),
            fingerprint(Checkpoint::open(files.vae), "")};
}

} // namespace

Model::Model(std::unique_ptr<LoadedModel> loaded) : loaded_(std::move(loaded)) {}
Model::~Model() = default;

std::shared_ptr<const Model> Model::load(const ModelFiles& files, const LoadOptions& options,
                                         const std::function<void(double, const std::string&)>& progress,
                                         std::stop_token stop) {
    return withPlainErrors([&] {
        const at::Device device = deviceFromName(options.device);
        const at::ScalarType type = computeType(options.precision, device);
        setExactArithmetic();
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

        const TokenPatch patch =
            TokenPatch::require(transformer.shape().bits, vae.shape().bits,
                                pathText(files.transformer) + " and " + pathText(files.vae));
        const std::string& prefix = transformer.shape().prefix;
        ModelIdentity identity = identityOf(files, checkpoint, prefix);
        auto loaded = std::make_unique<LoadedModel>(
            LoadedModel{files,
                        std::move(identity),
                        std::move(tokenizer),
                        std::move(textEncoder),
                        std::move(transformer),
                        std::move(vae),
                        patch,
                        {},
                        {},
                        {},
                        {},
                        std::make_unique<LearnedSpeed>(measureSpeed(type, device))});
        checkTogether(*loaded);
        loaded->notes = loaded->textEncoder.notes();
        loaded->notes.insert(loaded->notes.end(), loaded->vae.notes().begin(), loaded->vae.notes().end());
        for (const std::string& name : weights.leftOver())
            if (name.starts_with(loaded->transformer.shape().prefix))
                loaded->notes.push_back(pathText(files.transformer) + ": tensor " + printable(name) +
                                        " is not used.");
        takeRoles(*loaded);
        if (progress && !device.is_cpu())
            progress(1.0, "the device's kernels");
        warmUp(*loaded, stop);
        releaseFreedMemory(); // buffers of weights that were converted
        if (progress)
            progress(1.0, "ready");
        return std::shared_ptr<const Model>(
            new Model(std::move(loaded))); // NOLINT: make_shared cannot see the constructor
    });
}

const ModelIdentity& Model::identity() const {
    return loaded_->identity;
}
const ModelFiles& Model::files() const {
    return loaded_->files;
}
int Model::layers() const {
    return static_cast<int>(loaded_->transformer.shape().layers);
}
int Model::heads() const {
    return static_cast<int>(loaded_->transformer.shape().heads);
}
int Model::width() const {
    return static_cast<int>(loaded_->transformer.shape().width);
}
int Model::bits() const {
    return static_cast<int>(loaded_->vae.shape().bits);
}
int Model::patchSize() const {
    return static_cast<int>(loaded_->vae.shape().patchSize());
}
int Model::pixelsPerToken() const {
    return patchSize() * loaded_->patch.side();
}
std::int64_t Model::parameters() const {
    return loaded_->transformer.shape().parameters() + loaded_->textEncoder.parameters() +
           loaded_->vae.parameters();
}
std::int64_t Model::weightBytes() const {
    return loaded_->transformer.weightBytes() + loaded_->textEncoder.weightBytes() +
           loaded_->vae.weightBytes();
}
std::string Model::precision() const {
    return typeName(loaded_->transformer.type());
}
std::string Model::device() const {
    return loaded_->transformer.device().str();
}
ComputeMemory Model::memory() const {
    const at::Device device = loaded_->transformer.device();
    if (device.is_cpu())
        return {residentBytes(), availableBytes()};
    return {deviceBytes(device), freeDeviceBytes(device)};
}
const HeadOrders* Model::headOrders() const {
    return loaded_->headOrders ? &*loaded_->headOrders : nullptr;
}

const HeadKinds* Model::headKinds() const {
    return loaded_->headKinds ? &*loaded_->headKinds : nullptr;
}

const RoleTable* Model::roles() const {
    return loaded_->roles ? &*loaded_->roles : nullptr;
}
const std::vector<std::string>& Model::notes() const {
    return loaded_->notes;
}

} // namespace scalekv
