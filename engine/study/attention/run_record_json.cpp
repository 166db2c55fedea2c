#include "scalekv/run_record.h"

#include "engine/cache/roles_json.h"
#include "scalekv/layer_quantity.h"

#include <nlohmann/json.hpp>

namespace scalekv {
namespace {

using Json = nlohmann::ordered_json;

Json quantitiesJson() {
    Json list = Json::array();
    for (const LayerQuantityInfo& info : layerQuantities())
        list.push_back({{"key", info.key},
                        {"label", info.label},
                        {"meaning", info.sentence},
                        {"equation", info.equation},
                        {"unit", info.unit}});
    return list;
}

/// [scale][layer][earlier scale]
Json massJson(const RunRecord& record) {
    Json mass = Json::array();
    for (const auto& row : record.attention) {
        Json layers = Json::array();
        for (const auto& attention : row)
            layers.push_back(attention ? Json(attention->mean.mass) : Json());
        mass.push_back(std::move(layers));
    }
    return mass;
}

} // namespace

// What is not a number becomes null: nlohmann's dump() writes it so.
std::string toJson(const RunRecord& record, const RoleTable* calibrated) {
    Json schedule = Json::array();
    for (const MapSize map : record.schedule)
        schedule.push_back({map.height, map.width});
    Json tables, heads;
    for (const LayerQuantityInfo& info : layerQuantities()) {
        const std::string key(info.key);
        tables[key] = quantityTable(record, info.quantity);
        Json scales = Json::array();
        for (std::size_t scale = 0; scale < record.schedule.size(); ++scale)
            scales.push_back(headTable(record, info.quantity, int(scale)));
        heads[key] = std::move(scales);
    }
    Json roles{{"run", rolesJson(rolesOf(record))}};
    roles["calibration"] = calibrated != nullptr ? rolesJson(*calibrated) : Json();
    return Json{{"schedule", std::move(schedule)}, {"layers", record.layers},
                {"heads", record.heads},           {"quantities", quantitiesJson()},
                {"roles", std::move(roles)},       {"by_layer", std::move(tables)},
                {"by_head", std::move(heads)},     {"mass_by_scale", massJson(record)}}
        .dump(1, ' ', false, Json::error_handler_t::replace);
}

} // namespace scalekv
