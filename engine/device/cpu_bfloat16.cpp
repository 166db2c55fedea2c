#include "engine/device/cpu_bfloat16.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace scalekv {
namespace {

// Asked of the processor itself: what LibTorch says of it is called otherwise in each of its releases.
bool multiplies() {
#if defined(__x86_64__)
    constexpr unsigned kAvx512 = 1U << 5U,
                       kAmx = 1U << 22U; // of leaf 7: EAX of its second part, EDX of its first
    unsigned a = 0, b = 0, c = 0, d = 0;
    // The system, too, has to know of AVX-512's registers.
    if (__builtin_cpu_supports("avx512f") && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 &&
        (a & kAvx512) != 0)
        return true;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kAmx) != 0;
#elif defined(__aarch64__)
    return (::getauxval(AT_HWCAP2) & HWCAP2_BF16) != 0;
#else
    return false;
#endif
}

} // namespace

bool cpuMultipliesBFloat16() {
    static const bool does = multiplies();
    return does;
}

} // namespace scalekv
