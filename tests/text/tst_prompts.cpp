#include "engine/text/csv_rows.h"
#include "scalekv/error.h"
#include "scalekv/prompts.h"
#include "scalekv/write_file.h"
#include "tests/message_of.h"

#include <QTemporaryDir>
#include <QTest>

using namespace scalekv;
using namespace scalekv::test;
using List = std::vector<std::string>;

class TestPrompts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void formats() {
        QCOMPARE(promptFormat("a/captions_val2017.json"), PromptFormat::Json);
        QCOMPARE(promptFormat("A.CSV"), PromptFormat::Csv);
        QCOMPARE(promptFormat("a.tsv"), PromptFormat::Csv);
        QCOMPARE(promptFormat("a.txt"), PromptFormat::Lines);
        QCOMPARE(promptFormat("json"), PromptFormat::Lines);
    }

    void lines() {
        QCOMPARE(promptsIn("\xef\xbb\xbf# comment\n\n  a fox \r\n\t\n[an owl, \"grey\"]", PromptFormat::Lines,
                           "x"),
                 (List{"a fox", "[an owl, \"grey\"]"}));
    }

    /// The first caption of each image, in the images' order, whatever order the annotations have.
    void coco() {
        const std::string text =
            R"({"info": {}, "images": [{"id": 9, "file_name": "9.jpg"}, {"id": 4}, {"id": 7}],
            "annotations": [{"image_id": 7, "id": 1, "caption": "A cat. "}, {"image_id": 9, "id": 2, "caption": "A dog\n"},
                            {"image_id": 9, "id": 3, "caption": "second"}, {"image_id": 4, "id": 4, "caption": "An owl"},
                            {"image_id": 100, "id": 5, "caption": "of no image"}]})";
        QCOMPARE(promptsIn(text, PromptFormat::Json, "x"), (List{"A dog", "An owl", "A cat."}));
    }

    void jsonLists() {
        QCOMPARE(promptsIn(R"(["a fox", {"prompt": "an owl", "id": 3}, {"caption": "é"}, {"text": "t"},
                               {"captions": ["first", "second"]}])",
                           PromptFormat::Json, "x"),
                 (List{"a fox", "an owl", "é", "t", "first"}));
    }

    void tables() {
        QCOMPARE(promptsIn("id,Caption,more\r\n1,\"a fox, \"\"red\"\"\",x\r\n2,\"an\nowl\",y\r\n",
                           PromptFormat::Csv, "x"),
                 (List{"a fox, \"red\"", "an\nowl"}));
        QCOMPARE(promptsIn("\xef\xbb\xbfprompt\na fox\n\n\"b\"", PromptFormat::Csv, "x"),
                 (List{"a fox", "b"}));
        QCOMPARE(promptsIn("a fox\nan owl\n", PromptFormat::Csv, "x"), (List{"a fox", "an owl"}));
        QCOMPARE(promptsIn("Caption;id\na dog, red;1\n", PromptFormat::Csv, "x"), (List{"a dog, red"}));
        QCOMPARE(promptsIn("id\ttext\n1\ta dog\n", PromptFormat::Csv, "x"), (List{"a dog"}));
        QCOMPARE(csvRows("a,,\n,b\n\n\"\"\n", "x"), (std::vector<List>{{"a", "", ""}, {"", "b"}}));
    }

    void problems_data() {
        QTest::addColumn<PromptFormat>("format");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        const auto row = [](PromptFormat format, const QByteArray& text, const char* says) {
            QTest::newRow(says) << format << text << QString::fromLatin1(says);
        };
        row(PromptFormat::Lines, "# nothing\n", "x holds no prompt.");
        row(PromptFormat::Lines, "a \xff b", "x is not text in UTF-8");
        row(PromptFormat::Json, "{\"images\": []}", "x is neither a list of prompts nor COCO's");
        row(PromptFormat::Json, "[", "x");
        row(PromptFormat::Json, "[]", "x holds no prompt.");
        row(PromptFormat::Json, "[\"a\", 3]", "x: entry 2 has no prompt");
        row(PromptFormat::Json, "[\" \"]", "x: entry 1 has no prompt");
        row(PromptFormat::Json,
            R"({"images": [{"id": 1}], "annotations": [{"image_id": 2, "caption": "a"}]})",
            "x: image 1 has no caption");
        row(PromptFormat::Json, R"({"images": [3], "annotations": [null, {"image_id": "2"}]})",
            "x: image 1 has no caption; is");
        row(PromptFormat::Csv, "a,b\n1,2\n", "x: none of its columns is called caption, prompt or text.");
        row(PromptFormat::Csv, "id,text\n1\n", "x: row 2 has no prompt.");
        row(PromptFormat::Csv, "caption\na fox, red\n",
            "x: row 2 has 2 cells and the first row 1; a caption");
        row(PromptFormat::Csv, "a fox\nan owl, grey\n", "x: row 2 has 2 cells");
        row(PromptFormat::Csv, "text\n\"a", "x: a quotation in this table does not end.");
    }
    void problems() {
        QFETCH(PromptFormat, format);
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const QString message = messageOf([&] { promptsIn(text.toStdString(), format, "x"); });
        QVERIFY2(message.startsWith(says), qPrintable(message));
    }

    void files() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("list.csv").toStdString();
        writeFile(path, "caption\n\"a fox, red\"\n");
        QCOMPARE(promptsInFile(path), List{"a fox, red"});
        QVERIFY(messageOf([&] { promptsInFile(path, 10); }).contains("more than a file of prompts may hold"));
        QVERIFY(messageOf([&] { promptsInFile(folder.path().toStdString()); }).contains("it is a folder"));
        QVERIFY(messageOf([&] { promptsInFile(path + ".not"); }).contains("cannot be read ("));
        // What a model's description may name: it has no size, and no end.
        QVERIFY(messageOf([&] { promptsInFile("/dev/zero", 1 << 20); }).contains("may hold (1 MiB)"));
    }
};

QTEST_APPLESS_MAIN(TestPrompts)
#include "tst_prompts.moc"
