#pragma once

#include <QProcess>
#include <QStringList>

namespace scalekv::test {

/// What a run of `scalekv` left behind.
struct Outcome {
    int exitCode = -1;
    bool crashed = true;
    QByteArray out;
    QByteArray err;
    QStringList errorLines() const;
};

/// Checks what every wrong use comes to: exit code 2, nothing on standard output, and one sentence that names
/// `names`.
void checkWrongUse(const Outcome& outcome, const QString& names);

/// Runs the built `scalekv` in `folder` to its end.
Outcome runScalekv(const QString& folder, const QStringList& arguments, const QByteArray& input = {});

} // namespace scalekv::test
