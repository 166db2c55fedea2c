#pragma once

#include <ATen/core/Tensor.h>

#include <mutex>

namespace scalekv {

/// What a machine does in a second, roughly: enough to share out a progress bar and to guess the time left
/// before anything has been measured on the model itself.
struct MachineSpeed {
    double linear = 1e11;      ///< FLOP/s of a matrix product
    double attention = 3e10;   ///< FLOP/s of attention
    double convolution = 3e10; ///< FLOP/s of a 3×3 convolution
    double layerSeconds =
        2e-3; ///< what a layer takes at the smallest map, where calls cost more than products
};

/// Measures for some hundredths of a second.
MachineSpeed measureSpeed(at::ScalarType type, at::Device device);

/// What the expected seconds of each kind of work have to be multiplied with.
struct SpeedFactors {
    double text = 1;
    double calls = 1;    ///< of a layer: what it takes however small the map is
    double products = 1; ///< and what grows with the map
    double decode = 1;
};

/// A machine's speed with one model, and what generations taught about it. Any thread may ask and teach; a
/// lock guards the factors.
class LearnedSpeed {
public:
    explicit LearnedSpeed(MachineSpeed machine) : machine_(machine) {}

    const MachineSpeed& machine() const { return machine_; }
    SpeedFactors factors() const {
        const std::lock_guard lock(mutex_);
        return factors_;
    }
    void learn(const SpeedFactors& factors) {
        const std::lock_guard lock(mutex_);
        factors_ = factors;
    }

private:
    const MachineSpeed machine_;
    mutable std::mutex mutex_;
    SpeedFactors factors_;
};

} // namespace scalekv
