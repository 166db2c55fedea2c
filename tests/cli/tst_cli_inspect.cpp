#include "scalekv/png.h"
#include "scalekv/recipe.h"
#include "tests/cli/program.h"
#include "tests/mutate.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace scalekv;
using test::Outcome;

namespace {

constexpr int kScales = 7, kLayers = 12; // of the demo model at its smallest size

const QString kPrompt = QStringLiteral("a fox on a green background");

/// Rows of fields; nothing here is quoted.
QList<QStringList> readCsv(const std::string& text) {
    QList<QStringList> rows;
    for (const QString& line : QString::fromStdString(text).split(QStringLiteral("\r\n"), Qt::SkipEmptyParts))
        rows.append(line.split(u','));
    return rows;
}

} // namespace

class TestCliInspect : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> folder_;

    std::string path(const char* name) const {
        return folder_->filePath(QString::fromLatin1(name)).toStdString();
    }
    QList<QStringList> csv(const char* name) const { return readCsv(test::readBytes(path(name))); }
    QJsonObject json(const char* name) const {
        return QJsonDocument::fromJson(QByteArray::fromStdString(test::readBytes(path(name)))).object();
    }
    Outcome run(const QStringList& arguments) const { return test::runScalekv(folder_->path(), arguments); }
    QStringList inspect(const QStringList& arguments = {}) const {
        return QStringList{QStringLiteral("inspect"), kPrompt, QStringLiteral("--size=0.06M"),
                           QStringLiteral("--seed=4")} +
               arguments;
    }

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void everythingLiesInTheFolder() {
        const Outcome outcome =
            run(inspect({QStringLiteral("--policy=scalekv"), QStringLiteral("--budget=40"),
                         QStringLiteral("-o"), QStringLiteral("a/b")}));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(outcome.out.contains("a/b"));
        QCOMPARE(QDir(QString::fromStdString(path("a/b"))).entryList(QDir::Files | QDir::Hidden),
                 (QStringList{QStringLiteral("attention.csv"), QStringLiteral("heads.csv"),
                              QStringLiteral("picture.png"), QStringLiteral("run.json")}));

        // The window's heat maps, without a display: eight figures and the calibration's roles, twice each.
        const QStringList maps =
            QDir(QString::fromStdString(path("a/b/maps"))).entryList(QDir::Files | QDir::Hidden);
        QCOMPARE(maps.size(), 18);
        for (const QString& map : maps) {
            const std::string bytes = test::readBytes(path(qPrintable(QStringLiteral("a/b/maps/") + map)));
            QVERIFY2(map.endsWith(QStringLiteral(".svg")) ? bytes.find("<svg") != std::string::npos
                                                          : bytes.rfind("\x89PNG", 0) == 0,
                     qPrintable(map));
        }

        const QList<QStringList> rows = csv("a/b/attention.csv");
        QCOMPARE(rows.size(), 1 + kScales * kLayers);
        const QStringList& names = rows.front();
        const auto at = [&](const QStringList& row, const char* name) {
            return row.value(names.indexOf(QString::fromLatin1(name)));
        };
        for (const QStringList& row : rows.mid(1)) {
            QCOMPARE(row.size(), names.size());
            double sum = 0;
            for (int scale = 1; scale <= kScales; ++scale)
                sum += at(row, qPrintable(QStringLiteral("mass_scale_%1").arg(scale))).toDouble();
            QVERIFY(std::abs(sum - 1) < 1e-5);
            const bool first = at(row, "scale") == QStringLiteral("1");
            QCOMPARE(at(row, "selectivity").isEmpty(), first);
            QCOMPARE(at(row, "role").isEmpty(), first);
            QCOMPARE(at(row, "calibrated_role").isEmpty(), first);
            QVERIFY(at(row, "bytes").toDouble() > 0);
        }
        const auto heads = std::int64_t(csv("a/b/heads.csv").size() - 1);
        QVERIFY(heads > kScales * kLayers && heads % (kScales * kLayers) == 0);

        const QJsonObject made = json("a/b/run.json");
        QCOMPARE(made["recipe"]["prompt"].toString(), kPrompt);
        QVERIFY(made["seconds"].toDouble() > 0);
        QCOMPARE(made["attention"]["roles"]["run"].toArray().size(), kScales);
        QCOMPARE(made["attention"]["roles"]["calibration"][1].toString().size(), kLayers);
        QCOMPARE(made["attention"]["by_layer"]["entropy"].toArray().size(), kScales);

        const PngFile png = readPng(path("a/b/picture.png"));
        QVERIFY(!png.image.empty());
        QCOMPARE(recipeOf(png.text)->request.seed, std::uint64_t(4));
    }

    void whatEvictionTookIsWritten() {
        const Outcome outcome =
            run(inspect({QStringLiteral("--policy=snapkv"), QStringLiteral("--budget=40"),
                         QStringLiteral("--at=7:8:8"), QStringLiteral("--evicted"), QStringLiteral("-q")}));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QList<QStringList> rows = csv("inspection/evicted.csv");
        QCOMPARE(rows.front(), csv("inspection/look.csv").front());
        double all = 0;
        for (const QStringList& row : rows.mid(1)) {
            double sum = 0;
            for (const QString& mass : row.mid(2))
                sum += mass.toDouble();
            QVERIFY(sum >= 0 && sum < 1);
            QCOMPARE(row.last().toDouble(), 0.0); // a scale's own map is always there
            all += sum;
        }
        QVERIFY(all > 0);
        const QJsonArray layers = json("inspection/evicted.json")["layers"].toArray();
        QCOMPARE(layers.size(), kLayers);
        QCOMPARE(layers[0]["tokens_read"].toArray().size(),
                 json("inspection/look.json")["layers"][0]["tokens_read"].toArray().size());
    }

    /// The same picture again, and a look into it.
    void aRecipeIsLookedInto() {
        QCOMPARE(run({QStringLiteral("generate"), kPrompt, QStringLiteral("--size=0.06M"),
                      QStringLiteral("--seed=4"), QStringLiteral("-o"), QStringLiteral("fox.png")})
                     .exitCode,
                 0);
        const Outcome outcome =
            run({QStringLiteral("inspect"), QStringLiteral("--recipe=fox.png"), QStringLiteral("--at=5:3:2"),
                 QStringLiteral("--words"), QStringLiteral("--quiet")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(outcome.out.isEmpty() && outcome.err.isEmpty());
        QCOMPARE(readPng(path("inspection/picture.png")).image.pixels, readPng(path("fox.png")).image.pixels);

        const QList<QStringList> look = csv("inspection/look.csv");
        QCOMPARE(look.front().size(), 2 + 5); // layer, head, five scales
        for (const QStringList& row : look.mid(1)) {
            double sum = 0;
            for (const QString& mass : row.mid(2))
                sum += mass.toDouble();
            QVERIFY(std::abs(sum - 1) < 1e-5);
        }
        const QList<QStringList> words = csv("inspection/words.csv");
        QCOMPARE(words.size(), 1 + kLayers);
        QCOMPARE(words.front().back(), QStringLiteral("</s>"));
        const QJsonObject json = this->json("inspection/look.json");
        QCOMPARE(json["question"]["row"].toInt(), 2);
        QCOMPARE(json["question"]["column"].toInt(), 1);
        const qsizetype count = words.front().size() - 1;
        QCOMPARE(json["words"].toArray().size(), count);
        QVERIFY(csv("inspection/word-maps.csv").size() > kLayers * count);
    }

    void earlierResultsNeedForce() {
        const QStringList quick = inspect({QStringLiteral("--quiet")});
        const Outcome made = run(quick + QStringList{QStringLiteral("--words")});
        QCOMPARE(made.exitCode, 0);
        QVERIFY(QFileInfo::exists(folder_->filePath(QStringLiteral("inspection/look.json"))));
        const std::string first = test::readBytes(path("inspection/attention.csv"));
        const QStringList other = quick + QStringList{QStringLiteral("--cfg=1")};
        const Outcome refused = run(other);
        QCOMPARE(refused.exitCode, 1);
        QVERIFY(refused.errorLines().back().contains(QStringLiteral("--force")));
        QCOMPARE(test::readBytes(path("inspection/attention.csv")), first);
        QCOMPARE(run(other + QStringList{QStringLiteral("--force")}).exitCode, 0);
        QVERIFY(test::readBytes(path("inspection/attention.csv")) != first);
        // What this one was not asked for is not there as if it were its own.
        QVERIFY(!QFileInfo::exists(folder_->filePath(QStringLiteral("inspection/look.json"))));
        QVERIFY(!QFileInfo::exists(folder_->filePath(QStringLiteral("inspection/word-maps.csv"))));
    }

    void saysWhatTheModelWasNotTrainedFor() {
        const Outcome outcome =
            run({QStringLiteral("inspect"), QStringLiteral("a zeppelin on a green background"),
                 QStringLiteral("--size=0.06M"), QStringLiteral("--seed=4")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(outcome.err.contains("zeppelin"));
    }

    void wrongUse_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("names");
        const auto row = [](const char* name, QStringList arguments, const char* names) {
            QTest::newRow(name) << arguments << QString::fromLatin1(names);
        };
        row("nothing", {"inspect"}, "--recipe");
        row("blank", {"inspect", " "}, "say what to draw");
        row("place is a word", {"inspect", "fox", "--at=last"}, "--at");
        row("evicted where", {"inspect", "fox", "--evicted"}, "--at");
        row("two numbers", {"inspect", "fox", "--at=1:2"}, "SCALE:ROW:COLUMN");
        row("four numbers", {"inspect", "fox", "--at=1:1:1:1"}, "--at");
        row("nothing behind", {"inspect", "fox", "--at=1:1:"}, "--at");
        row("from 0", {"inspect", "fox", "--at=0:1:1"}, "counted from 1");
        row("no such scale", {"inspect", "fox", "--size=0.06M", "--at=8"}, "scale 8; the last is 7");
        row("no such row", {"inspect", "fox", "--size=0.06M", "--at=2:3:1"}, "row 3; the last is 2");
        row("no such column", {"inspect", "fox", "--size=0.06M", "--at=2:1:3"}, "column 3; the last is 2");
        row("queries below 0", {"inspect", "fox", "--queries=-1"}, "--queries");
        row("budget for the full cache", {"inspect", "fox", "--budget=10%"}, "--policy");
    }
    void wrongUse() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, names);
        test::checkWrongUse(test::sayWrongly(folder_->path(), arguments), names);
        QVERIFY(!QDir(folder_->path()).exists(QStringLiteral("inspection")));
    }

    void failures_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("names");
        QTest::newRow("folder is a file")
            << QStringList{"inspect", "fox", "-o", "taken"} << QStringLiteral("taken");
        QTest::newRow("no such picture")
            << QStringList{"inspect", "--recipe", "none.png"} << QStringLiteral("none.png");
        QTest::newRow("missing model")
            << QStringList{"inspect", "fox", "--model", "nowhere"} << QStringLiteral("nowhere");
    }
    void failures() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, names);
        test::writeBytes(path("taken"), "mine");
        const Outcome outcome = run(arguments);
        QCOMPARE(outcome.exitCode, 1);
        QCOMPARE(outcome.errorLines().size(), 1);
        QVERIFY(outcome.errorLines().front().contains(names));
    }
};

QTEST_GUILESS_MAIN(TestCliInspect)
#include "tst_cli_inspect.moc"
