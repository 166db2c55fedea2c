#include "scalekv/error.h"
#include "scalekv/model_files.h"
#include "tests/io/checkpoint_bytes.h"
#include "tests/pipeline/downloads.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

namespace fs = std::filesystem;
using scalekv::Error;
using scalekv::findModel;
using scalekv::ModelFiles;

namespace {

const fs::path kDemo = SCALEKV_SOURCE_DIR "/resources/demo";

QString errorOf(const fs::path& path) {
    try {
        findModel(path);
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

class ModelFilesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsDemoModel_data() {
        QTest::addColumn<QString>("path");
        QTest::newRow("folder") << QString::fromStdString(kDemo.string());
        QTest::newRow("folder with slash") << QString::fromStdString((kDemo / "").string());
        QTest::newRow("model.json") << QString::fromStdString((kDemo / "model.json").string());
    }
    void readsDemoModel() {
        QFETCH(QString, path);
        const QByteArray text = QByteArray::fromStdString(checkpoint_bytes::read(kDemo / "model.json"));
        const QJsonObject json = QJsonDocument::fromJson(text).object();
        const QJsonObject defaults = json["defaults"].toObject();
        const ModelFiles files = findModel(path.toStdString());
        QCOMPARE(QString::fromStdString(files.name), json["name"].toString());
        QCOMPARE(QString::fromStdString(files.about), json["about"].toString());
        QCOMPARE(files.transformer, kDemo / json["transformer"].toString().toStdString());
        QCOMPARE(files.textEncoder, kDemo / json["text_encoder"].toString().toStdString());
        QCOMPARE(files.vae, kDemo / json["vae"].toString().toStdString());
        QCOMPARE(*files.vaeSettings.normGroups, json["vae_config"]["norm_groups"].toInt());
        QCOMPARE(qsizetype(files.sizes.size()), json["sizes"].toArray().size());
        QCOMPARE(qsizetype(files.aspectRatios.size()), json["aspect_ratios"].toArray().size());
        QCOMPARE(qsizetype(files.examples.size()), json["examples"].toArray().size());
        QCOMPARE(qsizetype(files.vocabulary.objects.size()), json["objects"].toArray().size());
        QCOMPARE(qsizetype(files.vocabulary.colours.size()), json["colours"].toArray().size());
        QCOMPARE(qsizetype(files.vocabulary.aliases.size()), json["aliases"].toObject().size());
        // Every object and colour in the form, and what the author recommends, is known.
        for (const std::string& object : files.vocabulary.objects)
            QVERIFY(scalekv::unknownWords(files.vocabulary, "a " + object + " on a teal background").empty());
        for (const std::string& example : files.examples)
            QVERIFY(scalekv::unknownWords(files.vocabulary, example).empty());
        QCOMPARE(QString::fromStdString(files.defaults.size), defaults["size"].toString());
        QCOMPARE(files.defaults.cfg, defaults["cfg"].toDouble());
        QCOMPARE(files.defaults.tau, defaults["tau"].toDouble());
        QCOMPARE(files.defaults.topK, defaults["top_k"].toInt());
        QCOMPARE(files.defaults.topP, defaults["top_p"].toDouble());
        QCOMPARE(files.calibration, kDemo / json["calibration"].toString().toStdString());
        QCOMPARE(files.newCalibration, files.calibration);
        QCOMPARE(files.calibrationPrompts, kDemo / json["calibration_prompts"].toString().toStdString());
        QVERIFY(fs::exists(files.calibrationPrompts));
    }

    void findsDownloadedParts_data() {
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<QString>("start"); // what the person names, inside the folder
        QTest::addColumn<QString>("transformer");
        QTest::addColumn<QString>("vae");
        QTest::addColumn<double>("cfg");
        const QStringList small = {"tiny2b.pth", "tiny2b_vae.pth", "tiny_t5"};
        const QStringList large = {"tiny8b", "tiny8b_vae.pth", "wide_t5"};
        const QStringList all = {"tiny2b.pth",     "tiny2b_vae.pth", "tiny8b",
                                 "tiny8b_vae.pth", "tiny_t5",        "wide_t5"};
        const QString index = "tiny8b/pytorch_model.bin.index.json";
        QTest::newRow("2B folder") << small << ""
                                   << "tiny2b.pth"
                                   << "tiny2b_vae.pth" << 4.0;
        QTest::newRow("2B file") << small << "tiny2b.pth"
                                 << "tiny2b.pth"
                                 << "tiny2b_vae.pth" << 4.0;
        QTest::newRow("8B folder") << large << ""
                                   << "tiny8b"
                                   << "tiny8b_vae.pth" << 3.0;
        QTest::newRow("8B shard folder") << large << "tiny8b"
                                         << "tiny8b"
                                         << "tiny8b_vae.pth" << 3.0;
        QTest::newRow("8B index") << large << index << "tiny8b"
                                  << "tiny8b_vae.pth" << 3.0;
        QTest::newRow("2B file among both") << all << "tiny2b.pth"
                                            << "tiny2b.pth"
                                            << "tiny2b_vae.pth" << 4.0;
        QTest::newRow("8B folder among both") << all << "tiny8b"
                                              << "tiny8b"
                                              << "tiny8b_vae.pth" << 3.0;
    }
    void findsDownloadedParts() {
        QFETCH(QStringList, names);
        QFETCH(QString, start);
        QFETCH(QString, transformer);
        QFETCH(QString, vae);
        QFETCH(double, cfg);
        const Downloads downloads(names);
        const ModelFiles files = findModel(downloads.path() / start.toStdString());
        QCOMPARE(files.transformer, downloads.path() / transformer.toStdString());
        QCOMPARE(files.vae, downloads.path() / vae.toStdString());
        QCOMPARE(files.textEncoder, downloads.path() / (cfg == 3.0 ? "wide_t5" : "tiny_t5"));
        QCOMPARE(files.name, fs::path(transformer.toStdString()).stem().string());
        QCOMPARE(files.defaults.cfg, cfg);
        QCOMPARE(files.defaults.tau, 1.0);
        QCOMPARE(files.defaults.size, std::string("1M"));
        QCOMPARE(files.sizes.size(), std::size_t(4));
        QCOMPARE(files.aspectRatios.size(), std::size_t(15));
        QVERIFY(!files.vaeSettings.normGroups);
        QVERIFY(files.vocabulary.empty());
        QVERIFY(files.calibration.empty());
        QVERIFY(files.calibrationPrompts.empty());
    }

    void findsTheCalibrationBesideTheWeights() {
        const Downloads downloads({"tiny2b.pth", "tiny2b_vae.pth", "tiny_t5"});
        QCOMPARE(findModel(downloads.path()).newCalibration, downloads.path() / "calibration.json");
        checkpoint_bytes::write(downloads.path() / "calibration.json", "{}"); // read only when it is needed
        QCOMPARE(findModel(downloads.path()).calibration, downloads.path() / "calibration.json");
    }

    void namesMissingPart_data() {
        QTest::addColumn<QStringList>("names");
        QTest::addColumn<QString>("message");
        QTest::newRow("empty") << QStringList{} << "holds no transformer.";
        QTest::newRow("no transformer")
            << QStringList{"tiny2b_vae.pth", "tiny_t5"} << "holds no transformer.";
        QTest::newRow("no VAE") << QStringList{"tiny2b.pth", "tiny_t5"} << "holds no VAE.";
        QTest::newRow("no T5") << QStringList{"tiny2b.pth", "tiny2b_vae.pth"} << "holds no T5 text encoder";
        QTest::newRow("wrong VAE") << QStringList{"tiny2b.pth", "tiny8b_vae.pth", "tiny_t5"}
                                   << "holds no VAE that fits the transformer, which needs 8 bits a token";
        QTest::newRow("wrong T5") << QStringList{"tiny8b", "tiny8b_vae.pth", "tiny_t5"}
                                  << "that fits the transformer, which needs 256 channels of text";
        QTest::newRow("two transformers") << QStringList{"tiny2b.pth", "tiny8b", "tiny2b_vae.pth", "tiny_t5"}
                                          << "holds more than one transformer (tiny2b.pth, tiny8b)";
    }
    void namesMissingPart() {
        QFETCH(QStringList, names);
        QFETCH(QString, message);
        const Downloads downloads(names);
        const QString error = errorOf(downloads.path());
        QVERIFY2(error.contains(message), qPrintable(error));
        QVERIFY(error.startsWith(QString::fromStdString(downloads.path().string())));
    }

    void saysWhyPartCouldNotBeRead() {
        const Downloads downloads({"tiny2b.pth", "tiny_t5"});
        checkpoint_bytes::write(downloads.path() / "vae.pth", "half a file");
        const QString error = errorOf(downloads.path());
        QVERIFY2(error.contains("holds no VAE (") && error.contains("vae.pth"), qPrintable(error));
    }

    void refusesOtherFiles() {
        QVERIFY(errorOf(parityFolder() / "tiny2b_vae.pth").contains("is no Infinity transformer"));
        QVERIFY(errorOf("/nobody/here").contains("there is no such file or folder"));
    }

    void refusesModelJson_data() {
        QTest::addColumn<QByteArray>("change"); // merged into a good model.json
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* change, const char* message) {
            QTest::newRow(name) << QByteArray(change) << message;
        };
        row("missing part", R"({"vae":null})", "\"vae\" is not a text");
        row("part not there", R"({"vae":"nobody.pth"})", "\"vae\" names nobody.pth, which is not there");
        row("part outside", R"({"vae":"../vae.pth"})", "which is not inside the model's folder");
        row("calibration outside", R"({"calibration":"../c.json"})",
            "which is not inside the model's folder");
        row("prompts not there", R"({"calibration_prompts":"p.txt"})", "names p.txt, which is not there");
        row("absolute part", R"({"transformer":"/etc/passwd"})", "which is not inside the model's folder");
        row("unknown size", R"({"sizes":["9M"]})", "\"sizes\" holds the unknown size 9M");
        row("sizes no list", R"({"sizes":"1M"})", "\"sizes\" is not a list");
        row("unknown ratio", R"({"aspect_ratios":[1.1]})", "\"aspect_ratios\" holds 1.1");
        row("default size", R"({"sizes":["1M"],"defaults":{"size":"0.25M"}})", "not among the model's sizes");
        row("tau", R"({"defaults":{"tau":0}})", "\"tau\" must be a number between 0.0001");
        row("top_k", R"({"defaults":{"top_k":-1}})", "\"top_k\" must be 0 (off) or more");
        row("top_p", R"({"defaults":{"top_p":2}})", "\"top_p\" must be between 0 (off) and 1");
        row("groups", R"({"vae_config":{"norm_groups":0}})", "\"norm_groups\" is 0");
        row("defaults no object", R"({"defaults":3})", "\"defaults\": is not a JSON object");
        row("objects", R"({"objects":{}})", "\"objects\" is not a list");
        row("object without a word", R"({"objects":["fox"," -"]})",
            "\"objects\" holds a name without a word");
        row("colours", R"({"colours":[1]})", "\"colours\" holds something that is not a text");
        row("form", R"({"prompt":["a"]})", "\"prompt\" is not a text");
        row("aliases", R"({"aliases":["a"]})", "\"aliases\": is not a JSON object");
        row("aliases of nothing", R"({"objects":["fox"],"aliases":{"cat":["kitten"]}})",
            "\"aliases\" names cat, which is not among the objects");
        row("alias no list", R"({"objects":["fox"],"aliases":{"fox":"reynard"}})", "\"fox\" is not a list");
        row("examples", R"({"examples":[1]})", "\"examples\" holds something that is not a text");
    }
    void refusesModelJson() {
        QFETCH(QByteArray, change);
        QFETCH(QString, message);
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        QJsonObject json{{"transformer", "a"}, {"text_encoder", "b"}, {"vae", "c"}};
        for (const char* part : {"a", "b", "c"})
            checkpoint_bytes::write(root / part, "x");
        checkpoint_bytes::write(root / "model.json", QJsonDocument(json).toJson().toStdString());
        QCOMPARE(errorOf(root), QString());
        const QJsonObject changes = QJsonDocument::fromJson(change).object();
        for (auto field = changes.begin(); field != changes.end(); ++field)
            json[field.key()] = field.value();
        checkpoint_bytes::write(root / "model.json", QJsonDocument(json).toJson().toStdString());
        const QString error = errorOf(root);
        QVERIFY2(error.contains(message) && error.contains("model.json"), qPrintable(error));
    }
};

QTEST_APPLESS_MAIN(ModelFilesTest)
#include "tst_model_files.moc"
