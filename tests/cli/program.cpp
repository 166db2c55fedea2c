#include "tests/cli/program.h"

namespace scalekv::test {

QStringList Outcome::errorLines() const {
    return QString::fromUtf8(err).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
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
