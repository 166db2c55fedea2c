#include "ui/runs/picture_mime_data.h"

#include "ui/runs/image_convert.h"

#include <QDir>
#include <QFile>
#include <QUrl>
#include <QtConcurrent>

namespace scalekv::ui {
namespace {

constexpr char kUriList[] = "text/uri-list";
constexpr char kPng[] = "image/png";
constexpr char kQtImage[] = "application/x-qt-image";

bool write(const QImage& picture, const PngText& text, const QString& file) {
    try {
        writePng(file.toStdString(), toRgbImage(picture), text);
        return true;
    } catch (const std::exception&) {
        return false; // the image itself is still offered
    }
}

} // namespace

PictureMimeData::PictureMimeData(const QImage& picture, const PngText& text, const QString& file)
    : picture_(picture), file_(file), written_(QtConcurrent::run(write, picture, text, file)) {}

PictureMimeData::PictureMimeData(const ResultPtr& run, const QString& folder)
    : PictureMimeData(run->picture(), recipeText(run->recipe),
                      QDir(folder).filePath(run->fileStem() + QStringLiteral(".png"))) {
    run_ = run;
}

QStringList PictureMimeData::formats() const {
    return {QLatin1String(kPng), QLatin1String(kUriList), QLatin1String(kQtImage)};
}

bool PictureMimeData::hasFormat(const QString& mimeType) const {
    return formats().contains(mimeType);
}

QVariant PictureMimeData::retrieveData(const QString& mimeType, QMetaType type) const {
    if (mimeType == QLatin1String(kQtImage))
        return picture_;
    if (mimeType == QLatin1String(kUriList) && written_.result()) {
        const QUrl url = QUrl::fromLocalFile(file_);
        return type.id() == QMetaType::QByteArray ? QVariant(url.toEncoded() + "\r\n")
                                                  : QVariant(QVariantList{url});
    }
    if (mimeType == QLatin1String(kPng) && written_.result()) {
        QFile file(file_);
        if (file.open(QIODevice::ReadOnly))
            return file.readAll();
    }
    return {};
}

} // namespace scalekv::ui
