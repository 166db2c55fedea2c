// What is kept of a run beside its picture: it comes back as it was, and no bytes whatever do harm.

#include "engine/io/byte_stream.h"
#include "engine/io/deflate.h"
#include "scalekv/error.h"
#include "scalekv/model.h"
#include "scalekv/png.h"
#include "scalekv/recipe.h"
#include "scalekv/run_file.h"
#include "scalekv/write_file.h"
#include "tests/message_of.h"
#include "tests/mutate.h"
#include "tests/small_model.h"

#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

#include <bit>
#include <cmath>
#include <cstring>

using namespace scalekv;

namespace {

/// A real run with everything recorded, under a policy that evicts.
class Observer final : public GenerationObserver {
public:
    explicit Observer(const GenerationPlan& plan, int heads) {
        run.plan = plan;
        run.record = RunRecord(plan.schedule, plan.layers, heads);
    }
    void layerFinished(const LayerProgress& progress) override { run.record.add(progress); }
    void bitsChosen(int scale, const ScaleBits& bits) override {
        run.bits.push_back(bits);
        run.record.add(scale, bits);
    }
    void scaleFinished(const ScaleReport&, std::span<const RgbImage> images) override {
        run.pictures.push_back(images.front());
    }
    KeptRun run;
};

KeptRun makeRun() {
    const auto model = Model::load(findModel(test::smallModelPath().toStdString()));
    GenerationRequest request;
    request.prompts = {"a red apple"};
    request.size = "0.06M";
    request.policy.name = "snapkv";
    request.policy.budget = kUsualBudget;
    const Generation generation = prepare(model, request);
    Observer observer(generation.plan(), model->heads());
    GenerationReport report = generation.run(observer, watchingForRecord(Preview::EachScale));
    KeptRun run = std::move(observer.run);
    run.pictures.pop_back();
    run.pixels = pixelSum(report.images.front());
    report.images.clear();
    run.report = std::move(report);
    return run;
}

const KeptRun& run() {
    static const KeptRun made = makeRun();
    return made;
}

/// NaN is equal to itself here.
bool same(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

bool same(const HeadAttention& a, const HeadAttention& b) {
    return same(a.current, b.current) && same(a.top, b.top) && same(a.entropy, b.entropy) && a.mass == b.mass;
}

bool same(const LayerAttention& a, const LayerAttention& b) {
    return a.layer == b.layer && a.scale == b.scale && a.history == b.history && a.top == b.top &&
           a.queries == b.queries && same(a.mean, b.mean) &&
           std::equal(a.heads.begin(), a.heads.end(), b.heads.begin(), b.heads.end(),
                      [](const HeadAttention& x, const HeadAttention& y) { return same(x, y); });
}

template <typename T, typename Same>
bool samePointers(const T& a, const T& b, Same equal) {
    return (!a && !b) || (a && b && equal(*a, *b));
}

/// Through the public form of a request, which has all of it.
void compare(const GenerationPlan& a, const GenerationPlan& b) {
    QCOMPARE(toJson(a.request), toJson(b.request));
    QVERIFY(a.schedule == b.schedule && a.layers == b.layers && a.picture == b.picture &&
            a.guided == b.guided);
    QVERIFY(a.kvBytes == b.kvBytes && a.fullKvBytes == b.fullKvBytes);
    QCOMPARE(a.peakKvBytes, b.peakKvBytes);
    QCOMPARE(a.fullPeakKvBytes, b.fullPeakKvBytes);
    QCOMPARE(a.scratchBytes, b.scratchBytes);
    QCOMPARE(a.peakBytes, b.peakBytes);
}

void compare(const GenerationReport& a, const GenerationReport& b) {
    QCOMPARE(a.scales.size(), b.scales.size());
    for (std::size_t k = 0; k < a.scales.size(); ++k) {
        const ScaleReport &x = a.scales[k], &y = b.scales[k];
        QVERIFY(x.scale == y.scale && x.map == y.map && x.historyTokens == y.historyTokens &&
                x.kvBytes == y.kvBytes && same(x.seconds, y.seconds) &&
                same(x.attentionSeconds, y.attentionSeconds) && same(x.gemmSeconds, y.gemmSeconds) &&
                same(x.selectionSeconds, y.selectionSeconds) && same(x.probeSeconds, y.probeSeconds) &&
                same(x.decodeSeconds, y.decodeSeconds));
    }
    QVERIFY(same(a.textSeconds, b.textSeconds) && same(a.totalSeconds, b.totalSeconds));
    QVERIFY(a.peakKvBytes == b.peakKvBytes && a.scratchBytes == b.scratchBytes &&
            a.weightBytes == b.weightBytes && a.peakResidentBytes == b.peakResidentBytes &&
            a.peakDeviceBytes == b.peakDeviceBytes);
    QCOMPARE(a.precision, b.precision);
    QCOMPARE(a.device, b.device);
}

void compare(const RunRecord& a, const RunRecord& b) {
    QVERIFY(a.schedule == b.schedule && a.layers == b.layers && a.heads == b.heads && a.bits == b.bits &&
            a.layerBytes == b.layerBytes);
    for (std::size_t k = 0; k < a.schedule.size(); ++k) {
        for (std::size_t l = 0; l < std::size_t(a.layers); ++l) {
            QVERIFY(
                samePointers(a.attention[k][l], b.attention[k][l],
                             [](const LayerAttention& x, const LayerAttention& y) { return same(x, y); }));
            QVERIFY(samePointers(a.kept[k][l], b.kept[k][l],
                                 [](const KeptTokens& x, const KeptTokens& y) { return x == y; }));
        }
    }
}

constexpr std::size_t kHead = 12; // mark and version

struct Part {
    std::string name, bytes;
};

std::vector<Part> partsOf(const std::string& file) {
    std::vector<Part> parts;
    for (std::size_t at = kHead; at < file.size();) {
        std::uint64_t length = 0;
        std::memcpy(&length, file.data() + at + 4, sizeof length);
        parts.push_back({file.substr(at, 4), file.substr(at + 12, length)});
        at += 12 + length;
    }
    return parts;
}

std::string fileOf(const std::vector<Part>& parts) {
    ByteWriter file;
    file.put(std::string_view(runFileBytes(run(), 0)).substr(0, kHead));
    for (const Part& part : parts) {
        file.put(std::string_view(part.name));
        file.put(std::uint64_t(part.bytes.size()));
        file.put(std::string_view(part.bytes));
    }
    return file.bytes();
}

std::string unpacked(const Part& part) {
    return inflated(part.bytes, "a part", 1 << 28);
}

/// All that the window would draw of it.
void walk(const KeptRun& read) {
    for (const auto& row : read.record.kept) {
        for (const auto& kept : row) {
            for (std::int64_t head = 0; kept && head < kept->heads(); ++head) {
                std::int64_t count = 0;
                for (std::int64_t token = 0; token < kept->tokens(); ++token)
                    count += kept->kept(head, token) ? 1 : 0;
                QCOMPARE(count, kept->count(head));
            }
        }
    }
    toCsv(read.record);
    headsToCsv(read.record);
    toJson(read.record);
    for (const ScaleBits& bits : read.bits)
        QCOMPARE(std::int64_t(bits.packed.size()), bits.packedBytes());
}

} // namespace

class TestRunFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everythingComesBack() {
        const KeptRun read = runFromFileBytes(runFileBytes(run()), "a run");
        compare(read.plan, run().plan);
        compare(read.report, run().report);
        compare(read.record, run().record);
        QVERIFY(read.record.hasAttention());
        bool evicted = false;
        for (const auto& row : read.record.kept)
            for (const auto& kept : row)
                evicted = evicted || (kept && !kept->all());
        QVERIFY(evicted); // else the test has not seen the harder form
        QVERIFY(read.bits == run().bits);
        QCOMPARE(read.pixels, run().pixels);
        QCOMPARE(read.pictures.size(), run().plan.schedule.size() - 1);
        for (std::size_t k = 0; k < read.pictures.size(); ++k)
            QVERIFY(read.pictures[k].width == run().pictures[k].width &&
                    read.pictures[k].pixels == run().pictures[k].pixels);
    }

    void whatIsTooLargeStaysOut() {
        const std::string all = runFileBytes(run()), least = runFileBytes(run(), 0);
        const KeptRun bare = runFromFileBytes(least, "a run");
        compare(bare.report, run().report);
        QVERIFY(bare.bits == run().bits);
        QCOMPARE(bare.record.layers, 0);
        QVERIFY(bare.pictures.empty());
        const auto most = std::int64_t(all.size()) - 1; // the pictures go first
        const KeptRun some = runFromFileBytes(runFileBytes(run(), most), "a run");
        QVERIFY(some.record.hasAttention());
        QVERIFY(some.pictures.empty());
    }

    void anUnrecordedRun() {
        KeptRun without = run();
        without.record = {};
        without.pictures.clear();
        const KeptRun read = runFromFileBytes(runFileBytes(without), "a run");
        QCOMPARE(read.record.layers, 0);
        compare(read.plan, run().plan);
    }

    void everyTruncationIsAnError() {
        const std::string whole = runFileBytes(run(), 0);
        for (std::size_t length = 0; length < whole.size(); length += 1 + length / 64)
            QVERIFY_EXCEPTION_THROWN(runFromFileBytes(whole.substr(0, length), "a run"), Error);
    }

    void mutatedFiles() {
        const std::string whole = runFileBytes(run());
        int refused = 0;
        for (std::uint32_t seed = 0; seed < 1500; ++seed) {
            try {
                walk(runFromFileBytes(test::mutate(whole, seed), "a run"));
            } catch (const Error&) {
                ++refused;
            }
        }
        QVERIFY(refused > 1000);
    }

    /// Beneath the checksums of zlib.
    void mutatedParts() {
        const std::vector<Part> whole = partsOf(runFileBytes(run()));
        int accepted = 0, refused = 0;
        for (std::uint32_t seed = 0; seed < 600; ++seed) {
            std::vector<Part> parts = whole;
            Part& part = parts[seed % 3]; // plan, bits, record
            part.bytes = deflated(test::mutate(unpacked(part), seed));
            try {
                walk(runFromFileBytes(fileOf(parts), "a run"));
                ++accepted;
            } catch (const Error&) {
                ++refused;
            }
        }
        QVERIFY(accepted > 20);
        QVERIFY(refused > 200);
    }

    void bombs_data() {
        QTest::addColumn<int>("part");
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        const QByteArray none;
        QTest::newRow("a plan of 17 MiB") << 0 << QByteArray("{") << "{" + QByteArray(17 << 20, ' ');
        QTest::newRow("bits that go on") << 1 << none << QByteArray(1 << 20, '\0');
        QTest::newRow("a record of 65 MiB") << 2 << none << QByteArray(65 << 20, '\0');
        QTest::newRow("another first map") << 0 << QByteArray("\"map\":[1,1]") << QByteArray("\"map\":[1,2]");
        QTest::newRow("a huge picture")
            << 0 << QByteArray("\"picture\":[") << QByteArray("\"picture\":[1000");
    }
    void bombs() {
        QFETCH(int, part);
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        std::vector<Part> parts = partsOf(runFileBytes(run()));
        QByteArray text = QByteArray::fromStdString(unpacked(parts[std::size_t(part)]));
        if (part == 0) {
            // Its JSON may have spaces.
            text = QJsonDocument::fromJson(text).toJson(QJsonDocument::Compact);
            const qsizetype at = text.indexOf(from);
            QVERIFY2(at >= 0, text.left(2000));
            text.replace(at, from.size(), to);
        } else {
            text += to;
        }
        parts[std::size_t(part)].bytes = deflated(text.toStdString());
        QVERIFY_EXCEPTION_THROWN(runFromFileBytes(fileOf(parts), "a run"), Error);
    }

    void everyPartComesOnce() {
        const std::vector<Part> whole = partsOf(runFileBytes(run()));
        for (std::size_t n = 0; n < 3; ++n) {
            std::vector<Part> parts = whole;
            parts.push_back(parts[n]);
            const QString message = test::messageOf([&] { runFromFileBytes(fileOf(parts), "a run"); });
            QVERIFY2(message.contains("twice"), qPrintable(message));
        }
    }

    void picturesAreNoLargerThanTheLast() {
        std::vector<Part> parts = partsOf(runFileBytes(run()));
        QCOMPARE(parts[3].name, std::string("PICT"));
        const RgbImage wide{4000, 1, std::vector<std::uint8_t>(12000)};
        parts[3].bytes = pngBytes(wide);
        const QString message = test::messageOf([&] { runFromFileBytes(fileOf(parts), "a run"); });
        QVERIFY2(message.contains("too large"), qPrintable(message));
    }

    void anotherPictureIsTold() {
        RgbImage image{2, 1, {1, 2, 3, 4, 5, 6}};
        const std::uint32_t sum = pixelSum(image);
        image.pixels[3] = 9;
        QVERIFY(pixelSum(image) != sum);
        const RgbImage turned{1, 2, {1, 2, 3, 4, 5, 6}};
        QVERIFY(pixelSum(turned) != sum);
    }

    void filesAreNamed() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("a.run").toStdString();
        writeFile(path, runFileBytes(run()));
        QVERIFY(readRunFile(path).bits == run().bits);
        writeFile(path, "something else");
        const QString message = test::messageOf([&] { readRunFile(path); });
        QVERIFY2(message.endsWith("a.run: is not a run file."), qPrintable(message));
    }
};

QTEST_APPLESS_MAIN(TestRunFile)
#include "tst_run_file.moc"
