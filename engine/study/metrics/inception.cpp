#include "engine/study/metrics/inception.h"

#include "scalekv/error.h"

#include <ATen/ATen.h>

namespace scalekv {
namespace {

/// Builds blocks by torchvision's names and shapes; each block below takes the channels of the one before.
class Builder {
public:
    explicit Builder(Weights& weights) : weights_(weights) {}

    void layer(const std::string& name, std::int64_t out, std::int64_t kernel, std::int64_t stride = 1,
               std::int64_t padding = 0) {
        add({Branch{Pool::None,
                    {normalised(name, {in_, out, {kernel, kernel}, stride, {padding, padding}})}}},
            out);
    }
    void pool() { add({Branch{Pool::Max}}, in_); }

    void a(const std::string& name, std::int64_t pooled) {
        begin(name);
        add({{Pool::None, {same("branch1x1", in_, 64, 1, 1)}},
             {Pool::None, {same("branch5x5_1", in_, 48, 1, 1), same("branch5x5_2", 48, 64, 5, 5)}},
             {Pool::None, threes()},
             {Pool::AverageAround, {same("branch_pool", in_, pooled, 1, 1)}}},
            64 + 64 + 96 + pooled);
    }
    void b(const std::string& name) {
        begin(name);
        std::vector<Convolution> twice{same("branch3x3dbl_1", in_, 64, 1, 1),
                                       same("branch3x3dbl_2", 64, 96, 3, 3),
                                       halving("branch3x3dbl_3", 96, 96)};
        add({{Pool::None, {halving("branch3x3", in_, 384)}}, {Pool::None, std::move(twice)}, {Pool::Max}},
            384 + 96 + in_);
    }
    void c(const std::string& name, std::int64_t c7) {
        begin(name);
        add({{Pool::None, {same("branch1x1", in_, 192, 1, 1)}},
             {Pool::None,
              {same("branch7x7_1", in_, c7, 1, 1), same("branch7x7_2", c7, c7, 1, 7),
               same("branch7x7_3", c7, 192, 7, 1)}},
             {Pool::None,
              {same("branch7x7dbl_1", in_, c7, 1, 1), same("branch7x7dbl_2", c7, c7, 7, 1),
               same("branch7x7dbl_3", c7, c7, 1, 7), same("branch7x7dbl_4", c7, c7, 7, 1),
               same("branch7x7dbl_5", c7, 192, 1, 7)}},
             {Pool::AverageAround, {same("branch_pool", in_, 192, 1, 1)}}},
            std::int64_t(4) * 192);
    }
    void d(const std::string& name) {
        begin(name);
        add({{Pool::None, {same("branch3x3_1", in_, 192, 1, 1), halving("branch3x3_2", 192, 320)}},
             {Pool::None,
              {same("branch7x7x3_1", in_, 192, 1, 1), same("branch7x7x3_2", 192, 192, 1, 7),
               same("branch7x7x3_3", 192, 192, 7, 1), halving("branch7x7x3_4", 192, 192)}},
             {Pool::Max}},
            320 + 192 + in_);
    }
    void e(const std::string& name, Pool pool) {
        begin(name);
        add({{Pool::None, {same("branch1x1", in_, 320, 1, 1)}},
             {Pool::None,
              {same("branch3x3_1", in_, 384, 1, 1)},
              {same("branch3x3_2a", 384, 384, 1, 3), same("branch3x3_2b", 384, 384, 3, 1)}},
             {Pool::None,
              {same("branch3x3dbl_1", in_, 448, 1, 1), same("branch3x3dbl_2", 448, 384, 3, 3)},
              {same("branch3x3dbl_3a", 384, 384, 1, 3), same("branch3x3dbl_3b", 384, 384, 3, 1)}},
             {pool, {same("branch_pool", in_, 192, 1, 1)}}},
            320 + 4 * 384 + 192);
    }

    std::vector<Block> blocks() { return std::move(blocks_); }

private:
    void begin(const std::string& name) { prefix_ = name + "."; }
    void add(Block block, std::int64_t out) {
        blocks_.push_back(std::move(block));
        in_ = out;
        prefix_.clear();
    }
    Convolution normalised(const std::string& name, const ConvolutionShape& shape) {
        return readNormalised(weights_, prefix_ + name, shape);
    }
    /// Keeps the map's size.
    Convolution same(const std::string& name, std::int64_t in, std::int64_t out, std::int64_t height,
                     std::int64_t width) {
        return normalised(name, {in, out, {height, width}, 1, {height / 2, width / 2}});
    }
    Convolution halving(const std::string& name, std::int64_t in, std::int64_t out) {
        return normalised(name, {in, out, {3, 3}, 2});
    }
    std::vector<Convolution> threes() {
        return {same("branch3x3dbl_1", in_, 64, 1, 1), same("branch3x3dbl_2", 64, 96, 3, 3),
                same("branch3x3dbl_3", 96, 96, 3, 3)};
    }

    Weights& weights_;
    std::string prefix_;
    std::int64_t in_ = 3;
    std::vector<Block> blocks_;
};

std::vector<Block> inceptionBlocks(Weights& weights) {
    Builder net(weights);
    net.layer("Conv2d_1a_3x3", 32, 3, 2);
    net.layer("Conv2d_2a_3x3", 32, 3);
    net.layer("Conv2d_2b_3x3", 64, 3, 1, 1);
    net.pool();
    net.layer("Conv2d_3b_1x1", 80, 1);
    net.layer("Conv2d_4a_3x3", 192, 3);
    net.pool();
    net.a("Mixed_5b", 32);
    net.a("Mixed_5c", 64);
    net.a("Mixed_5d", 64);
    net.b("Mixed_6a");
    net.c("Mixed_6b", 128);
    net.c("Mixed_6c", 160);
    net.c("Mixed_6d", 160);
    net.c("Mixed_6e", 192);
    net.d("Mixed_7a");
    net.e("Mixed_7b", Pool::AverageAround);
    net.e("Mixed_7c", Pool::MaxAround);
    return net.blocks();
}

} // namespace

bool Inception::looksLike(const Checkpoint& checkpoint) {
    const auto classes = checkpoint.tensors().find("fc.weight");
    // Torchvision's own, of other weights, tells a thousand classes apart.
    return checkpoint.contains("Mixed_7c.branch_pool.conv.weight") &&
           (classes == checkpoint.tensors().end() ||
            classes->second.shape != std::vector<std::int64_t>{1000, 2048});
}

Inception::Inception(const Checkpoint& checkpoint, at::Device device) : device_(device) {
    Weights weights(checkpoint, at::kFloat, device);
    blocks_ = inceptionBlocks(weights);
}

at::Tensor Inception::features(at::Tensor x, const std::stop_token& stop) const {
    for (const Block& block : blocks_) {
        if (stop.stop_requested())
            throw Cancelled();
        x = run(block, x);
    }
    return x.mean({2, 3});
}

} // namespace scalekv
