#include "app/cli/launcher.h"
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

    void launchers_data() {
        QTest::addColumn<QStringList>("variables");
        QTest::addColumn<QList<int>>("rank"); // rank, ranks, on this machine
        QTest::addColumn<QString>("by");
        QTest::newRow("none") << QStringList{"SLURM_PROCID=0", "SLURM_NTASKS=8", "PATH=x"} << QList<int>{}
                              << "";
        QTest::newRow("torchrun") << QStringList{"RANK=5",         "WORLD_SIZE=8",
                                                 "LOCAL_RANK=1",   "LOCAL_WORLD_SIZE=4",
                                                 "SLURM_PROCID=0", "SLURM_STEP_NUM_TASKS=2"}
                                  << QList<int>{5, 8, 1, 4} << "torchrun";
        QTest::newRow("Open MPI") << QStringList{"OMPI_COMM_WORLD_RANK=3", "OMPI_COMM_WORLD_SIZE=4",
                                                 "OMPI_COMM_WORLD_LOCAL_RANK=3",
                                                 "OMPI_COMM_WORLD_LOCAL_SIZE=4"}
                                  << QList<int>{3, 4, 3, 4} << "Open MPI";
        QTest::newRow("MPICH") << QStringList{"PMI_RANK=1", "PMI_SIZE=2", "MPI_LOCALRANKID=1",
                                              "MPI_LOCALNRANKS=2"}
                               << QList<int>{1, 2, 1, 2} << "MPICH";
        QTest::newRow("Slurm") << QStringList{"SLURM_PROCID=7",  "SLURM_STEP_NUM_TASKS=8",
                                              "SLURM_LOCALID=1", "SLURM_STEP_TASKS_PER_NODE=3(x2),2",
                                              "SLURM_NODEID=2",  "PMI_RANK=7",
                                              "PMI_SIZE=8"}
                               << QList<int>{7, 8, 1, 2} << "Slurm";
        QTest::newRow("MPICH in a Slurm job, whose helpers are a step")
            << QStringList{"SLURM_PROCID=0", "SLURM_STEP_NUM_TASKS=1", "SLURM_LOCALID=0",  "PMI_RANK=3",
                           "PMI_SIZE=4",     "MPI_LOCALRANKID=1",      "MPI_LOCALNRANKS=2"}
            << QList<int>{3, 4, 1, 2} << "MPICH";
        QTest::newRow("says nothing of this machine")
            << QStringList{"PMI_RANK=1", "PMI_SIZE=2"} << QList<int>{1, 2, 0, 1} << "MPICH";
    }
    void launchers() {
        QFETCH(QStringList, variables);
        QFETCH(QList<int>, rank);
        QFETCH(QString, by);
        std::map<std::string, std::string> environment;
        for (const QString& variable : variables)
            environment[variable.section('=', 0, 0).toStdString()] = variable.section('=', 1).toStdString();
        const auto launched = cli::launchedBy([&](const char* name) {
            const auto found = environment.find(name);
            return found == environment.end() ? nullptr : found->second.c_str();
        });
        QCOMPARE(launched.has_value(), !rank.isEmpty());
        if (!launched)
            return;
        QCOMPARE(QString::fromStdString(launched->by), by);
        QCOMPARE((QList<int>{launched->rank.rank, launched->rank.ranks, launched->rank.localRank,
                             launched->rank.localRanks}),
                 rank);
    }

    void tasksOfANode() {
        QCOMPARE(cli::tasksOnNode("4", 0), 4);
        QCOMPARE(cli::tasksOnNode("2(x3),1", 2), 2);
        QCOMPARE(cli::tasksOnNode("2(x3),1", 3), 1);
        for (const char* odd : {"", "x", "2(x", "0", "-1", "2(x3),1"})
            QCOMPARE(cli::tasksOnNode(odd, 9), 1);
    }

    void coresAreDividedOnce() {
        QCOMPARE(cli::threadsOf(64, 64, 8), 8);
        QCOMPARE(cli::threadsOf(64, 8, 8), 8); // bound to its own already
        QCOMPARE(cli::threadsOf(2, 2, 4), 1);
        QCOMPARE(cli::threadsOf(2, 1, 4), 1);   // four bound to two cores
        QCOMPARE(cli::threadsOf(64, 32, 8), 8); // bound to a socket each
        QCOMPARE(cli::threadsOf(32, 32, 4), 8); // a container of half a machine
        QCOMPARE(cli::threadsOf(16, 16, 1), 16);
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
