// Stars and tags beside pictures, as other programs write them and want them.

#include "gallery/marks.h"
#include "scalekv/error.h"
#include "scalekv/write_file.h"
#include "tests/mutate.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

using namespace scalekv::gallery;

namespace {

QByteArray fileBytes(const char* name) {
    QFile file(QStringLiteral(SCALEKV_SOURCE_DIR "/tests/data/gallery/") + QLatin1String(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// As darktable writes it: the rating as an attribute, tags as a list, and much of its own.
const QByteArray kDarktable = fileBytes("darktable.xmp");
/// As some others: the rating as an element.
const QByteArray kElement = fileBytes("elements.xmp");

bool isXml(const QByteArray& text) {
    QXmlStreamReader xml(text);
    while (!xml.atEnd())
        xml.readNext();
    return !xml.hasError();
}

} // namespace

class TestGalleryMarks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void othersAreRead() {
        QCOMPARE(marksOf(kDarktable), (Marks{4, {"apple", "still life"}}));
        QCOMPARE(marksOf(kElement), (Marks{2, {}}));
        QByteArray rejected = kElement;
        QCOMPARE(marksOf(rejected.replace(">2<", ">-1<")).stars, 0);
        QCOMPARE(marksOf(rejected.replace(">-1<", ">77<")).stars, 5);
        QCOMPARE(marksOf("<html/>"), Marks());
        QCOMPARE(marksOf("no xml"), Marks());
    }

    void ownComeBack() {
        const Marks marks{3, {"a & b", "<tag>", "東京"}};
        const QByteArray text = *withMarks({}, marks);
        QCOMPARE(marksOf(text), marks);
        QCOMPARE(*withMarks(text, {}), QByteArray()); // nothing is left to say
        QCOMPARE(marksOf(*withMarks(text, {1, {"x"}})), (Marks{1, {"x"}}));
        QCOMPARE(*withMarks({}, {}), QByteArray());
    }

    void whatOthersSayStays_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArrayList>("stays");
        QTest::newRow("darktable") << kDarktable
                                   << QByteArrayList{"darktable:xmp_version=\"5\"", "operation=\"exposure\"",
                                                     "00ff", "Exiv2"};
        QTest::newRow("elements") << kElement << QByteArrayList{"Red", "Label"};
    }
    void whatOthersSayStays() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArrayList, stays);
        for (const Marks& marks : {Marks{1, {"new"}}, Marks{}, Marks{5, {}}, Marks{0, {"tag"}}, Marks{}}) {
            text = *withMarks(text, marks);
            QVERIFY2(isXml(text), text);
            QCOMPARE(marksOf(text), marks);
            for (const QByteArray& part : stays)
                QVERIFY2(text.contains(part), text);
            QVERIFY(!text.contains("still life"));
        }
        const qsizetype length = text.size();
        for (int n = 0; n < 20; ++n)
            text = *withMarks(*withMarks(text, {1, {"x"}}), {});
        QVERIFY2(text.size() < length + 200, text); // it does not grow by every change
    }

    void files() {
        const QTemporaryDir folder;
        const QString picture = folder.filePath("a.png"), xmp = folder.filePath("a.png.xmp");
        QCOMPARE(readMarks(picture), Marks());
        writeMarks(picture, {});
        QVERIFY(!QFile::exists(xmp));
        writeMarks(picture, {2, {"x"}});
        QCOMPARE(readMarks(picture), (Marks{2, {"x"}}));
        writeMarks(picture, {});
        QVERIFY(!QFile::exists(xmp));
        // What cannot be understood stays as it is.
        scalekv::writeFile(xmp.toStdString(), "<half");
        QVERIFY_EXCEPTION_THROWN(writeMarks(picture, {1, {}}), scalekv::Error);
        QVERIFY_EXCEPTION_THROWN(writeMarks(picture, {}), scalekv::Error);
        QCOMPARE(readMarks(picture), Marks());
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList("a.png.xmp"));
        QCOMPARE(QFileInfo(xmp).size(), 5);
    }

    void tagsOfOthersStayAsTheyAre() {
        QByteArray text = kDarktable;
        text.replace("still life", "Paris, France");
        const QStringList tags{"apple", "Paris, France"};
        QCOMPARE(marksOf(text).tags, tags);
        text = *withMarks(text, {5, tags});
        QCOMPARE(marksOf(text), (Marks{5, tags}));
    }

    void ratingsOfOthersStay() {
        for (QByteArray text : {kDarktable, kElement}) {
            text.replace("Rating=\"4\"", "Rating=\"-1\"").replace(">2<", ">-1<");
            const QStringList tags = marksOf(text).tags + QStringList("new");
            text = *withMarks(text, {0, tags});
            QCOMPARE(text.count("-1"), 1);
            QCOMPARE(marksOf(text), (Marks{0, tags}));
            text = *withMarks(text, {2, tags});
            QCOMPARE(text.count("-1"), 0);
            QCOMPARE(marksOf(text), (Marks{2, tags}));
        }
        const QByteArray only = withMarks({}, {3, {}})->replace("Rating=\"3\"", "Rating=\"-1\"");
        QVERIFY(withMarks(only, {0, {"tag"}})->contains("-1"));
    }

    void hostileTexts() {
        QByteArray rating = kElement;
        for (const char* odd : {">nan<", ">1e300<", ">-1e300<", ">inf<"}) {
            QByteArray text = kElement;
            const int stars = marksOf(text.replace(">2<", odd)).stars;
            QVERIFY(stars >= 0 && stars <= kMostStars);
        }
        constexpr qsizetype kLevels = 1000000;
        const QByteArray deep = QByteArray("<a>").repeated(kLevels) + QByteArray("</a>").repeated(kLevels);
        for (const char* field : {">2<", ">Red<"})
            marksOf(rating.replace(field, ">" + deep + "<"));
        QByteArray tag = kDarktable;
        tag.replace(">apple<", ">" + deep + "<");
        QCOMPARE(marksOf(tag).tags, QStringList("still life"));
    }

    void damagedTexts() {
        const std::string whole = kDarktable.toStdString();
        for (std::uint32_t seed = 0; seed < 3000; ++seed) {
            const QByteArray text = QByteArray::fromStdString(scalekv::test::mutate(whole, seed));
            const Marks marks = marksOf(text);
            QVERIFY(marks.stars >= 0 && marks.stars <= kMostStars);
            if (const auto changed = withMarks(text, {3, {"t"}}); changed && !text.isEmpty()) {
                QVERIFY2(isXml(*changed), *changed);
                QCOMPARE(marksOf(*changed), (Marks{3, {"t"}}));
            }
        }
    }

    void tagsAreOneLine() {
        QCOMPARE(cleanTag("  a \n b,c  "), QStringLiteral("a bc"));
        QCOMPARE(cleanTag("\t"), QString());
        QCOMPARE(cleanTag(QString(500, 'x')).size(), 100);
    }
};

QTEST_APPLESS_MAIN(TestGalleryMarks)
#include "tst_gallery_marks.moc"
