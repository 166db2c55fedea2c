#pragma once

#include <stdexcept>

namespace scalekv {

/// Something the user can act on. `what()` is one sentence that names the file, tensor or setting and says
/// what is wrong.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Thrown out of long work when its stop token was asked to stop. Not an error: callers show "stopped".
class Cancelled : public std::runtime_error {
public:
    Cancelled() : std::runtime_error("Stopped.") {}
};

} // namespace scalekv
