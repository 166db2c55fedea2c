#include "app/cli/interrupt.h"

#include <pthread.h>
#include <unistd.h>

namespace scalekv::cli {
namespace {
constexpr int kFirstExitCode = 128;
constexpr int kFinish = SIGUSR1; // sent by ourselves, to end the waiting thread
} // namespace

Interrupt::Interrupt() {
    sigemptyset(&signals_);
    for (int signal : {SIGINT, SIGTERM, kFinish})
        sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    waiter_ = std::thread([this] { wait(); });
}

Interrupt::~Interrupt() {
    pthread_kill(waiter_.native_handle(), kFinish);
    waiter_.join();
}

int Interrupt::exitCode() const {
    return kFirstExitCode + received_;
}

void Interrupt::wait() {
    int signal = 0;
    while (sigwait(&signals_, &signal) == 0 && signal != kFinish) {
        if (received_.exchange(signal) != 0)
            _exit(kFirstExitCode + signal);
        stop_.request_stop();
    }
}

} // namespace scalekv::cli
