#pragma once

#include <QVector>

namespace scalekv::widgets {

/// Which of `count` labels, `pitch` apart, can be written where each takes `needed`: all, or every second,
/// third or fourth from the first, or the first and every fifth, tenth …, whose names are round where they
/// count from 1.
QVector<int> thinned(int count, double pitch, double needed);

} // namespace scalekv::widgets
