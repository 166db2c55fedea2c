#pragma once

#include <QApplication>

#include <chrono>
#include <functional>

/// An application that measures how long its thread works on events between two looks at the event queue: the
/// time for which a window would not answer. It counts the thread's processor time, so that other programs on
/// a busy machine do not count.
class StallApplication : public QApplication {
public:
    StallApplication(int& argc, char** argv);

    bool notify(QObject* receiver, QEvent* event) override;

    void reset() {
        longest_ = iteration_ = longestEvent_ = {};
        culprit_.clear();
    }
    /// Whose single event took longest, and how long: where to look when a promise is not kept.
    QString culprit() const { return culprit_; }
    std::chrono::duration<double, std::milli> longest() const { return longest_; }

    /// The longest time (milliseconds) of a walk; of the best of three, for beside other programs the same
    /// work takes a processor two or three times as long. `again`: what brings the window back to where it
    /// was.
    double longestOf(
        const std::function<void()>& walk, const std::function<void()>& again = [] {});
    /// What the window promises; a walk is printed with its time, and repeated where it was slower.
    static constexpr double kPromise = 50;
    /// What a test may hold it to: a machine under load is a few times slower than a quiet one, but what
    /// stands in the window's way by mistake (a generation, a file, a repeated search) takes longer than
    /// this.
    static constexpr double kFreeze = 500;

private:
    int depth_ = 0;
    std::chrono::duration<double, std::milli> iteration_{}, longest_{}, longestEvent_{};
    QString culprit_;
};
