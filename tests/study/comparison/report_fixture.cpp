#include "tests/study/comparison/report_fixture.h"

#include "scalekv/comparison_text.h"
#include "scalekv/png.h"

#include <random>

namespace scalekv::test {
namespace {

PolicyChoice choiceOf(const std::string& name, double fraction) {
    PolicyChoice choice;
    choice.name = name;
    choice.budget.fraction = fraction;
    return choice;
}

} // namespace

RgbImage noise(int side, unsigned seed) {
    RgbImage image{side, side, std::vector<std::uint8_t>(std::size_t(side) * std::size_t(side) * 3)};
    std::mt19937 random(seed);
    for (std::uint8_t& byte : image.pixels)
        byte = std::uint8_t(random());
    return image;
}

int countOf(const std::string& text, const std::string& word) {
    int found = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
        ++found;
    return found;
}

Comparison comparisonIn(const std::filesystem::path& folder, const std::string& prompt) {
    Comparison comparison;
    comparison.settings.request.prompts = {prompt, "an owl"};
    comparison.settings.seeds = {7};
    comparison.settings.choices = {choiceOf("snapkv", 0.04), choiceOf("snapkv", 0.1)};
    comparison.settings.request.size = "0.06M";
    comparison.settings.klByLayer = true;
    comparison.model = {"Demo", "sha1:1", "sha1:2", "sha1:3"};
    comparison.precision = "fp32";
    comparison.device = "cpu";
    comparison.program = "scalekv 1.2.3";
    comparison.schedule = {{1, 1}, {2, 2}};
    std::filesystem::create_directories(folder / "pictures");
    for (int pair = 0; pair < 2; ++pair) {
        const PairId id{pair, 7};
        comparison.full.push_back({id, {10 << 20, 11 << 20, 500, 1.0, 0}, "0123456789abcdef"});
        writePng(folder / pictureName(comparison, id, {}), noise(16, unsigned(pair)));
        for (int choice = 0; choice < 2; ++choice) {
            ChoiceRecord record{id, choice, {}, {}};
            const double kl = 0.03 + 0.02 * pair + 0.01 * choice;
            const RunCost cost{(1 + choice) << 20, 4 << 20, 500, 1.5, 0.25};
            record.teacherForced = {kl, 0.125, {0, 1.25 * kl}, {0, 0.15625}, cost, {{0, kl}, {0, kl / 2}}};
            record.free = {20.0 + 3 * choice + pair, 0.75, 0.25, {0, 0.3125}, cost};
            comparison.records.push_back(record);
            writePng(folder / pictureName(comparison, id, choice),
                     noise(16, unsigned(10 + 2 * pair + choice)));
        }
    }
    return comparison;
}

Runs::Runs() : recipes(3), reports(3), pictures(3), bits(3) {
    for (std::size_t n = 0; n < 3; ++n) {
        Recipe& recipe = recipes[n];
        recipe.request.prompts = {"a fox"};
        recipe.request.seed = 7;
        recipe.request.size = "0.06M";
        recipe.request.cfg = {3};
        if (n > 0)
            recipe.request.policy = choiceOf("snapkv", 0.1 * double(n));
        recipe.model = {"Demo", "sha1:1", "sha1:2", "sha1:3"};
        recipe.precision = "fp32";
        recipe.device = "cpu";
        recipe.programVersion = "1.2.3";
        reports[n].scales.resize(7);
        reports[n].scales.back().kvBytes = std::int64_t(30 - 10 * n) << 20;
        reports[n].peakKvBytes = reports[n].scales.back().kvBytes;
        pictures[n] = noise(16, unsigned(n));
        for (int k = 1; k <= 7; ++k)
            bits[n].push_back({{k, k}, 8, 1, std::vector<std::uint8_t>(std::size_t(k * k), std::uint8_t(n))});
    }
}

std::vector<ComparedRun> Runs::views() const {
    std::vector<ComparedRun> views;
    for (std::size_t n = 0; n < recipes.size(); ++n)
        views.push_back({recipes[n], reports[n], {pictures[n], bits[n]}, {}});
    return views;
}

std::vector<ComparedRun> Runs::forced() const {
    std::vector<ComparedRun> forced;
    for (const ComparedRun& view : views())
        forced.push_back(
            {view.recipe, view.report, view.run,
             forced.empty()
                 ? std::nullopt
                 : std::optional(TeacherForcedFigures{
                       0.1, 0.2, std::vector<double>(7, 0.1), std::vector<double>(7, 0.2), {}, {}})});
    return forced;
}

} // namespace scalekv::test
