#pragma once

#include "app/cli/model_options.h"
#include "app/cli/policy_options.h"
#include "app/cli/request_options.h"
#include "scalekv/recipe.h"

#include <optional>

namespace scalekv::cli {

/// What a picture is to be made of: the settings of an earlier one, or those that the model's author
/// recommends, with what the user gave.
struct PictureRequest {
    std::optional<Recipe> recipe; ///< of the earlier picture
    ModelOptions model;           ///< in the recipe's precision, unless the user named one
    ModelFiles files;
    PolicyTables tables;
    GenerationRequest request; ///< with the tables; prompt and seed may be the user's still to give

    /// Loads the model, says what will make the picture come out differently from the recipe's (not when
    /// `quiet`), and throws Error where a table does not fit it.
    std::shared_ptr<const Model> load(bool quiet, std::stop_token stop) const;
};

/// `picture`: whose recipe to begin with; empty: none. Finds the model, and loads nothing.
PictureRequest pictureRequest(const std::string& picture, const RequestOptions& request,
                              const PolicyOptions& policy, const ModelOptions& model);

} // namespace scalekv::cli
