#include "tests/cli/one_node_slurm.h"

#include <QFile>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QSysInfo>
#include <QTest>
#include <QThread>

namespace scalekv::test {
namespace {

constexpr int kPatience = 30000; // ms

/// Daemons lie where a user's path does not lead.
QString daemon(const QString& name) {
    const QString found = QStandardPaths::findExecutable(name);
    return found.isEmpty() ? QStandardPaths::findExecutable(
                                 name, {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/local/sbin")})
                           : found;
}

} // namespace

OneNodeSlurm::OneNodeSlurm() {
    const QString controller = daemon(QStringLiteral("slurmctld")), node = daemon(QStringLiteral("slurmd"));
    if (controller.isEmpty() || node.isEmpty() ||
        QStandardPaths::findExecutable(QStringLiteral("srun")).isEmpty()) {
        problem_ = QStringLiteral(
            "Slurm (slurmctld, slurmd, srun) is not installed, so nothing was started with it.");
        return;
    }
    const QString machine = QSysInfo::machineHostName().section(QLatin1Char('.'), 0, 0);
    const QString user = qEnvironmentVariable("USER", QStringLiteral("root"));
    const int port = QRandomGenerator::global()->bounded(20000, 40000);
    QFile settings(folder_.filePath(QStringLiteral("slurm.conf")));
    if (!settings.open(QIODevice::WriteOnly)) {
        problem_ = settings.errorString();
        return;
    }
    settings.write(QStringLiteral("ClusterName=one\n"
                                  "SlurmctldHost=%1(127.0.0.1)\n"
                                  "SlurmctldPort=%2\n"
                                  "SlurmdPort=%3\n"
                                  "AuthType=auth/none\n"
                                  "CredType=cred/none\n"
                                  "SlurmUser=%4\n"
                                  "SlurmdUser=%4\n"
                                  "StateSaveLocation=%5\n"
                                  "SlurmdSpoolDir=%5\n"
                                  "SlurmctldPidFile=%5/controller.pid\n"
                                  "SlurmdPidFile=%5/node.pid\n"
                                  "ProctrackType=proctrack/linuxproc\n"
                                  "TaskPlugin=task/none\n"
                                  "MpiDefault=none\n"
                                  "NodeName=%1 NodeAddr=127.0.0.1 CPUs=%6\n"
                                  "PartitionName=all Nodes=%1 Default=YES\n")
                       .arg(machine)
                       .arg(port)
                       .arg(port + 1)
                       .arg(user, folder_.path())
                       .arg(QThread::idealThreadCount())
                       .toUtf8());
    settings.close();
    environment_.insert(QStringLiteral("SLURM_CONF"), settings.fileName());
    for (auto [process, program] : {std::pair(&controller_, controller), std::pair(&node_, node)}) {
        process->setProcessEnvironment(environment_);
        process->setStandardOutputFile(QProcess::nullDevice());
        process->setStandardErrorFile(folder_.filePath(QStringLiteral("log")), QIODevice::Append);
        process->start(program, {QStringLiteral("-D")});
    }
    const auto isIdle = [this] {
        QProcess state;
        state.setProcessEnvironment(environment_);
        state.start(QStringLiteral("sinfo"),
                    {QStringLiteral("-h"), QStringLiteral("-o"), QStringLiteral("%T")});
        return state.waitForFinished(kPatience) && state.readAllStandardOutput().trimmed() == "idle";
    };
    if (!QTest::qWaitFor(isIdle, kPatience)) {
        QFile log(folder_.filePath(QStringLiteral("log")));
        problem_ = QStringLiteral("Slurm is installed, but does not run here: ") +
                   (log.open(QIODevice::ReadOnly) ? QString::fromUtf8(log.readAll().right(300)) : QString());
    }
}

OneNodeSlurm::~OneNodeSlurm() {
    for (QProcess* process : {&node_, &controller_}) {
        process->terminate();
        if (process->state() != QProcess::NotRunning && !process->waitForFinished(kPatience))
            process->kill();
    }
}

} // namespace scalekv::test
