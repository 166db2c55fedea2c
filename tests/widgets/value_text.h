#pragma once

#include <QDebug>
#include <QString>

namespace scalekv::test {

/// A value for a message. (What QTest::toString() gives has to be freed by who asks.)
template <typename T>
QString text(const T& value) {
    QString result;
    QDebug(&result).nospace() << value;
    return result;
}

} // namespace scalekv::test
