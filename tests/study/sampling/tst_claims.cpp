#include "engine/study/sampling/claims.h"
#include "scalekv/error.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace scalekv;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

class TestClaims : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> folder_;

    fs::path folder() const { return fs::path(folder_->path().toStdString()) / "a" / "claims"; }
    QStringList files() const {
        return QDir(QString::fromStdString(folder().string())).entryList(QDir::Files | QDir::Hidden);
    }
    /// A claim that its process does not hold any more, as it reads when that was killed.
    void leaveBehind(const std::string& name, const std::string& owner) const {
        fs::create_directories(folder());
        QFile file(QString::fromStdString((folder() / name).string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(owner.c_str());
    }
    std::string ownerText() {
        Claims claims(folder());
        const auto claim = claims.take(99);
        QFile file(QString::fromStdString((folder() / "99.1").string()));
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
    }

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void oneAtATime() {
        Claims mine(folder()), yours(folder());
        auto claim = mine.take(3);
        QVERIFY(claim);
        QVERIFY(!yours.take(3));
        QVERIFY(!mine.take(3));
        QVERIFY(yours.take(4)); // and given back at once
        QCOMPARE(mine.held(), 1);
        claim.reset();
        QCOMPARE(mine.held(), 0);
        QVERIFY(yours.take(3));
    }

    void nothingIsLeftInTheFolder() {
        {
            Claims claims(folder());
            const auto claim = claims.take(0);
            QVERIFY(claim);
        }
        QCOMPARE(files(), QStringList());
    }

    void clearingLeavesTheFolder() {
        Claims mine(folder()), yours(folder());
        leaveBehind("5.1", "other/pid\n1\n2\n");
        yours.clear();
        QCOMPARE(files(), QStringList());
        QVERIFY(mine.take(1));
        fs::remove_all(folder()); // by somebody who tidies up
        QVERIFY(mine.take(1));
    }

    /// A process of this machine that is gone, or whose number another has by now.
    void theDeadDoNotHold() {
        const std::string owner = ownerText();
        const std::string machine = owner.substr(0, owner.find('\n'));
        QProcess gone;
        gone.start(QStringLiteral("true"), QStringList());
        QVERIFY(gone.waitForStarted());
        const std::string number = std::to_string(gone.processId());
        QVERIFY(gone.waitForFinished());
        leaveBehind("1.1", machine + "\n" + number + "\n12345\n");
        leaveBehind("2.1", machine + "\n" + std::to_string(::getpid()) + "\n1\n"); // started at another time
        leaveBehind("3.1", "other/machine/pid\n" + number + "\n12345\n");          // nobody here knows
        Claims claims(folder());
        const auto first = claims.take(1);
        QVERIFY(first && claims.take(2) && !claims.take(3));
        QVERIFY(fs::exists(folder() / "1.2"));
        QVERIFY(!Claims(folder()).take(1)); // the next generation is alive
        QCOMPARE(claims.held(), 2);         // that one, and the one of which nobody knows
    }

    void nobodyPassesBelowALivingGeneration() {
        Claims claims(folder());
        leaveBehind("1.1", ""); // of the dead
        leaveBehind("1.2", "other/pid\n1\n2\n");
        QVERIFY(!claims.take(1));
        QVERIFY(fs::remove(folder() / "1.1"));
        QVERIFY(!claims.take(1));
        QCOMPARE(files(), QStringList{"1.2"});
    }

    /// Whatever machine it was on; also one that was killed before it had signed.
    void whoDoesNotTouchIsDead_data() {
        QTest::addColumn<QByteArray>("owner");
        QTest::newRow("of another machine") << QByteArray("other/pid\n1\n2\n");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no claim at all") << QByteArray("\0\xff nonsense", 11);
    }
    void whoDoesNotTouchIsDead() {
        QFETCH(QByteArray, owner);
        leaveBehind("7.1", owner.toStdString());
        Claims patient(folder()), claims(folder(), {.touch = 10s, .dead = 50ms});
        QVERIFY(!claims.take(7)); // seen for the first time
        std::unique_ptr<Claims::Claim> claim;
        QTRY_VERIFY((claim = claims.take(7)));
        QVERIFY(!patient.take(7));
        claim.reset();
        QCOMPARE(files(), QStringList()); // the dead one's went with it
    }

    void whoLivesTouches() {
        Claims claims(folder(), {.touch = 10ms, .dead = 60s});
        const auto claim = claims.take(7);
        const auto hourAgo = fs::file_time_type::clock::now() - 1h;
        fs::last_write_time(folder() / "7.1", hourAgo);
        QTRY_VERIFY(fs::last_write_time(folder() / "7.1") > hourAgo + 30min);
    }

    void aFolderThatCannotBeMadeIsAnError() {
        QFile file(folder_->filePath(QStringLiteral("a")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY_EXCEPTION_THROWN(Claims{folder()}, Error);
    }
};

QTEST_APPLESS_MAIN(TestClaims)
#include "tst_claims.moc"
