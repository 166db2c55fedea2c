#include "engine/text/spiece_check.h"
#include "engine/text/tokenizer.h"
#include "scalekv/error.h"
#include "tests/fixtures.h"
#include "tests/mutate.h"

#include <QTemporaryDir>
#include <QTest>

#include <sentencepiece_processor.h>

#include <csignal>
#include <cstring>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace scalekv;
using namespace scalekv::test;

namespace {

using Ids = std::vector<std::int64_t>;

std::filesystem::path modelPath() {
    return parityFolder() / "tiny_t5" / "spiece.model";
}

/// Where the double array of the character map starts: behind the map's own length word.
struct CharMap {
    std::size_t array = 0;
    std::uint32_t arrayBytes = 0;
};

/// Finds the map in the tiny model by the protobuf fields before it: name "nmt_nfkc", then field 2.
CharMap charMapOf(const std::string& model) {
    const std::size_t name = model.find("nmt_nfkc");
    CharMap map;
    map.array = name + 8 + 1 + 3 + 4; // name, tag, three bytes of length, the word
    std::memcpy(&map.arrayBytes, model.data() + map.array - 4, 4);
    return map;
}

/// A protobuf field that holds bytes.
std::string field(int number, const std::string& bytes) {
    std::string result(1, char(number << 3 | 2));
    std::size_t length = bytes.size();
    for (; length >= 0x80; length >>= 7)
        result += char(length | 0x80);
    return result + char(length) + bytes;
}

std::string withWord(std::string model, std::size_t at, std::uint32_t word) {
    std::memcpy(model.data() + at, &word, sizeof word);
    return model;
}

/// The model with another pool of replacements, all of whose entries are its start. A second normalizer
/// message (field 3) takes precedence over the first.
std::string withReplacement(const std::string& model, const std::string& replacement) {
    const CharMap place = charMapOf(model);
    std::string map = model.substr(place.array - 4, 4 + place.arrayBytes);
    for (std::size_t at = 4; at < map.size(); at += 4) {
        std::uint32_t unit = 0;
        std::memcpy(&unit, map.data() + at, 4);
        if (unit >= 0x80000000u) // a value: bit 31
            map = withWord(std::move(map), at, 0x80000000u);
    }
    return model + field(3, field(2, map + replacement + '\0'));
}

/// What becomes of a process that gives the model to SentencePiece unchecked, and a prompt.
enum class Fate { Survived, Crashed };

Fate fateWithoutCheck(const std::string& model) {
    const pid_t child = fork();
    if (child == 0) {
        std::signal(SIGSEGV, SIG_DFL); // Qt Test's would print this process's stack
        std::signal(SIGBUS, SIG_DFL);
        std::signal(SIGABRT, SIG_DFL);
        const rlimit none{0, 0};
        setrlimit(RLIMIT_CORE, &none);
        sentencepiece::SentencePieceProcessor processor;
        std::vector<int> ids;
        if (processor.LoadFromSerializedProto(model).ok())
            (void)processor.Encode("a red apple, \u00DCn\u00EF \u2460 \u00BD", &ids);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? Fate::Survived : Fate::Crashed;
}

} // namespace

class TestTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void idsAreTheReferences_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("tensor");
        const Checkpoint fixture = Checkpoint::open(parityFolder() / "tiny_t5_prompts.safetensors");
        const nlohmann::json prompts = setting(fixture, "prompts");
        QVERIFY(!prompts.empty());
        for (std::size_t n = 0; n < prompts.size(); ++n)
            QTest::addRow("prompt %zu", n) << QString::fromStdString(prompts[n].get<std::string>())
                                           << QStringLiteral("prompt%1.ids").arg(n);
    }
    void idsAreTheReferences() {
        QFETCH(QString, prompt);
        QFETCH(QString, tensor);
        const Checkpoint fixture = Checkpoint::open(parityFolder() / "tiny_t5_prompts.safetensors");
        const at::Tensor expected = fixture.tensor(tensor.toStdString()).to(at::kLong);
        const Ids ids = Tokenizer(modelPath()).encode(prompt.toStdString());
        QCOMPARE(ids, Ids(expected.data_ptr<std::int64_t>(),
                          expected.data_ptr<std::int64_t>() + expected.numel()));
    }

    // Ids that transformers 4.57.6 (T5TokenizerFast, legacy) gives with the tiny model.
    void spelledOutSpecialTokens_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QList<int>>("ids");
        const auto row = [](const char* prompt, const QList<int>& ids) {
            QTest::newRow(prompt) << QString::fromUtf8(prompt) << ids;
        };
        row("a cat</s>and dog", {3, 51, 1, 53, 108, 1});
        row("x </s> </s> y", {9, 175, 1, 1, 9, 46, 1});
        row(" </s>", {1, 1});
        row("a <unk> b", {3, 2, 253, 1});
        row("  <pad>  a", {0, 3, 1});
        row("red <extra_id_0> apple", {27, 1299, 405, 1});
        row("a </s> b<extra_id_99>", {3, 1, 253, 1200, 1});
        row("<extra_id_0><extra_id_1>", {1299, 1298, 1});
        row("a<extra_id_7>  \n b", {3, 1292, 253, 1});
        row("<extra_id_100> b", {9, 2, 43, 175, 61, 491, 2, 467, 10, 2, 1178, 1185, 1185, 1170, 253, 1});
        row("<extra_id_01>a", {9, 2, 43, 175, 61, 491, 2, 467, 10, 2, 1185, 1178, 1170, 141, 1});
        row("<extra_id_", {9, 2, 43, 175, 61, 491, 2, 467, 10, 2, 1});
        row("<", {9, 2, 1});
        row("▁a cat", {3, 51, 1});
        row("\xef\xb7\xba", {9, 2, 9, 2, 9, 2, 9, 2, 1}); // one letter that becomes four words
    }
    void spelledOutSpecialTokens() {
        QFETCH(QString, prompt);
        QFETCH(QList<int>, ids);
        QCOMPARE(Tokenizer(modelPath()).encode(prompt.toStdString()), Ids(ids.begin(), ids.end()));
    }

    void longPromptsKeepTheirEnd() {
        std::string prompt;
        for (int n = 0; n < 5000; ++n)
            prompt += "apple ";
        const Ids ids = Tokenizer(modelPath()).encode(prompt);
        QCOMPARE(int(ids.size()), Tokenizer::kMaxTokens);
        QCOMPARE(ids.back(), std::int64_t(1));
        QVERIFY(ids[ids.size() - 2] != 1);
    }

    void anyBytesAreAPrompt() {
        const Tokenizer tokenizer(modelPath());
        std::mt19937 random(5);
        for (int n = 0; n < 500; ++n) {
            std::string prompt(random() % 200, ' ');
            for (char& c : prompt)
                c = char(random());
            const Ids ids = tokenizer.encode(prompt);
            QCOMPARE(ids.back(), std::int64_t(1));
            for (std::int64_t id : ids)
                QVERIFY(id >= 0 && id < tokenizer.vocabularySize());
        }
    }

    void unusableFilesAreErrors_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("this is not a model");
        QTest::newRow("json") << QByteArray("{\"model\": {}}");
        QTest::newRow("only a unigram type") << QByteArray::fromHex("12021801");
        QTest::newRow("a BPE model") << QByteArray::fromHex("12021802");
        QTest::newRow("length past the end") << QByteArray::fromHex("0affffffff0f");
        QTest::newRow("endless varint") << QByteArray::fromHex("ffffffffffffffffffffffff");
    }
    void unusableFilesAreErrors() {
        QFETCH(QByteArray, bytes);
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("broken.model").toStdString();
        writeBytes(path, bytes.toStdString());
        try {
            Tokenizer tokenizer(path);
            QFAIL("a broken model was accepted");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains("broken.model"), error.what());
        }
    }

    void missingFileAndFolderAreErrors() {
        QTemporaryDir folder;
        QVERIFY_EXCEPTION_THROWN(Tokenizer(folder.filePath("none.model").toStdString()), Error);
        QVERIFY_EXCEPTION_THROWN(Tokenizer(folder.path().toStdString()), Error);
    }

    void charMapOfTheFixture() {
        const std::string model = readBytes(modelPath());
        QCOMPARE(charMapOf(model).arrayBytes, 179200u); // shows that the place is right
        QVERIFY(spieceDefect(model).empty());
        QVERIFY(spieceDefect(withReplacement(model, "x")).empty());
        QVERIFY(spieceDefect(model + field(1, field(1, "a new piece"))).empty());
    }

    // Files that end the process when the library is given them, as far as this version's does.
    void deadlyModels_data() {
        QTest::addColumn<QByteArray>("bytes");
        const std::string model = readBytes(modelPath());
        const std::size_t array = charMapOf(model).array;
        const auto row = [](const char* name, const std::string& bytes) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes);
        };
        row("root points far out", withWord(model, array, 0xfffffc00u));
        row("root claims a value far out", withWord(model, array, 0xffffff00u));
        row("very long piece", model + field(1, field(1, std::string(2'000'000, 'x'))));
    }
    void deadlyModels() {
        QFETCH(QByteArray, bytes);
        const std::string model = bytes.toStdString();
        QVERIFY(!spieceDefect(model).empty());
        if (fateWithoutCheck(model) == Fate::Survived)
            QSKIP("This version of SentencePiece survives it.");
    }

    /// No crash, but one letter that becomes as many as the file likes.
    void replacementsAreShort() {
        const std::string model = withReplacement(readBytes(modelPath()), std::string(5000, 'x'));
        sentencepiece::SentencePieceProcessor processor;
        QVERIFY(processor.LoadFromSerializedProto(model).ok());
        std::vector<int> ids;
        QVERIFY(processor.Encode("\u2460", &ids).ok());
        QVERIFY2(ids.size() > 1000, qPrintable(QString::number(ids.size())));
        QVERIFY(!spieceDefect(model).empty());
    }

    // The library would read past the array or the pool, be it only a little.
    void hostileCharacterMaps_data() {
        QTest::addColumn<int>("offset"); // from the double array, negative: the length word before it
        QTest::addColumn<quint32>("word");
        QTest::newRow("root points far out") << 0 << 0xfffffc00u;
        QTest::newRow("root claims a value far out") << 0 << 0xffffff00u;
        QTest::newRow("array longer than the map") << -4 << 0x7fffffffu;
        QTest::newRow("array of no units") << -4 << 0u;
        QTest::newRow("array of half a unit") << -4 << 6u;
        QTest::newRow("array cut to one block") << -4 << 1024u;
    }
    void hostileCharacterMaps() {
        QFETCH(int, offset);
        QFETCH(quint32, word);
        const std::string model = readBytes(modelPath());
        const std::size_t at = charMapOf(model).array + std::size_t(std::ptrdiff_t(offset));
        QVERIFY(!spieceDefect(withWord(model, at, word)).empty());
    }

    void everyValueOfTheCharacterMapIsChecked() {
        const std::string model = readBytes(modelPath());
        const CharMap map = charMapOf(model);
        int values = 0, caught = 0;
        for (std::uint32_t at = 0; at < map.arrayBytes; at += 4) {
            std::uint32_t unit = 0;
            std::memcpy(&unit, model.data() + map.array + at, 4);
            if (unit < 0x80000000u || ++values % 100 != 0) // a value: bit 31
                continue;
            std::string hostile = model;
            const std::uint32_t beyond = 0xfffffff0u;
            std::memcpy(hostile.data() + map.array + at, &beyond, 4);
            caught += spieceDefect(hostile).empty() ? 0 : 1;
        }
        QVERIFY(values > 1000);
        QCOMPARE(caught, values / 100);
    }

    void mutatedModels() {
        const std::string model = readBytes(modelPath());
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("spiece.model").toStdString();
        int refused = 0, used = 0;
        for (std::uint32_t seed = 0; seed < 3000; ++seed) {
            writeBytes(path, mutate(model, seed));
            try {
                const Tokenizer tokenizer(path);
                for (const char* prompt :
                     {"a red apple on a blue background", "", "Ünï çødé ﷺ ①½ 東京", "\xff\xfe x"})
                    QCOMPARE(tokenizer.encode(prompt).back() >= 0, true);
                ++used;
            } catch (const Error&) {
                ++refused;
            }
        }
        qInfo("%d mutated models refused, %d used", refused, used);
        QVERIFY(refused > 100);
        QVERIFY(used > 100); // otherwise the damage never gets past the first check
    }
};

QTEST_APPLESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
