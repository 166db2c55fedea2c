#pragma once

namespace scalekv {

/// Whether this machine's processor multiplies bf16 numbers itself. Where it does not, LibTorch's bf16
/// products on the CPU are seven times slower than those of fp32, and its convolutions up to three hundred
/// times.
bool cpuMultipliesBFloat16();

} // namespace scalekv
