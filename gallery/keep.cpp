#include "gallery/keep.h"

#include "gallery/picture_name.h"
#include "gallery/trash.h"
#include "scalekv/error.h"
#include "scalekv/write_file.h"

#include <QDir>
#include <QFile>

namespace scalekv::gallery {

QString keepPicture(const QString& folder, const NewPicture& picture, qint64 mostRunBytes) {
    checkWritable(
        nativePath(QDir(folder).filePath(picture.stem + QStringLiteral(".png")))); // before it is packed
    const std::string png = pngBytes(picture.image, picture.text);
    const std::string run = picture.run ? runFileBytes(*picture.run, mostRunBytes) : std::string();
    const QDir to(folder);
    for (;;) {
        const QString name = freeName(folder, picture.stem + QStringLiteral(".png"));
        const QString runFile = to.filePath(runPath(name));
        if (picture.run && !createFile(nativePath(runFile), run))
            continue; // another was quicker
        try {
            if (createFile(nativePath(to.filePath(name)), png))
                return name;
        } catch (const Error&) {
            if (picture.run)
                QFile::remove(runFile);
            throw;
        }
        if (picture.run)
            QFile::remove(runFile);
    }
}

} // namespace scalekv::gallery
