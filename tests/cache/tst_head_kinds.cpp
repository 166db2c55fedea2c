// What is known of heads, and its files.

#include "scalekv/error.h"
#include "scalekv/head_kinds.h"
#include "scalekv/write_file.h"
#include "tests/cache/made_up_kinds.h"
#include "tests/message_of.h"
#include "tests/mutate.h"

#include <QTemporaryDir>
#include <QtTest/QtTest>

using namespace scalekv;

class TestHeadKinds : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsRead() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("kinds.json").toStdString();
        for (const std::size_t scales : {std::size_t(2), std::size_t(7), std::size_t(13)}) {
            HeadKinds kinds = test::headKinds(3, 4, 5, scales);
            kinds.attention[1][0][0] = 0;
            kinds.attention[1][1][0] = 1;
            kinds.attention[1][0][1] = roundedAttention(1.2345e-7);
            QVERIFY(headKindsFromJson(toJson(kinds), "test") == kinds);
            writeFile(file, toJson(kinds));
            QVERIFY(readHeadKinds(file) == kinds);
        }
    }

    void threeDigits() {
        QCOMPARE(roundedAttention(0.12345), 0.123F);
        QCOMPARE(roundedAttention(1.0 / 3e5), 3.33e-6F);
        QCOMPARE(roundedAttention(double(roundedAttention(0.98765))), roundedAttention(0.98765));
    }

    void scalesBeyondTheTableLookAsItsLast() {
        HeadKinds kinds;
        kinds.contextual = {{true, false}};
        kinds.attention = {{}, {{0.25F, 0.5F}, {0.75F, 0.5F}}, {{0.1F, 0}, {0.2F, 0}, {0.7F, 1}}};
        QCOMPARE(kinds.attended(0, 0, 0, 0), 1.0);
        QCOMPARE(float(kinds.attended(1, 0, 0, 0)), 0.25F);
        QCOMPARE(float(kinds.attended(2, 1, 0, 0)), 0.2F);
        QCOMPARE(float(kinds.attended(5, 0, 0, 0)), 0.1F);
        QCOMPARE(float(kinds.attended(5, 1, 0, 0)), 0.2F);
        QCOMPARE(float(kinds.attended(5, 2, 0, 0)), 0.2F); // the last earlier one that the table has
        QCOMPARE(float(kinds.attended(5, 4, 0, 0)), 0.2F);
        QCOMPARE(float(kinds.attended(5, 5, 0, 1)), 1.0F); // its own map
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, HeadKinds().attended(1, 0, 0, 0));
    }

    void sharesOfThePaper() {
        QCOMPARE(contextualShare(32), 0.20); // 2B
        QCOMPARE(contextualShare(40), 0.30); // 8B
    }

    void ofAnotherModel() {
        const HeadKinds kinds = test::headKinds(3, 4);
        checkHeads(kinds, 3, 4, "They");
        for (const auto& [layers, heads] : {std::pair{3, 5}, std::pair{4, 4}}) {
            const QString said = test::messageOf([&] { checkHeads(kinds, layers, heads, "My file"); });
            QVERIFY2(said.startsWith("My file: they are of a model with 3 layers of 4 heads"),
                     qPrintable(said));
        }
    }

    void brokenFilesAreRefused_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("mentions");
        const auto row = [](const char* name, const char* json, const char* mentions) {
            QTest::newRow(name)
                << QString(json).replace("FORMAT", "'format':'scalekv head kinds'").replace('\'', '"')
                << mentions;
        };
        row("nothing", "", "not valid JSON");
        row("a number", "7", "holds no head kinds");
        row("a list", "[[[0,0]]]", "holds no head kinds"); // an order file
        row("no format", "{'kinds':['cs'],'attention':[['1 1','0 0']]}", "holds no head kinds");
        row("truncated", "{FORMAT,'kinds':['cs'],'attention':[['1 1','0", "not valid JSON");
        row("no kinds", "{FORMAT,'attention':[['1 1','0 0']]}", "\"kinds\" is missing");
        row("no layers", "{FORMAT,'kinds':[],'attention':[['1 1','0 0']]}", "0 layers");
        row("no heads", "{FORMAT,'kinds':[''],'attention':[['1 1','0 0']]}", "one letter (c or s)");
        row("another letter", "{FORMAT,'kinds':['cx'],'attention':[['1 1','0 0']]}", "one letter (c or s)");
        row("uneven", "{FORMAT,'kinds':['cs','c'],'attention':[['1 1','0 0']]}", "one letter (c or s)");
        row("kinds are numbers", "{FORMAT,'kinds':[1],'attention':[['1 1','0 0']]}", "not a text");
        row("no attention", "{FORMAT,'kinds':['cs']}", "\"attention\" is missing");
        row("no scales", "{FORMAT,'kinds':['cs'],'attention':[]}", "0 scales");
        row("attention is text", "{FORMAT,'kinds':['cs'],'attention':'1 1'}", "not a list");
        row("a scale is text", "{FORMAT,'kinds':['cs'],'attention':['1 1']}", "(scale 1)");
        row("too few sources", "{FORMAT,'kinds':['cs'],'attention':[['1 1']]}", "(scale 1)");
        row("too many sources", "{FORMAT,'kinds':['cs'],'attention':[['1 1','0 0'],['1 1','0 0']]}",
            "(scale 2)");
        row("too few heads", "{FORMAT,'kinds':['cs'],'attention':[['1 1','0']]}", "line (scale 1)");
        row("too many heads", "{FORMAT,'kinds':['cs'],'attention':[['1 1','0 0 0']]}", "line (scale 1)");
        row("words", "{FORMAT,'kinds':['cs'],'attention':[['1 1','0 none']]}", "line (scale 1)");
        row("commas", "{FORMAT,'kinds':['cs'],'attention':[['1 1','0,1 0']]}", "line (scale 1)");
        row("above one", "{FORMAT,'kinds':['cs'],'attention':[['1 1','0 1.5']]}", "line (scale 1)");
        row("negative", "{FORMAT,'kinds':['cs'],'attention':[['1 1','0 -0.1']]}", "line (scale 1)");
        row("no number", "{FORMAT,'kinds':['cs'],'attention':[['1 1','0 nan']]}", "line (scale 1)");
        row("infinite", "{FORMAT,'kinds':['cs'],'attention':[['1 1','inf 0']]}", "line (scale 1)");
        row("numbers, not lines", "{FORMAT,'kinds':['cs'],'attention':[[[1,1],[0,0]]]}", "line (scale 1)");
        QTest::newRow("too deep") << QString("[").repeated(100) + QString("]").repeated(100) << "deeply";
        QTest::newRow("huge") << QString("{'format':'scalekv head kinds','kinds':['%1'],'attention':[[]]}")
                                     .replace('\'', '"')
                                     .arg(QString("c").repeated(1 << 20))
                              << "one letter (c or s)";
        QTest::newRow("many scales")
            << QString("{'format':'scalekv head kinds','kinds':['c'],'attention':[%1[]]}")
                   .replace('\'', '"')
                   .arg(QString("[],").repeated(1 << 20))
            << "not 1 to 100";
    }
    void brokenFilesAreRefused() {
        QFETCH(QString, json);
        QFETCH(QString, mentions);
        const QString said = test::messageOf([&] { headKindsFromJson(json.toStdString(), "my kinds.json"); });
        QVERIFY2(said.startsWith("my kinds.json") && said.contains(mentions) && said.endsWith('.'),
                 qPrintable(said));
    }

    void anyBytesEndInAnErrorOrInKinds() {
        const std::string whole = toJson(test::headKinds(3, 2, 1, 6));
        int read = 0, refused = 0;
        for (std::uint32_t seed = 0; seed < 3000; ++seed) {
            try {
                const HeadKinds kinds = headKindsFromJson(test::mutate(whole, seed), "test");
                QCOMPARE(kinds.attention[1][0].size(), std::size_t(kinds.layers() * kinds.heads()));
                QVERIFY(kinds.attended(3, 2, kinds.layers() - 1, kinds.heads() - 1) <= 1.001);
                ++read;
            } catch (const Error&) {
                ++refused;
            }
        }
        QVERIFY2(read > 20 && refused > 1000, qPrintable(QString("%1 read, %2 not").arg(read).arg(refused)));
    }
};

QTEST_APPLESS_MAIN(TestHeadKinds)
#include "tst_head_kinds.moc"
