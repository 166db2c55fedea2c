#include "engine/json_number.h"
#include "engine/study/csv_line.h"
#include "engine/study/metrics/figure_kinds.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace scalekv {
namespace {

using Json = nlohmann::ordered_json;

Json pairJson(const PairMetrics& pair) {
    Json json{{"name", pair.name},
              {"width", pair.width},
              {"height", pair.height},
              {"psnr_db", finiteOrNull(pair.psnr)}};
    if (pair.ssim)
        json["ssim"] = finiteOrNull(*pair.ssim);
    for (const LpipsNet net : kLpipsNets)
        if (const auto& distance = pair.lpips[std::size_t(net)])
            json["lpips_" + netName(net)] = finiteOrNull(*distance);
    return json;
}

Json folderJson(const FolderMetrics& folder, const std::vector<FigureKind>& kinds) {
    Json json{{"folder", folder.folder.string()}, {"pictures", folder.pictures}, {"figures", Json::object()}};
    for (const FigureKind& kind : kinds)
        if (const std::optional<Figure> figure = kind.of(folder)) {
            Json entry{{"value", finiteOrNull(figure->value)}};
            if (figure->interval)
                entry["interval"] = {finiteOrNull(figure->interval->low),
                                     finiteOrNull(figure->interval->high)};
            json["figures"][kind.key] = std::move(entry);
        }
    json["only_in_reference"] = folder.onlyInReference;
    json["only_here"] = folder.onlyHere;
    json["other_sizes"] = folder.otherSizes;
    json["unreadable"] = folder.unreadable;
    json["pairs"] = Json::array();
    for (const PairMetrics& pair : folder.pairs)
        json["pairs"].push_back(pairJson(pair));
    return json;
}

} // namespace

std::string toCsv(const FolderMetricsReport& report) {
    CsvLine head;
    head.add("folder").add("name").add("width").add("height").add("psnr_db").add("ssim");
    for (const LpipsNet net : report.options.nets)
        head.add("lpips_" + netName(net));
    std::string text = head.text();
    for (const FolderMetrics& folder : report.others)
        for (const PairMetrics& pair : folder.pairs) {
            CsvLine line;
            line.add(folder.folder.string())
                .add(pair.name)
                .add(std::int64_t(pair.width))
                .add(std::int64_t(pair.height))
                .add(pair.psnr);
            const auto optional = [&line](const std::optional<double>& value) {
                if (value)
                    line.add(*value);
                else
                    line.addNothing();
            };
            optional(pair.ssim);
            for (const LpipsNet net : report.options.nets)
                optional(pair.lpips[std::size_t(net)]);
            text += line.text();
        }
    return text;
}

std::string toJson(const FolderMetricsReport& report) {
    const std::vector<FigureKind> kinds = figureKinds(report.options);
    Json json{{"scalekv_metrics", 1},
              {"program", report.program},
              {"reference", report.options.reference.string()},
              {"reference_pictures", report.referencePictures},
              {"reference_resized", report.options.realReference},
              {"device", report.options.device},
              {"resamples", report.options.resamples},
              {"fid_resamples", report.options.fidResamples},
              {"conventions", Json::object()},
              {"folders", Json::array()}};
    for (const FigureKind& kind : kinds)
        json["conventions"][kind.key] = kind.convention;
    json["conventions"]["interval"] =
        "95 %, resampling pictures: quantiles of means; for FID and KID value ± 1.96 standard deviations";
    for (const FolderMetrics& folder : report.others)
        json["folders"].push_back(folderJson(folder, kinds));
    json["features_reused"] = report.featuresReused;
    json["features_made"] = report.featuresMade;
    json["networks"] = report.networks;
    json["missing"] = report.missing;
    json["notes"] = report.notes;
    return json.dump(1, ' ', false, Json::error_handler_t::replace);
}

} // namespace scalekv
