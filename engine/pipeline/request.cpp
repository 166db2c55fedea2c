#include "engine/pipeline/request_json.h"

#include "engine/cache/head_kinds_json.h"
#include "engine/cache/head_orders_json.h"
#include "engine/cache/roles_json.h"
#include "engine/io/json_file.h"
#include "scalekv/error.h"
#include "scalekv/model_files.h"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace scalekv {
namespace {

constexpr int kMaxInt = std::numeric_limits<int>::max();

/// One value where the list has one, as a person would write it.
template <typename T>
OrderedJson written(const std::vector<T>& values) {
    if (values.size() == 1)
        return values.front();
    return values;
}
template <typename T>
OrderedJson written(const T& value) {
    return value;
}
OrderedJson written(const std::vector<int>& layers) {
    return OrderedJson(layers); // always a list
}

// What a field of a type reads from JSON. Names only say where.

void read(const JsonFields& fields, const char* name, std::string& text) {
    text = fields.text(name);
}
void read(const JsonFields& fields, const char* name, std::uint64_t& number) {
    number = fields.unsignedInteger(name, 0);
}
void read(const JsonFields& fields, const char* name, int& number) {
    number = int(fields.integer(name, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()));
}
void read(const JsonFields& fields, const char* name, double& number) {
    number = fields.number(name);
}
void read(const JsonFields& fields, const char* name, std::vector<double>& numbers) {
    numbers = fields.numbers(name, {});
}
void read(const JsonFields& fields, const char* name, std::vector<std::string>& texts) {
    texts = fields.raw(name).is_array() ? fields.texts(name) : std::vector{fields.text(name)};
}
void read(const JsonFields& fields, const char* name, std::vector<int>& numbers) {
    numbers.clear();
    for (const nlohmann::json& element : fields.list(name)) {
        if (!element.is_number_integer() || element.get<double>() < std::numeric_limits<int>::min() ||
            element.get<double>() > std::numeric_limits<int>::max())
            fields.fail(name, "holds something that is not a whole number");
        numbers.push_back(element.get<int>());
    }
}

/// A setting's name in these fields: older programs wrote some under another.
const char* nameIn(const JsonFields& fields, const char* name) {
    const std::string_view now = name;
    const char* older = now == "prompt"            ? "prompts"
                        : now == "guidance_layers" ? "cfg_insertion_layers"
                                                   : name;
    return fields.has(name) ? name : fields.has(older) ? older : name;
}

bool within(const std::vector<double>& values, double least, double most) {
    return !values.empty() && std::all_of(values.begin(), values.end(), [=](double value) {
        return value >= least && value <= most; // false for what is not a number
    });
}

/// Of cfg or tau: "" or what is wrong with how many there are.
std::string countProblem(const std::vector<double>& values, std::optional<std::int64_t> scales) {
    if (!scales || values.size() == 1 || std::int64_t(values.size()) == *scales)
        return "";
    return "must be one number, or one for each of the " + std::to_string(*scales) +
           " scales of this size, not " + std::to_string(values.size());
}

std::string layersProblem(const std::vector<int>& guided, std::optional<std::int64_t> layers) {
    const auto isThere = [&](int layer) { return layer <= 0 && (!layers || layer > -*layers); };
    const auto wrong = std::find_if_not(guided.begin(), guided.end(), isThere);
    if (!guided.empty() && wrong == guided.end())
        return "";
    return "must be 0 (on the logits) or " +
           (layers ? "between -1 and -" + std::to_string(*layers - 1) : std::string("negative")) +
           " (that many layers before the end)" + (guided.empty() ? "" : ", not " + std::to_string(*wrong));
}

} // namespace

std::optional<SettingProblem> settingProblem(const GenerationRequest& request, const SettingTerms& terms) {
    if (!within(request.cfg, -1000, 1000))
        return SettingProblem{"cfg", "must be a number between -1000 and 1000"};
    if (!within(request.tau, 1e-4, 1e4))
        return SettingProblem{"tau", "must be a number between 0.0001 and 10000"};
    if (const std::string why = countProblem(request.cfg, terms.scales); !why.empty())
        return SettingProblem{"cfg", why};
    if (const std::string why = countProblem(request.tau, terms.scales); !why.empty())
        return SettingProblem{"tau", why};
    if (const std::string why = layersProblem(request.guidanceLayers, terms.layers); !why.empty())
        return SettingProblem{"guidance_layers", why};
    if (request.topK < 0)
        return SettingProblem{"top_k", "must be 0 (off) or more"};
    if (!(request.topP >= 0 && request.topP <= 1))
        return SettingProblem{"top_p", "must be between 0 (off) and 1"};
    return std::nullopt;
}

OrderedJson policyJson(const PolicyChoice& choice) {
    OrderedJson json{{"policy", choice.name}};
    if (!choice.evicts())
        return json;
    if (choice.budget.tokens > 0)
        json["budget_tokens"] = choice.budget.tokens;
    else if (choice.budget.bytes > 0)
        json["budget_bytes"] = choice.budget.bytes;
    else
        json["budget_fraction"] = choice.budget.fraction;
    if (choice.roles)
        json["roles"] = rolesJson(*choice.roles);
    if (choice.budgetTable)
        json["budget_table"] = OrderedJson::parse(toJson(*choice.budgetTable));
    if (choice.headOrders)
        json["head_orders"] = headOrdersJson(*choice.headOrders);
    if (choice.headKinds)
        json["head_kinds"] = headKindsJson(*choice.headKinds);
    return json;
}

PolicyChoice readPolicy(const JsonFields& fields, const PolicyChoice& otherwise) {
    PolicyChoice choice = otherwise;
    if (fields.has("policy")) { // the rest belongs to it
        choice = {};
        choice.name = fields.text("policy");
    }
    if (fields.has("budget_tokens") || fields.has("budget_bytes") || fields.has("budget_fraction")) {
        choice.budget = {};
        choice.budget.tokens = fields.integer("budget_tokens", 1, kMaxInt, 0);
        choice.budget.bytes = fields.integer("budget_bytes", 1, kMostBudgetBytes, 0);
        if (choice.budget.tokens > 0 && choice.budget.bytes > 0)
            fields.fail("budget_bytes", "stands beside \"budget_tokens\", and only one of them can hold");
        choice.budget.fraction = fields.number("budget_fraction", choice.budget.fraction);
        if (!(choice.budget.fraction > 0 && choice.budget.fraction <= 1))
            fields.fail("budget_fraction", "is not above 0 and at most 1");
    }
    if (fields.has("roles"))
        choice.roles = readRoles(fields, "roles");
    if (fields.has("budget_table"))
        choice.budgetTable =
            budgetTableFromJson(fields.raw("budget_table").dump(), fields.what() + ": \"budget_table\"");
    if (fields.has("head_orders"))
        choice.headOrders = readHeadOrders(fields, "head_orders");
    if (fields.has("head_kinds"))
        choice.headKinds = headKindsFrom(fields.part("head_kinds"));
    return choice;
}

OrderedJson requestJson(const GenerationRequest& request) {
    OrderedJson json;
    eachSetting(request, [&json]<typename T>(const char* name, const T& value) {
        if constexpr (std::is_same_v<T, PolicyChoice>)
            json.update(policyJson(value));
        else
            json[name] = written(value);
    });
    return json;
}

GenerationRequest readRequest(const JsonFields& fields, const GenerationRequest& otherwise) {
    GenerationRequest request = otherwise;
    eachSetting(request, [&fields]<typename T>(const char* name, T& value) {
        if constexpr (std::is_same_v<T, PolicyChoice>)
            value = readPolicy(fields, value);
        else if (const char* field = nameIn(fields, name); fields.has(field))
            read(fields, field, value);
    });
    if (const auto problem = settingProblem(request))
        fields.fail(nameIn(fields, problem->field.c_str()), problem->why);
    return request;
}

GenerationRequest readWholeRequest(const JsonFields& fields) {
    const GenerationRequest any;
    eachSetting(any, [&fields]<typename T>(const char* name, const T& /*value*/) {
        if (!std::is_same_v<T, PolicyChoice> && !fields.has(nameIn(fields, name)))
            fields.fail(name, "is missing");
    });
    return readRequest(fields);
}

std::string jsonText(const OrderedJson& json, int indent) {
    return json.dump(indent, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string firstDifference(const OrderedJson& made, const OrderedJson& wanted) {
    constexpr std::size_t kLongest = 60; // a longer value says less than its name
    const auto words = [](std::string name) {
        std::replace(name.begin(), name.end(), '_', ' ');
        return name;
    };
    // Settings have English names; those of several things end so.
    const auto areMany = [](const std::string& name) { return name.ends_with('s'); };
    // Without regard to the order of keys, and as text: bytes that are not UTF-8 are not the same any more
    // once they were stored.
    const auto same = [](const OrderedJson& a, const OrderedJson& b) {
        return nlohmann::json::parse(jsonText(a)) == nlohmann::json::parse(jsonText(b));
    };
    for (const auto& [name, value] : wanted.items()) {
        const bool isThere = made.contains(name);
        if (isThere && same(made[name], value))
            continue;
        if (isThere && made[name].is_object() && value.is_object())
            return words(name) + " " + firstDifference(made[name], value);
        const std::string is = isThere ? jsonText(made[name]) : std::string("missing");
        const std::string other = jsonText(value);
        const std::string verb = areMany(name) ? " are " : " is ";
        if (is.size() + other.size() <= kLongest)
            return words(name).append(verb).append(is).append(", not ").append(other);
        if (!isThere || !made[name].is_array() || !value.is_array())
            return words(name) + (areMany(name) ? " differ" : " differs");
        if (made[name].size() != value.size())
            return words(name) + (areMany(name) ? " have " : " has ") + std::to_string(made[name].size()) +
                   " entries, not " + std::to_string(value.size());
        std::size_t at = 0; // of the first element that differs
        while (same(made[name][at], value[at]))
            ++at;
        // Named as if it were a field by itself.
        const std::string which = name + " (number " + std::to_string(at + 1) + ")";
        return firstDifference(OrderedJson{{which, made[name][at]}}, OrderedJson{{which, value[at]}});
    }
    for (const auto& [name, value] : made.items())
        if (!wanted.contains(name))
            return words(name) + (areMany(name) ? " are " : " is ") + jsonText(value).substr(0, kLongest) +
                   ", not given";
    return "";
}

std::string toJson(const GenerationRequest& request) {
    return jsonText(requestJson(request));
}

std::map<std::string, std::string> requestFields(const GenerationRequest& request) {
    std::map<std::string, std::string> fields;
    const OrderedJson json = requestJson(request); // items() only refers to it
    for (const auto& [name, value] : json.items())
        fields[name] = jsonText(value);
    return fields;
}

std::set<std::string> settingsIn(const std::string& json, const std::string& what) {
    const JsonFields fields(parseJson(json, what), what);
    std::set<std::string> names;
    const GenerationRequest any;
    eachSetting(any, [&]<typename T>(const char* name, const T& /*value*/) {
        if (fields.has(nameIn(fields, name)))
            names.insert(name);
    });
    return names;
}

GenerationRequest requestFromJson(const std::string& json, const std::string& what,
                                  const GenerationRequest& otherwise) {
    return readRequest({parseJson(json, what), what}, otherwise);
}

std::string firstDifference(const GenerationRequest& made, const GenerationRequest& wanted) {
    return firstDifference(requestJson(made), requestJson(wanted));
}

GenerationRequest recommendedRequest(const ModelFiles& model) {
    GenerationRequest request;
    request.size = model.defaults.size;
    request.cfg = {model.defaults.cfg};
    request.tau = {model.defaults.tau};
    request.topK = model.defaults.topK;
    request.topP = model.defaults.topP;
    const auto& ratios = model.aspectRatios;
    const auto square = [](double ratio) { return sameAspectRatio(ratio, 1.0); };
    request.aspectRatio =
        ratios.empty() || std::any_of(ratios.begin(), ratios.end(), square) ? 1.0 : ratios.front();
    return request;
}

} // namespace scalekv
