#include "engine/io/checkpoint.h"
#include "scalekv/error.h"
#include "tests/io/checkpoint_bytes.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <random>

namespace fs = std::filesystem;
namespace bytes = checkpoint_bytes;
using scalekv::Checkpoint;

namespace {

const fs::path kData = SCALEKV_SOURCE_DIR "/tests/data/io";

/// Damages files the same way in every run.
class Mutator {
public:
    explicit Mutator(std::uint64_t seed) : random_(seed) {}

    std::string mutate(std::string content) {
        const std::size_t count = 1 + below(3);
        for (std::size_t i = 0; i < count && !content.empty(); ++i)
            mutateOnce(content);
        return content;
    }

private:
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

    /// Half of the places lie in the first or last eighth, where headers and directories are.
    std::size_t place(const std::string& content) {
        const std::size_t eighth = content.size() / 8 + 1;
        switch (below(4)) {
        case 0:
            return below(std::min(eighth, content.size()));
        case 1:
            return content.size() - 1 - below(std::min(eighth, content.size()));
        default:
            return below(content.size());
        }
    }

    void mutateOnce(std::string& content) {
        const std::size_t at = place(content);
        switch (below(8)) {
        case 0:
            content[at] = static_cast<char>(content[at] ^ 1 << below(8));
            break;
        case 1:
            content[at] = static_cast<char>(random_());
            break;
        case 2:
            content.resize(at);
            break;
        case 3: // a field of 1, 2, 4 or 8 bytes becomes an awkward number
            overwriteNumber(content, at);
            break;
        case 4: // a piece of the file over another
            content.replace(at, below(16), content, place(content), below(16));
            break;
        case 5:
            content.erase(at, below(16));
            break;
        case 6:
            content.insert(at, 1 + below(8), static_cast<char>(random_()));
            break;
        default: // a decimal digit of a JSON header, or else a byte one more or less
            content[at] = content[at] >= '0' && content[at] <= '9'
                              ? static_cast<char>('0' + below(10))
                              : static_cast<char>(content[at] + (below(2) ? 1 : -1));
        }
    }

    void overwriteNumber(std::string& content, std::size_t at) {
        static constexpr std::array<std::uint64_t, 10> kAwkward = {
            0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF};
        const int width = 1 << below(4);
        const std::string number = bytes::littleEndian(kAwkward[below(kAwkward.size())], width);
        content.replace(at, std::min(number.size(), content.size() - at), number, 0,
                        std::min(number.size(), content.size() - at));
    }

    std::mt19937_64 random_;
};

struct Outcome {
    int opened = 0;
    int refused = 0;
};

/// Opens the file and touches every element. Errors are fine; anything else ends the test.
void openAndRead(const fs::path& path, Outcome& outcome) {
    try {
        const Checkpoint file = Checkpoint::open(path);
        std::int64_t sum = 0;
        for (const auto& [name, info] : file.tensors()) {
            const at::Tensor raw = file.tensor(name).contiguous().view({-1}).view(at::kByte);
            sum += raw.sum(at::kLong).item<std::int64_t>();
        }
        ++outcome.opened;
        [[maybe_unused]] volatile std::int64_t keep = sum; // so that the reading cannot be left out
    } catch (const scalekv::Error&) {
        ++outcome.refused;
    }
}

std::map<std::string, std::string> everyByte(const Checkpoint& file) {
    std::map<std::string, std::string> content;
    for (const auto& [name, info] : file.tensors()) {
        const at::Tensor tensor = file.tensor(name).contiguous();
        content[name].assign(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
    }
    return content;
}

std::string smallSafetensors() {
    std::string header = R"({"__metadata__":{"format":"pt"},)"
                         R"("a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
                         R"("b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},)"
                         R"("c":{"dtype":"I64","shape":[],"data_offsets":[32,40]},)"
                         R"("d":{"dtype":"BOOL","shape":[3,1],"data_offsets":[40,43]}})";
    header.resize((header.size() + 7) / 8 * 8, ' ');
    return bytes::safetensors(header, std::string(43, '\x01'));
}

} // namespace

class CheckpointFuzzTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void survivesDamagedFiles_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<int>("runs");
        const std::string pickle = bytes::pickle(
            bytes::dict({{"w", bytes::tensor(bytes::storage("FloatStorage", "0", 6), 1, {2, 2}, {1, 2})},
                         {"n", bytes::number(3)}}));
        const auto row = [](const char* tag, const char* name, const std::string& content, int runs) {
            QTest::newRow(tag) << name << QByteArray::fromStdString(content) << runs;
        };
        row("pth of PyTorch", "w.pth", bytes::read(kData / "small.pth"), 6000);
        const std::string data(24, '\x02');
        row("small pth", "w.pth", bytes::torchFile(pickle, data), 6000);
        row("zip64 pth", "w.pth", bytes::torchFile(pickle, data, true), 6000);
        row("safetensors", "w.safetensors", smallSafetensors(), 6000);
        row("legacy pth", "w.pth", bytes::read(kData / "small-legacy.pth"), 6000);
    }
    void survivesDamagedFiles() {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        QFETCH(int, runs);
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / name.toStdString();
        Outcome outcome;
        for (int run = 0; run < runs; ++run) {
            bytes::write(path, Mutator(static_cast<std::uint64_t>(run)).mutate(content.toStdString()));
            openAndRead(path, outcome);
        }
        qInfo("%d opened, %d refused", outcome.opened, outcome.refused);
        QCOMPARE(outcome.opened + outcome.refused, runs);
        QVERIFY(outcome.refused > runs / 10); // the damage must matter
    }

    /// The zip layer's checksum would stop nearly all damage before the pickle machine; here the archive
    /// around the damaged pickle is whole.
    void survivesDamagedPickles() {
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "w.pth";
        const std::string pickle = bytes::pickle(bytes::dict(
            {{"w", bytes::tensor(bytes::storage("FloatStorage", "0", 6), 1, {2, 2}, {1, 2})},
             {"list", "](" + bytes::number(1) + "G" + std::string(8, '\x40') + bytes::text("note") + "e"},
             {"nested", bytes::dict({{"v", bytes::tensor(bytes::storage("BFloat16Storage", "0", 12), 0, {12},
                                                         {1})}})}}));
        Outcome outcome;
        constexpr int kRuns = 10000;
        for (int run = 0; run < kRuns; ++run) {
            const std::string damaged = Mutator(static_cast<std::uint64_t>(run)).mutate(pickle);
            bytes::write(path, bytes::torchFile(damaged, std::string(24, '\x02')));
            openAndRead(path, outcome);
        }
        qInfo("%d opened, %d refused", outcome.opened, outcome.refused);
        QVERIFY(outcome.opened > 0 && outcome.refused > kRuns / 10);
    }

    void survivesDamagedIndex() {
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        bytes::write(root / "one.safetensors", smallSafetensors());
        fs::copy_file(kData / "small.pth", root / "two.bin");
        const std::string index =
            R"({"metadata":{"total_size":40},"weight_map":{"a.weight":"one.safetensors",)"
            R"("b":"one.safetensors","scalar":"two.bin","types.bf16":"two.bin"}})";
        Outcome outcome;
        constexpr int kRuns = 4000;
        for (int run = 0; run < kRuns; ++run) {
            bytes::write(root / "w.index.json", Mutator(static_cast<std::uint64_t>(run)).mutate(index));
            openAndRead(root, outcome);
        }
        qInfo("%d opened, %d refused", outcome.opened, outcome.refused);
        QVERIFY(outcome.opened > 0 && outcome.refused > kRuns / 10);
    }

    void everyTruncationIsRefusedOrWhole_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("pth") << "w.pth" << QByteArray::fromStdString(bytes::read(kData / "small.pth"));
        QTest::newRow("safetensors") << "w.safetensors" << QByteArray::fromStdString(smallSafetensors());
    }
    void everyTruncationIsRefusedOrWhole() {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / name.toStdString();
        bytes::write(path, content.toStdString());
        const std::map<std::string, std::string> whole = everyByte(Checkpoint::open(path));
        int refused = 0;
        for (qsizetype size = 0; size < content.size(); ++size) {
            bytes::write(path, content.left(size).toStdString());
            try { // a zip64 archive is complete without its last few bytes, which repeat what came before
                QVERIFY(everyByte(Checkpoint::open(path)) == whole);
            } catch (const scalekv::Error&) {
                ++refused;
            }
        }
        QVERIFY(refused > content.size() - 40);
    }
};

QTEST_APPLESS_MAIN(CheckpointFuzzTest)
#include "tst_checkpoint_fuzz.moc"
