#include "ui/main_window.h"

#include "ui/history_model.h"
#include "ui/history_panel.h"
#include "ui/message_subjects.h"
#include "ui/picture_stage.h"
#include "widgets/elided_label.h"
#include "widgets/image_view.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QMimeData>
#include <QMimeDatabase>
#include <QSettings>
#include <QStandardPaths>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {

constexpr char kPictureFolderKey[] = "pictures/folder";

QString pictureFolder() {
    const QString folder = QSettings().value(QLatin1String(kPictureFolderKey)).toString();
    if (!folder.isEmpty() && QFileInfo(folder).isDir())
        return folder;
    return QStandardPaths::writableLocation(QStandardPaths::PicturesLocation);
}

void rememberPictureFolder(const QString& file) {
    QSettings().setValue(QLatin1String(kPictureFolderKey), QFileInfo(file).absolutePath());
}

/// The one local file or folder of a drop, empty if it is something else.
QString droppedPath(const QMimeData* data) {
    return data->hasUrls() && data->urls().size() == 1 ? data->urls().front().toLocalFile() : QString();
}

/// By its name: what is in it, and whether it can be read, is found out when it is opened.
bool isPictureFile(const QString& path) {
    return !QFileInfo(path).isDir() && QMimeDatabase()
                                           .mimeTypeForFile(path, QMimeDatabase::MatchExtension)
                                           .name()
                                           .startsWith(QLatin1String("image/"));
}

} // namespace

void MainWindow::connectStage() {
    connect(stage_, &PictureStage::runChanged, this, [this] {
        showCurve();
        showStatus();
    });
    connect(stage_, &PictureStage::saveRequested, this, &MainWindow::saveAs);
    connect(stage_, &PictureStage::saveFrameRequested, this, [this](const QImage& picture, int scale) {
        const ResultPtr result = stage_->shownResult();
        const QString stem = result ? result->fileStem() : QStringLiteral("picture");
        const QString path = askWhereToSave(QStringLiteral("%1-scale-%2").arg(stem).arg(scale + 1));
        if (!path.isEmpty())
            files_.saveFrame(picture, path);
    });
    connect(stage_, &PictureStage::copied, this, [this] { state_->setFullText(tr("Copied the picture.")); });
}

void MainWindow::connectHistory() {
    connect(history_, &HistoryPanel::chosen, stage_, &PictureStage::showResult);
    connect(history_, &HistoryPanel::useSettingsRequested, this, &MainWindow::useSettings);
    connect(history_, &HistoryPanel::saveRequested, this, &MainWindow::saveAs);
    connect(history_, &HistoryPanel::copyRequested, this, [this](const ResultPtr& result) {
        stage_->showResult(result);
        stage_->copyPicture();
    });
    connect(history_, &HistoryPanel::removed, this, &MainWindow::picturesRemoved);
    connect(&undo_, &QUndoStack::indexChanged, this, &MainWindow::keepStageInHistory);
}

void MainWindow::connectFiles() {
    connect(&files_, &PictureFiles::saved, this, [this](const QString& path) {
        messages_->withdraw(subjects::kSaving);
        state_->setFullText(tr("Saved %1").arg(QDir::toNativeSeparators(path)));
    });
    connect(&files_, &PictureFiles::saveFailed, this, [this](const QString&, const QString& message) {
        messages_->showMessage(MessageBar::Kind::Error, subjects::kSaving,
                               tr("The picture was not saved. %1").arg(message));
    });
    connect(&files_, &PictureFiles::opened, this, &MainWindow::pictureOpened);
    connect(&files_, &PictureFiles::withoutRecipe, this, [this](const QString& path) {
        messages_->showMessage(MessageBar::Kind::Warning, subjects::kOpening,
                               tr("%1 carries no recipe. Only pictures saved by ScaleKV have one, and "
                                  "programs that edit or convert a picture often remove it.")
                                   .arg(QFileInfo(path).fileName()));
    });
    connect(&files_, &PictureFiles::openFailed, this, [this](const QString&, const QString& message) {
        messages_->showMessage(MessageBar::Kind::Error, subjects::kOpening,
                               tr("The picture was not opened. %1").arg(message));
    });
}

void MainWindow::picturesRemoved(int count, int undoable) {
    QString text = count == 1 ? tr("Removed a picture from the history.")
                              : tr("Removed %1 pictures from the history.").arg(count);
    if (undoable < count)
        text += QLatin1Char(' ') + (undoable == 0 ? tr("There is no room to bring it back.")
                                                  : tr("The newest %1 can be brought back.").arg(undoable));
    messages_->showMessage(MessageBar::Kind::Info, subjects::kLastStep, text);
    // The message goes as soon as another step is the last, so this undoes what it speaks of.
    if (undoable > 0)
        connect(messages_->offer(tr("Undo")), &QAction::triggered, &undo_, &QUndoStack::undo);
}

/// What was removed leaves the stage, which then shows the history's current picture, if there is one.
void MainWindow::keepStageInHistory() {
    HistoryModel& history = history_->model();
    if (stage_->shownResult() && history.rowOf(stage_->shownResult()) < 0) {
        if (stage_->isLiveRunning())
            stage_->showLive();
        else
            stage_->clear();
    }
    if (!stage_->view()->isEmpty() || stage_->isLiveRunning() || history.rowCount() == 0)
        return;
    const ResultPtr next = history_->current() ? history_->current() : history.result(0);
    history_->select(next);
    stage_->showResult(next);
}

void MainWindow::openPicture(const QString& path) {
    rememberPictureFolder(path);
    files_.open(path);
}

void MainWindow::pictureOpened(const ResultPtr& result, const QString& path) {
    messages_->withdraw(subjects::kOpening);
    history_->add(result, true);
    stage_->showResult(result);
    useSettings(result);
    if (session_.state() == EngineSession::State::Idle)
        state_->setFullText(tr("Opened %1; its settings are in the form.").arg(QFileInfo(path).fileName()));
}

void MainWindow::savePicture(const ResultPtr& result, const QString& path) {
    files_.save(result, path);
}

void MainWindow::saveAs(const ResultPtr& result) {
    const QString path = askWhereToSave(result->fileStem());
    if (!path.isEmpty())
        savePicture(result, path);
}

QString MainWindow::askWhereToSave(const QString& stem) {
    QFileDialog dialog(this, tr("Save picture"), pictureFolder(), tr("PNG pictures (*.png)"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(QStringLiteral("png"));
    dialog.selectFile(stem + QStringLiteral(".png"));
    if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty())
        return {};
    const QString chosen = dialog.selectedFiles().front();
    const QString path = pngPath(chosen);
    // The dialog has asked about the name that was typed, not about the one with the ending behind it.
    if (path != chosen && QFileInfo::exists(path) &&
        QMessageBox::question(this, tr("Save picture"),
                              tr("Pictures are saved as PNG, and %1 exists already. Replace it?")
                                  .arg(QFileInfo(path).fileName())) != QMessageBox::Yes)
        return {};
    rememberPictureFolder(path);
    return path;
}

void MainWindow::askForPicture() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a picture with a recipe"),
                                                      pictureFolder(), tr("PNG pictures (*.png)"));
    if (!path.isEmpty())
        openPicture(path);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    // Nobody wants to open the picture that is being dragged out of here.
    if (!event->source() && !droppedPath(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QString path = droppedPath(event->mimeData());
    if (path.isEmpty())
        return;
    event->acceptProposedAction();
    if (isPictureFile(path))
        openPicture(path);
    else
        openModel(path);
}

} // namespace scalekv::ui
