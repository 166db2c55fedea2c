#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/json_fields.h"
#include "engine/pipeline/identity_json.h"
#include "engine/study/comparison/comparison_json.h"
#include "scalekv/comparison_text.h"
#include "scalekv/error.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace scalekv {
namespace {

using nlohmann::json;

constexpr std::int64_t kMostBytes = std::numeric_limits<std::int64_t>::max();
constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// A figure between two bounds; null stands for infinity where the upper bound is that.
double figure(const JsonFields& fields, const char* name, double smallest, double largest) {
    if (fields.has(name) && fields.raw(name).is_null() && largest == kInfinite)
        return kInfinite;
    const double value = fields.number(name);
    if (value < smallest || value > largest)
        fields.fail(name, "is out of range");
    return value;
}

/// One figure a scale; `name` of the field is for messages.
std::vector<double> figures(const JsonFields& fields, const char* name, const json& list, std::size_t scales,
                            double largest) {
    if (!list.is_array() || list.size() != scales)
        fields.fail(name, "is not a list of " + std::to_string(scales) + " numbers");
    std::vector<double> values;
    for (const json& element : list) {
        const bool isInfinite = element.is_null() && largest == kInfinite;
        if (!isInfinite && !element.is_number())
            fields.fail(name, "holds something that is not a number");
        values.push_back(isInfinite ? kInfinite : element.get<double>());
        if (!(values.back() >= 0 && values.back() <= largest))
            fields.fail(name, "holds a number that is out of range");
    }
    return values;
}

std::vector<double> figures(const JsonFields& fields, const char* name, std::size_t scales, double largest) {
    return figures(fields, name, fields.list(name), scales, largest);
}

/// Reads the records of one file for the settings that it was compared with.
class RecordReader {
public:
    RecordReader(const Comparison& comparison, std::string what)
        : comparison_(comparison), what_(std::move(what)) {}

    FullRecord full(const json& element) const {
        const JsonFields fields(element, what_ + ": full");
        return {pairOf(fields), costOf(fields), fields.text("bits_digest")};
    }

    ChoiceRecord choice(const json& element) const {
        const JsonFields fields(element, what_ + ": records");
        ChoiceRecord record{pairOf(fields), choiceOf(fields), {}, {}};
        const std::size_t scales = comparison_.schedule.size();
        if (comparison_.settings.teacherForced()) {
            const JsonFields forced = fields.part("teacher_forced");
            record.teacherForced = {figure(forced, "kl", 0, kInfinite), figure(forced, "bits", 0, 1),
                                    figures(forced, "kl_per_scale", scales, kInfinite),
                                    figures(forced, "bits_per_scale", scales, 1), costOf(forced)};
            if (comparison_.settings.klByLayer)
                for (const json& layer : forced.list("kl_per_layer"))
                    record.teacherForced->klPerLayer.push_back(
                        figures(forced, "kl_per_layer", layer, scales, kInfinite));
        }
        if (comparison_.settings.free()) {
            const JsonFields free = fields.part("free");
            record.free = {figure(free, "psnr", 0, kInfinite), figure(free, "ssim", -1, 1),
                           figure(free, "bits", 0, 1), figures(free, "bits_per_scale", scales, 1),
                           costOf(free)};
            if (!comparison_.settings.lpips.empty() && free.has("lpips"))
                record.free->lpips = figure(free, "lpips", 0, kInfinite);
        }
        return record;
    }

private:
    PairId pairOf(const JsonFields& fields) const {
        const ComparisonSettings& settings = comparison_.settings;
        const std::int64_t prompt =
            fields.integer("prompt", 0, std::int64_t(settings.request.prompts.size()) - 1);
        if (!fields.has("seed"))
            fields.fail("seed", "is missing");
        const std::uint64_t seed = fields.unsignedInteger("seed", 0);
        if (std::find(settings.seeds.begin(), settings.seeds.end(), seed) == settings.seeds.end())
            fields.fail("seed", "is none of the settings'");
        return {int(prompt), seed};
    }

    int choiceOf(const JsonFields& fields) const {
        const std::string name = fields.text("policy");
        const std::string text = !evicts(name) ? name : name + " " + fields.text("budget");
        const auto& choices = comparison_.settings.choices;
        const auto found = std::find_if(choices.begin(), choices.end(), [&text](const PolicyChoice& choice) {
            return choice.text() == text;
        });
        if (found == choices.end())
            fields.fail("policy", "is none of the settings' with this budget");
        return int(found - choices.begin());
    }

    static RunCost costOf(const JsonFields& fields) {
        return {fields.integer("kv_bytes", 0, kMostBytes), fields.integer("peak_kv_bytes", 0, kMostBytes),
                fields.integer("scratch_bytes", 0, kMostBytes), figure(fields, "seconds", 0, 1e12),
                figure(fields, "selection_seconds", 0, 1e12)};
    }

    const Comparison& comparison_;
    std::string what_;
};

/// Where they are not the same policies and budgets, which they were and are: their stored form says less.
std::optional<std::string> policiesDifference(const JsonFields& theirs, const JsonFields& ours) {
    const auto listOf = [](const JsonFields& identity) {
        const JsonFields settings = identity.part("settings");
        std::string list;
        for (const json& policy : settings.list("policies"))
            list += (list.empty() ? "" : ", ") + readPolicy({policy, settings.what() + ": policies"}).text();
        return list;
    };
    const std::string were = listOf(theirs), are = listOf(ours);
    if (were == are)
        return {};
    return "settings policies are " + were + ", not " + are;
}

/// See resultsDifference(); `what` names the results in messages.
std::string differenceOf(const OrderedJson& theirs, const OrderedJson& ours, const std::string& what) {
    constexpr std::size_t kLongest = 400; // bytes: two lists of policies can be read
    std::string difference = firstDifference(theirs, ours);
    if (difference.starts_with("settings lpips"))
        difference = "LPIPS was not measured, or with the weights of another network";
    if (difference.starts_with("settings policies"))
        difference = policiesDifference({theirs, what}, {ours, what}).value_or(difference);
    return printable(difference, kLongest);
}

void checkIdentity(const JsonFields& fields, const Comparison& comparison, const std::string& what) {
    const OrderedJson ours = identityJson(comparison);
    OrderedJson theirs;
    for (const auto& [part, value] : ours.items()) {
        if (!fields.has(part.c_str()))
            fields.fail(part.c_str(), "is missing");
        theirs[part] = OrderedJson(fields.raw(part.c_str()));
    }
    if (const std::string difference = differenceOf(theirs, ours, what); !difference.empty())
        throw OtherResults(what + ": these results were made with other settings (" + difference + ").");
}

/// The file's object; throws where an older or a newer program wrote it.
JsonFields resultsOf(const std::string& text, const std::string& what) {
    JsonFields fields(parseJson(text, what), what);
    const std::int64_t version = fields.integer("scalekv_comparison", 1, std::numeric_limits<int>::max());
    if (version > kComparisonVersion)
        fields.fail("scalekv_comparison",
                    "is " + std::to_string(version) + ": a newer program wrote these results");
    if (version < kComparisonVersion)
        throw OtherResults(what +
                           ": an older program wrote these results, which do not say what weights they were "
                           "made with.");
    return fields;
}

} // namespace

Comparison comparisonFromJson(const std::string& text, const std::string& what) {
    const JsonFields fields = resultsOf(text, what);
    Comparison comparison;
    comparison.program = fields.text("program");
    const JsonFields model = fields.part("model");
    comparison.model = readIdentity(model);
    comparison.precision = model.text("precision");
    comparison.device = model.text("device");
    comparison.settings = readSettings(fields.part("settings"));
    comparison.schedule =
        scaleSchedule(comparison.settings.request.size, comparison.settings.request.aspectRatio);
    continueFrom(comparison, text, what); // also where what was read here is not what the file says
    return comparison;
}

std::string programName(const std::string& version) {
    return "scalekv " + version;
}

std::string resultsDifference(const Comparison& results, const Comparison& planned) {
    return differenceOf(identityJson(results), identityJson(planned), "The results");
}

void continueFrom(Comparison& comparison, const std::string& text, const std::string& what) {
    const JsonFields fields = resultsOf(text, what);
    checkIdentity(fields, comparison, what);

    const RecordReader reader(comparison, what);
    Comparison read = comparison;
    read.full.clear();
    read.records.clear();
    std::set<std::pair<int, std::uint64_t>> full; // a file from anywhere may hold very many
    std::set<std::tuple<int, std::uint64_t, int>> choices;
    for (const json& element : fields.list("full")) {
        FullRecord record = reader.full(element);
        if (!full.emplace(record.pair.prompt, record.pair.seed).second)
            fields.fail("full", "holds a prompt and seed twice");
        read.full.push_back(std::move(record));
    }
    for (const json& element : fields.list("records")) {
        ChoiceRecord record = reader.choice(element);
        if (!choices.emplace(record.pair.prompt, record.pair.seed, record.choice).second)
            fields.fail("records", "holds a picture twice");
        if (!full.contains({record.pair.prompt, record.pair.seed}))
            fields.fail("records", "holds a picture whose full run is not there");
        read.records.push_back(std::move(record));
    }
    comparison = std::move(read);
}

} // namespace scalekv
