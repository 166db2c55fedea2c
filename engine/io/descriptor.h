#pragma once
#include <unistd.h>

#include <utility>

namespace scalekv {

/// Owns a POSIX file descriptor; below 0: none.
class Descriptor {
public:
    explicit Descriptor(int value) : value_(value) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int value() const { return value_; }
    /// False: it failed. Some file systems say only here that there was no room.
    bool close() {
        const int value = std::exchange(value_, -1);
        return value < 0 || ::close(value) == 0;
    }

private:
    int value_;
};

} // namespace scalekv
