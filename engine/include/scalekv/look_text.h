#pragma once

#include "scalekv/look.h"

#include <span>
#include <string>
#include <vector>

/// A look's answers as text. Scales, layers, heads, rows and columns are counted from 1 in tables, from 0 in
/// JSON. `schedule` is the run's.
namespace scalekv {

/// A sum a scale, 0 to the asked one, of N weights.
std::vector<double> massByScale(std::span<const float> weights, std::span<const MapSize> schedule);

/// One row a layer and head: the weight of each scale.
std::string toCsv(const Look& look, std::span<const MapSize> schedule);
/// One row a layer, one column a token of the prompt.
std::string wordsToCsv(const Look& look);
/// One row a layer, token of the prompt and row of the map; the map's columns beside each other. Only the
/// heading where no word maps were asked for.
std::string wordMapsToCsv(const Look& look, std::span<const MapSize> schedule);
/// Question, words and, layer by layer, the weight of each scale by head, that of every token (mean over
/// heads), and the words read.
std::string toJson(const Look& look, std::span<const MapSize> schedule);

} // namespace scalekv
