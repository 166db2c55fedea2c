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

/// Which parts have other weights, "transformer, VAE"; "" where all that are known of both are the same.
std::string weightsDifference(const ModelIdentity& a, const ModelIdentity& b);

} // namespace scalekv
