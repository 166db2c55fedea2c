#include "engine/pipeline/plain_errors.h"
#include "tests/message_of.h"

#include <ATen/ops/empty.h>
#include <QTest>

#include <functional>

using namespace scalekv;

namespace {

QString errorOf(const std::function<void()>& work) {
    return test::messageOf([&] { withPlainErrors(work); });
}

} // namespace

class PlainErrorsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Also that LibTorch throws at all: see cmake/LibTorch.cmake.
    void tooLargeATensor() {
        constexpr std::int64_t kMoreThanAnyMachineHas = std::int64_t{1} << 50;
        const QString error = errorOf([] { (void)at::empty({kMoreThanAnyMachineHas}); });
        QVERIFY2(error.startsWith(QStringLiteral("There is not enough memory")), qPrintable(error));
    }

    void tooLargeABuffer() {
        QVERIFY(
            errorOf([] { throw std::bad_alloc(); }).startsWith(QStringLiteral("There is not enough memory")));
    }

    void whatElseFailsIsOneLine() {
        const QString error = errorOf([] { (void)at::empty({2, 3}).reshape({7}); });
        QVERIFY2(error.startsWith(QStringLiteral("LibTorch failed: ")), qPrintable(error));
        QVERIFY(!error.contains(QLatin1Char('\n')));
    }
};

QTEST_APPLESS_MAIN(PlainErrorsTest)
#include "tst_plain_errors.moc"
