#include "app/cli/number_list.h"
#include "app/cli/output_name.h"
#include "app/cli/prompt_file.h"
#include "app/cli/usage_error.h"
#include "app/cli/words.h"
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

    void fileNames() {
        QCOMPARE(cli::fileStem("A red apple, on blue!", 7), std::string("a-red-apple-on-blue-7"));
        QCOMPARE(cli::fileStem("../../etc/passwd", 1), std::string("etc-passwd-1"));
        QCOMPARE(cli::fileStem("???", 1, 12), std::string("012-picture-1"));
        QCOMPARE(cli::fileStem("Äpfel", 1), std::string("Äpfel-1"));
    }

    void longNamesEndOnAWholeCharacter() {
        for (int letters = 55; letters < 65; ++letters) {
            const std::string stem = cli::fileStem(std::string(std::size_t(letters), 'a') + "äöüäöüäöü", 1);
            QVERIFY(stem.size() <= 62);
            QVERIFY(!QString::fromStdString(stem).contains(QChar::ReplacementCharacter));
        }
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

    void durations_data() {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("hundredths") << 0.854 << "0.85 s";
        QTest::newRow("tenths") << 1.26 << "1.3 s";
        QTest::newRow("seconds") << 9.96 << "10 s";
        QTest::newRow("minutes") << 59.7 << "1 min 0 s";
        QTest::newRow("hours") << 3900.0 << "1 h 5 min";
    }
    void durations() {
        QFETCH(double, seconds);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(cli::durationText(seconds)), text);
    }

    void bytes_data() {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<QString>("text");
        QTest::newRow("few") << qint64(5) << "5 B";
        QTest::newRow("decimal") << qint64(1536) << "1.5 KiB";
        QTest::newRow("whole") << qint64(430) * 1024 * 1024 << "430 MiB";
        QTest::newRow("largest unit") << qint64(2048) * 1024 * 1024 * 1024 << "2048 GiB";
    }
    void bytes() {
        QFETCH(qint64, bytes);
        QFETCH(QString, text);
        QCOMPARE(QString::fromStdString(cli::byteText(bytes)), text);
    }
};

QTEST_APPLESS_MAIN(TestCliParts)
#include "tst_cli_parts.moc"
