#pragma once

#include "scalekv/error.h"
#include "scalekv/process_memory.h"

#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <new>
#include <string>

namespace scalekv {

/// Runs `f` in inference mode. LibTorch says what is wrong over many lines and with a stack; users get its
/// first line, as an Error.
template <typename F>
auto withPlainErrors(F&& f) {
    const c10::InferenceMode inference;
    try {
        return f();
    } catch (const c10::OutOfMemoryError&) {
        throw Error(noMemoryText("on the device"));
    } catch (const std::bad_alloc&) {
        throw Error(noMemoryText());
    } catch (const c10::Error& error) {
        const std::string text = error.what_without_backtrace();
        // The processor's allocator has no type of error of its own.
        if (text.find("DefaultCPUAllocator") != std::string::npos)
            throw Error(noMemoryText());
        throw Error("LibTorch failed: " + text.substr(0, text.find('\n')));
    }
}

} // namespace scalekv
