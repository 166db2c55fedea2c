#include "engine/io/json_file.h"
#include "engine/io/printable.h"
#include "engine/json_fields.h"
#include "engine/text/t5_encoder.h"

namespace scalekv {

T5Config T5Config::read(const std::filesystem::path& configJson) {
    const JsonFields fields(readJsonFile(configJson), pathText(configJson));

    if (fields.text("model_type", "t5") != "t5")
        fields.fail("model_type",
                    "is \"" + printable(fields.text("model_type")) + "\"; only T5 is supported");
    if (const std::string kind = fields.text("feed_forward_proj", "relu"); kind != "gated-gelu")
        fields.fail("feed_forward_proj",
                    "is \"" + printable(kind) + "\"; only gated-gelu (flan-T5) is supported");

    // Far above every T5 that exists (XXL: 24 layers, 4096 wide, 64 heads of 64, 10240), far below what
    // would overflow a size.
    T5Config config;
    config.layers = fields.integer("num_layers", 1, 1024);
    config.width = fields.integer("d_model", 1, 65536);
    config.heads = fields.integer("num_heads", 1, 4096);
    config.headDim = fields.integer("d_kv", 1, 4096);
    config.feedForward = fields.integer("d_ff", 1, 1 << 20);
    config.vocabulary = fields.integer("vocab_size", 1, 1 << 24);
    config.buckets = fields.integer("relative_attention_num_buckets", 4, 4096, config.buckets);
    config.maxDistance = fields.integer("relative_attention_max_distance", 1, 1 << 20, config.maxDistance);
    config.epsilon = fields.number("layer_norm_epsilon", config.epsilon);
    if (config.buckets % 4 != 0)
        fields.fail("relative_attention_num_buckets", "is not a multiple of 4");
    if (config.maxDistance <= config.buckets / 4)
        fields.fail("relative_attention_max_distance", "is too small for that many buckets");
    if (config.epsilon <= 0 || config.epsilon > 1)
        fields.fail("layer_norm_epsilon", "is not between 0 and 1");
    return config;
}

} // namespace scalekv
