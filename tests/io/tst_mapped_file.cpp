#include "engine/io/mapped_file.h"
#include "scalekv/bus_error.h"
#include "tests/mutate.h"

#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace scalekv;

namespace {

constexpr std::size_t kBytes = 1 << 16;

struct Ended {
    int status = 0;
    std::string said; ///< on standard error
};

/// Runs `work` in a child of its own, which must not come back from it.
Ended inAChild(const std::function<void()>& work) {
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0)
        return {};
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(pipe[1], STDERR_FILENO);
        explainBusErrors("program");
        work();
        ::_exit(0);
    }
    ::close(pipe[1]);
    Ended ended;
    std::array<char, 1024> part{};
    for (ssize_t size = 0; (size = ::read(pipe[0], part.data(), part.size())) > 0;)
        ended.said.append(part.data(), std::size_t(size));
    ::close(pipe[0]);
    ::waitpid(child, &ended.status, 0);
    return ended;
}

/// Reads the byte, whatever the compiler thinks of that.
void touch(const std::byte* byte) {
    (void)*static_cast<const volatile std::byte*>(byte);
}

} // namespace

class MappedFileTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir folder_;

    std::filesystem::path path() const { return folder_.filePath(QStringLiteral("weights")).toStdString(); }

private Q_SLOTS:
    void init() { test::writeBytes(path(), std::string(kBytes, 'w')); }

    void holdsTheFilesBytes() {
        const auto file = MappedFile::open(path());
        QCOMPARE(file->size(), std::uint64_t(kBytes));
        QVERIFY(file->bytes().back() == std::byte('w'));
        file->forget(0, kBytes);
        QVERIFY(file->bytes().front() == std::byte('w'));
    }

    void aFileThatIsCutShortIsNamed() {
        const Ended ended = inAChild([this] {
            const auto other = MappedFile::open(path()); // comes and goes before
            const auto file = MappedFile::open(path());
            std::filesystem::resize_file(path(), 10);
            touch(&file->bytes().back());
        });
        QVERIFY(WIFEXITED(ended.status));
        QCOMPARE(WEXITSTATUS(ended.status), 1);
        const QString said = QString::fromStdString(ended.said);
        QVERIFY2(said.startsWith(QStringLiteral("program: ") + QString::fromStdString(path().string())),
                 qPrintable(said));
        QCOMPARE(said.count(QLatin1Char('\n')), 1);
    }

    // As threads of a product do, which all read the same weights: one sentence, once.
    void severalThreadsSayItOnce() {
        for (int i = 0; i < 20; ++i) {
            init();
            const Ended ended = inAChild([this] {
                const auto file = MappedFile::open(path());
                std::filesystem::resize_file(path(), 0);
                std::atomic<int> ready = 0;
                std::vector<std::jthread> threads;
                for (int t = 0; t < 4; ++t)
                    threads.emplace_back([&] {
                        for (++ready; ready < 4;) {
                        }
                        touch(&file->bytes().back());
                    });
            });
            QVERIFY(WIFEXITED(ended.status));
            QCOMPARE(WEXITSTATUS(ended.status), 1);
            const QString said = QString::fromStdString(ended.said);
            QCOMPARE(said.count(QStringLiteral("program: ")), 1);
            QVERIFY2(said.startsWith(QStringLiteral("program: ") + QString::fromStdString(path().string())),
                     qPrintable(said));
            QCOMPARE(said.count(QLatin1Char('\n')), 1);
        }
    }

    void otherBusErrorsDoWhatTheyAlwaysDo_data() {
        QTest::addColumn<bool>("sent");
        QTest::newRow("sent by a person") << true;
        QTest::newRow("in a mapping of someone else") << false;
    }
    void otherBusErrorsDoWhatTheyAlwaysDo() {
        QFETCH(bool, sent);
        const Ended ended = inAChild([this, sent] {
            (void)MappedFile::open(path()); // gone again: its range is nobody's
            if (sent) {
                ::raise(SIGBUS);
                return;
            }
            const int descriptor = ::open(path().c_str(), O_RDONLY | O_CLOEXEC);
            const void* bytes = ::mmap(nullptr, kBytes, PROT_READ, MAP_PRIVATE, descriptor, 0);
            std::filesystem::resize_file(path(), 0);
            touch(static_cast<const std::byte*>(bytes));
        });
        QVERIFY(WIFSIGNALED(ended.status));
        QCOMPARE(WTERMSIG(ended.status), SIGBUS);
        QVERIFY(ended.said.empty());
    }
};

QTEST_APPLESS_MAIN(MappedFileTest)
#include "tst_mapped_file.moc"
