#pragma once

#include "scalekv/policy_choice.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace scalekv {

struct ModelFiles;

/// Everything that decides a picture, besides the model: the one value that recipes, calibrations,
/// comparisons, the command line and the window speak of.
/// A setting is a field, its line in eachSetting(), and what may be in it, in settingProblem().
struct GenerationRequest {
    /// One picture a prompt; a batch is drawn as BatchDraw says.
    std::vector<std::string> prompts;
    std::string negativePrompt; ///< empty: the trained unconditional features
    std::uint64_t seed = 0;
    std::string size = "1M";      ///< see imageSizes()
    double aspectRatio = 1.0;     ///< height / width, see aspectRatios()
    std::vector<double> cfg{4.0}; ///< classifier-free guidance: one number, or one a scale; 1 = off
    std::vector<double> tau{1.0}; ///< sampling temperature: one number, or one a scale
    /// Where guidance is applied: 0 = on the logits, −n = on the output of layer depth−n (both may be given).
    std::vector<int> guidanceLayers{0};
    int topK = 900;     ///< 0 = off; with two values a bit, only 1 has an effect
    double topP = 0.97; ///< 0 = off; removes the unlikelier value of a bit when its probability is ≤ 1 − topP
    PolicyChoice policy; ///< what stays in the cache

    bool operator==(const GenerationRequest&) const = default;
};

/// Calls `visit(name, field)` for every setting, in the order of the stored form, where a policy stands as
/// its own fields. `Request`: GenerationRequest, const or not.
template <typename Request, typename Visit>
void eachSetting(Request& request, Visit&& visit) {
    visit("prompt", request.prompts);
    visit("negative_prompt", request.negativePrompt);
    visit("seed", request.seed);
    visit("size", request.size);
    visit("aspect_ratio", request.aspectRatio);
    visit("cfg", request.cfg);
    visit("tau", request.tau);
    visit("guidance_layers", request.guidanceLayers);
    visit("top_k", request.topK);
    visit("top_p", request.topP);
    visit("policy", request.policy);
}

/// Whose random numbers decide the pictures of a batch.
enum class BatchDraw {
    Together, ///< one random generator serves all, as in the released code: a prompt gives another picture
              ///< than alone
    Apart, ///< prompt n has its own, seeded with the request's seed + n: the picture that it gives alone, up
           ///< to how a larger product is rounded
};

/// What a request is judged by, besides itself. What is not known is not judged.
struct SettingTerms {
    std::optional<std::int64_t> scales = {}; ///< of the request's size
    std::optional<std::int64_t> layers = {}; ///< of the model
};

/// A setting that cannot be so. Sizes, ratios and policies are prepare()'s to check.
struct SettingProblem {
    std::string field; ///< its name in eachSetting()
    std::string why;   ///< "must be between 0 (off) and 1"
};
/// The first problem of a request, none where all is well.
std::optional<SettingProblem> settingProblem(const GenerationRequest& request,
                                             const SettingTerms& terms = {});

/// All that a model's author recommends, without a prompt.
GenerationRequest recommendedRequest(const ModelFiles& model);

/// The stored form: a JSON object, one field a setting. Text that is not UTF-8 is replaced.
std::string toJson(const GenerationRequest& request);
/// The same field by field, name → JSON.
std::map<std::string, std::string> requestFields(const GenerationRequest& request);
/// Which settings such a JSON object names, by their names in eachSetting(), whatever older programs called
/// them. Throws Error where it is no JSON object.
std::set<std::string> settingsIn(const std::string& json, const std::string& what);
/// Strict reading: a field of a wrong type or out of range is an Error "WHAT: FIELD …". Fields that are not
/// there are as in `otherwise`; fields that are unknown are passed over. Reads older forms, too.
GenerationRequest requestFromJson(const std::string& json, const std::string& what,
                                  const GenerationRequest& otherwise = {});

/// "" where both ask for the same, else the first difference: "seed is 1, not 2".
std::string firstDifference(const GenerationRequest& made, const GenerationRequest& wanted);

} // namespace scalekv
