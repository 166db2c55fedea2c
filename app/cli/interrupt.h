#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace scalekv::cli {

/// Turns Ctrl+C (and a request to terminate) into a stop token; the second one ends the program at once.
/// Make it before any other thread: the signals are blocked everywhere and one thread waits for them, so that
/// no code runs inside a signal handler.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return stop_.get_token(); }
    /// What a shell expects from a program that was stopped: 128 + the signal's number.
    int exitCode() const;

private:
    void wait();

    sigset_t signals_{};
    std::stop_source stop_;
    std::atomic<int> received_ = 0;
    std::thread waiter_;
};

} // namespace scalekv::cli
