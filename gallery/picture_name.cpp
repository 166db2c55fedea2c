#include "gallery/picture_name.h"

#include <QFile>

namespace scalekv::gallery {
namespace {

constexpr QLatin1String kPng(".png"), kRun(".run"), kMarks(".png.xmp");

} // namespace

bool isPictureName(const QString& path) {
    return path.endsWith(kPng, Qt::CaseInsensitive);
}

bool isRunName(const QString& path) {
    return path.endsWith(kRun);
}

bool isMarksName(const QString& path) {
    return path.endsWith(kMarks, Qt::CaseInsensitive);
}

QString runPath(const QString& picture) {
    return picture.chopped(kPng.size()) + kRun;
}

QString marksPath(const QString& picture) {
    return picture + QLatin1String(".xmp");
}

QString pictureOfRun(const QString& run) {
    return run.chopped(kRun.size()) + kPng;
}

QString pictureOfMarks(const QString& marks) {
    return marks.chopped(4);
}

std::string nativePath(const QString& path) {
    return QFile::encodeName(path).toStdString();
}

} // namespace scalekv::gallery
