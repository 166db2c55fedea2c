#include "app/cli/picture_request.h"

#include <iostream>
#include <utility>

namespace scalekv::cli {

PictureRequest pictureRequest(const std::string& picture, const RequestOptions& request,
                              const PolicyOptions& policy, const ModelOptions& model) {
    PictureRequest result;
    result.model = model;
    if (!picture.empty()) {
        result.recipe = recipeOfPicture(picture);
        result.model.preferPrecision(result.recipe->precision);
    }
    result.files = result.model.files();
    result.request =
        request.request(result.recipe ? result.recipe->request : recommendedRequest(result.files));
    result.request.policy = policy.choice(result.request.policy);
    result.tables = policy.tables();
    result.tables.addTo(result.request.policy);
    return result;
}

std::shared_ptr<const Model> PictureRequest::load(bool quiet, std::stop_token stop) const {
    const auto mode = quiet ? ProgressLine::Mode::Quiet : ProgressLine::Mode::Shown;
    std::shared_ptr<const Model> loaded = loadModel(model, files, mode, std::move(stop));
    tables.checkFit(*loaded, quiet);
    if (recipe && !quiet)
        if (const std::string why = replayDifference(*recipe, loaded->identity(), loaded->precision());
            !why.empty())
            std::cerr << "Note: " << why << '\n';
    return loaded;
}

} // namespace scalekv::cli
