#include "engine/cache/head_orders_json.h"
#include "engine/cache/table_limits.h"
#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "scalekv/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace scalekv {
namespace {

using Json = nlohmann::json;

/// They count from 0.
constexpr std::int64_t kMostNumber = std::int64_t(std::max(kMostHeads, kMostLayers)) - 1;

/// Of [head, layer] or [layers] …: one number that can be a head or a layer, −1 where it is none.
std::int32_t numberIn(const Json& json) {
    if (!json.is_number_integer() || (json.is_number_unsigned() && json.get<std::uint64_t>() > kMostNumber))
        return -1;
    const auto number = json.get<std::int64_t>();
    return number > kMostNumber ? -1 : std::int32_t(std::max<std::int64_t>(number, -1));
}

/// One list of pairs. `which` names it.
std::vector<HeadPlace> orderFrom(const Json& json, const std::string& which) {
    if (!json.is_array() || json.empty())
        throw Error(which + " is not a list of pairs [head, layer].");
    std::vector<HeadPlace> order;
    for (const Json& pair : json) {
        const bool isPair = pair.is_array() && pair.size() == 2;
        const HeadPlace place{isPair ? numberIn(pair[0]) : -1, isPair ? numberIn(pair[1]) : -1};
        if (place.head < 0 || place.layer < 0)
            throw Error(which + " has something (number " + std::to_string(order.size() + 1) +
                        ") that is not a pair [head, layer].");
        order.push_back(place);
    }
    return order;
}

/// Every head of every layer has to be there once. The last of them.
HeadPlace checkWhole(const std::vector<HeadPlace>& order, const std::string& which) {
    std::vector<HeadPlace> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
        throw Error(which + " names head " + std::to_string(twice->head) + " of layer " +
                    std::to_string(twice->layer) + " twice.");
    HeadPlace last = sorted.back();
    for (const HeadPlace& place : order)
        last.layer = std::max(last.layer, place.layer);
    const std::int64_t heads = last.head + 1, layers = last.layer + 1;
    if (std::int64_t(order.size()) != layers * heads)
        throw Error(which + " has " + std::to_string(order.size()) + " pairs, not one for each of " +
                    std::to_string(heads) + " heads in each of " + std::to_string(layers) + " layers.");
    return last;
}

/// Adds one list, if it is whole and of the same heads and layers as the first. `which` names it.
void add(HeadOrders& orders, std::vector<HeadPlace> order, const std::string& which) {
    const HeadPlace last = checkWhole(order, which);
    if (!orders.bySource.empty() && last != checkWhole(orders.bySource.front(), which))
        throw Error(which + " has other heads or layers than the first.");
    orders.bySource.push_back(std::move(order));
}

std::string listIn(const std::string& what, const HeadOrders& orders) {
    return what + ": list " + std::to_string(orders.bySource.size() + 1);
}

HeadOrders ordersFrom(const Json& document, const std::string& what) {
    const Json& lists = document.is_object() && document.contains("orders") ? document["orders"] : document;
    if (!lists.is_array() || lists.empty() || lists.size() > kMostScales)
        throw Error(what + ": holds no head orders: a list of pairs [head, layer] for each scale.");
    HeadOrders orders;
    for (const Json& list : lists)
        add(orders, orderFrom(list, listIn(what, orders)), listIn(what, orders));
    return orders;
}

/// "14.0 7.8 …", −1 for what is no number.
std::vector<HeadPlace> orderFromText(std::string_view text) {
    std::vector<HeadPlace> order;
    const auto number = [&text](char end) {
        std::int32_t value = -1;
        const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        text.remove_prefix(std::size_t(stop - text.data()));
        if (problem != std::errc() || value > kMostNumber || (!text.empty() && text.front() != end))
            value = -1;
        text.remove_prefix(text.empty() ? 0 : 1);
        return value;
    };
    while (!text.empty()) {
        order.push_back({number('.'), -1});
        order.back().layer = number(' ');
        if (order.back().head < 0 || order.back().layer < 0)
            break;
    }
    return order;
}

/// One more than the largest number of a layer or head.
std::int64_t countOf(const HeadOrders& orders, std::int32_t HeadPlace::*number) {
    std::int64_t count = 0;
    for (const std::vector<HeadPlace>& order : orders.bySource)
        for (const HeadPlace& place : order)
            count = std::max<std::int64_t>(count, place.*number + 1);
    return count;
}

} // namespace

std::int64_t HeadOrders::layers() const {
    return countOf(*this, &HeadPlace::layer);
}

std::int64_t HeadOrders::heads() const {
    return countOf(*this, &HeadPlace::head);
}

const std::vector<HeadPlace>& HeadOrders::of(std::int64_t source) const {
    if (bySource.empty() || source < kWholeScales)
        throw std::out_of_range("HeadOrders: no order for this scale");
    return bySource[std::min(std::size_t(source - kWholeScales), bySource.size() - 1)];
}

HeadOrders headOrdersFromJson(const std::string& json, const std::string& what) {
    return ordersFrom(parseJson(json, what), what);
}

HeadOrders readHeadOrders(const std::filesystem::path& path) {
    return ordersFrom(readJsonFile(path), pathText(path));
}

std::string toJson(const HeadOrders& orders) {
    std::string text;
    for (const std::vector<HeadPlace>& order : orders.bySource) {
        text += text.empty() ? "[\n[" : ",\n[";
        for (std::size_t i = 0; i < order.size(); ++i)
            text += (i == 0 ? "[" : ",[") + std::to_string(order[i].head) + "," +
                    std::to_string(order[i].layer) + "]";
        text += "]";
    }
    return text + "\n]\n";
}

nlohmann::ordered_json headOrdersJson(const HeadOrders& orders) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (const std::vector<HeadPlace>& order : orders.bySource) {
        std::string text;
        for (const HeadPlace& place : order)
            text +=
                (text.empty() ? "" : " ") + std::to_string(place.head) + "." + std::to_string(place.layer);
        json.push_back(std::move(text));
    }
    return json;
}

HeadOrders readHeadOrders(const JsonFields& fields, const char* field) {
    HeadOrders orders;
    for (const std::string& text : fields.texts(field)) {
        std::vector<HeadPlace> order = orderFromText(text);
        if (order.empty() || order.back().head < 0 || order.back().layer < 0 ||
            orders.bySource.size() == kMostScales)
            fields.fail(field, "is not a line \"head.layer head.layer …\" for each scale");
        add(orders, std::move(order), listIn(fields.what() + ": \"" + field + "\"", orders));
    }
    if (orders.bySource.empty())
        fields.fail(field, "is empty");
    return orders;
}

void checkHeads(const HeadOrders& orders, std::int64_t layers, std::int64_t heads, const std::string& what) {
    if (orders.layers() != layers || orders.heads() != heads)
        throw Error(what + ": they are of a model with " + std::to_string(orders.layers()) + " layers of " +
                    std::to_string(orders.heads()) + " heads, but this one has " + std::to_string(layers) +
                    " of " + std::to_string(heads) + ".");
}

} // namespace scalekv
