#include "tests/cli/program.h"

#include "app/cli/command_line.h"
#include "scalekv/error.h"

#include <QDir>
#include <QTest>

#include <iostream>
#include <sstream>
#include <stop_token>
#include <string>
#include <vector>

namespace scalekv::test {
namespace {

/// Another text in place of one of the program's streams while this object lives.
class Replaced {
public:
    explicit Replaced(std::ios& stream) : stream_(stream), before_(stream.rdbuf(&text_)) {}
    ~Replaced() { stream_.rdbuf(before_); }
    Replaced(const Replaced&) = delete;
    Replaced& operator=(const Replaced&) = delete;

    QByteArray text() const { return QByteArray::fromStdString(text_.str()); }

private:
    std::stringbuf text_;
    std::ios& stream_;
    std::streambuf* before_;
};

/// Another current folder while this object lives.
class CurrentFolder {
public:
    explicit CurrentFolder(const QString& folder) { QVERIFY(QDir::setCurrent(folder)); }
    ~CurrentFolder() { QDir::setCurrent(before_); }
    CurrentFolder(const CurrentFolder&) = delete;
    CurrentFolder& operator=(const CurrentFolder&) = delete;

private:
    QString before_ = QDir::currentPath();
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
    const CurrentFolder here(folder);
    const Replaced in(std::cin), out(std::cout), err(std::cerr);
    std::stop_source stopped;
    stopped.request_stop();
    Outcome outcome;
    try {
        outcome.exitCode = cli::runCommandLine(int(pointers.size()), pointers.data(), stopped.get_token());
    } catch (const Cancelled&) { // exitCode says so
    }
    outcome.crashed = false;
    outcome.out = out.text();
    outcome.err = err.text();
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
