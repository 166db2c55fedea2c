#include "scalekv/run_record.h"

#include "engine/study/csv_line.h"
#include "scalekv/layer_quantity.h"

#include <algorithm>
#include <cmath>

namespace scalekv {
namespace {

void addNumber(CsvLine& line, double value) {
    if (std::isnan(value))
        line.addNothing();
    else
        line.add(value);
}

void addCount(CsvLine& line, double value) {
    if (std::isnan(value))
        line.addNothing();
    else
        line.add(std::int64_t(std::llround(value)));
}

void addRole(CsvLine& line, double drafter) {
    if (std::isnan(drafter))
        line.addNothing();
    else
        line.add(std::string(drafter > 0 ? "drafter" : "refiner"));
}

void addQuantity(CsvLine& line, const LayerQuantityInfo& info, double value) {
    if (info.quantity == LayerQuantity::Role)
        addRole(line, value);
    else if (info.quantity == LayerQuantity::Kept || info.quantity == LayerQuantity::Bytes)
        addCount(line, value);
    else
        addNumber(line, value);
}

/// The weight on scales 1, 2, …
void addMass(CsvLine& line, const HeadAttention* head, std::size_t scales) {
    const std::size_t known = head != nullptr ? std::min(head->mass.size(), scales) : 0;
    for (std::size_t scale = 0; scale < known; ++scale)
        line.add(head->mass[scale]);
    line.addNothing(std::int64_t(scales - known));
}

CsvLine headings(const RunRecord& record, std::initializer_list<const char*> first) {
    CsvLine line;
    for (const char* name : first)
        line.add(std::string(name));
    for (const LayerQuantityInfo& info : layerQuantities())
        line.add(std::string(info.key));
    for (std::size_t scale = 0; scale < record.schedule.size(); ++scale)
        line.add("mass_scale_" + std::to_string(scale + 1));
    return line;
}

} // namespace

std::string toCsv(const RunRecord& record, const RoleTable* calibrated) {
    CsvLine first = headings(record, {"scale", "height", "width", "layer"});
    if (calibrated != nullptr)
        first.add(std::string("calibrated_role"));
    std::string text = first.text();
    std::vector<ScaleLayerTable> tables;
    for (const LayerQuantityInfo& info : layerQuantities())
        tables.push_back(quantityTable(record, info.quantity));
    for (std::size_t scale = 0; scale < record.schedule.size(); ++scale) {
        const MapSize map = record.schedule[scale];
        for (std::size_t layer = 0; layer < std::size_t(record.layers); ++layer) {
            CsvLine line;
            for (const std::size_t number :
                 {scale + 1, std::size_t(map.height), std::size_t(map.width), layer + 1})
                line.add(std::int64_t(number));
            for (const LayerQuantityInfo& info : layerQuantities())
                addQuantity(line, info, tables[std::size_t(info.quantity)][scale][layer]);
            const auto& attention = record.attention[scale][layer];
            addMass(line, attention ? &attention->mean : nullptr, record.schedule.size());
            if (calibrated != nullptr)
                addRole(line, scale == 0
                                  ? std::nan("")
                                  : double(calibrated->drafter(std::int64_t(scale), std::int64_t(layer))));
            text += line.text();
        }
    }
    return text;
}

std::string headsToCsv(const RunRecord& record) {
    std::string text = headings(record, {"scale", "layer", "head"}).text();
    for (std::size_t scale = 0; scale < record.schedule.size(); ++scale) {
        std::vector<std::vector<std::vector<double>>> tables;
        for (const LayerQuantityInfo& info : layerQuantities())
            tables.push_back(headTable(record, info.quantity, int(scale)));
        for (std::size_t layer = 0; layer < std::size_t(record.layers); ++layer) {
            const auto& attention = record.attention[scale][layer];
            for (std::size_t head = 0; head < std::size_t(record.heads); ++head) {
                CsvLine line;
                for (const std::size_t number : {scale + 1, layer + 1, head + 1})
                    line.add(std::int64_t(number));
                for (const LayerQuantityInfo& info : layerQuantities())
                    addQuantity(line, info, tables[std::size_t(info.quantity)][layer][head]);
                addMass(line, attention ? &attention->heads.at(head) : nullptr, record.schedule.size());
                text += line.text();
            }
        }
    }
    return text;
}

} // namespace scalekv
