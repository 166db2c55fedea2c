#pragma once

#include <QProcess>
#include <QStringList>

namespace scalekv::test {

/// Where the built program lies.
QString scalekvProgram();

/// What a run of `scalekv` left behind.
struct Outcome {
    int exitCode = -1;
    bool crashed = true;
    QByteArray out;
    QByteArray err;
    QStringList errorLines() const;
};

/// What comes of arguments that never get as far as to do anything: they are said to the command line in this
/// process, which spares a start of the program. In `folder`, as below, with nothing on standard input. Where
/// they do get that far they are stopped, and exitCode stays -1.
Outcome sayWrongly(const QString& folder, const QStringList& arguments);

/// Checks what every wrong use comes to: exit code 2, nothing on standard output, and one sentence that names
/// `names`.
void checkWrongUse(const Outcome& outcome, const QString& names);

/// Runs the built `scalekv` in `folder` to its end.
Outcome runScalekv(const QString& folder, const QStringList& arguments, const QByteArray& input = {});

} // namespace scalekv::test
