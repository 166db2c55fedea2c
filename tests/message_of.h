#pragma once

#include "scalekv/error.h"

#include <QString>

#include <functional>

namespace scalekv::test {

/// What an Error says that `work` throws; empty where it throws none.
inline QString messageOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace scalekv::test
