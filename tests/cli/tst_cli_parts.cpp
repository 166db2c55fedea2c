#include "app/cli/number_list.h"
#include "app/cli/output_name.h"
#include "app/cli/prompt_file.h"
#include "app/cli/usage_error.h"
#include "scalekv/error.h"

#include <CLI/CLI.hpp>
#include <QTemporaryDir>
#include <QtTest/QtTest>

using namespace scalekv;

class TestCliParts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbers() {
        QCOMPARE(cli::parseNumbers("--cfg", "4"), (std::vector<double>{4}));
        QCOMPARE(cli::parseNumbers("--cfg", "4,3.5,-1e-1"), (std::vector<double>{4, 3.5, -0.1}));
    }

    void brokenNumbers_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "x", "4,", ",4", "4;3", "nan", "inf", "4 3", "1e999"})
            QTest::newRow(text) << QString::fromLatin1(text);
    }
    void brokenNumbers() {
        QFETCH(QString, text);
        QVERIFY_EXCEPTION_THROWN(cli::parseNumbers("--cfg", text.toStdString()), CLI::ValidationError);
    }

    void ratios() {
        QCOMPARE(cli::parseRatio("--ratio", "1.5"), 1.5);
        QCOMPARE(cli::parseRatio("--ratio", "2:3"), 1.5);
        QCOMPARE(cli::parseRatio("--ratio", "1:1"), 1.0);
        QCOMPARE(cli::parseRatio("--ratio", "16:9"), 0.571); // the nearest trained one
        QCOMPARE(cli::parseRatio("--ratio", "1:100"), 3.0);
    }

    void brokenRatios_data() {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "wide", ":", "1:", ":1", "0:1", "1:0", "-1:1", "1:2:3"})
            QTest::newRow(text) << QString::fromLatin1(text);
    }
    void brokenRatios() {
        QFETCH(QString, text);
        QVERIFY_EXCEPTION_THROWN(cli::parseRatio("--ratio", text.toStdString()), CLI::ValidationError);
    }

    void usedNamesAreNotUsedAgain() {
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath(QStringLiteral("fox.png")).toStdString();
        for (const char* expected : {"fox.png", "fox-2.png", "fox-3.png"}) {
            const std::filesystem::path name = cli::unusedName(path);
            QCOMPARE(name.filename().string(), std::string(expected));
            QFile file(QString::fromStdString(name.string()));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
    }

    void picturesAreNamedPng() {
        QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        for (const char* name : {"fox", "fox.v2", "fox."})
            QCOMPARE(cli::pictureFile(root / name), root / (std::string(name) + ".png"));
        for (const std::filesystem::path& name :
             {root / "fox.png", root / "fox.PNG", root, root / "", std::filesystem::path("/dev/stdout"),
              std::filesystem::path("/dev/fd/3"), std::filesystem::path()})
            QCOMPARE(cli::pictureFile(name), name);
        for (const char* name : {"fox.jpg", "fox.WEBP"})
            QVERIFY_EXCEPTION_THROWN(cli::pictureFile(name), CLI::ValidationError);
    }

    void binaryFilesHoldNoPrompts_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("picture") << QByteArray("\x89PNG\r\n\x1a\n");
        QTest::newRow("zeros") << QByteArray("a fox\0\n", 7);
        QTest::newRow("UTF-16") << QByteArray("\xff\xfe"
                                              "a\0",
                                              4);
        QTest::newRow("Latin-1") << QByteArray("a fox\na b\xe4r\n");
    }
    void binaryFilesHoldNoPrompts() {
        QFETCH(QByteArray, bytes);
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("prompts")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
        file.close();
        try {
            cli::readPrompts(file.fileName().toStdString());
            QFAIL("it was taken for prompts");
        } catch (const Error& error) {
            QVERIFY2(QString::fromUtf8(error.what())
                         .endsWith("prompts is not text in UTF-8, so it is no file "
                                   "of prompts."),
                     error.what());
        }
    }

    void nearWords() {
        const std::vector<std::string> known{"generate", "info", "compare", "--seed", "--seeds", "--size"};
        QCOMPARE(cli::nearestWord("genrate", known), std::string("generate"));
        QCOMPARE(cli::nearestWord("ifno", known), std::string("info"));
        QCOMPARE(cli::nearestWord("--sede", known), std::string("--seed"));
        QCOMPARE(cli::nearestWord("--seds", known), std::string("--seeds"));
        QCOMPARE(cli::nearestWord("paint", known), std::string());
        QCOMPARE(cli::nearestWord("", known), std::string());
        QCOMPARE(cli::nearestWord("x", {}), std::string());
    }

    void promptFiles() {
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("prompts.txt")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("# comment\n\n  a fox \r\n\t\nan owl");
        file.close();
        QCOMPARE(cli::readPrompts(file.fileName().toStdString()),
                 (std::vector<std::string>{"a fox", "an owl"}));
    }
};

QTEST_APPLESS_MAIN(TestCliParts)
#include "tst_cli_parts.moc"
