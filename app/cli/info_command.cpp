#include "app/cli/command.h"
#include "app/cli/json_output.h"
#include "app/resource_paths.h"
#include "engine/error.h"
#include "engine/pipeline/inspect.h"
#include "engine/pipeline/recipe.h"

#include <array>
#include <fstream>
#include <iostream>
#include <memory>

namespace scalekv::cli {
namespace {

struct Options {
    std::string path;
    std::string json;
};

bool isPng(const std::filesystem::path& path) {
    constexpr std::array<char, 8> kSignature{'\x89', 'P', 'N', 'G', '\r', '\n', '\x1a', '\n'};
    std::array<char, 8> start{};
    std::ifstream file(path, std::ios::binary);
    return file.read(start.data(), start.size()) && start == kSignature;
}

Json pictureJson(const PngFile& png, const std::optional<Recipe>& recipe) {
    Json json{{"kind", "picture"}, {"width", png.image.width}, {"height", png.image.height}};
    json["recipe"] = recipe ? Json::parse(toJson(*recipe)) : Json();
    return json;
}

/// "key: value" lines, numbers and lists as JSON writes them.
std::string pictureText(const Json& picture) {
    std::string text = "A picture of " + picture["width"].dump() + "x" + picture["height"].dump() + " pixels";
    if (picture["recipe"].is_null())
        return text + "; it carries no recipe.";
    text += ", made by ScaleKV Studio:";
    for (const auto& [key, value] : picture["recipe"].items())
        text += "\n  " + key + ": " + (value.is_string() ? value.get<std::string>() : value.dump());
    return text;
}

void show(const Options& options, const std::string& text, const std::string& json) {
    if (options.json != "-")
        std::cout << text << (text.ends_with('\n') ? "" : "\n");
    if (!options.json.empty())
        writeJson(options.json, json);
}

void run(const Options& options) {
    const std::filesystem::path path =
        options.path.empty() ? app::demoModel() : std::filesystem::path(options.path);
    if (isPng(path)) {
        const PngFile png = readPng(path);
        const Json picture = pictureJson(png, recipeOf(png.text));
        show(options, pictureText(picture), picture.dump(1));
    } else {
        const Inspection inspection = inspect(path);
        show(options, toText(inspection), toJson(inspection));
    }
}

} // namespace

Command addInfoCommand(CLI::App& program) {
    CLI::App* app = program.add_subcommand("info", "What a model, one of its files, or a picture is");
    auto options = std::make_shared<Options>();
    app->add_option("path", options->path, "A folder, a checkpoint, or a picture (the demo model)")
        ->type_name("PATH");
    addJsonOption(*app, options->json);
    return {app, [options](std::stop_token) { run(*options); }};
}

} // namespace scalekv::cli
