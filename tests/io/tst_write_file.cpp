#include "scalekv/error.h"
#include "scalekv/write_file.h"
#include "tests/mutate.h"

#include <QDir>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace scalekv;
using test::readBytes;

class WriteFileTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> folder_;

    fs::path path(const char* name) const {
        return folder_->filePath(QString::fromLatin1(name)).toStdString();
    }
    QStringList entries() const {
        return QDir(folder_->path())
            .entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    }
    static QString errorOf(const fs::path& file, const std::string& bytes = "new") {
        try {
            writeFile(file, bytes);
        } catch (const Error& error) {
            return QString::fromUtf8(error.what());
        }
        return {};
    }
    static mode_t permissions(const fs::path& file) {
        struct stat status {};
        return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
    }

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void bytesArrive() {
        const std::string bytes("a\0\n\xff", 4);
        writeFile(path("a"), bytes);
        QCOMPARE(readBytes(path("a")), bytes);
        writeFile(path("a"), "");
        QCOMPARE(readBytes(path("a")), std::string());
        QCOMPARE(entries(), QStringList{QStringLiteral("a")});
    }

    /// Of many at once exactly one, and whole.
    void oneCreates() {
        std::atomic<int> created = 0;
        {
            std::vector<std::jthread> threads;
            for (char name = 'a'; name < 'a' + 8; ++name)
                threads.emplace_back(
                    [&, name] { created += createFile(path("x"), std::string(100000, name)); });
        }
        QCOMPARE(created, 1);
        const std::string bytes = readBytes(path("x"));
        QCOMPARE(bytes, std::string(100000, bytes.front()));
        QVERIFY(!createFile(path("x"), "new"));
        QCOMPARE(readBytes(path("x")), bytes);
        QCOMPARE(entries(), QStringList{QStringLiteral("x")});
        QVERIFY_EXCEPTION_THROWN(createFile(path("none") / "x", "new"), Error);
    }

    void namesMayBeAsLongAsTheyCanBe() {
        const std::string name(255, 'n');
        writeFile(path(name.c_str()), "new");
        QCOMPARE(readBytes(path(name.c_str())), std::string("new"));
    }

    void aRelativeNameLiesInTheCurrentFolder() {
        const QString before = QDir::currentPath();
        QVERIFY(QDir::setCurrent(folder_->path()));
        writeFile("a", "new");
        QVERIFY(QDir::setCurrent(before));
        QCOMPARE(readBytes(path("a")), std::string("new"));
    }

    void permissionsAreTheUsersOrTheOldFiles() {
        const mode_t before = ::umask(027);
        writeFile(path("a"), "new");
        ::umask(before);
        QCOMPARE(permissions(path("a")), mode_t(0640));
        QCOMPARE(::chmod(path("a").c_str(), 0604), 0);
        writeFile(path("a"), "newer");
        QCOMPARE(permissions(path("a")), mode_t(0604));
    }

    void aFileThatIsBeingReadKeepsItsBytes() {
        writeFile(path("a"), "old");
        std::ifstream reader(path("a"));
        writeFile(path("a"), "new");
        QCOMPARE(std::string(std::istreambuf_iterator<char>(reader), {}), std::string("old"));
    }

    void aLinkStaysALink() {
        QVERIFY(QDir(folder_->path()).mkdir(QStringLiteral("other")));
        fs::create_symlink("other/b", path("link"));
        fs::create_symlink(path("link"), path("again"));
        writeFile(path("again"), "new"); // what it points to is made …
        QCOMPARE(readBytes(path("other/b")), std::string("new"));
        writeFile(path("again"), "newer"); // … and replaced
        QCOMPARE(readBytes(path("other/b")), std::string("newer"));
        QVERIFY(fs::is_symlink(path("link")) && fs::is_symlink(path("again")));
        QCOMPARE(entries().size(), 3);

        fs::create_symlink("loop", path("loop"));
        QVERIFY(errorOf(path("loop")).contains(QStringLiteral("loop")));
    }

    void aPipeIsWrittenTo() {
        QCOMPARE(::mkfifo(path("pipe").c_str(), 0600), 0);
        std::string seen;
        std::thread reader([&] { seen = readBytes(path("pipe")); });
        writeFile(path("pipe"), std::string(100000, 'x'));
        reader.join();
        QCOMPARE(seen, std::string(100000, 'x'));
        QVERIFY(fs::is_fifo(path("pipe")));
    }

    /// As /dev/stdout is: a link of /proc, to a pipe or to a file.
    void descriptorsAreWrittenTo() {
        std::array<int, 2> pipe{};
        QCOMPARE(::pipe(pipe.data()), 0);
        writeFile("/proc/self/fd/" + std::to_string(pipe[1]), "new");
        std::array<char, 8> seen{};
        QCOMPARE(::read(pipe[0], seen.data(), seen.size()), ssize_t(3));
        ::close(pipe[0]);
        ::close(pipe[1]);

        test::writeBytes(path("a"), "old, ");
        const int file = ::open(path("a").c_str(), O_WRONLY | O_CLOEXEC);
        writeFile("/proc/self/fd/" + std::to_string(file), "new");
        ::close(file);
        QCOMPARE(readBytes(path("a")), std::string("old, new"));
        QCOMPARE(entries().size(), 1);
    }

    void errorsNameFileAndReason() {
        QVERIFY(errorOf(path("none/a")).contains(QStringLiteral("none/a: its folder does not exist.")));
        QVERIFY(errorOf(folder_->path().toStdString()).contains(QStringLiteral("it is a folder.")));
        QVERIFY(errorOf("/dev/full").contains(QStringLiteral("/dev/full: there is no room left")));
        QVERIFY(entries().isEmpty());
    }

    void whatMayNotBeWrittenStays() {
        // The superuser may write everywhere, so that one takes the part of nobody for a while.
        constexpr uid_t kNobody = 65534;
        const bool isSuperuser = ::geteuid() == 0;
        writeFile(path("a"), "old");
        if (isSuperuser) {
            QCOMPARE(::chown(folder_->path().toUtf8().constData(), kNobody, gid_t(-1)), 0);
            QCOMPARE(::chown(path("a").c_str(), kNobody, gid_t(-1)), 0);
            if (::setresuid(kNobody, kNobody, 0) != 0) // both, for access() asks for the real one
                QSKIP("this superuser may not be anyone else");
        }
        const auto again = qScopeGuard([isSuperuser] {
            if (isSuperuser && ::setresuid(0, 0, 0) != 0)
                qFatal("the superuser is lost");
        });
        QCOMPARE(::chmod(path("a").c_str(), 0400), 0);
        QVERIFY(errorOf(path("a")).contains(QStringLiteral("you may not write there")));
        QCOMPARE(readBytes(path("a")), std::string("old"));
        QCOMPARE(::chmod(folder_->path().toUtf8().constData(), 0500), 0);
        QVERIFY(errorOf(path("b")).contains(QStringLiteral("you may not write there")));
        QCOMPARE(::chmod(folder_->path().toUtf8().constData(), 0700), 0);
    }

    void aFullDiskLeavesTheOldFile() {
        writeFile(path("a"), "old");
        std::signal(SIGXFSZ, SIG_IGN); // writing past the limit then fails, as on a full disk
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        const rlimit small{1000, before.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        const QString error = errorOf(path("a"), std::string(5000, 'x'));
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(error.contains(QStringLiteral("larger than is allowed")));
        QCOMPARE(readBytes(path("a")), std::string("old"));
        QCOMPARE(entries(), QStringList{QStringLiteral("a")});
    }
};

QTEST_APPLESS_MAIN(WriteFileTest)
#include "tst_write_file.moc"
