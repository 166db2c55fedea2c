#include "ui/shell/background_door.h"
#include "ui/shell/main_window.h"
#include "ui/shell/message_subjects.h"
#include "ui/shell/place.h"
#include "ui/shell/queue_records.h"
#include "ui/shell/queue_store.h"
#include "ui/text/unit_text.h"

#include <QApplication>
#include <QCloseEvent>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>

#include <utility>

// How the window goes: at once, after a question, or while what is queued is finished without it.
namespace scalekv::ui {

using Session = EngineSession::State;

void MainWindow::quit() {
    switch (askToClose()) {
    case Closing::Stay:
        break;
    case Closing::Quit:
        close();
        break;
    case Closing::Background:
        finishInBackground();
        break;
    }
}

/// Asks where pictures could not be kept.
bool MainWindow::mayLosePictures() {
    if (keeper_->unkept() == 0)
        return true;
    const QString text = tr("%1 could not be written into the gallery and will be lost. Quit all the same?")
                             .arg(countedText(keeper_->unkept(), tr("picture"), tr("pictures")));
    return QMessageBox::warning(this, tr("Quit"), text, QMessageBox::Yes | QMessageBox::No,
                                QMessageBox::No) == QMessageBox::Yes;
}

MainWindow::Closing MainWindow::askToClose() {
    if (session_.state() != Session::Generating && session_.state() != Session::Comparing &&
        session_.state() != Session::Calibrating)
        return mayLosePictures() ? Closing::Quit : Closing::Stay; // what waits goes on at the next start
    const bool picture = session_.state() == Session::Generating;
    const QString what = picture                                  ? tr("A picture is being made")
                         : session_.state() == Session::Comparing ? tr("Runs are being compared")
                                                                  : tr("The model is being calibrated");
    const int waiting = queue_.isPaused() ? 0 : queue_.waiting();
    const QString text = waiting == 0
                             ? tr("%1.").arg(what)
                             : tr("%1, and %2 in the queue.")
                                   .arg(what, countedText(waiting, tr("more waits"), tr("more wait")));
    QStringList remarks;
    const QueuedWork* running = queue_.running();
    const bool kept = store_ && store_->problem().isEmpty() && running && !storedKind(*running).isEmpty();
    if (running && running->remembered && !kept)
        remarks += tr("What is stopped is lost.");
    else if (kept)
        remarks += picture ? tr("What is stopped begins anew at the next start.")
                           : tr("What is stopped goes on at the next start.");
    for (Place* place : places_) {
        if (const QString remark = place->askedToClose(); !remark.isEmpty())
            remarks += remark;
    }
    remarks +=
        tr("Finishing in the background ends when nothing is left that can be made; starting the program "
           "again shows the window.");
    QMessageBox box(QMessageBox::Question, tr("Quit"), text, QMessageBox::NoButton, this);
    box.setInformativeText(remarks.join(QStringLiteral("\n")));
    const QAbstractButton* stop = box.addButton(tr("Stop and quit"), QMessageBox::AcceptRole);
    const QAbstractButton* finish = box.addButton(tr("Finish in the background"), QMessageBox::AcceptRole);
    box.setDefaultButton(box.addButton(QMessageBox::Cancel));
    box.exec();
    if (box.clickedButton() == stop && mayLosePictures())
        return Closing::Quit;
    for (Place* place : places_)
        place->keptOpen(); // in the background, too, what was to go on later is made
    return box.clickedButton() == finish ? Closing::Background : Closing::Stay;
}

void MainWindow::closeEvent(QCloseEvent* event) {
    // Spontaneous: the window's own button. What the program closes, it has asked about.
    if (event->spontaneous()) {
        const Closing closing = askToClose();
        if (closing != Closing::Quit) {
            event->ignore();
            if (closing == Closing::Background)
                finishInBackground();
            return;
        }
    }
    saveSettings();
    if (store_)
        store_->leave(); // what is ended now goes on at the next start
    queue_.pause();      // nothing more is begun
    // The window goes at once; the engine is waited for in the session's destructor.
    session_.stop();
    event->accept();
}

void MainWindow::finishInBackground() {
    if (!door_->open()) {
        messages_->showMessage(widgets::MessageBar::Kind::Warning, subjects::kQueue,
                               tr("Another window works in the background already, so this one stays."));
        return;
    }
    background_ = true;
    saveSettings();
    QApplication::setQuitOnLastWindowClosed(false);
    // Docks that float, and the help, are windows of their own.
    for (QWidget* window : QApplication::topLevelWidgets()) {
        if (window != this && window->isVisible() && isAncestorOf(window)) {
            hidden_ += window;
            window->hide();
        }
    }
    hide();
    endInBackground(); // it may be finished already
}

void MainWindow::comeBack() {
    if (!std::exchange(background_, false))
        return;
    door_->close();
    QApplication::setQuitOnLastWindowClosed(true);
    show();
    for (const QPointer<QWidget>& window : std::exchange(hidden_, {})) {
        if (window)
            window->show();
    }
    raise();
    activateWindow();
}

void MainWindow::endInBackground() {
    const bool more = queue_.running() || keeper_->isBusy() ||
                      (!queue_.isPaused() && queue_.obstacle().isEmpty() && queue_.waiting() > 0);
    if (!background_ || more || session_.state() != Session::Idle)
        return;
    if (keeper_->unkept() > 0) { // nobody else has these pictures
        comeBack();
        return;
    }
    background_ = false;
    door_->close();
    close();
    Q_EMIT finishedInBackground();
}

/// Where the user has chosen, or else where the program was told.
void MainWindow::keepPictures() {
    if (options_.gallery.isEmpty())
        return;
    const QString chosen = QSettings().value(QLatin1String(kGalleryFolderKey)).toString();
    gallery_.open(chosen.isEmpty() ? options_.gallery : chosen, chosen.isEmpty());
}

void MainWindow::keepQueue() {
    if (!options_.dataFolder.isEmpty()) {
        store_ = std::make_unique<QueueStore>(options_.dataFolder);
        const auto warn = [this](const QString& why) {
            messages_->showMessage(widgets::MessageBar::Kind::Warning, subjects::kQueueFile, why);
        };
        connect(store_.get(), &QueueStore::failed, this, warn);
        store_->follow(queue_.list(), sheets_);
        if (!store_->problem().isEmpty())
            warn(store_->problem());
        else if (store_->unread() > 0)
            warn(tr("%1 of the queue could not be read any more, and are left out.")
                     .arg(countedText(store_->unread(), tr("entry"), tr("entries"))));
        else if (store_->isSecond())
            messages_->showMessage(
                widgets::MessageBar::Kind::Info, subjects::kQueueFile,
                tr("Another window of the Studio is open. Each has a queue of its own; they "
                   "share the gallery, and work at the same time."));
        if (store_->wasPaused() && !queue_.list().isEmpty())
            queue_.pause();
        connect(&queue_, &WorkQueue::made, store_.get(),
                [this](const QueuedWork& work, const ResultPtr& result) {
                    if (keeper_->isKeeping(result))
                        store_->isBeingWritten(work.id, result);
                });
        // Queued: a sheet hears first where its picture is.
        connect(keeper_, &PictureKeeper::kept, store_.get(), &QueueStore::isWritten, Qt::QueuedConnection);
        connect(keeper_, &PictureKeeper::notKept, store_.get(), &QueueStore::isNotWritten);
        connect(&queue_, &WorkQueue::changed, store_.get(),
                [this] { store_->keepPaused(queue_.isPaused()); });
    }
    connect(door_, &BackgroundDoor::knocked, this, &MainWindow::comeBack);
    connect(&queue_, &WorkQueue::changed, this, &MainWindow::endInBackground, Qt::QueuedConnection);
    connect(keeper_, &PictureKeeper::kept, this, &MainWindow::endInBackground, Qt::QueuedConnection);
    connect(keeper_, &PictureKeeper::notKept, this, &MainWindow::endInBackground, Qt::QueuedConnection);
    connect(&session_, &EngineSession::stateChanged, this, &MainWindow::endInBackground,
            Qt::QueuedConnection);
    connect(this, &MainWindow::finishedInBackground, qApp, &QCoreApplication::quit, Qt::QueuedConnection);
}

} // namespace scalekv::ui
