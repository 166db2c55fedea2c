#include "tests/device/stand_in_device.h"

#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/_reshape_alias_native.h>
#include <ATen/ops/as_strided_native.h>
#include <ATen/ops/view_native.h>
#include <c10/core/DeviceType.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/alloc_cpu.h>
#include <torch/library.h>

#include <chrono>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace scalekv::test {
namespace {

constexpr c10::DeviceType kType = c10::DeviceType::PrivateUse1;
const c10::Device kDevice(kType, 0);
DeviceCounts counts;

struct Allocator final : c10::Allocator {
    c10::DataPtr allocate(std::size_t bytes) override {
        void* data = c10::alloc_cpu(bytes);
        return {data, data, &c10::free_cpu, kDevice};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &c10::free_cpu; }
    void copy_data(void* to, const void* from, std::size_t bytes) const override {
        default_copy_data(to, from, bytes);
    }
};
Allocator allocator;
REGISTER_ALLOCATOR(kType, &allocator)

/// Memory of the host that the device reads by itself: then a copy need not be over when its call returns.
struct PinnedAllocator final : c10::Allocator {
    c10::DataPtr allocate(std::size_t bytes) override {
        void* data = c10::alloc_cpu(bytes);
        blocks()[data] = bytes;
        return {data, data, &release, c10::Device(c10::kCPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &release; }
    void copy_data(void* to, const void* from, std::size_t bytes) const override {
        default_copy_data(to, from, bytes);
    }
    static bool holds(const void* data) {
        const auto after = blocks().upper_bound(data);
        if (after == blocks().begin())
            return false;
        const auto& [first, bytes] = *std::prev(after);
        return static_cast<const char*>(data) < static_cast<const char*>(first) + bytes;
    }

private:
    static std::map<const void*, std::size_t, std::less<>>& blocks() {
        static std::map<const void*, std::size_t, std::less<>> all;
        return all;
    }
    static void release(void* data) {
        blocks().erase(data);
        c10::free_cpu(data);
    }
};
PinnedAllocator pinned;
bool refusesPinned = false;

struct Hooks final : at::PrivateUse1HooksInterface {
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return true; }
    bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
    bool isPinnedPtr(const void* data) const override { return PinnedAllocator::holds(data); }
    at::Allocator* getPinnedMemoryAllocator() const override {
        TORCH_CHECK(!refusesPinned, "no memory can be pinned");
        return &pinned;
    }
};
Hooks hooks;
const bool registered = [] {
    c10::register_privateuse1_backend("stand_in"); // LibTorch pins memory only for a device with a name
    at::RegisterPrivateUse1HooksInterface(&hooks);
    return true;
}();

/// Copies out of pinned memory that are still on their way: nothing of them is done before somebody waits, or
/// asks for what comes after them.
std::vector<std::function<void()>> onTheirWay;
void arrive() {
    for (const auto& copy : std::exchange(onTheirWay, {}))
        copy();
}

/// One device, one stream; but for such copies all is done when a call returns, so an event is the time at
/// which it was recorded.
struct Guard final : c10::impl::DeviceGuardImplInterface {
    using Clock = std::chrono::steady_clock;
    static constexpr c10::DeviceType static_type = kType;
    Guard() = default;
    explicit Guard(c10::DeviceType) {}
    c10::DeviceType type() const override { return kType; }
    c10::Device exchangeDevice(c10::Device) const override { return kDevice; }
    c10::Device getDevice() const override { return kDevice; }
    void setDevice(c10::Device) const override {}
    void uncheckedSetDevice(c10::Device) const noexcept override {}
    c10::Stream getStream(c10::Device) const override { return c10::Stream(c10::Stream::DEFAULT, kDevice); }
    c10::Stream exchangeStream(c10::Stream stream) const override { return stream; }
    c10::DeviceIndex deviceCount() const noexcept override { return 1; }
    void record(void** event, const c10::Stream&, const c10::DeviceIndex,
                const c10::EventFlag) const override {
        if (*event == nullptr)
            *event = new Clock::time_point; // NOLINT: LibTorch owns it as a void*
        *static_cast<Clock::time_point*>(*event) = Clock::now();
    }
    void destroyEvent(void* event, const c10::DeviceIndex) const noexcept override {
        delete static_cast<Clock::time_point*>(event); // NOLINT
    }
    bool queryEvent(void*) const override { return true; }
    bool queryStream(const c10::Stream&) const override { return true; }
    void synchronizeStream(const c10::Stream&) const override { arrive(); }
    void synchronizeEvent(void*) const override { arrive(); }
    double elapsedTime(void* first, void* second, const c10::DeviceIndex) const override {
        return std::chrono::duration<double, std::milli>(*static_cast<Clock::time_point*>(second) -
                                                         *static_cast<Clock::time_point*>(first))
            .count();
    }
};
C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard)

/// The same memory as a tensor of the CPU, and the other way round.
at::Tensor seenFrom(const at::Tensor& tensor, c10::Device device) {
    if (!tensor.defined() || tensor.device() == device)
        return tensor;
    return at::for_blob(tensor.data_ptr(), tensor.sizes())
        .strides(tensor.strides())
        .deleter([tensor](void*) {})
        .options(tensor.options().device(device))
        .target_device(device)
        .make_tensor();
}
at::Tensor onHost(const at::Tensor& tensor) {
    return seenFrom(tensor, at::kCPU);
}

/// Any operator: the CPU's, over the same memory.
void runOnHost(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
    arrive();
    const std::size_t arguments = op.schema().arguments().size();
    std::vector<std::pair<at::Tensor, at::Tensor>> given; // on the host, and as it came
    const auto host = [&](const at::Tensor& tensor) {
        // What is empty may be a result that the operator makes as large as it needs.
        const bool result = tensor.defined() && tensor.numel() == 0;
        given.emplace_back(
            result ? at::empty(tensor.sizes(), tensor.options().device(at::kCPU)) : onHost(tensor), tensor);
        return given.back().first;
    };
    ++counts.calls;
    for (std::size_t i = stack->size() - arguments; i < stack->size(); ++i) {
        c10::IValue& value = (*stack)[i];
        if (value.isTensor()) {
            value = host(value.toTensor());
        } else if (value.isTensorList()) {
            c10::List<at::Tensor> list;
            for (const at::Tensor& tensor : value.toTensorVector())
                list.push_back(host(tensor));
            value = list;
        } else if (value.isOptionalTensorList()) {
            c10::List<std::optional<at::Tensor>> list;
            for (const std::optional<at::Tensor>& tensor : value.toOptionalTensorVector())
                list.push_back(tensor ? std::optional(host(*tensor)) : std::nullopt);
            value = list;
        } else if (value.isDevice()) {
            value = c10::Device(at::kCPU);
        }
    }
    op.callBoxed(stack);
    const auto back = [&](const at::Tensor& tensor) {
        for (const auto& [seen, original] : given) {
            if (!seen.is_same(tensor))
                continue;
            if (seen.sizes() != original.sizes()) {
                const at::Tensor grown = seenFrom(seen, kDevice);
                original.unsafeGetTensorImpl()->set_storage_keep_dtype(grown.storage());
                original.unsafeGetTensorImpl()->set_sizes_and_strides(grown.sizes(), grown.strides());
            }
            return original;
        }
        return seenFrom(tensor, kDevice);
    };
    for (std::size_t i = stack->size() - op.schema().returns().size(); i < stack->size(); ++i) {
        c10::IValue& value = (*stack)[i];
        if (value.isTensor()) {
            value = back(value.toTensor());
        } else if (value.isTensorList()) {
            c10::List<at::Tensor> list;
            for (const at::Tensor& tensor : value.toTensorVector())
                list.push_back(back(tensor));
            value = list;
        }
    }
}

at::Tensor empty(at::IntArrayRef size, std::optional<at::ScalarType> type, std::optional<at::Layout>,
                 std::optional<at::Device>, std::optional<bool>, std::optional<at::MemoryFormat> format) {
    return at::detail::empty_generic(size, &allocator, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                     type.value_or(at::kFloat), format);
}

at::Tensor emptyStrided(at::IntArrayRef size, at::IntArrayRef stride, std::optional<at::ScalarType> type,
                        std::optional<at::Layout>, std::optional<at::Device>, std::optional<bool>) {
    return at::detail::empty_strided_generic(size, stride, &allocator,
                                             c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
                                             type.value_or(at::kFloat));
}

at::Tensor copyFrom(const at::Tensor& from, const at::Tensor& to, bool nonBlocking) {
    if (nonBlocking && from.is_cpu() && from.is_pinned()) {
        ++counts.uploads;
        ++counts.pinnedUploads;
        onTheirWay.emplace_back([from = from, to = to] { onHost(to).copy_(from); });
        return to;
    }
    arrive();
    if (from.is_cpu())
        ++counts.uploads;
    else if (to.is_cpu())
        ++counts.downloads;
    else
        ++counts.calls;
    onHost(to).copy_(onHost(from));
    return to;
}

at::Scalar number(const at::Tensor& tensor) {
    arrive();
    ++counts.downloads;
    return onHost(tensor).item();
}

at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, const std::optional<at::Tensor>& bias,
                       at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation,
                       bool transposed, at::IntArrayRef outputPadding, std::int64_t groups) {
    arrive();
    ++counts.calls;
    return seenFrom(at::convolution(onHost(x), onHost(weight), bias ? std::optional(onHost(*bias)) : bias,
                                    stride, padding, dilation, transposed, outputPadding, groups),
                    kDevice);
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, m) {
    m.fallback(torch::CppFunction::makeFromBoxedFunction<&runOnHost>());
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m) {
    m.impl("empty.memory_format", &empty);
    m.impl("empty_strided", &emptyStrided);
    m.impl("as_strided", &at::native::as_strided_tensorimpl);
    m.impl("view", &at::native::view);
    m.impl("_reshape_alias", &at::native::_reshape_alias);
    m.impl("_copy_from", &copyFrom);
    m.impl("_local_scalar_dense", &number);
    m.impl("convolution_overrideable", &convolution);
}

} // namespace

c10::Device standInDevice() {
    return kDevice;
}

void refusePinnedMemory(bool refuse) {
    refusesPinned = refuse;
}

DeviceCounts deviceCounts() {
    return counts;
}

} // namespace scalekv::test
