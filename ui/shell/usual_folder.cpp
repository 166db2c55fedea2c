#include "ui/shell/usual_folder.h"

#include <QDir>
#include <QFileInfo>

namespace scalekv::ui {

QString usualFolder(QStandardPaths::StandardLocation kind) {
    const QString folder = QStandardPaths::writableLocation(kind);
    return QFileInfo(folder).isDir() ? folder : QDir::homePath();
}

} // namespace scalekv::ui
