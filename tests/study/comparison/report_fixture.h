#pragma once

#include "scalekv/comparison_report.h"

#include <filesystem>
#include <string>
#include <vector>

/// Something to report of, without a model.
namespace scalekv::test {

/// A picture of random pixels.
RgbImage noise(int side, unsigned seed);

int countOf(const std::string& text, const std::string& word);

/// A finished comparison of two prompts, one of them `prompt`, under one policy at two budgets, with its
/// pictures in the folder. KL by layer is in it.
Comparison comparisonIn(const std::filesystem::path& folder, const std::string& prompt);

/// Three finished runs of one request: full, snapkv 10 %, snapkv 20 %.
struct Runs {
    Runs();
    std::vector<ComparedRun> views() const;
    /// The same with teacher-forced figures.
    std::vector<ComparedRun> forced() const;

    std::vector<Recipe> recipes;
    std::vector<GenerationReport> reports;
    std::vector<RgbImage> pictures;
    std::vector<std::vector<ScaleBits>> bits;
};

} // namespace scalekv::test
