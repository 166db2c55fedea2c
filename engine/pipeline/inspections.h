#pragma once

#include "engine/io/checkpoint.h"
#include "scalekv/inspect.h"
#include "scalekv/model_files.h"

/// What inspect() can say, by kind of file.
namespace scalekv::inspections {

/// Tensors of whatever they are, told by their names.
Inspection ofTensors(const std::filesystem::path& path);
/// `sizes`: the image sizes that the cache is foretold for.
Inspection ofTransformer(const std::filesystem::path& path, const Checkpoint& checkpoint,
                         const std::vector<std::string>& sizes);
Inspection ofVae(const std::filesystem::path& path, const Checkpoint& checkpoint);
Inspection ofTextEncoder(const std::filesystem::path& folder);

Inspection ofModel(const std::filesystem::path& path, const ModelFiles& files);

Inspection ofVocabulary(const std::filesystem::path& path);
Inspection ofBudget(const std::filesystem::path& path);
Inspection ofPicture(const std::filesystem::path& path);
Inspection ofCalibration(const std::filesystem::path& path);

} // namespace scalekv::inspections
