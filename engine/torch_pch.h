#pragma once
// LibTorch's tensor library, compiled once for the whole engine. Autograd and torch::nn are not used.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
