#include "engine/study/bench/device_trace.h"

#include "engine/device/device_events.h"

#include <torch/csrc/autograd/profiler_kineto.h>

#include <algorithm>
#include <map>

namespace scalekv {
namespace {

namespace profiler = torch::autograd::profiler;
using torch::profiler::impl::ActivityType;
using torch::profiler::impl::ProfilerConfig;
using torch::profiler::impl::ProfilerState;

bool begins(const std::string& name, const char* start) {
    return name.rfind(start, 0) == 0;
}

DeviceTrace counted(const std::vector<profiler::KinetoEvent>& events) {
    constexpr double kNano = 1e-9;
    DeviceTrace trace;
    std::map<std::string, DeviceTrace::Kernel> kernels;
    for (const profiler::KinetoEvent& event : events) {
        const std::string name = event.name();
        if (event.deviceType() == c10::kCPU) { // a call of the device's library
            if (name.find("Synchronize") != std::string::npos)
                ++trace.waits;
            continue;
        }
        if (begins(name, "Memcpy HtoD"))
            ++trace.uploads;
        else if (begins(name, "Memcpy DtoH"))
            ++trace.downloads;
        else
            ++trace.launches;
        const double seconds = kNano * double(event.durationNs());
        trace.busySeconds += seconds;
        DeviceTrace::Kernel& kernel = kernels[name];
        kernel.name = name;
        kernel.launches += 1;
        kernel.seconds += seconds;
    }
    for (auto& [name, kernel] : kernels)
        trace.kernels.push_back(std::move(kernel));
    std::sort(trace.kernels.begin(), trace.kernels.end(),
              [](const auto& a, const auto& b) { return a.seconds > b.seconds; });
    return trace;
}

} // namespace

DeviceTrace traceDevice(const std::function<void()>& work, c10::Device device) {
    const ProfilerConfig config(ProfilerState::KINETO);
    const std::set<ActivityType> activities{ActivityType::CPU, ActivityType::CUDA};
    profiler::prepareProfiler(config, activities);
    profiler::enableProfiler(config, activities);
    std::unique_ptr<profiler::ProfilerResult> result;
    try {
        work();
        waitFor(device);
        result = profiler::disableProfiler();
    } catch (...) {
        profiler::disableProfiler();
        throw;
    }
    return counted(result->events());
}

} // namespace scalekv
