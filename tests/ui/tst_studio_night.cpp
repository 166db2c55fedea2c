// Many pictures in one go: neither memory nor the time a picture takes grows.
// SCALEKV_NIGHT: how many (6; by hand, 500).

#include "tests/ui/studio_process.h"

#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <algorithm>

using namespace scalekv;

class TestStudioNight : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everythingIsMade();
};

namespace {

/// In MiB, as the system says it of a process ("VmRSS", "VmHWM"); 0: it does not run.
double memory(qint64 process, const QByteArray& name) {
    QFile status(QStringLiteral("/proc/%1/status").arg(process));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : status.readAll().split('\n')) {
        if (line.startsWith(name + ':'))
            return line.mid(name.size() + 1).simplified().split(' ').constFirst().toDouble() / 1024;
    }
    return 0;
}

} // namespace

void TestStudioNight::everythingIsMade() {
    const int pictures = std::max(qEnvironmentVariableIntValue("SCALEKV_NIGHT"), 6);
    const int step = std::max(pictures / 10, 1);
    StudioProcess studio;
    QVERIFY(studio.isReady());
    QVector<GenerationRequest> requests;
    for (int n = 0; n < pictures; ++n) {
        GenerationRequest request;
        request.prompts = {"a fox"};
        request.size = "0.06M";
        request.seed = quint64(n + 1);
        requests += request;
    }
    QCOMPARE(studio.queue(requests), QString());
    QVERIFY(studio.start());
    QStringList kept;
    QElapsedTimer since;
    since.start();
    for (int wanted = 1; wanted <= pictures; wanted = wanted == 1 ? 1 + step : wanted + step) {
        const qsizetype before = kept.size();
        QVERIFY(QTest::qWaitFor(
            [&] {
                kept += studio.takeKept();
                return kept.size() >= wanted;
            },
            StudioProcess::kPatience * std::max(step / 10, 1)));
        qint64 bytes = 0;
        int files = 0;
        QDirIterator each(studio.gallery(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        for (; each.hasNext(); ++files) {
            each.next();
            bytes += each.fileInfo().size();
        }
        qInfo("%4d pictures: %.0f MiB resident, %.0f MiB at most; %d files, %.1f MiB; %.2f s a picture",
              int(kept.size()), memory(studio.process().processId(), "VmRSS"),
              memory(studio.process().processId(), "VmHWM"), files, double(bytes) / (1 << 20),
              double(since.restart()) / 1000 / double(kept.size() - before));
    }
    QVERIFY(QTest::qWaitFor(
        [&] {
            kept += studio.takeKept();
            return kept.size() == pictures && studio.left().count() == 0;
        },
        StudioProcess::kPatience));
    QCOMPARE(QSet<QString>(kept.cbegin(), kept.cend()).size(), qsizetype(pictures));
}

QTEST_GUILESS_MAIN(TestStudioNight)
#include "tst_studio_night.moc"
