#include "engine/pipeline/device.h"

#include "engine/device/cpu_bfloat16.h"
#include "scalekv/error.h"

#include <ATen/Context.h>

#include <algorithm>

namespace scalekv {

std::vector<std::string> availableDevices() {
    std::vector<std::string> names{"cpu"};
    const std::size_t count = at::hasCUDA() ? at::getNumGPUs() : 0;
    for (std::size_t i = 0; i < count; ++i)
        names.push_back("cuda:" + std::to_string(i));
    return names;
}

at::Device deviceFromName(const std::string& name) {
    const std::vector<std::string> names = availableDevices();
    const std::string full = name == "cuda" ? "cuda:0" : name;
    if (std::find(names.begin(), names.end(), full) != names.end())
        return at::Device(full);
    std::string message = "Device \"" + name + "\" is not there; this machine and this LibTorch offer";
    for (const std::string& known : names)
        message += ' ' + known;
    throw Error(message + ".");
}

void setExactArithmetic() {
    at::Context& context = at::globalContext();
    context.setAllowTF32CuDNN(false);
    context.setAllowTF32CuBLAS(false);
    context.setSDPUseCuDNN(false);
}

at::ScalarType computeType(Precision precision, at::Device device) {
    if (precision == Precision::Float32)
        return at::kFloat;
    if (precision == Precision::BFloat16 || device.is_cuda() || cpuMultipliesBFloat16())
        return at::kBFloat16;
    return at::kFloat;
}

std::string typeName(at::ScalarType type) {
    switch (type) {
    case at::kFloat:
        return "fp32";
    case at::kBFloat16:
        return "bf16";
    case at::kHalf:
        return "fp16";
    case at::kDouble:
        return "fp64";
    default:
        return c10::toString(type);
    }
}

} // namespace scalekv
