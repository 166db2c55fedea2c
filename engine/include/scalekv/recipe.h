#pragma once

#include "scalekv/model_identity.h"
#include "scalekv/png.h"
#include "scalekv/report.h"
#include "scalekv/request.h"

#include <filesystem>
#include <optional>
#include <string>

namespace scalekv {

/// A picture's recipe: all that is needed to make it again. Kept in its PNG as JSON under the text key
/// "scalekv".
struct Recipe {
    GenerationRequest request; ///< with exactly one prompt
    ModelIdentity model;
    std::string precision;
    std::string device;
    std::string programVersion;
};

/// That of a run which has ended. `request`: its plan's, with the tables that its policy used.
Recipe recipeOf(const GenerationRequest& request, const ModelIdentity& model, const GenerationReport& report,
                std::string programVersion);

std::string toJson(const Recipe& recipe);
/// Throws Error where the JSON is not a recipe.
Recipe recipeFromJson(const std::string& json);

/// Text chunks to write beside a picture: "scalekv" (JSON), "Software", "Description" (the prompt).
PngText recipeText(const Recipe& recipe);

/// The recipe in a PNG's text chunks, none if the picture carries none. Throws Error for a damaged one.
std::optional<Recipe> recipeOf(const PngText& text);
/// The same of a file. Throws Error also where it carries none, or is no PNG.
Recipe recipeOfPicture(const std::filesystem::path& picture);

/// Why the picture may come out differently when its request runs with a model of this identity and
/// precision, in one sentence; "" where it will be the same.
std::string replayDifference(const Recipe& recipe, const ModelIdentity& model, const std::string& precision);

} // namespace scalekv
