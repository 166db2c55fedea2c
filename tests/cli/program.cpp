#include "tests/cli/program.h"

#include "app/cli/command_line.h"

#include <QDir>
#include <QTest>

#include <iostream>
#include <sstream>

namespace scalekv::test {
namespace {

/// What is written to a stream while this object lives.
class Heard {
public:
    explicit Heard(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(text_.rdbuf())) {}
    ~Heard() { stream_.rdbuf(before_); }
    Heard(const Heard&) = delete;
    Heard& operator=(const Heard&) = delete;

    QByteArray text() const { return QByteArray::fromStdString(text_.str()); }

private:
    std::ostringstream text_;
    std::ostream& stream_;
    std::streambuf* before_;
};

} // namespace

QString scalekvProgram() {
    return QStringLiteral(SCALEKV_PROGRAM);
}

QStringList Outcome::errorLines() const {
    return QString::fromUtf8(err).split(QLatin1Char('\n'), Qt::SkipEmptyParts);
}

Outcome sayWrongly(const QString& folder, const QStringList& arguments) {
    std::vector<std::string> words{"scalekv"};
    for (const QString& argument : arguments)
        words.push_back(argument.toStdString());
    std::vector<const char*> pointers;
    for (const std::string& word : words)
        pointers.push_back(word.c_str());
    const QString before = QDir::currentPath();
    QDir::setCurrent(folder);
    const Heard out(std::cout), err(std::cerr);
    Outcome outcome;
    outcome.exitCode = cli::runCommandLine(int(pointers.size()), pointers.data(), {});
    outcome.crashed = false;
    outcome.out = out.text();
    outcome.err = err.text();
    QDir::setCurrent(before);
    return outcome;
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
    process.start(scalekvProgram(), arguments);
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
