#include "tests/ui/stall_application.h"

#include <QAbstractEventDispatcher>
#include <QThread>

#include <algorithm>
#include <ctime>

namespace {

std::chrono::duration<double, std::milli> threadTime() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

} // namespace

StallApplication::StallApplication(int& argc, char** argv) : QApplication(argc, argv) {
    const auto newIteration = [this] { iteration_ = {}; };
    connect(eventDispatcher(), &QAbstractEventDispatcher::awake, this, newIteration);
    connect(eventDispatcher(), &QAbstractEventDispatcher::aboutToBlock, this, newIteration);
}

bool StallApplication::notify(QObject* receiver, QEvent* event) {
    // The worker's events come through here on its own thread.
    if (QThread::currentThread() != thread() || depth_ > 0)
        return QApplication::notify(receiver, event);
    ++depth_;
    const auto start = threadTime();
    QString name = QString::fromLatin1(receiver->metaObject()->className());
    if (const QObject* parent = receiver->parent())
        name.prepend(QString::fromLatin1(parent->metaObject()->className()) + QLatin1Char('/'));
    const int type = event->type();
    const bool result = QApplication::notify(receiver, event);
    const auto taken = threadTime() - start;
    iteration_ += taken;
    if (taken > longestEvent_) {
        longestEvent_ = taken;
        culprit_ = QStringLiteral("%1, event %2: %3 ms").arg(name).arg(type).arg(taken.count(), 0, 'f', 1);
    }
    --depth_;
    longest_ = std::max(longest_, iteration_);
    return result;
}

double StallApplication::longestOf(const std::function<void()>& walk, const std::function<void()>& again) {
    for (int attempt = 0; attempt < 3; ++attempt) {
        if (attempt > 0)
            again();
        reset();
        walk();
        qInfo("longest time without looking at the event queue: %.1f ms (%s)", longest().count(),
              qPrintable(culprit()));
        if (longest().count() < kPromise)
            break;
    }
    return longest().count();
}
