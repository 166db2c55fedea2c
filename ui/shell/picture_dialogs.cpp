#include "ui/shell/picture_dialogs.h"

#include "ui/shell/message_subjects.h"
#include "ui/shell/status_line.h"
#include "ui/shell/usual_folder.h"
#include "widgets/message_bar.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QSettings>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {

constexpr char kPictureFolderKey[] = "pictures/folder";

QString pictureFolder() {
    QString folder = QSettings().value(QLatin1String(kPictureFolderKey)).toString();
    if (!folder.isEmpty() && QFileInfo(folder).isDir())
        return folder;
    return usualFolder(QStandardPaths::PicturesLocation);
}

void rememberPictureFolder(const QString& file) {
    QSettings().setValue(QLatin1String(kPictureFolderKey), QFileInfo(file).absolutePath());
}

} // namespace

PictureDialogs::PictureDialogs(MessageBar& messages, StatusLine& status, QObject* parent)
    : QObject(parent), messages_(messages) {
    connect(&files_, &PictureFiles::saved, this, [this, &status](const QString& path) {
        messages_.withdraw(subjects::kSaving);
        status.say(tr("Saved %1").arg(QDir::toNativeSeparators(path)));
    });
    connect(&files_, &PictureFiles::saveFailed, this,
            [this, &status](const QString&, const QString& message) {
                status.forget(); // it may say that another was saved
                messages_.showMessage(MessageBar::Kind::Error, subjects::kSaving,
                                      tr("The picture was not saved. %1").arg(message));
            });
    connect(&files_, &PictureFiles::opened, this, [this](const ResultPtr& result, const QString& path) {
        messages_.withdraw(subjects::kOpening);
        Q_EMIT opened(result, path);
    });
    connect(&files_, &PictureFiles::withoutRecipe, this, &PictureDialogs::sayWithoutRecipe);
    connect(&files_, &PictureFiles::openFailed, this, &PictureDialogs::sayOpenFailed);
}

void PictureDialogs::sayWithoutRecipe(const QString& path) {
    messages_.showMessage(MessageBar::Kind::Warning, subjects::kOpening,
                          tr("%1 carries no recipe. Only pictures saved by ScaleKV have one, and "
                             "programs that edit or convert a picture often remove it.")
                              .arg(QFileInfo(path).fileName()));
}

void PictureDialogs::sayOpenFailed(const QString& /*path*/, const QString& message) {
    messages_.showMessage(MessageBar::Kind::Error, subjects::kOpening,
                          tr("The picture was not opened. %1").arg(message));
}

void PictureDialogs::saveAs(const ResultPtr& result) {
    const QString path = askWhereToSave(result->fileStem());
    if (!path.isEmpty())
        save(result, path);
}

void PictureDialogs::saveFrameAs(const QImage& picture, const QString& stem) {
    const QString path = askWhereToSave(stem);
    if (!path.isEmpty())
        files_.saveFrame(picture, path);
}

void PictureDialogs::save(const ResultPtr& result, const QString& path) {
    files_.save(result, path);
}

void PictureDialogs::open(const QString& path) {
    rememberPictureFolder(path);
    files_.open(path);
}

void PictureDialogs::askForPicture() {
    const QString path = QFileDialog::getOpenFileName(messages_.window(), tr("Open a picture with a recipe"),
                                                      pictureFolder(), tr("PNG pictures (*.png)"));
    if (!path.isEmpty())
        open(path);
}

QStringList PictureDialogs::askForPictures(const QString& title) {
    QStringList paths =
        QFileDialog::getOpenFileNames(messages_.window(), title, pictureFolder(), tr("PNG pictures (*.png)"));
    if (!paths.isEmpty())
        rememberPictureFolder(paths.front());
    return paths;
}

QString PictureDialogs::askWhereToSave(const QString& stem) {
    QString offered = stem + QStringLiteral(".png");
    for (;;) {
        QFileDialog dialog(messages_.window(), tr("Save picture"), pictureFolder(),
                           tr("PNG pictures (*.png)"));
        dialog.setAcceptMode(QFileDialog::AcceptSave);
        dialog.setDefaultSuffix(QStringLiteral("png"));
        dialog.selectFile(offered);
        if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty())
            return {};
        const QString chosen = dialog.selectedFiles().front();
        QString path = pngPath(chosen);
        // The dialog has asked about the name that was typed, not about the one with the ending behind it.
        if (path != chosen && QFileInfo::exists(path) &&
            QMessageBox::question(messages_.window(), tr("Save picture"),
                                  tr("Pictures are saved as PNG, and %1 exists already. Replace it?")
                                      .arg(QFileInfo(path).fileName())) != QMessageBox::Yes) {
            offered = path; // another name can be given
            continue;
        }
        rememberPictureFolder(path);
        return path;
    }
}

} // namespace scalekv::ui
