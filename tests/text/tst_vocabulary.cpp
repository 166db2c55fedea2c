#include "scalekv/error.h"
#include "scalekv/prompt_form.h"
#include "scalekv/vocabulary.h"

#include <QTest>

#include <algorithm>

using namespace scalekv;

namespace {

Vocabulary smallOne() {
    return {{"car", "carrot", "green apple", "jack-o'-lantern", "red apple", "t-rex"},
            {{"red apple", {"apple"}}, {"car", {"red car"}}},
            {"blue", "red"},
            {"a {object} on a {colour} background", "an owl on a red background"}};
}

QStringList listed(const std::vector<std::string_view>& words) {
    QStringList list;
    for (const std::string_view word : words)
        list << QString::fromUtf8(word.data(), qsizetype(word.size()));
    return list;
}

QStringList listed(const std::vector<Completion>& completions) {
    QStringList list;
    for (const Completion& completion : completions)
        list << QStringLiteral("%1:%2").arg(completion.begin).arg(QString::fromStdString(completion.text));
    return list;
}

} // namespace

class TestVocabulary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void words_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("words");
        const auto row = [](const char* name, const char* text, const QStringList& words) {
            QTest::newRow(name) << QString::fromUtf8(text) << words;
        };
        row("plain", "a red apple", {"a", "red", "apple"});
        row("nothing", "", {});
        row("only marks", " ,.-–—“”‘’'\"… !? ", {});
        row("joined inside", "t-rex, jack-o'-lantern.", {"t-rex", "jack-o'-lantern"});
        row("joiners outside", "-t-rex- 'fox' ‘fox’s’", {"t-rex", "fox", "fox’s"});
        row("curly quotes", "a “red” ‘apple’", {"a", "red", "apple"});
        row("dashes part", "red—apple red–apple", {"red", "apple", "red", "apple"});
        row("line ends", "red\napple\tfox", {"red", "apple", "fox"});
        row("other scripts", "дом «東京」é 3D", {"дом", "東京", "é", "3D"});
        row("picture", "a 🦊!", {"a", "🦊"});
    }
    void words() {
        QFETCH(QString, text);
        QFETCH(QStringList, words);
        const std::string utf8 = text.toStdString();
        QCOMPARE(listed(wordsOf(utf8)), words);
    }

    void brokenTextIsSurvived() {
        for (const char* text : {"\xff", "a\xe2\x80", "\xf0\x9f", "\x80 a", "\xc3"})
            for (const std::string_view word : wordsOf(text))
                QVERIFY(!word.empty());
    }

    void unknown_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("all known") << "a red apple on a blue background" << QStringList{};
        QTest::newRow("other names") << "an apple, a “red car”" << QStringList{};
        QTest::newRow("word of a name") << "a green car" << QStringList{};
        QTest::newRow("capital and plural") << "A red apples" << QStringList{"A", "apples"};
        QTest::newRow("each once") << "two zebras, two cars" << QStringList{"two", "zebras", "cars"};
        QTest::newRow("word of an example") << "an owl" << QStringList{};
        QTest::newRow("placeholder") << "an object" << QStringList{"object"};
        QTest::newRow("compound") << "a red-blue car" << QStringList{"red-blue"};
    }
    void unknown() {
        QFETCH(QString, prompt);
        QFETCH(QStringList, words);
        const std::string utf8 = prompt.toStdString();
        QCOMPARE(listed(unknownWords(smallOne(), utf8)), words);
        QVERIFY(unknownWords({}, utf8).empty());
    }

    void completes_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("found");
        QTest::newRow("start") << "a ca" << QStringList{"2:car", "2:carrot"};
        QTest::newRow("longer names of a whole one") << "a car" << QStringList{"2:carrot"};
        QTest::newRow("several words first") << "a red a" << QStringList{"2:red apple", "6:apple", "6:an"};
        QTest::newRow("capitals") << "a Red Ap" << QStringList{"2:red apple", "6:apple"};
        QTest::newRow("wrong capital of a whole one") << "Blue" << QStringList{"0:blue"};
        QTest::newRow("word of the form") << "a car on a ba" << QStringList{"11:background"};
        QTest::newRow("hyphen") << "a t-r" << QStringList{"2:t-rex"};
        QTest::newRow("hyphen just typed") << "a t-" << QStringList{"2:t-rex"};
        QTest::newRow("after umlauts") << "ä ca" << QStringList{"3:car", "3:carrot"};
        QTest::newRow("word is done") << "a ca " << QStringList{};
        QTest::newRow("nothing typed") << "" << QStringList{};
        QTest::newRow("nothing known") << "a zebra" << QStringList{};
    }
    void completes() {
        QFETCH(QString, text);
        QFETCH(QStringList, found);
        const std::string utf8 = text.toStdString();
        QCOMPARE(listed(completions(smallOne(), utf8)), found);
        QVERIFY(completions({}, utf8).empty());
    }

    void composes_data() {
        QTest::addColumn<QString>("form");
        QTest::addColumn<QString>("object");
        QTest::addColumn<QString>("colour");
        QTest::addColumn<QString>("prompt");
        const QString usual = "a {object} on a {colour} background";
        const auto row = [](const char* name, const QString& form, const char* object, const char* colour,
                            const char* prompt) {
            QTest::newRow(name) << form << QString(object) << QString(colour) << QString(prompt);
        };
        row("consonants", usual, "red apple", "blue", "a red apple on a blue background");
        row("vowels", usual, "owl", "orange", "an owl on an orange background");
        row("sounds", usual, "unicorn", "ultramarine", "a unicorn on an ultramarine background");
        row("capital", "A {object}.", "eagle", "", "An eagle.");
        row("no colour in it", "a {object}", "car", "red", "a car");
        row("another order", "{colour} ground, {object}", "car", "red", "red ground, car");
        row("twice", "a {object} and a {object}", "owl", "", "an owl and an owl");
        row("part of a word", "extra {object}", "owl", "", "extra owl");
        row("a place as a name", "a {object}", "{object}", "", "a {object}");
    }
    void composes() {
        QFETCH(QString, form);
        QFETCH(QString, object);
        QFETCH(QString, colour);
        QFETCH(QString, prompt);
        Vocabulary vocabulary = smallOne();
        vocabulary.prompts = {"an example", form.toStdString(), "another {object}"};
        QCOMPARE(promptForm(vocabulary), form.toStdString());
        QCOMPARE(QString::fromStdString(promptOf(vocabulary, object.toStdString(), colour.toStdString())),
                 prompt);
    }

    void articleIsLearnt() {
        Vocabulary vocabulary = smallOne();
        vocabulary.prompts = {"a {object}"}; // it has never seen "an"
        QCOMPARE(promptOf(vocabulary, "owl", ""), std::string("a owl"));
    }

    void everyPromptIsKnown() {
        const Vocabulary vocabulary = smallOne();
        for (const std::string& object : vocabulary.objects)
            for (const std::string& colour : vocabulary.colours)
                QVERIFY(unknownWords(vocabulary, promptOf(vocabulary, object, colour)).empty());
    }

    void withoutAForm_data() {
        QTest::addColumn<QStringList>("prompts");
        QTest::addColumn<bool>("objects");
        QTest::addColumn<bool>("colours");
        QTest::newRow("examples only") << QStringList{"a red apple"} << true << true;
        QTest::newRow("no prompts") << QStringList{} << true << true;
        QTest::newRow("no objects") << QStringList{"a {object}"} << false << true;
        QTest::newRow("no colours") << QStringList{"a {object} on {colour}"} << true << false;
        QTest::newRow("only a colour") << QStringList{"all {colour}"} << true << true;
    }
    void withoutAForm() {
        QFETCH(QStringList, prompts);
        QFETCH(bool, objects);
        QFETCH(bool, colours);
        Vocabulary vocabulary = smallOne();
        vocabulary.prompts.clear();
        for (const QString& prompt : prompts)
            vocabulary.prompts.push_back(prompt.toStdString());
        if (!objects)
            vocabulary.objects.clear();
        if (!colours)
            vocabulary.colours.clear();
        QCOMPARE(promptForm(vocabulary), std::string());
        QVERIFY_EXCEPTION_THROWN(promptOf(vocabulary, "car", "red"), Error);
    }
};

QTEST_APPLESS_MAIN(TestVocabulary)
#include "tst_vocabulary.moc"
