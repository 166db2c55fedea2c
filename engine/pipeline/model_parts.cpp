#include "engine/pipeline/model_parts.h"

#include "engine/model/transformer_shape.h"

#include <algorithm>
#include <array>

namespace scalekv {

ModelPart partOf(const Checkpoint& checkpoint) {
    if (TransformerShape::recognises(checkpoint))
        return ModelPart::Transformer;
    static constexpr std::array kVaeNames = {"decoder.conv_in.weight", "decoder.conv_in.conv.weight",
                                             "vae.decoder.conv_in.weight", "vae.decoder.conv_in.conv.weight"};
    if (std::any_of(kVaeNames.begin(), kVaeNames.end(),
                    [&](const char* name) { return checkpoint.contains(name); }))
        return ModelPart::Vae;
    if (checkpoint.contains("encoder.final_layer_norm.weight"))
        return ModelPart::TextEncoder;
    return ModelPart::Unknown;
}

bool isTextEncoderFolder(const std::filesystem::path& folder) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(folder / "config.json", ignored) &&
           std::filesystem::is_regular_file(folder / "spiece.model", ignored);
}

} // namespace scalekv
