#pragma once

/// One copy of a function for each x86-64 level; the loader picks. Not under the sanitizers, whose
/// instrumentation does not mix with resolvers that run before main(). What such a function calls must be
/// SCALEKV_INLINE to be compiled for its level.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define SCALEKV_FOR_EACH_CPU __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SCALEKV_FOR_EACH_CPU
#endif
#define SCALEKV_INLINE static inline __attribute__((always_inline))
