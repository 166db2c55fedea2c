#pragma once

#include <string>
#include <vector>

namespace scalekv::cli {

/// "4" or "4,3.5,3": one number, or one a scale. Throws CLI::ValidationError that names `option`.
std::vector<double> parseNumbers(const std::string& option, const std::string& text);

/// A height/width ratio: a number ("1.5", "0.75"), or width and height as people write them ("3:4", "16:9"),
/// which is taken to the nearest trained ratio. Throws CLI::ValidationError that names `option`.
double parseRatio(const std::string& option, const std::string& text);

} // namespace scalekv::cli
