#pragma once

#include <QLockFile>

namespace scalekv::ui {

/// A lock file that one window holds until it ends, however that comes.
class WindowLock : public QLockFile {
public:
    explicit WindowLock(const QString& path) : QLockFile(path) {
        // A program may be open for days; whether it still runs is looked at all the same.
        setStaleLockTime(0);
    }
};

} // namespace scalekv::ui
