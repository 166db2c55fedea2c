#include "tests/cli/program.h"

#include <QTest>

namespace scalekv::test {

QStringList Outcome::errorLines() const {
    return QString::fromUtf8(err).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
}

void checkWrongUse(const Outcome& outcome, const QString& names) {
    QVERIFY(!outcome.crashed);
    QCOMPARE(outcome.exitCode, 2);
    QCOMPARE(outcome.errorLines().size(), 1);
    QVERIFY2(outcome.errorLines().front().contains(names, Qt::CaseInsensitive), outcome.err.constData());
    QVERIFY(outcome.out.isEmpty());
}

Outcome runScalekv(const QString& folder, const QStringList& arguments, const QByteArray& input) {
    constexpr int kLimit = 300000; // ms; only a hang reaches it
    QProcess process;
    process.setWorkingDirectory(folder);
    process.start(QStringLiteral(SCALEKV_PROGRAM), arguments);
    process.write(input);
    process.closeWriteChannel();
    Outcome outcome;
    if (!process.waitForFinished(kLimit)) {
        process.kill();
        process.waitForFinished();
    }
    outcome.crashed = process.exitStatus() != QProcess::NormalExit;
    outcome.exitCode = process.exitCode();
    outcome.out = process.readAllStandardOutput();
    outcome.err = process.readAllStandardError();
    return outcome;
}

} // namespace scalekv::test
