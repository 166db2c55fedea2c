#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <utility>

namespace scalekv {

/// Makes things in their order, some of them ahead on threads of their own while those before are used. At
/// most `ahead` of them are there at a time. What making one throws, next() throws.
template <typename Thing>
class ReadAhead {
public:
    ReadAhead(std::size_t count, std::size_t ahead, std::function<Thing(std::size_t)> make)
        : count_(count), ahead_(ahead), make_(std::move(make)) {}

    /// The next of them; there must be one left.
    Thing next() {
        while (begun_ < count_ && waiting_.size() < ahead_) {
            waiting_.push_back(std::async(std::launch::async, make_, begun_));
            ++begun_;
        }
        std::future<Thing> first = std::move(waiting_.front());
        waiting_.pop_front();
        return first.get();
    }

private:
    std::size_t count_, ahead_;
    std::function<Thing(std::size_t)> make_;
    std::size_t begun_ = 0;
    std::deque<std::future<Thing>> waiting_; ///< futures of std::async wait for their threads when destroyed
};

} // namespace scalekv
