#include "scalekv/run_file.h"

#include "engine/image/png_bytes.h"
#include "engine/io/byte_stream.h"
#include "engine/io/deflate.h"
#include "engine/io/file_text.h"
#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/pipeline/request_json.h"
#include "engine/study/attention/record_bytes.h"
#include "scalekv/error.h"

#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <utility>

/// A run file: a mark, the version, and parts one after the other: a name of four letters, the number of
/// bytes, the bytes. Parts of an unknown name are passed over.
namespace scalekv {
namespace {

constexpr std::string_view kMark = "\x89RUN\r\n\x1a\n";
constexpr std::uint32_t kVersion = 1;
constexpr std::string_view kPlan = "PLAN", kBits = "BITS", kRecord = "RCRD", kPicture = "PICT";
constexpr std::uint64_t kMostFileBytes = std::uint64_t(256) << 20;
constexpr std::uint64_t kMostPlanBytes = std::uint64_t(16) << 20, kMostRecordBytes = std::uint64_t(64) << 20;
constexpr std::int64_t kMostScales = 64, kMostLayers = 1024, kMostSide = 1 << 20, kMostBits = 1024;
constexpr std::int64_t kMostTokens = 1 << 16; // of all scales; a picture of 1024² has 10 521
constexpr std::int64_t kMostPixels = 1 << 26; // of the picture, and of all earlier ones
constexpr std::size_t kBitsHead = 16;         // bytes a scale
constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();

// ---- Plan and report, as JSON

OrderedJson mapJson(MapSize map) {
    return {map.height, map.width};
}

MapSize mapOf(const nlohmann::json& json, const JsonFields& fields, const char* field) {
    if (!json.is_array() || json.size() != 2)
        fields.fail(field, "is not a height and a width");
    MapSize map;
    int* const sides[] = {&map.height, &map.width};
    for (std::size_t n = 0; n < 2; ++n) {
        if (!json[n].is_number_unsigned() || json[n].get<std::uint64_t>() < 1 ||
            json[n].get<std::uint64_t>() > std::uint64_t(kMostSide))
            fields.fail(field, "is not a height and a width");
        *sides[n] = json[n].get<int>();
    }
    return map;
}

std::vector<std::int64_t> integers(const JsonFields& fields, const char* field, std::size_t number) {
    const nlohmann::json& list = fields.list(field);
    if (list.size() != number)
        fields.fail(field, "has not one number a scale");
    std::vector<std::int64_t> values;
    for (const nlohmann::json& value : list) {
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::uint64_t(kAny))
            fields.fail(field, "holds something that is not a number of bytes");
        values.push_back(value.get<std::int64_t>());
    }
    return values;
}

OrderedJson planJson(const GenerationPlan& plan) {
    OrderedJson schedule = OrderedJson::array();
    for (const MapSize map : plan.schedule)
        schedule.push_back(mapJson(map));
    return {{"request", requestJson(plan.request)},
            {"schedule", schedule},
            {"layers", plan.layers},
            {"picture", mapJson(plan.picture)},
            {"guided", plan.guided},
            {"kv_bytes", plan.kvBytes},
            {"peak_kv_bytes", plan.peakKvBytes},
            {"full_kv_bytes", plan.fullKvBytes},
            {"full_peak_kv_bytes", plan.fullPeakKvBytes},
            {"scratch_bytes", plan.scratchBytes},
            {"peak_bytes", plan.peakBytes}};
}

GenerationPlan planOf(const JsonFields& fields) {
    GenerationPlan plan;
    plan.request = readWholeRequest(fields.part("request"));
    if (plan.request.prompts.size() != 1)
        fields.fail("request", "is not that of one picture");
    for (const nlohmann::json& map : fields.list("schedule")) {
        if (plan.schedule.size() == std::size_t(kMostScales))
            fields.fail("schedule", "has too many scales");
        plan.schedule.push_back(mapOf(map, fields, "schedule"));
    }
    if (plan.schedule.empty())
        fields.fail("schedule", "has no scales");
    if (cachedTokens(plan.schedule) + plan.schedule.back().tokens() > kMostTokens)
        fields.fail("schedule", "has too many tokens");
    plan.layers = int(fields.integer("layers", 1, kMostLayers));
    plan.picture = mapOf(fields.list("picture"), fields, "picture");
    if (plan.picture.tokens() > kMostPixels)
        fields.fail("picture", "is too large");
    if (!fields.has("guided") || !fields.raw("guided").is_boolean())
        fields.fail("guided", "is not true or false");
    plan.guided = fields.raw("guided").get<bool>();
    plan.kvBytes = integers(fields, "kv_bytes", plan.schedule.size());
    plan.peakKvBytes = fields.integer("peak_kv_bytes", 0, kAny);
    plan.fullKvBytes = integers(fields, "full_kv_bytes", plan.schedule.size());
    plan.fullPeakKvBytes = fields.integer("full_peak_kv_bytes", 0, kAny);
    plan.scratchBytes = fields.integer("scratch_bytes", 0, kAny);
    plan.peakBytes = fields.integer("peak_bytes", 0, kAny);
    return plan;
}

/// Calls `visit(name, field)` for every number of seconds of a scale's report.
template <typename Report, typename Visit>
void eachTime(Report& report, Visit&& visit) {
    visit("seconds", report.seconds);
    visit("attention_seconds", report.attentionSeconds);
    visit("gemm_seconds", report.gemmSeconds);
    visit("selection_seconds", report.selectionSeconds);
    visit("probe_seconds", report.probeSeconds);
    visit("decode_seconds", report.decodeSeconds);
}

OrderedJson scaleJson(const ScaleReport& report) {
    OrderedJson json{
        {"map", mapJson(report.map)}, {"history_tokens", report.historyTokens}, {"kv_bytes", report.kvBytes}};
    eachTime(report, [&](const char* name, double seconds) { json[name] = seconds; });
    return json;
}

ScaleReport scaleOf(const JsonFields& fields, int scale) {
    ScaleReport report;
    report.scale = scale;
    report.map = mapOf(fields.list("map"), fields, "map");
    report.historyTokens = fields.integer("history_tokens", 0, kAny);
    report.kvBytes = fields.integer("kv_bytes", 0, kAny);
    eachTime(report, [&](const char* name, double& seconds) { seconds = fields.number(name); });
    return report;
}

/// Calls `visit(name, field)` for every number of bytes of a report.
template <typename Report, typename Visit>
void eachSize(Report& report, Visit&& visit) {
    visit("peak_kv_bytes", report.peakKvBytes);
    visit("scratch_bytes", report.scratchBytes);
    visit("weight_bytes", report.weightBytes);
    visit("peak_resident_bytes", report.peakResidentBytes);
    visit("peak_device_bytes", report.peakDeviceBytes);
}

OrderedJson reportJson(const GenerationReport& report) {
    OrderedJson scales = OrderedJson::array();
    for (const ScaleReport& scale : report.scales)
        scales.push_back(scaleJson(scale));
    OrderedJson json{{"scales", scales},
                     {"text_seconds", report.textSeconds},
                     {"total_seconds", report.totalSeconds},
                     {"precision", report.precision},
                     {"device", report.device}};
    eachSize(report, [&](const char* name, std::int64_t bytes) { json[name] = bytes; });
    return json;
}

GenerationReport reportOf(const JsonFields& fields, const GenerationPlan& plan) {
    GenerationReport report;
    const nlohmann::json& scales = fields.list("scales");
    if (scales.size() != plan.schedule.size())
        fields.fail("scales", "are not those of the plan");
    for (std::size_t k = 0; k < scales.size(); ++k) {
        report.scales.push_back(scaleOf({scales[k], fields.what() + ": \"scales\""}, int(k)));
        if (report.scales.back().map != plan.schedule[k])
            fields.fail("scales", "are not those of the plan");
    }
    report.textSeconds = fields.number("text_seconds");
    report.totalSeconds = fields.number("total_seconds");
    report.precision = fields.text("precision");
    report.device = fields.text("device");
    eachSize(report, [&](const char* name, std::int64_t& bytes) { bytes = fields.integer(name, 0, kAny); });
    return report;
}

// ---- Bits

std::string bitsBytes(const std::vector<ScaleBits>& bits) {
    ByteWriter to;
    to.put(std::uint32_t(bits.size()));
    for (const ScaleBits& scale : bits) {
        to.put(std::int32_t(scale.map.height));
        to.put(std::int32_t(scale.map.width));
        to.put(std::int32_t(scale.bits));
        to.put(std::int32_t(scale.prompts));
        to.put(std::string_view(reinterpret_cast<const char*>(scale.packed.data()), scale.packed.size()));
    }
    return to.bytes();
}

std::uint64_t mostBitsBytes(const ScaleSchedule& schedule) {
    std::uint64_t most = sizeof(std::uint32_t);
    for (const MapSize map : schedule)
        most += kBitsHead + std::uint64_t(map.tokens()) * kMostBits / 8;
    return most;
}

std::vector<ScaleBits> bitsOf(ByteReader from, const ScaleSchedule& schedule) {
    if (from.count(kBitsHead) != schedule.size())
        from.fail("are not those of the plan");
    std::vector<ScaleBits> bits(schedule.size());
    for (std::size_t k = 0; k < bits.size(); ++k) {
        ScaleBits& scale = bits[k];
        for (int* number : {&scale.map.height, &scale.map.width, &scale.bits, &scale.prompts})
            *number = from.get<std::int32_t>();
        if (scale.map != schedule[k] || scale.bits < 1 || scale.bits > kMostBits || scale.prompts != 1)
            from.fail("are not those of the plan");
        const std::string_view packed = from.get(std::uint64_t(scale.packedBytes()));
        scale.packed.assign(packed.begin(), packed.end());
    }
    if (!from.atEnd())
        from.fail("go on after their end");
    return bits;
}

// ---- The whole

/// As a PNG says at its beginning, before anything is unpacked; 0 × 0 where it does not.
MapSize pngSize(std::string_view png) {
    constexpr std::size_t kWidth = 16, kHeight = 20, kEnd = 24;
    const auto number = [&](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t n = 0; n < 4; ++n)
            value = value << 8 | static_cast<unsigned char>(png[at + n]);
        return int(std::min(value, std::uint32_t(kMostSide) + 1));
    };
    return png.size() < kEnd ? MapSize{} : MapSize{number(kHeight), number(kWidth)};
}

void putPart(ByteWriter& to, std::string_view name, std::string_view bytes) {
    to.put(name);
    to.put(std::uint64_t(bytes.size()));
    to.put(bytes);
}

} // namespace

std::uint32_t pixelSum(const RgbImage& image) {
    ByteWriter size;
    size.put(std::int32_t(image.width));
    size.put(std::int32_t(image.height));
    const auto* head = reinterpret_cast<const Bytef*>(size.bytes().data());
    const uLong sum = crc32_z(crc32(0, nullptr, 0), head, size.bytes().size());
    return std::uint32_t(crc32_z(sum, image.pixels.data(), image.pixels.size()));
}

std::string runFileBytes(const KeptRun& run, std::int64_t most) {
    const OrderedJson json{
        {"plan", planJson(run.plan)}, {"report", reportJson(run.report)}, {"pixels", run.pixels}};
    ByteWriter file;
    file.put(kMark);
    file.put(kVersion);
    putPart(file, kPlan, deflated(jsonText(json)));
    putPart(file, kBits, deflated(bitsBytes(run.bits)));
    const auto fits = [&](const ByteWriter& parts) {
        return std::int64_t(file.bytes().size() + parts.bytes().size()) <= most;
    };
    if (run.record.layers > 0) {
        ByteWriter record;
        putPart(record, kRecord, deflated(recordBytes(run.record)));
        if (fits(record))
            file.put(record.bytes());
    }
    ByteWriter pictures;
    for (const RgbImage& picture : run.pictures) {
        if (!fits(pictures))
            break;
        putPart(pictures, kPicture, pngBytes(picture));
    }
    if (fits(pictures))
        file.put(pictures.bytes());
    return file.bytes();
}

KeptRun runFromFileBytes(std::string_view bytes, const std::string& what) {
    ByteReader file(bytes, what);
    if (!bytes.starts_with(kMark))
        file.fail("is not a run file");
    file.get(kMark.size());
    if (file.get<std::uint32_t>() != kVersion)
        file.fail("was written by a newer program");

    // Packed: what each may hold is only known by the plan.
    std::optional<std::string_view> plan, bits, record;
    std::vector<std::string_view> pictures;
    while (!file.atEnd()) {
        const std::string_view name = file.get(std::uint64_t(4));
        const std::string_view part = file.get(file.get<std::uint64_t>());
        for (const auto& [known, where] : {std::pair(kPlan, &plan), {kBits, &bits}, {kRecord, &record}}) {
            if (name == known && std::exchange(*where, part))
                file.fail("has a part twice");
        }
        if (name == kPicture)
            pictures.push_back(part);
    }
    if (!plan || !bits)
        file.fail("is not whole");
    KeptRun run;
    const JsonFields fields(parseJson(inflated(*plan, what, kMostPlanBytes), what), what);
    run.plan = planOf(fields.part("plan"));
    run.report = reportOf(fields.part("report"), run.plan);
    run.pixels = std::uint32_t(fields.integer("pixels", 0, std::numeric_limits<std::uint32_t>::max()));
    const std::string unpacked = inflated(*bits, what, mostBitsBytes(run.plan.schedule));
    run.bits = bitsOf({unpacked, what + ": the bits"}, run.plan.schedule);
    if (record) {
        const std::string numbers = inflated(*record, what, kMostRecordBytes);
        run.record = recordOf({numbers, what + ": what was recorded"}, run.bits, run.plan);
    }
    if (!pictures.empty() && pictures.size() + 1 != run.plan.schedule.size())
        file.fail("has not one picture a scale");
    std::int64_t pixels = 0;
    for (const std::string_view picture : pictures) {
        const MapSize size = pngSize(picture);
        pixels += size.tokens();
        if (size.height > run.plan.picture.height || size.width > run.plan.picture.width ||
            pixels > kMostPixels)
            file.fail("has a picture that is too large");
        run.pictures.push_back(readPngBytes(picture, what).image);
    }
    return run;
}

KeptRun readRunFile(const std::filesystem::path& path) {
    return runFromFileBytes(fileText(path, kMostFileBytes), pathText(path));
}

bool isRunFile(const std::filesystem::path& path) {
    std::string start(kMark.size(), '\0');
    std::ifstream file(path, std::ios::binary);
    return file.read(start.data(), std::streamsize(start.size())) && start == kMark;
}

} // namespace scalekv
