#include "tests/small_model.h"

#include "scalekv/calibrate.h"
#include "scalekv/model_files.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtEndian>

namespace scalekv::test {
namespace {

/// Of a layer that is to be left out. The demo's layers stand in chunks of three.
bool isBeyond(const QString& tensor, int layers) {
    if (!tensor.startsWith(QLatin1String("block_chunks.")))
        return false;
    const QStringList parts = tensor.split(QLatin1Char('.'));
    return parts.value(1) != QLatin1String("0") || parts.value(3).toInt() >= layers;
}

/// The safetensors file with the tensors of the first layers only.
bool keepLayers(const QString& from, const QString& to, int layers) {
    QFile whole(from), part(to);
    if (!whole.open(QIODevice::ReadOnly) || !part.open(QIODevice::WriteOnly))
        return false;
    const auto length = qFromLittleEndian<quint64>(whole.read(8).constData());
    const QJsonObject tensors = QJsonDocument::fromJson(whole.read(qint64(length))).object();
    const QByteArray data = whole.readAll();
    QJsonObject kept;
    QByteArray keptData;
    for (const QString& name : tensors.keys()) {
        if (name == QLatin1String("__metadata__") || isBeyond(name, layers))
            continue;
        QJsonObject tensor = tensors[name].toObject();
        const QJsonArray range = tensor[QStringLiteral("data_offsets")].toArray();
        const qsizetype first = keptData.size();
        keptData += data.mid(range[0].toInteger(), range[1].toInteger() - range[0].toInteger());
        tensor[QStringLiteral("data_offsets")] = QJsonArray{first, keptData.size()};
        kept[name] = tensor;
    }
    QByteArray header = QJsonDocument(kept).toJson(QJsonDocument::Compact);
    header.append((8 - header.size() % 8) % 8, ' ');
    QByteArray size(8, '\0');
    qToLittleEndian(quint64(header.size()), size.data());
    const QByteArray all = size + header + keptData;
    return part.write(all) == all.size();
}

bool makeCalibratedModel(const QString& folder) {
    if (!makeSmallModel(folder, 3))
        return false;
    const ModelFiles files = findModel(folder.toStdString());
    CalibrationSettings settings;
    settings.request = recommendedRequest(files);
    settings.request.size = "0.25M"; // has the scales of the smaller one, too
    settings.request.prompts = {"a fox"};
    CalibrationObserver silent;
    calibrate(*Model::load(files), settings, files.newCalibration, silent);
    return true;
}

} // namespace

bool makeSmallModel(const QString& folder, int layers) {
    const QDir demo(QStringLiteral(SCALEKV_SOURCE_DIR "/resources/demo")), small(folder);
    const QString transformer = QStringLiteral("transformer.safetensors");
    for (const char* name : {"model.json", "text_encoder", "vae.safetensors", "calibration-prompts.txt"}) {
        if (!QFile::link(demo.filePath(QLatin1String(name)), small.filePath(QLatin1String(name))))
            return false;
    }
    return keepLayers(demo.filePath(transformer), small.filePath(transformer), layers);
}

QString smallModelPath() {
    static const QTemporaryDir folder;
    static const bool made = makeCalibratedModel(folder.path());
    return made ? folder.path() : QString();
}

} // namespace scalekv::test
