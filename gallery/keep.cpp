#include "gallery/keep.h"

#include "gallery/picture_name.h"
#include "gallery/trash.h"
#include "scalekv/error.h"
#include "scalekv/write_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace scalekv::gallery {

void checkFolder(const QString& folder) {
    const QFileInfo info(folder);
    if (!info.isDir())
        throw Error("The gallery's folder " + nativePath(folder) + " is not there.");
    if (!info.isWritable())
        throw Error("Nothing may be written into the gallery's folder " + nativePath(folder) + ".");
}

QString keepPicture(const QString& folder, const NewPicture& picture, qint64 mostRunBytes) {
    const QString name = picture.stem + QStringLiteral(".png");
    checkFolder(folder); // before it is packed
    PictureFiles files{pngBytes(picture.image, picture.text)};
    if (picture.run)
        files.run = runFileBytes(*picture.run, mostRunBytes);
    return keepFiles(folder, name, files);
}

QString keepFiles(const QString& folder, const QString& name, const PictureFiles& files) {
    for (;;) {
        const QString free = freeName(folder, name);
        const QString picture = QDir(folder).filePath(free);
        QStringList written; // is taken away again where not all can be
        const auto write = [&](const QString& path, const std::optional<std::string>& bytes) {
            if (!bytes)
                return true;
            if (!createFile(nativePath(path), *bytes))
                return false; // another was quicker
            written += path;
            return true;
        };
        const auto takeBack = [&] {
            for (const QString& path : written)
                QFile::remove(path);
        };
        try {
            if (write(runPath(picture), files.run) && write(marksPath(picture), files.marks) &&
                write(picture, files.png))
                return free;
        } catch (...) {
            takeBack();
            throw;
        }
        takeBack();
    }
}

} // namespace scalekv::gallery
