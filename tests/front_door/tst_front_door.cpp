// Who may include whom: the engine's private headers stay inside it, and Qt stays outside.

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

namespace {

/// What the sources below a folder include, as "file:line: included".
QStringList includesBelow(const QString& folder) {
    static const QRegularExpression kInclude(QStringLiteral("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]"));
    QStringList found;
    QDirIterator files(folder, {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QIODevice::ReadOnly))
            return {};
        for (int line = 1; !file.atEnd(); ++line)
            if (const auto match = kInclude.match(QString::fromUtf8(file.readLine())); match.hasMatch())
                found << QStringLiteral("%1:%2: %3").arg(file.fileName()).arg(line).arg(match.captured(1));
    }
    return found;
}

/// Those whose included path is one that must not be.
QStringList offences(const QString& folder, const QString& forbidden) {
    return includesBelow(folder).filter(QRegularExpression(": (?:" + forbidden + ")"));
}

// How an included path begins, be it written from the root or from next door.
const QString kFolders = QStringLiteral("(?:.*/)?(?:%1)/");
const QString kQt = QStringLiteral("Q[A-Za-z]|q[a-z]+\\.h");

} // namespace

class TestFrontDoor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void foldersKeepTheirDistance_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("forbidden");
        QTest::newRow("app knows the engine's front door only") << "app" << kFolders.arg("engine");
        QTest::newRow("ui knows the engine's front door only, and no app")
            << "ui" << kFolders.arg("engine|app");
        QTest::newRow("the gallery knows the engine's front door only, no widgets, ui and app")
            << "gallery" << kFolders.arg("engine|widgets|figures|ui|app");
        QTest::newRow("figures know the engine's front door and widgets, no gallery, ui and app")
            << "figures" << kFolders.arg("engine|gallery|ui|app");
        QTest::newRow("widgets know none of them")
            << "widgets" << kFolders.arg("engine|scalekv|gallery|figures|ui|app");
        QTest::newRow("the engine knows none of them, and no Qt")
            << "engine" << kFolders.arg("gallery|figures|ui|app|widgets") + "|" + kQt;
    }
    void foldersKeepTheirDistance() {
        QFETCH(QString, folder);
        QFETCH(QString, forbidden);
        const QString path = QDir(SCALEKV_SOURCE_DIR).filePath(folder);
        QVERIFY(includesBelow(path).size() > 10);
        const QStringList found = offences(path, forbidden);
        QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
    }

    // A floor knows those below it, and nobody beside it.
    void floorsKnowWhatIsBelow_data() {
        QTest::addColumn<QString>("house");
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("forbidden");
        const auto floors = [](const QString& house, const QList<QStringList>& fromBelow) {
            for (qsizetype floor = 0; floor < fromBelow.size(); ++floor)
                for (const QString& folder : fromBelow[floor]) {
                    QStringList others;
                    for (const QStringList& above : fromBelow.sliced(floor))
                        others += above;
                    others.removeAll(folder);
                    if (!others.isEmpty())
                        QTest::newRow(qPrintable(house + "/" + folder))
                            << house << folder << kFolders.arg(house + "/(?:" + others.join("|") + ")");
                }
        };
        floors("engine", {{"memory", "device"},
                          {"io"},
                          {"text", "image"},
                          {"model"},
                          {"cache"},
                          {"analysis"},
                          {"pipeline"},
                          {"study"}});
        floors("ui", {{"text"}, {"runs"}, {"shell"}, {"generate", "inspect", "compare", "queue", "gallery"}});
    }
    void floorsKnowWhatIsBelow() {
        QFETCH(QString, house);
        QFETCH(QString, folder);
        QFETCH(QString, forbidden);
        const QString path = QDir(SCALEKV_SOURCE_DIR).filePath(house + "/" + folder);
        QVERIFY(includesBelow(path).size() > 5);
        const QStringList found = offences(path, forbidden);
        QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
    }

    void theFrontDoorLeadsNowhereElse() {
        const QString path = QDir(SCALEKV_SOURCE_DIR).filePath(QStringLiteral("engine/include"));
        QVERIFY(includesBelow(path).size() > 20);
        const QStringList found = offences(path, kFolders.arg("engine|ATen|c10|torch|nlohmann") + "|" + kQt);
        QVERIFY2(found.isEmpty(), qPrintable(found.join('\n')));
    }

    void offencesAreSeen_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("forbidden");
        QTest::addColumn<bool>("seen");
        const auto row = [](const char* line, const QString& forbidden, bool seen) {
            QTest::newRow(line) << line << forbidden << seen;
        };
        const QString engine = kFolders.arg("engine");
        row("#include \"engine/model/transformer.h\"", engine, true);
        row("#  include \"../engine/error.h\" // near", engine, true);
        row("#include \"scalekv/model.h\"", engine, false);
        row("#include \"ui/engine_worker.h\"", engine, false);
        row("// #include \"engine/error.h\"", engine, false);
        row("#include \"ui/stage.h\"", kFolders.arg("ui|app"), true);
        row("#include <QString>", kQt, true);
        row("#include <QtCore/QString>", kQt, true);
        row("#include <qglobal.h>", kQt, true);
        row("#include <queue>", kQt, false);
        row("#include \"scalekv/query.h\"", kQt, false);
    }
    void offencesAreSeen() {
        QFETCH(QString, line);
        QFETCH(QString, forbidden);
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("a.cpp")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#include <vector>\n" + line.toUtf8() + "\n");
        file.close();
        QTEST(!offences(folder.path(), forbidden).isEmpty(), "seen");
    }
};

QTEST_APPLESS_MAIN(TestFrontDoor)
#include "tst_front_door.moc"
