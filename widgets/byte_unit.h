#pragma once

#include <QString>

namespace scalekv::widgets {

/// A unit in which amounts up to some largest one are short to read.
struct ByteUnit {
    double bytes;
    QString name;

    /// The largest of KiB, MiB, GiB of which `largest` is at least one; MiB where nothing is known yet.
    static ByteUnit fitting(qint64 largest);

    double of(qint64 amount) const { return static_cast<double>(amount) / bytes; }
    /// "3.1 GiB" in the locale's digits.
    QString text(qint64 amount, int decimals) const;
};

} // namespace scalekv::widgets
