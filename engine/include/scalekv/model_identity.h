#pragma once

#include <string>

namespace scalekv {

/// Tells models apart by what is in them, wherever their files lie: a digest of each part's weights (and of
/// the text encoder's vocabulary), "sha1:…". Empty where it is not known (older recipes).
struct ModelIdentity {
    std::string name; ///< for people; says nothing about what is the same
    std::string transformer;
    std::string textEncoder;
    std::string vae;

    bool operator==(const ModelIdentity&) const = default;
};

/// The stored form, as it stands in recipes and results.
std::string toJson(const ModelIdentity& model);
/// What is not there is not known. Throws Error "WHAT: …" for what is no such form.
ModelIdentity modelIdentityFromJson(const std::string& json, const std::string& what);

/// Which parts have other weights, "transformer, VAE"; "" where all that are known of both are the same.
std::string weightsDifference(const ModelIdentity& a, const ModelIdentity& b);

} // namespace scalekv
