#include "scalekv/error.h"
#include "scalekv/inspect.h"
#include "scalekv/png.h"
#include "scalekv/recipe.h"
#include "scalekv/scale_schedule.h"
#include "tests/io/checkpoint_bytes.h"
#include "tests/pipeline/downloads.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

namespace fs = std::filesystem;
using scalekv::FileKind;
using scalekv::Inspection;

namespace {

const fs::path kDemo = SCALEKV_SOURCE_DIR "/resources/demo";

QJsonObject jsonOf(const Inspection& inspection) {
    return QJsonDocument::fromJson(QByteArray::fromStdString(scalekv::toJson(inspection))).object();
}

qint64 totalBytes(const Inspection& inspection) {
    qint64 total = 0;
    for (const auto& [type, bytes] : inspection.bytesByType)
        total += bytes;
    return total;
}

QString errorOf(const fs::path& path) {
    try {
        scalekv::inspect(path);
    } catch (const scalekv::Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

} // namespace

class InspectTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tellsShape_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("expected"); // part of toJson()
        QTest::newRow("2B")
            << "tiny2b.pth"
            << QByteArray(
                   R"({"kind":"transformer","layers":6,"width":64,"heads":2,"bits":8,"text_width":128,"most_scales":15})");
        QTest::newRow("8B")
            << "tiny8b"
            << QByteArray(R"({"kind":"transformer","width":96,"heads":3,"head_width":32,"bits":16})");
        QTest::newRow("8B index") << "tiny8b/pytorch_model.bin.index.json"
                                  << QByteArray(R"({"kind":"transformer","width":96,"heads":3})");
        QTest::newRow("2B VAE")
            << "tiny2b_vae.pth"
            << QByteArray(
                   R"({"kind":"vae","bits":8,"patch_size":16,"base_channels":32,"channel_multipliers":[1,1,1,2,2],"encoder":"yes"})");
        QTest::newRow("8B VAE")
            << "tiny8b_vae.pth"
            << QByteArray(R"({"kind":"vae","bits":4,"patch_size":8,"channel_multipliers":[1,1,2,2]})");
        QTest::newRow("T5") << "tiny_t5"
                            << QByteArray(R"({"kind":"text_encoder","width":128,"vocabulary":1408})");
        QTest::newRow("budget")
            << "tiny2b_budget.json"
            << QByteArray(R"({"kind":"budget","scale_9":"2 of 6 layers keep 120 tokens, the others 600"})");
        QTest::newRow("other tensors")
            << "tiny2b_plain.safetensors" << QByteArray(R"({"kind":"checkpoint"})");
        QTest::newRow("vocabulary") << "tiny_t5/spiece.model" << QByteArray(R"({"kind":"sentencepiece"})");
    }
    void tellsShape() {
        QFETCH(QString, file);
        QFETCH(QByteArray, expected);
        const fs::path path = parityFolder() / file.toStdString();
        if (!fs::exists(path))
            QSKIP("not in this parity folder");
        const QJsonObject found = jsonOf(scalekv::inspect(path));
        const QJsonObject wanted = QJsonDocument::fromJson(expected).object();
        QVERIFY(!wanted.isEmpty());
        for (auto field = wanted.begin(); field != wanted.end(); ++field)
            QVERIFY2(found[field.key()] == field.value(), qPrintable(field.key()));
    }

    void countsParametersAndBytes() {
        const Inspection shards = scalekv::inspect(parityFolder() / "tiny8b");
        const QByteArray index = QByteArray::fromStdString(
            checkpoint_bytes::read(parityFolder() / "tiny8b/pytorch_model.bin.index.json"));
        const qint64 bytes = QJsonDocument::fromJson(index)["metadata"]["total_size"].toInteger();
        QCOMPARE(totalBytes(shards), bytes);
        QCOMPARE(qint64(shards.parameters), bytes / 4); // all fp32
        QCOMPARE(shards.bytesByType.size(), std::size_t(1));
        QVERIFY(shards.bytesByType.contains("fp32"));
    }

    void foretellsCache() {
        const Inspection file = scalekv::inspect(parityFolder() / "tiny2b.pth");
        QCOMPARE(file.cache.size(), std::size_t(4));
        QCOMPARE(file.cache.back().size, std::string("1M"));
        QCOMPARE(file.cache.back().tokens, std::int64_t(6425)); // the paper's history at 1M
        QCOMPARE(file.cache.back().scales, 13);
        QCOMPARE(file.cache.back().fp32Bytes, std::int64_t(2 * 6 * 2 * 64 * 4) * 6425);
        QCOMPARE(file.cache.back().bf16Bytes * 2, file.cache.back().fp32Bytes);
    }

    void describesCompleteModel() {
        const Inspection model = scalekv::inspect(kDemo);
        QCOMPARE(model.kind, FileKind::Model);
        QCOMPARE(model.parts.size(), std::size_t(3));
        QCOMPARE(model.parts[0].kind, FileKind::Transformer);
        QCOMPARE(model.parts[1].kind, FileKind::TextEncoder);
        QCOMPARE(model.parts[2].kind, FileKind::Vae);
        QCOMPARE(model.parameters,
                 model.parts[0].parameters + model.parts[1].parameters + model.parts[2].parameters);
        QVERIFY(model.parameters > 0);
        QVERIFY(!model.cache.empty());
        QCOMPARE(jsonOf(scalekv::inspect(kDemo / "model.json")), [&] {
            QJsonObject json = jsonOf(model);
            json["path"] = QString::fromStdString((kDemo / "model.json").string());
            return json;
        }());
    }

    void describesDownloadedModel() {
        const Downloads downloads({"tiny8b", "tiny8b_vae.pth", "wide_t5"});
        const QJsonObject json = jsonOf(scalekv::inspect(downloads.path()));
        QCOMPARE(json["kind"].toString(), QString("model"));
        QVERIFY(json["spatial_patchify"].isBool() && json["spatial_patchify"].toBool());
        QCOMPARE(json["pixels_per_token"].toInt(), 16);
        QCOMPARE(jsonOf(scalekv::inspect(downloads.path() / "tiny8b"))["kind"].toString(),
                 QString("transformer"));
    }

    void saysWhatAnIncompleteModelLacks() {
        const Downloads downloads({"tiny8b", "tiny8b_vae.pth"});
        QVERIFY(errorOf(downloads.path()).contains("holds no T5 text encoder"));
    }

    void describesPicture() {
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "a.png";
        scalekv::RgbImage image;
        image.width = 3;
        image.height = 2;
        image.pixels.assign(18, 7);
        scalekv::writePng(path, image);
        const QJsonObject json = jsonOf(scalekv::inspect(path));
        QCOMPARE(json["kind"].toString(), QString("picture"));
        QCOMPARE(json["width"].toInt(), 3);
        QCOMPARE(json["recipe"].toString(), QString("none"));
    }

    void aRecipesNumbersAreNumbers() {
        const QTemporaryDir folder;
        const fs::path path = fs::path(folder.path().toStdString()) / "a.png";
        scalekv::Recipe recipe;
        recipe.request.prompts = {"a \x1b[31mred\xc2\x9b fox\n" + std::string(1000, 'x')};
        recipe.request.seed = 9007199254740993; // no double holds it
        recipe.request.cfg = {4, 3.5};
        recipe.request.tau = {0.5};
        scalekv::writePng(path, {1, 1, {7, 7, 7}}, scalekv::recipeText(recipe));
        const Inspection inspection = scalekv::inspect(path);
        const QJsonObject json = jsonOf(inspection);
        QCOMPARE(json["seed"].toInteger(), qint64(9007199254740993));
        QCOMPARE(json["cfg"].toArray(), (QJsonArray{4, 3.5}));
        QCOMPARE(json["guidance_layers"].toArray(), (QJsonArray{0}));
        QCOMPARE(json["tau"].toDouble(), 0.5);
        QCOMPARE(json["top_k"].toInt(), 900);
        QCOMPARE(json["prompt"].toString(), QString::fromStdString(recipe.request.prompts.front()));
        QVERIFY(json["weights"].isObject());

        // A terminal must not obey what a stranger wrote into a picture.
        const QString text = QString::fromStdString(scalekv::toText(inspection));
        QVERIFY(text.contains("a ?[31mred? fox?xxx"));
        QVERIFY(text.contains(QString(1000, 'x')));
        QVERIFY(text.contains("4.0, 3.5") && text.contains("9007199254740993"));
        QVERIFY(!text.contains(QChar(0x1b)) && !text.contains(QChar(0x9b)));
    }

    void describesCalibration() {
        const QJsonObject json = jsonOf(scalekv::inspect(kDemo / "calibration.json"));
        QCOMPARE(json["kind"].toString(), QString("calibration"));
        QCOMPARE(json["layers"].toInt(), 12);
        QCOMPARE(json["prompts"].toInt(), 10);
        QCOMPARE(json["finished_prompts"].toInt(), 10);
        QVERIFY(json["drafters"].toInt() > 0);
    }

    void textHoldsEveryFact() {
        for (const fs::path& path :
             {kDemo, parityFolder() / "tiny2b_vae.pth", parityFolder() / "tiny2b_budget.json"}) {
            const Inspection inspection = scalekv::inspect(path);
            const QString text = QString::fromStdString(scalekv::toText(inspection));
            QVERIFY(text.contains(QString::fromStdString(path.string())));
            for (const scalekv::Fact& fact : inspection.facts)
                QVERIFY2(text.contains(QString::fromStdString(fact.label)), fact.label.c_str());
        }
        const QString demo = QString::fromStdString(scalekv::toText(scalekv::inspect(kDemo)));
        QVERIFY(demo.contains("Full KV cache") && demo.contains("0.25M (10 scales)"));
    }

    void refusesWhatItDoesNotKnow() {
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        QVERIFY(errorOf(root).contains("holds no checkpoint"));
        checkpoint_bytes::write(root / "a.json", "{}");
        QVERIFY(errorOf(root / "a.json")
                    .contains("neither a model, an index of shards, a budget nor a calibration"));
        checkpoint_bytes::write(root / "a.txt", "hello");
        QVERIFY(errorOf(root / "a.txt").contains("neither a safetensors file nor a PyTorch checkpoint"));
        checkpoint_bytes::write(root / "b.json", R"({"Scale 9":{"Max":1,"Min":-2}})");
        QVERIFY(errorOf(root / "b.json").contains("\"Min\" is -2"));
        checkpoint_bytes::write(root / "c.json", R"({"Scale 9":{"Max":1,"Min":1}})"); // as `scalekv` itself
        QVERIFY(errorOf(root / "c.json").contains("c.json: Scale 9 has no blocks"));
        checkpoint_bytes::write(root / "empty.png", "");
        QVERIFY(errorOf(root / "empty.png").endsWith("empty.png: is empty."));
        checkpoint_bytes::write(root / "fox.png", "\xff\xd8\xff\xe0 JFIF"); // whatever its name says
        QVERIFY(errorOf(root / "fox.png")
                    .endsWith("fox.png: is a JPEG picture; only PNGs saved by ScaleKV carry a recipe."));
        checkpoint_bytes::write(root / "owl.png", "\x89PNG\r\n\x1a\n\r");
        QVERIFY2(errorOf(root / "owl.png").contains("owl.png: the file is damaged or was cut short ("),
                 qPrintable(errorOf(root / "owl.png")));
        QVERIFY(errorOf(root / "nobody").contains("there is no such file or folder"));
    }
};

QTEST_APPLESS_MAIN(InspectTest)
#include "tst_inspect.moc"
