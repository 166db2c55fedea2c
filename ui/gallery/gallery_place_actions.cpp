#include "ui/gallery/gallery_place.h"

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
#include "widgets/elided_label.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"
#include "widgets/image_view.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QInputDialog>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QUrl>
#include <QtConcurrent>

#include <algorithm>

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

QStringList pathsOf(const QVector<Entry>& entries) {
    QStringList paths;
    for (const Entry& entry : entries)
        paths += entry.path;
    return paths;
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
    putBack_ = make("undo", tr("Put &back"), {}, tr("Back to where it was"), [this] { moveSelected(); });
    delete_ = make("remove", tr("&Delete for good…"), QKeySequence::Delete, tr("It cannot be put back then"),
                   [this] { askToDeleteSelected(); });
    copy_ = make("copy", tr("&Copy"), QKeySequence::Copy, tr("Copy the picture, and its file"),
                 [this] { copySelected(); });
    save_ = make("save", tr("&Save a copy…"), {}, tr("Write the picture, with its recipe, somewhere else"),
                 [this] { saveCopy(); });
    reveal_ = make("open", tr("Show in the &file manager"), {}, tr("Open the folder in which it lies"),
                   [this] { showInFileManager(); });
    back_ = make(nullptr, tr("&Back"), Qt::Key_Backspace,
                 tr("From the picture to all, or from a prompt to the groups"), [this] { goBack(); });
    emptyTrash_ = make(nullptr, tr("&Empty the trash…"), {}, tr("Delete all that is in it for good"),
                       [this] { askToEmptyTrash(); });
    addAction(search_);

    // Keys that mean something only while pictures have the keyboard.
    for (int stars = 0; stars <= gallery::kMostStars; ++stars)
        stars_ += make(nullptr, stars == 0 ? tr("No stars") : starsText(stars), Qt::Key_0 + stars, {},
                       [this, stars] { setStars(stars); });
    pages_->addActions(stars_ + QList<QAction*>{trash_, delete_, copy_, back_});
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
        QAction* action = actionOf(verb, this);
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
                                      separator(this), putBack_, trash_, delete_});
    refreshActions();
}

/// What can be done with the trash, above what is in it.
QWidget* GalleryPlace::trashBar() {
    auto* bar = new QWidget(this);
    bar->setObjectName(QStringLiteral("galleryTrashBar"));
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(10, 0, 10, 4);
    auto* about = new widgets::ElidedLabel(bar);
    about->setFullText(tr("What is in the trash can be put back. It is deleted only by you."));
    row->addWidget(about, 1);
    for (QAction* action : {putBack_, delete_, emptyTrash_}) {
        auto* button = new widgets::FocusToolButton(bar);
        button->setDefaultAction(action);
        button->setToolButtonStyle(action->icon().isNull() ? Qt::ToolButtonTextOnly
                                                           : Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::TabFocus);
        row->addWidget(button);
    }
    return bar;
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
    menu->addAction(tr("&Open it in the file manager"), this, [this] { openFolder(desk_.gallery.folder()); });
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
    const bool trashed = showsTrash();
    const bool groups =
        std::any_of(entries.begin(), entries.end(), [](const Entry& each) { return each.count > 1; });
    open_->setEnabled(any);
    copy_->setEnabled(any && !groups); // a group has no file of its own
    const bool one = entries.size() == 1 && !groups;
    for (QAction* action : {save_, reveal_})
        action->setEnabled(one);
    // Of the two that have a key in common, one.
    trash_->setEnabled(any && !trashed);
    trash_->setVisible(!trashed);
    for (QAction* action : {putBack_, delete_}) {
        action->setEnabled(any && trashed);
        action->setVisible(trashed);
    }
    const gallery::Contents& contents = desk_.gallery.contents();
    emptyTrash_->setEnabled(contents.trashedPictures + contents.trashedBroken > 0);
    trashBar_->setVisible(trashed);
    for (QAction* action : std::as_const(verbs_))
        action->setEnabled(entry && entry->hasRecipe && entries.size() == 1);
}

void GalleryPlace::setStars(int stars) {
    mark(selected(), {.stars = stars}, stars == 0 ? tr("taking stars away") : tr("giving stars"));
}

void GalleryPlace::mark(const QVector<Entry>& entries, const gallery::MarksChange& change,
                        const QString& text) {
    withPictures(entries, [this, change, text](const QVector<Entry>& pictures) {
        const quint64 ticket = desk_.gallery.changeMarks(pathsOf(pictures), change);
        desk_.undo.push(new GalleryStep(desk_.gallery, ticket, text));
    });
}

/// To the trash; or, of what is there, back.
void GalleryPlace::moveSelected() {
    const QVector<int> rows = list_->selectedRows();
    const bool back = showsTrash();
    closeViewer();
    withPictures(selected(), [this, back](const QVector<Entry>& pictures) {
        const quint64 ticket = desk_.gallery.move(pathsOf(pictures));
        desk_.undo.push(new GalleryStep(
            desk_.gallery, ticket, back ? tr("putting pictures back") : tr("moving pictures to the trash")));
        const QString what = countedText(pictures.size(), tr("picture"), tr("pictures"));
        sayUndoable(desk_,
                    back ? tr("Put %1 back.").arg(what) : tr("Moved %1 to the gallery's trash.").arg(what));
    });
    // The next one, as everywhere: with Del again and again one goes through them. After the last, none.
    if (!rows.isEmpty())
        list_->setCurrentIndex(model_->index(rows.front() + static_cast<int>(rows.size())));
}

bool GalleryPlace::isSure(const QString& title, const QString& what, qint64 bytes) {
    QMessageBox box(QMessageBox::Warning, title,
                    tr("Delete %1 (%2) for good? This cannot be undone.").arg(what, byteText(bytes)),
                    QMessageBox::Yes | QMessageBox::No, window());
    box.button(QMessageBox::Yes)->setText(tr("&Delete"));
    box.button(QMessageBox::No)->setText(tr("&Keep"));
    box.setDefaultButton(QMessageBox::No);
    if (box.exec() != QMessageBox::Yes)
        return false;
    desk_.status.say(tr("Deleting %1 for good.").arg(what));
    return true;
}

void GalleryPlace::askToDeleteSelected() {
    withPictures(selected(), [this](const QVector<Entry>& pictures) {
        qint64 bytes = 0;
        for (const Entry& picture : pictures)
            bytes += picture.bytes;
        if (!isSure(tr("Delete for good"), countedText(pictures.size(), tr("picture"), tr("pictures")),
                    bytes))
            return;
        closeViewer();
        desk_.gallery.deleteTrashed(pathsOf(pictures));
        withdrawMoveOffer();
    });
}

void GalleryPlace::askToEmptyTrash() {
    const gallery::Contents& contents = desk_.gallery.contents();
    QStringList what{countedText(contents.trashedPictures, tr("picture"), tr("pictures"))};
    if (contents.trashedBroken > 0)
        what += countedText(contents.trashedBroken, tr("damaged one"), tr("damaged ones"));
    if (!isSure(tr("Empty the trash"), what.join(tr(" and ")), contents.trashBytes))
        return;
    desk_.gallery.emptyTrash();
    withdrawMoveOffer();
}

/// An undo that is offered for pictures that are deleted would bring nothing back.
void GalleryPlace::withdrawMoveOffer() {
    if (dynamic_cast<const GalleryStep*>(desk_.undo.command(desk_.undo.index() - 1)))
        desk_.messages.withdraw(subjects::kLastStep);
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

void GalleryPlace::openFolder(const QString& folder) {
    if (!QDesktopServices::openUrl(QUrl::fromLocalFile(folder)))
        desk_.status.say(
            tr("No file manager could be opened; the folder is %1.").arg(QDir::toNativeSeparators(folder)));
}

void GalleryPlace::showInFileManager() {
    if (const Entry* entry = current())
        openFolder(QFileInfo(desk_.gallery.filePath(entry->path)).absolutePath());
}

} // namespace scalekv::ui
