#include "widgets/byte_unit.h"

#include <QCoreApplication>
#include <QLocale>

namespace scalekv::widgets {

ByteUnit ByteUnit::fitting(qint64 largest) {
    constexpr qint64 kibi = 1024, mebi = 1024 * kibi, gibi = 1024 * mebi;
    if (largest >= gibi)
        return {static_cast<double>(gibi), QCoreApplication::translate("ByteUnit", "GiB")};
    if (largest >= mebi || largest <= 0)
        return {static_cast<double>(mebi), QCoreApplication::translate("ByteUnit", "MiB")};
    return {static_cast<double>(kibi), QCoreApplication::translate("ByteUnit", "KiB")};
}

QString ByteUnit::text(qint64 amount, int decimals) const {
    return QCoreApplication::translate("ByteUnit", "%1 %2")
        .arg(QLocale().toString(of(amount), 'f', decimals), name);
}

} // namespace scalekv::widgets
