#include "scalekv/run_difference.h"

#include "scalekv/error.h"
#include "scalekv/lpips.h"
#include "scalekv/metrics.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <utility>

namespace scalekv {
namespace {

std::string sizeText(const ScaleBits& bits) {
    return std::to_string(bits.prompts) + " x " + std::to_string(bits.map.height) + " x " +
           std::to_string(bits.map.width) + " x " + std::to_string(bits.bits);
}

void checkComparable(const ScaleBits& a, const ScaleBits& b) {
    if (a.map != b.map || a.bits != b.bits || a.prompts != b.prompts)
        throw Error("The bits of a scale can only be compared with as many, not " + sizeText(a) + " with " +
                    sizeText(b) + ": the two runs have other sizes.");
    for (const ScaleBits* bits : {&a, &b})
        if (std::int64_t(bits->packed.size()) != bits->packedBytes())
            throw Error("Some bits of a scale are missing.");
}

bool bitAt(const ScaleBits& bits, std::int64_t index) {
    return (bits.packed[std::size_t(index / 8)] >> (index % 8)) & 1;
}

} // namespace

std::string differenceButPolicy(const GenerationRequest& a, const GenerationRequest& b) {
    GenerationRequest request = a;
    request.policy = b.policy;
    return firstDifference(request, b);
}

PictureDifference pictureDifference(const RgbImage& a, const RgbImage& b, const Lpips* lpips,
                                    std::stop_token stop) {
    PictureDifference difference{psnr(a, b), {}};
    const int side = std::min(a.width, a.height);
    if (side >= kSsimWindow)
        difference.ssim = ssim(a, b);
    if (lpips != nullptr && side >= kSmallestLpips)
        difference.lpips = lpips->distance(a, b, std::move(stop));
    return difference;
}

std::int64_t differingBits(const ScaleBits& a, const ScaleBits& b) {
    checkComparable(a, b);
    std::int64_t count = 0; // the last byte's unused bits are 0 in both
    for (std::size_t i = 0; i < a.packed.size(); ++i)
        count += std::popcount(std::uint8_t(a.packed[i] ^ b.packed[i]));
    return count;
}

BitDifference bitDifference(std::span<const ScaleBits> a, std::span<const ScaleBits> b) {
    if (a.size() != b.size() || a.empty())
        throw Error("The bits of runs with " + std::to_string(a.size()) + " and " + std::to_string(b.size()) +
                    " scales cannot be compared.");
    BitDifference difference;
    std::int64_t differing = 0, all = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        const std::int64_t ofScale = differingBits(a[k], b[k]);
        difference.perScale.push_back(double(ofScale) / double(a[k].count()));
        differing += ofScale;
        all += a[k].count();
    }
    difference.all = double(differing) / double(all);
    return difference;
}

std::vector<float> differingShares(const ScaleBits& a, const ScaleBits& b) {
    checkComparable(a, b);
    std::vector<float> shares(std::size_t(a.map.tokens()), 0.0F);
    for (std::size_t position = 0; position < shares.size(); ++position) {
        int differing = 0;
        for (int bit = 0; bit < a.bits; ++bit) {
            const std::int64_t index = std::int64_t(position) * a.bits + bit;
            differing += bitAt(a, index) != bitAt(b, index) ? 1 : 0;
        }
        shares[position] = float(differing) / float(a.bits);
    }
    return shares;
}

std::string bitsDigest(std::span<const ScaleBits> bits) {
    std::uint64_t hash = 14695981039346656037u;
    for (const ScaleBits& scale : bits)
        for (std::int64_t i = 0; i < scale.count(); ++i)
            hash = (hash ^ std::uint64_t(bitAt(scale, i))) * 1099511628211u;
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
    return text;
}

RunDifference runDifference(const FinishedRun& reference, const FinishedRun& run, const Lpips* lpips,
                            std::stop_token stop) {
    RunDifference difference{pictureDifference(reference.picture, run.picture, lpips, std::move(stop)), {}};
    if (!reference.bits.empty() && !run.bits.empty())
        difference.bits = bitDifference(reference.bits, run.bits);
    return difference;
}

std::optional<RunCost> runCost(const GenerationReport& report) {
    if (report.scales.empty())
        return {};
    RunCost cost{report.scales.back().kvBytes, report.peakKvBytes, report.scratchBytes, 0, 0};
    for (const ScaleReport& scale : report.scales) {
        cost.seconds += scale.seconds - scale.decodeSeconds - scale.probeSeconds;
        cost.selectionSeconds += scale.selectionSeconds;
    }
    return cost;
}

FreeFigures freeFigures(const RunDifference& difference, const RunCost& cost) {
    return {difference.picture.psnr,
            difference.picture.ssim.value(),
            difference.bits.value().all,
            difference.bits->perScale,
            cost,
            difference.picture.lpips};
}

} // namespace scalekv
