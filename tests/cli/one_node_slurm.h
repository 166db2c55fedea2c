#pragma once

#include <QProcess>
#include <QTemporaryDir>

namespace scalekv::test {

/// A Slurm of one node and for one user, that lives as long as this object: its daemons from the
/// distribution's packages, its files in a folder of its own, no service and no setting of the machine
/// touched.
class OneNodeSlurm {
public:
    OneNodeSlurm();
    ~OneNodeSlurm();
    OneNodeSlurm(const OneNodeSlurm&) = delete;
    OneNodeSlurm& operator=(const OneNodeSlurm&) = delete;

    /// Why nothing can be run with it; empty where it is ready.
    const QString& problem() const { return problem_; }
    /// With what srun finds it.
    const QProcessEnvironment& environment() const { return environment_; }

private:
    QTemporaryDir folder_;
    QProcess controller_, node_;
    QProcessEnvironment environment_ = QProcessEnvironment::systemEnvironment();
    QString problem_;
};

} // namespace scalekv::test
