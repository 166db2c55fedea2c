#include "engine/io/checkpoint.h"
#include "scalekv/error.h"
#include "tests/io/checkpoint_bytes.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>

namespace fs = std::filesystem;
namespace bytes = checkpoint_bytes;
using scalekv::Checkpoint;
using scalekv::Error;

namespace {

const fs::path kData = SCALEKV_SOURCE_DIR "/tests/data/io";

/// The message of the Error that opening throws; empty where it opens.
QString openingError(const fs::path& path) {
    try {
        Checkpoint::open(path);
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

/// A safetensors file with one tensor "w" whose entry is `entry`.
std::string oneTensor(const std::string& entry, std::size_t dataBytes) {
    return bytes::safetensors("{\"w\":{" + entry + "}}", std::string(dataBytes, '\0'));
}

std::string tensorPickle(std::int64_t offset, const std::vector<std::int64_t>& shape,
                         const std::vector<std::int64_t>& strides, const std::string& type = "FloatStorage",
                         std::int64_t elements = 4) {
    return bytes::pickle(
        bytes::dict({{"w", bytes::tensor(bytes::storage(type, "0", elements), offset, shape, strides)}}));
}

std::string patched(std::string content, std::size_t at, const std::string& bytes) {
    return content.replace(at, bytes.size(), bytes);
}

std::string repeated(const std::string& text, int count) {
    std::string result;
    for (int i = 0; i < count; ++i)
        result += text;
    return result;
}

/// Forty lists, each holding the one before twice: 2⁴⁰ values from a few hundred bytes.
std::string memoBomb() {
    const auto slot = [](int i) { return std::string(1, static_cast<char>(i)); };
    std::string pickle = "]q" + slot(0) + "0"; // remembered, and off the stack
    for (int i = 0; i < 40; ++i)
        pickle += "](h" + slot(i) + "h" + slot(i) + "eq" + slot(i + 1) + "0";
    return bytes::pickle(pickle + "h" + slot(40));
}

} // namespace

class HostileCheckpointsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refusesSafetensors_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const std::string& content, const char* message) {
            QTest::newRow(name) << QByteArray::fromStdString(content) << message;
        };
        const std::string good = R"("dtype":"F32","shape":[2],"data_offsets":[0,8])";
        row("empty file", "", "too short");
        row("short file", "1234", "too short");
        row("huge header", bytes::littleEndian(std::uint64_t(1) << 40, 8) + "{}", "no safetensors file");
        row("header past the end", bytes::littleEndian(1000, 8) + "{}", "ends inside its header");
        row("broken JSON", bytes::safetensors("{\n\"w\":", ""), "is not valid JSON from line 2, byte 5 on.");
        row("not UTF-8", bytes::safetensors("{\"\xff\xfe\":1}", ""), "not valid JSON");
        row("no object", bytes::safetensors("[1]     ", ""), "no JSON object");
        row("deep nesting", bytes::safetensors("{\"w\":" + std::string(100000, '['), ""),
            "nested too deeply");
        row("duplicate name",
            bytes::safetensors("{\"w\":{" + good + "},\"w\":{" + good + "}}", std::string(8, 0)),
            "has the key \"w\" twice");
        row("missing field", oneTensor(R"("dtype":"F32","shape":[2])", 8),
            "tensor w has no \"data_offsets\"");
        row("unknown type", oneTensor(R"("dtype":"F37","shape":[2],"data_offsets":[0,8])", 8),
            "unknown type \"F37\"");
        row("negative extent", oneTensor(R"("dtype":"F32","shape":[-2],"data_offsets":[0,8])", 8),
            "wrong shape");
        row("fractional extent", oneTensor(R"("dtype":"F32","shape":[2.0],"data_offsets":[0,8])", 8),
            "wrong shape");
        row("overflowing shape",
            oneTensor(R"("dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0])", 8),
            "impossible shape");
        row("overflow hidden by zero",
            oneTensor(R"("dtype":"F32","shape":[0,4294967296,4294967296,4],"data_offsets":[0,0])", 8),
            "impossible shape");
        row("bytes and shape differ", oneTensor(R"("dtype":"F32","shape":[3],"data_offsets":[0,8])", 8),
            "has 8 bytes of data where [3] of its type needs 12");
        row("data past the end", oneTensor(good, 4), "past the end of the file");
        row("offsets swapped", oneTensor(R"("dtype":"F32","shape":[2],"data_offsets":[8,0])", 8),
            "wrong data_offsets");
        row("offset overflows",
            oneTensor(R"("dtype":"F32","shape":[2],"data_offsets":[18446744073709551608,0])", 8),
            "wrong data_offsets");
        row("overlap",
            bytes::safetensors("{\"a\":{" + good +
                                   R"(},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
                               std::string(12, 0)),
            "tensor b overlaps tensor a");
        row("metadata no text", bytes::safetensors(R"({"__metadata__":{"a":1}})", ""), "no text");
    }
    void refusesSafetensors() {
        QFETCH(QByteArray, content);
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "w.safetensors";
        bytes::write(path, content.toStdString());
        check(path);
    }

    void refusesPickle_data() {
        QTest::addColumn<QByteArray>("pickle");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const std::string& pickle, const char* message) {
            QTest::newRow(name) << QByteArray::fromStdString(pickle) << message;
        };
        const std::int64_t huge = INT64_MAX;
        row("os.system",
            bytes::pickle(bytes::global("os", "system") + bytes::tuple({bytes::text("ls")}) + "R"),
            "asks to run os.system; only tensors, numbers, strings and containers are read");
        row("builtins.eval by STACK_GLOBAL",
            bytes::pickle(bytes::text("builtins") + bytes::text("eval") + "\x93"),
            "asks to run builtins.eval");
        row("other torch function", bytes::pickle(bytes::global("torch", "load")), "asks to run torch.load");
        row("unknown instruction", bytes::pickle(bytes::global("torch", "Size") + ")\x81"),
            "pickle instruction 129");
        row("empty pickle", "", "broken");
        row("stops at once", bytes::pickle(""), "broken");
        row("no STOP", "\x80\x02}", "broken");
        row("newer protocol", "\x80\x09}.", "newer pickle protocol");
        row("string past the end", bytes::pickle("X" + bytes::littleEndian(0xFFFFFFFF, 4)), "broken");
        row("64-bit string length", bytes::pickle("\x8d" + bytes::littleEndian(UINT64_MAX, 8)), "broken");
        row("unknown memo", bytes::pickle("h\x07"), "broken");
        row("stack underflow", bytes::pickle("s"), "broken");
        row("items without mark", bytes::pickle("}u"), "broken");
        row("odd items", bytes::pickle("}(K\x01u"), "broken");
        row("append to number",
            bytes::pickle("K\x01K\x02"
                          "a"),
            "broken");
        row("call a number", bytes::pickle("K\x01)R"), "broken");
        row("huge number", bytes::pickle("\x8a\xff" + std::string(255, '\x7f')), "does not fit 64 bits");
        row("memo bomb", memoBomb(), "far more entries than a model has");
        row("list in itself", bytes::pickle("]q" + std::string(1, '\0') + "h" + std::string(1, '\0') + "a"),
            "too deeply");
        row("deep nesting", bytes::pickle(std::string(100000, ']') + std::string(99999, 'a')), "too deeply");
        row("millions of values", bytes::pickle("](" + std::string(3'000'000, ']') + "e"),
            "values, far more");
        row("key that is a list", bytes::pickle("}]Ns"), "no text");
        row("name twice",
            bytes::pickle("}(" +
                          repeated(bytes::text("w") +
                                       bytes::tensor(bytes::storage("FloatStorage", "0", 4), 0, {1}, {1}),
                                   2) +
                          "u"),
            "tensor w is there twice");
        row("shape past storage", tensorPickle(0, {5}, {1}), "reaches past the 4 numbers of its storage");
        row("offset past storage", tensorPickle(3, {2}, {1}), "reaches past");
        row("negative offset", tensorPickle(-1, {2}, {1}), "impossible offset or stride");
        row("negative stride", tensorPickle(3, {2}, {-1}), "impossible offset or stride");
        row("negative extent", tensorPickle(0, {-2}, {1}), "impossible shape");
        row("stride overflows", tensorPickle(0, {3, 3}, {huge, huge}), "impossible offset or stride");
        row("offset overflows", tensorPickle(huge, {2}, {1}), "impossible offset or stride");
        row("shape overflows", tensorPickle(0, {huge, huge}, {0, 0}), "impossible shape");
        row("one number as terabytes", tensorPickle(0, {1 << 20, 1 << 20}, {0, 0}), "repeats the 4 numbers");
        row("fewer strides", tensorPickle(0, {2, 2}, {1}), "impossible shape");
        row("seventeen dimensions",
            tensorPickle(0, std::vector<std::int64_t>(17, 1), std::vector<std::int64_t>(17, 1)),
            "17 dimensions");
        row("storage past record", tensorPickle(0, {2}, {1}, "FloatStorage", 5),
            "claims a storage of 5 numbers");
        row("negative storage", tensorPickle(0, {0}, {1}, "FloatStorage", -1),
            "claims a storage of -1 numbers");
        row("storage overflows", tensorPickle(0, {2}, {1}, "DoubleStorage", huge), "claims a storage");
        row("unknown storage", tensorPickle(0, {2}, {1}, "QInt8Storage"), "torch.QInt8Storage");
        row("missing record",
            bytes::pickle(
                bytes::dict({{"w", bytes::tensor(bytes::storage("FloatStorage", "../0", 4), 0, {1}, {1})}})),
            "record data/../0 is missing");
    }
    void refusesPickle() {
        QFETCH(QByteArray, pickle);
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "w.pth";
        bytes::write(path, bytes::torchFile(pickle.toStdString(), std::string(16, '\0')));
        check(path);
    }

    void refusesArchive_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const std::string& content, const char* message) {
            QTest::newRow(name) << QByteArray::fromStdString(content) << message;
        };
        using bytes::zip;
        const std::string pickle = tensorPickle(0, {4}, {1});
        const std::string data(16, '\0');
        const std::string small = bytes::read(kData / "small.pth");
        row("compressed tensor", zip({{"a/data.pkl", pickle}, {"a/data/0", data, 8}}),
            "tensor w is compressed");
        row("big-endian", zip({{"a/data.pkl", pickle}, {"a/byteorder", "big"}, {"a/data/0", data}}),
            "big-endian");
        row("no pickle", zip({{"readme.txt", "hello"}}), "no data.pkl");
        row("two pickles", zip({{"a/data.pkl", pickle}, {"b/data.pkl", pickle}}), "more than one data.pkl");
        row("record twice", zip({{"a/data.pkl", pickle}, {"a/data/0", data}, {"a/data/0", data}}), "twice");
        row("compressed pickle", zip({{"a/data.pkl", pickle, 8}, {"a/data/0", data}}), "is compressed");
        row("huge pickle", zip({{"a/data.pkl", std::string(17 << 20, ')')}}), "are sensible");
        // Fields of the archive, counted from its end: the end record has 22 bytes.
        const std::string plain = zip({{"a/data.pkl", pickle}, {"a/data/0", data}});
        const std::size_t end = plain.size() - 22;
        const std::size_t entry = plain.find("PK\x01\x02");
        const std::string most(8, '\xff');
        row("too many entries", patched(plain, end + 10, bytes::littleEndian(3, 2)), "damaged zip directory");
        row("too few entries", patched(plain, end + 10, bytes::littleEndian(1, 2)), "damaged zip directory");
        row("directory past the end", patched(plain, end + 16, most.substr(0, 4)), "damaged zip directory");
        row("encrypted", patched(plain, entry + 8, bytes::littleEndian(1, 2)), "encrypted");
        row("data past the directory",
            patched(plain, entry + 20, bytes::littleEndian(1 << 20, 4) + bytes::littleEndian(1 << 20, 4)),
            "ends inside the record");
        row("two sizes", patched(plain, entry + 20, bytes::littleEndian(4, 4)), "damaged record");
        row("local header elsewhere", patched(plain, entry + 42, bytes::littleEndian(7, 4)),
            "damaged record");
        row("two names", patched(plain, plain.find("a/data.pkl"), "b"), "damaged record");
        row("long name", patched(plain, entry + 28, most.substr(0, 2)), "damaged zip directory");
        const std::string big = zip({{"a/data.pkl", pickle}, {"a/data/0", data}}, true);
        const std::size_t end64 = big.find("PK\x06\x06");
        const std::size_t extra = big.find("PK\x01\x02") + 46 + std::string("a/data.pkl").size();
        row("zip64 end elsewhere", patched(big, end64 + 56 + 8, most), "damaged zip directory");
        row("zip64 end past the file", patched(big, end64 + 56 + 8, bytes::littleEndian(big.size() - 20, 8)),
            "damaged zip directory");
        row("zip64 directory past the end", patched(big, end64 + 48, most), "damaged zip directory");
        row("zip64 size overflows", patched(big, end64 + 40, most), "damaged zip directory");
        row("zip64 endless entries", patched(big, end64 + 32, most), "damaged zip directory");
        row("zip64 field too short", patched(big, extra + 2, bytes::littleEndian(16, 2)),
            "damaged zip directory");
        row("zip64 field too long", patched(big, extra + 2, bytes::littleEndian(999, 2)),
            "damaged zip directory");
        row("zip64 data past the end", patched(big, extra + 4, most + most), "ends inside the record");
        row("zip64 offset past the end", patched(big, extra + 20, most), "damaged record");
        row("truncated", small.substr(0, small.size() / 2), "no whole zip archive");
        row("without its end", small.substr(0, small.size() - 200), "no whole zip archive");
        row("only the first bytes", small.substr(0, 4), "no whole zip archive");
        row("bare pickle", pickle, "bare pickle");
        row("something else", "GIF89a, a picture", "neither a safetensors file nor a PyTorch checkpoint");
        row("damaged pickle", patched(small, small.find("trainer"), "T"), "its checksum is wrong");
    }
    void refusesArchive() {
        QFETCH(QByteArray, content);
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "w.pth";
        bytes::write(path, content.toStdString());
        check(path);
    }

    void refusesLegacyFile_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const std::string& content, const char* message) {
            QTest::newRow(name) << QByteArray::fromStdString(content) << message;
        };
        const auto pickleOf = [](const std::string& storage) {
            return bytes::pickle(bytes::dict({{"w", bytes::tensor(storage, 0, {4}, {1})}}));
        };
        const std::string good = pickleOf(bytes::legacyStorage("FloatStorage", "7", 4));
        const std::string numbers = bytes::legacyNumbers(4, std::string(16, '\0'));
        const std::string whole = bytes::legacyFile(good, {"7"}, numbers);
        row("cut in its numbers", whole.substr(0, whole.size() - 1), "is truncated");
        row("cut before them", whole.substr(0, whole.size() - 18), "is truncated");
        row("cut in the pickle", whole.substr(0, 80), "the pickle inside is broken");
        row("version", patched(whole, 18, "\xea"), "is in a form of PyTorch's that is not known");
        row("more numbers than bytes", bytes::legacyFile(good, {"7"}, bytes::legacyNumbers(1ULL << 62, "")),
            "is truncated");
        row("fewer numbers than the tensor has",
            bytes::legacyFile(good, {"7"}, bytes::legacyNumbers(3, std::string(12, '\0'))),
            "tensor w claims a storage of 4 numbers where the file has 12 bytes");
        row("no storage", bytes::legacyFile(good, {}, ""),
            "tensor w has no data in the file (storage 7 is missing)");
        row("a storage that nobody uses", bytes::legacyFile(good, {"7", "8"}, numbers + numbers),
            "the pickle inside is broken");
        row("part of another storage",
            bytes::legacyFile(pickleOf(bytes::legacyStorage("FloatStorage", "7", 4, bytes::numbers({1, 2}))),
                              {"7"}, numbers),
            "the pickle inside is broken");
        row("a type that is not known",
            bytes::legacyFile(pickleOf(bytes::legacyStorage("OddStorage", "7", 4)), {"7"}, numbers),
            "holds a torch.OddStorage, a type that is not supported");
        row("one storage, two types",
            bytes::legacyFile(
                bytes::pickle(bytes::dict(
                    {{"v", bytes::tensor(bytes::legacyStorage("FloatStorage", "7", 4), 0, {4}, {1})},
                     {"w", bytes::tensor(bytes::legacyStorage("ByteStorage", "7", 4), 0, {4}, {1})}})),
                {"7"}, numbers),
            "the pickle inside is broken");
    }
    void refusesLegacyFile() {
        QFETCH(QByteArray, content);
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "w.pth";
        bytes::write(path, content.toStdString());
        check(path);
    }

    void refusesFilesOfPyTorch_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("message");
        QTest::newRow("evil") << "evil.pth"
                              << "asks to run posix.system; only tensors, numbers, strings";
        QTest::newRow("class of a script") << "foreign.pth"
                                           << "asks to run __main__.Foreign;";
    }
    void refusesFilesOfPyTorch() {
        QFETCH(QString, file);
        check(kData / file.toStdString());
    }

    void refusesIndex_data() {
        QTest::addColumn<QByteArray>("index");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* index, const char* message) {
            QTest::newRow(name) << QByteArray(index) << message;
        };
        row("missing shard", R"({"weight_map":{"w":"b.safetensors"}})", "the shard b.safetensors is missing");
        row("tensor not in shard", R"({"weight_map":{"v":"a.safetensors"}})",
            "tensor v is missing, though the index");
        row("path traversal", R"({"weight_map":{"w":"../a.safetensors"}})", "not a file in the same folder");
        row("absolute path", R"({"weight_map":{"w":"/etc/passwd"}})", "not a file in the same folder");
        row("the folder itself", R"({"weight_map":{"w":"."}})", "not a file in the same folder");
        row("NUL in the name", R"({"weight_map":{"w":"a\u0000b"}})", "not a file in the same folder");
        row("shard is a folder", R"({"weight_map":{"w":"sub"}})", "is not an ordinary file");
        row("shard is the index", R"({"weight_map":{"w":"w.index.json"}})", "neither a safetensors file");
        row("shard is no text", R"({"weight_map":{"w":3}})", "names no file for tensor w");
        row("no map", R"({"metadata":{}})", "no \"weight_map\"");
        row("empty map", R"({"weight_map":{}})", "lists no tensors");
        row("broken JSON", R"({"weight_map":)", "not valid JSON");
        row("name twice", R"({"weight_map":{"w":"a.safetensors","w":"a.safetensors"}})",
            "has the key \"w\" twice");
    }
    void refusesIndex() {
        QFETCH(QByteArray, index);
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        fs::create_directory(root / "sub");
        bytes::write(root / "a.safetensors",
                     oneTensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,8])", 8));
        bytes::write(root / "w.index.json", index.toStdString());
        check(root / "w.index.json");
    }

    void refusesFolder_data() {
        QTest::addColumn<QStringList>("files");
        QTest::addColumn<QString>("message");
        QTest::newRow("empty") << QStringList{} << "holds no checkpoint";
        QTest::newRow("other files") << QStringList{"a.txt", "b.png"} << "holds no checkpoint";
        QTest::newRow("two files") << QStringList{"a.pth", "b.safetensors"}
                                   << "holds more than one checkpoint (a.pth, b.safetensors)";
        QTest::newRow("two indices") << QStringList{"a.bin.index.json", "b.bin.index.json"}
                                     << "more than one checkpoint (a.bin.index.json, b.bin.index.json)";
    }
    void refusesFolder() {
        QFETCH(QStringList, files);
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        for (const QString& file : files)
            bytes::write(root / file.toStdString(), "x");
        check(root);
    }

    void refusesMissingFile() {
        QVERIFY(openingError("/nobody/here.pth").contains("there is no such file or folder"));
    }

private:
    /// Opening fails with the row's message, in one sentence that names the path.
    static void check(const fs::path& path) {
        QFETCH(QString, message);
        const QString error = openingError(path);
        QVERIFY2(error.contains(message), qPrintable(error));
        QVERIFY2(error.contains(QString::fromStdString(path.parent_path().string())), qPrintable(error));
        QVERIFY2(error.endsWith('.') && !error.contains('\n'), qPrintable(error));
    }
};

QTEST_APPLESS_MAIN(HostileCheckpointsTest)
#include "tst_hostile_checkpoints.moc"
