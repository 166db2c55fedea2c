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

    void aFolderThatWasClearedIsMadeAgain() {
        Claims mine(folder()), yours(folder());
        yours.clear();
        QVERIFY(!fs::exists(folder()));
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
    }

    /// By the file system's clock, whatever machine it was: also one that was killed before it had signed.
    void whoDoesNotTouchIsDead_data() {
        QTest::addColumn<QByteArray>("owner");
        QTest::newRow("of another machine") << QByteArray("other/machine/pid\n1\n2\n");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no claim at all") << QByteArray("\0\xff nonsense", 11);
    }
    void whoDoesNotTouchIsDead() {
        QFETCH(QByteArray, owner);
        leaveBehind("7.1", owner.toStdString());
        Claims claims(folder(), {.touch = 20ms, .dead = 150ms});
        QVERIFY(!claims.take(7));
        std::unique_ptr<Claims::Claim> claim;
        QTRY_VERIFY((claim = claims.take(7)));
        // While this one lives, it is touched.
        Claims other(folder(), {.touch = 20ms, .dead = 150ms});
        for (int n = 0; n < 8; ++n) {
            QTest::qSleep(50);
            QVERIFY(!other.take(7));
        }
    }

    void aFolderThatCannotBeMadeIsAnError() {
        QFile file(folder_->filePath(QStringLiteral("a")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY_EXCEPTION_THROWN(Claims{folder()}, Error);
    }
};

QTEST_APPLESS_MAIN(TestClaims)
#include "tst_claims.moc"
