#include "ui/gallery/gallery_place.h"

#include "gallery/trash.h"
#include "ui/gallery/gallery_details.h"
#include "ui/gallery/gallery_head.h"
#include "ui/gallery/gallery_limit.h"
#include "ui/gallery/gallery_list.h"
#include "ui/gallery/gallery_model.h"
#include "ui/gallery/gallery_opener.h"
#include "ui/gallery/gallery_step.h"
#include "ui/shell/message_subjects.h"
#include "ui/shell/undo_offer.h"
#include "ui/shell/usual_folder.h"
#include "ui/text/unit_text.h"
#include "widgets/icon.h"
#include "widgets/image_view.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QInputDialog>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QUrl>
#include <QtConcurrent>

namespace scalekv::ui {

using gallery::Entry;
using widgets::MessageBar;

namespace {

constexpr double kGiB = 1 << 30;

QAction* separator(QObject* parent) {
    auto* line = new QAction(parent);
    line->setSeparator(true);
    return line;
}

} // namespace

QAction* GalleryPlace::make(const char* icon, const QString& text, const QKeySequence& keys,
                            const QString& toolTip, const std::function<void()>& act) {
    auto* action = new QAction(icon ? widgets::icon(QLatin1String(icon)) : QIcon(), text, this);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(keys.isEmpty()
                           ? toolTip
                           : QStringLiteral("%1 (%2)").arg(toolTip, keys.toString(QKeySequence::NativeText)));
    connect(action, &QAction::triggered, this, act);
    return action;
}

void GalleryPlace::makeActions() {
    search_ = make(nullptr, tr("&Search"), QKeySequence::Find,
                   tr("Look for words of prompts, tags and settings"), [this] { head_->focusSearch(); });
    open_ = make("fit", tr("&Open"), {}, tr("See it large; Enter again, or Backspace, goes back (Enter)"),
                 [this] { openCurrent(); });
    trash_ = make("remove", tr("Move to &trash"), QKeySequence::Delete, tr("It can be put back from there"),
                  [this] { moveSelected(); });
    copy_ = make("copy", tr("&Copy"), QKeySequence::Copy, tr("Copy the picture, and its file"),
                 [this] { copySelected(); });
    save_ = make("save", tr("&Save a copy…"), {}, tr("Write the picture, with its recipe, somewhere else"),
                 [this] { saveCopy(); });
    reveal_ = make("open", tr("Show in the &file manager"), {}, tr("Open the folder in which it lies"),
                   [this] { showInFileManager(); });
    back_ = make(nullptr, tr("&Back"), Qt::Key_Backspace,
                 tr("From the picture to all, or from a prompt to the groups"), [this] {
                     if (!viewed_.isEmpty())
                         closeViewer();
                     else
                         head_->leaveGroup();
                 });
    emptyTrash_ = make(nullptr, tr("&Empty the trash…"), {}, tr("Delete what is in it for good"),
                       [this] { askToEmptyTrash(); });
    emptyTrash_->setEnabled(false);
    addAction(search_);

    // Keys that mean something only while pictures have the keyboard.
    for (int stars = 0; stars <= gallery::kMostStars; ++stars)
        stars_ += make(nullptr, stars == 0 ? tr("No stars") : starsText(stars), Qt::Key_0 + stars, {},
                       [this, stars] { setStars(stars); });
    pages_->addActions(stars_ + QList<QAction*>{trash_, copy_, back_});
    connect(list_, &QListView::activated, this, &GalleryPlace::openCurrent);
    for (const auto& [keys, rows] :
         {std::pair(Qt::Key_Left, -1), {Qt::Key_PageUp, -1}, {Qt::Key_Right, 1}, {Qt::Key_PageDown, 1}}) {
        QAction* step = make(nullptr, {}, keys, {}, [this, rows = rows] { walk(rows); });
        viewer_->addAction(step);
    }
    for (const auto key : {Qt::Key_Return, Qt::Key_Enter})
        viewer_->addAction(make(nullptr, {}, key, {}, [this] { closeViewer(); }));
}

void GalleryPlace::offerVerbs(const QVector<RunVerb>& verbs) {
    QHash<QString, QMenu*> groups;
    QList<QAction*> buttons;
    for (const RunVerb& verb : verbs) {
        auto* action = new QAction(widgets::icon(verb.iconName), verb.text, this);
        action->setToolTip(verb.toolTip);
        action->setShortcut(verb.shortcut);
        connect(action, &QAction::triggered, this, [this, verb] {
            if (const Entry* entry = current())
                opener_->open(entry->path, verb.perform);
        });
        verbs_ += action;
        if (verb.group.isEmpty()) {
            buttons += action;
            continue;
        }
        QMenu*& group = groups[verb.group];
        if (!group) {
            group = new QMenu(verb.group, this);
            group->setIcon(widgets::icon(verb.iconName));
            group->menuAction()->setToolTip(verb.toolTip);
            buttons += group->menuAction();
            verbs_ += group->menuAction();
        }
        group->addAction(action);
    }
    details_->setActions(buttons + QList<QAction*>{save_, reveal_});
    auto* starsMenu = new QMenu(tr("S&tars"), this);
    starsMenu->addActions(stars_);
    // Anew, in an order that one would look for. The digits are the list's own: elsewhere they are typed.
    for (QAction* action : list_->actions())
        list_->removeAction(action);
    list_->addActions(QList<QAction*>{open_} + buttons +
                      QList<QAction*>{starsMenu->menuAction(), separator(this), copy_, save_, reveal_,
                                      separator(this), trash_});
    refreshActions();
}

QList<QAction*> GalleryPlace::menuActions(Menu menu) const {
    switch (menu) {
    case Menu::File:
        return {save_, reveal_, emptyTrash_};
    case Menu::Edit:
        return {search_};
    case Menu::Run:
        return verbs_;
    case Menu::View:
        return Place::menuActions(menu);
    }
    return {};
}

QMenu* GalleryPlace::folderMenu() {
    auto* menu = new QMenu(this);
    menu->setToolTipsVisible(true);
    menu->addAction(tr("&Choose another folder…"), this, &GalleryPlace::chooseFolder);
    menu->addAction(tr("&Open it in the file manager"), this,
                    [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(desk_.gallery.folder())); });
    menu->addSeparator();
    QAction* all = menu->addAction(tr("Keep &every picture"));
    all->setCheckable(true);
    all->setChecked(desk_.keeper.keepsAll());
    all->setToolTip(tr("Put every finished picture into this folder, at once"));
    connect(all, &QAction::toggled, &desk_.keeper, &PictureKeeper::setKeepsAll);
    QAction* stopped = menu->addAction(tr("Keep &stopped pictures, too"));
    stopped->setCheckable(true);
    stopped->setChecked(desk_.keeper.keepsStopped());
    stopped->setToolTip(tr("As far as they were drawn"));
    connect(stopped, &QAction::toggled, &desk_.keeper, &PictureKeeper::setKeepsStopped);
    menu->addSeparator();
    menu->addAction(tr("What is kept of each &run…"), this, &GalleryPlace::askForRunLimit);
    menu->addAction(tr("&Limit its size…"), this, &GalleryPlace::askForLimit);
    menu->addAction(emptyTrash_);
    return menu;
}

void GalleryPlace::refreshActions() {
    const QVector<Entry> entries = selected();
    const Entry* entry = current();
    const bool any = !entries.isEmpty();
    const bool trashed = head_->query().trashed;
    for (QAction* action : {open_, copy_, save_, reveal_, trash_})
        action->setEnabled(any);
    for (QAction* action : std::as_const(verbs_))
        action->setEnabled(entry && entry->hasRecipe && any);
    trash_->setText(trashed ? tr("Put &back") : tr("Move to &trash"));
    trash_->setToolTip(trashed ? tr("Back to where it was (Del)")
                               : tr("It can be put back from there (Del)"));
    trash_->setIcon(widgets::icon(trashed ? QStringLiteral("undo") : QStringLiteral("remove")));
}

void GalleryPlace::setStars(int stars) {
    QStringList paths;
    for (const Entry& entry : selected())
        paths += entry.path;
    mark(paths, {.stars = stars}, stars == 0 ? tr("taking stars away") : tr("giving stars"));
}

void GalleryPlace::mark(const QStringList& paths, const gallery::MarksChange& change, const QString& text) {
    if (head_->query().grouped) {
        desk_.status.say(tr("Open the prompt (Enter) to give its pictures stars or tags."));
        return;
    }
    if (paths.isEmpty())
        return;
    desk_.undo.push(new GalleryStep(desk_.gallery, desk_.gallery.changeMarks(paths, change), text));
}

/// To the trash; or, of what is there, back.
void GalleryPlace::moveSelected() {
    QStringList paths;
    if (head_->query().grouped) {
        desk_.status.say(tr("Open the prompt (Enter) to choose which of its pictures go."));
        return;
    }
    for (const Entry& entry : selected())
        paths += entry.path;
    if (paths.isEmpty())
        return;
    const bool back = gallery::isTrashed(paths.front());
    const int row = list_->selectedRows().front();
    closeViewer();
    desk_.undo.push(new GalleryStep(desk_.gallery, desk_.gallery.move(paths),
                                    back ? tr("putting pictures back") : tr("moving pictures to the trash")));
    const QString what = countedText(paths.size(), tr("picture"), tr("pictures"));
    sayUndoable(desk_,
                back ? tr("Put %1 back.").arg(what) : tr("Moved %1 to the gallery's trash.").arg(what));
    // The next one, as everywhere: with Del again and again one goes through them.
    if (const QModelIndex next = model_->index(row + static_cast<int>(paths.size())); next.isValid())
        list_->setCurrentIndex(next);
}

void GalleryPlace::askToEmptyTrash() {
    const gallery::Contents& contents = desk_.gallery.contents();
    QStringList what{countedText(contents.trashedPictures, tr("picture"), tr("pictures"))};
    if (contents.trashedBroken > 0)
        what += countedText(contents.trashedBroken, tr("damaged one"), tr("damaged ones"));
    const QString text = tr("Delete %1 (%2) for good? This cannot be undone.")
                             .arg(what.join(tr(" and ")), byteText(contents.trashBytes));
    if (QMessageBox::warning(window(), tr("Empty the trash"), text, QMessageBox::Yes | QMessageBox::No,
                             QMessageBox::No) == QMessageBox::Yes)
        desk_.gallery.emptyTrash();
}

void GalleryPlace::chooseFolder() {
    const QString now = desk_.gallery.folder();
    const QString folder = QFileDialog::getExistingDirectory(
        window(), tr("Where pictures are kept"),
        now.isEmpty() ? usualFolder(QStandardPaths::PicturesLocation) : now);
    if (folder.isEmpty() || QDir(folder) == QDir(now))
        return;
    QSettings().setValue(QLatin1String(kGalleryFolderKey), folder);
    desk_.gallery.open(folder, false);
    desk_.status.say(tr("Pictures are kept in %1 from now on; those in %2 stay there.")
                         .arg(QDir::toNativeSeparators(folder), QDir::toNativeSeparators(now)));
}

void GalleryPlace::askForLimit() {
    bool chosen = false;
    const double limit =
        QInputDialog::getDouble(window(), tr("Limit the gallery's size"),
                                tr("So many GiB at most, trash included (0: no limit).\nNothing is removed "
                                   "by itself: you are told, and shown "
                                   "what would go first."),
                                double(GalleryLimit::limit()) / kGiB, 0, 1e6, 1, &chosen);
    if (chosen)
        limit_->setLimit(qint64(limit * kGiB));
}

void GalleryPlace::askForRunLimit() {
    bool chosen = false;
    const int limit = QInputDialog::getInt(
        window(), tr("What is kept of each run"),
        tr("Beside a picture lies what is known of its run, in a file of at most so many MiB.\nBits, plan "
           "and times "
           "are always in it; what was recorded, and the pictures of the earlier scales, where they fit."),
        int(desk_.keeper.mostRunBytes() >> 20), 0, 1024, 1, &chosen);
    if (chosen)
        desk_.keeper.setMostRunBytes(qint64(limit) << 20);
}

QMimeData* GalleryPlace::dragged() const {
    QList<QUrl> urls;
    for (const Entry& entry : selected())
        urls += QUrl::fromLocalFile(desk_.gallery.filePath(entry.path));
    if (urls.isEmpty())
        return nullptr;
    auto* mime = new QMimeData;
    mime->setUrls(urls);
    return mime;
}

void GalleryPlace::copySelected() {
    QMimeData* mime = dragged();
    if (!mime)
        return;
    if (const QImage picture = viewer_->picture(); !viewed_.isEmpty() && !picture.isNull())
        mime->setImageData(picture);
    const auto count = mime->urls().size();
    QApplication::clipboard()->setMimeData(mime);
    desk_.status.say(tr("Copied %1.").arg(countedText(count, tr("picture"), tr("pictures"))));
}

void GalleryPlace::saveCopy() {
    const Entry* entry = current();
    if (!entry)
        return;
    opener_->open(entry->path, [this](const ResultPtr& run) { desk_.pictures.saveAs(run); });
}

void GalleryPlace::showInFileManager() {
    if (const Entry* entry = current())
        QDesktopServices::openUrl(
            QUrl::fromLocalFile(QFileInfo(desk_.gallery.filePath(entry->path)).absolutePath()));
}

} // namespace scalekv::ui
