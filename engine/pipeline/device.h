#pragma once

#include "scalekv/model.h"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

namespace scalekv {

/// "cpu", "cuda" or "cuda:N" as a device of this machine. Throws Error naming what can be chosen.
at::Device deviceFromName(const std::string& name);

/// Sets LibTorch's switches so that it computes as promised, on every device: fp32 products are fp32 products
/// (cuDNN's would be TF32), and attention is flash attention (cuDNN's plans anew for every size).
/// Process-wide.
void setExactArithmetic();

/// The type that a precision means on a device: Auto is bf16 where the device computes in it natively, else
/// fp32.
at::ScalarType computeType(Precision precision, at::Device device);

/// "bf16", "fp32", "fp16", "fp64": the names that the program uses; LibTorch's own for any other type.
std::string typeName(at::ScalarType type);

} // namespace scalekv
