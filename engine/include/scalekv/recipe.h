#pragma once

#include "scalekv/pipeline.h"
#include "scalekv/png.h"

#include <filesystem>
#include <optional>

namespace scalekv {

/// A picture's recipe: all that is needed to make it again. Kept in its PNG as JSON under the text key
/// "scalekv".
struct Recipe {
    GenerationRequest request; ///< with exactly one prompt
    std::string modelName;
    std::string precision;
    std::string device;
    std::string programVersion;
};

std::string toJson(const Recipe& recipe);
/// Throws Error where the JSON is not a recipe.
Recipe recipeFromJson(const std::string& json);

/// Text chunks to write beside a picture: "scalekv" (JSON), "Software", "Description" (the prompt).
PngText recipeText(const Recipe& recipe);

/// The recipe in a PNG's text chunks, none if the picture carries none. Throws Error for a damaged one.
std::optional<Recipe> recipeOf(const PngText& text);

} // namespace scalekv
