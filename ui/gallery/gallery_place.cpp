#include "ui/gallery/gallery_place.h"

#include "gallery/picture_name.h"
#include "scalekv/png.h"
#include "ui/gallery/gallery_details.h"
#include "ui/gallery/gallery_head.h"
#include "ui/gallery/gallery_limit.h"
#include "ui/gallery/gallery_list.h"
#include "ui/gallery/gallery_model.h"
#include "ui/gallery/gallery_opener.h"
#include "ui/runs/image_convert.h"
#include "ui/shell/message_subjects.h"
#include "ui/text/unit_text.h"
#include "widgets/image_view.h"

#include <QAction>
#include <QDir>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QLabel>
#include <QMimeData>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <algorithm>

namespace scalekv::ui {

using gallery::Entry;
using gallery::Gallery;
using widgets::MessageBar;

namespace {

constexpr int kLookAgain = 500; // ms

QImage pictureAt(const QString& file) {
    try {
        return toQImage(readPng(gallery::nativePath(file)).image);
    } catch (const std::exception&) {
        return {};
    }
}

QStringList droppedPictures(const QMimeData* data) {
    QStringList files;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile() && gallery::isPictureName(url.toLocalFile()))
            files += url.toLocalFile();
    }
    return files;
}

} // namespace

GalleryPlace::GalleryPlace(const Desk& desk)
    : Place({.id = QStringLiteral("gallery"),
             .title = tr("Gallery"),
             .iconName = QStringLiteral("gallery"),
             .toolTip = tr("Find again all that was drawn")}),
      desk_(desk), model_(new GalleryModel(desk.gallery, this)), opener_(new GalleryOpener(desk, this)),
      limit_(new GalleryLimit(desk, this)), head_(new GalleryHead(this)),
      list_(new GalleryList(
          *model_, [this] { return dragged(); }, this)),
      empty_(new QLabel(this)), viewer_(new widgets::ImageView(this)), pages_(new QStackedWidget(this)),
      details_(new GalleryDetails(desk.gallery, *model_, this)) {
    empty_->setObjectName(QStringLiteral("galleryEmpty"));
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setTextFormat(Qt::PlainText);
    empty_->setWordWrap(true);
    empty_->setForegroundRole(QPalette::PlaceholderText);
    empty_->setMargin(24);
    viewer_->setObjectName(QStringLiteral("galleryViewer"));
    viewer_->setDragData([this] { return dragged(); });
    viewer_->setAcceptDrops(false);
    for (QWidget* page :
         {static_cast<QWidget*>(list_), static_cast<QWidget*>(empty_), static_cast<QWidget*>(viewer_)})
        pages_->addWidget(page);
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    makeActions();
    trashBar_ = trashBar();
    column->addWidget(head_);
    column->addWidget(trashBar_);
    column->addWidget(pages_, 1);
    setCentralWidget(centre);
    addDock("galleryDetailsDock", tr("Details"), details_, Qt::RightDockWidgetArea);
    setAcceptDrops(true);
    head_->setMenu(folderMenu());
    whilePointing_.setSingleShot(true);
    whilePointing_.setInterval(kLookAgain);
    connect(&whilePointing_, &QTimer::timeout, this, &GalleryPlace::find);
    connect(head_, &GalleryHead::queryChanged, this, [this] {
        leaveGoFirst();
        closeViewer();
        find();
    });
    connect(head_, &GalleryHead::backRequested, this, &GalleryPlace::goBack);
    connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &GalleryPlace::selectionChanged);
    connect(model_, &QAbstractItemModel::modelReset, this, &GalleryPlace::selectionChanged);
    connect(model_, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex&, const QModelIndex&, const QVector<int>& roles) {
                if (roles.isEmpty())
                    selectionChanged();
            });
    connect(details_, &GalleryDetails::starsChosen, this, &GalleryPlace::setStars);
    connect(details_, &GalleryDetails::tagsChosen, this,
            [this](const QVector<Entry>& entries, const QStringList& added, const QStringList& removed) {
                mark(entries, {.addTags = added, .removeTags = removed}, tr("changing tags"));
            });
    connect(limit_, &GalleryLimit::wanted, this, [this] {
        Q_EMIT wanted();
        head_->leaveTrash(); // that does not lie there
        showWhatGoesFirst();
    });
    connect(limit_, &GalleryLimit::limitChanged, this, [this] {
        if (goFirstQuestion_ != 0)
            showWhatGoesFirst();
    });
    connectGallery();
    head_->restoreSettings();
    find();
    selectionChanged();
}

void GalleryPlace::connectGallery() {
    Gallery& gallery = desk_.gallery;
    connect(&gallery, &Gallery::found, this, &GalleryPlace::take);
    connect(&gallery, &Gallery::contentsChanged, this, [this](const gallery::Contents& contents) {
        head_->setContents(contents);
        refreshActions();
        if (goFirst_)
            showWhatGoesFirst();
        else
            find();
    });
    connect(&gallery, &Gallery::scanProgress, this, [this](int read, int total) {
        scanText_ = total > 200 ? tr("reading %1 of %2 pictures").arg(read).arg(total) : QString();
        scanning_ = true;
        showState();
    });
    connect(&gallery, &Gallery::scanFinished, this, [this](int broken, int unreadable) {
        scanning_ = false;
        scanText_.clear();
        showState();
        showEmpty();
        if (broken > 0)
            desk_.status.say(tr("In the gallery's folder, %1 cannot be read.")
                                 .arg(countedText(broken, tr("picture"), tr("pictures"))));
        else if (unreadable > 0)
            desk_.status.say(tr("In the gallery's folder, %1 cannot be looked into.")
                                 .arg(countedText(unreadable, tr("folder"), tr("folders"))));
    });
    connect(&gallery, &Gallery::folderTrouble, this, [this](const QString& message) {
        if (message.isEmpty())
            desk_.messages.withdraw(subjects::kGallery);
        else
            desk_.messages.showMessage(
                MessageBar::Kind::Error, subjects::kGallery,
                message + QLatin1Char(' ') +
                    tr("What it held last can still be seen; it is looked for again."));
        showEmpty();
    });
    connect(&gallery, &Gallery::failed, this, [this](const QString& message) {
        desk_.messages.showMessage(MessageBar::Kind::Error, subjects::kGallery, message);
    });
    connect(&gallery, &Gallery::broughtIn, this, [this](int copied, int already, const QStringList& refused) {
        QStringList said;
        if (copied > 0)
            said += tr("Copied %1 into the gallery.").arg(countedText(copied, tr("picture"), tr("pictures")));
        if (already > 0)
            said += tr("%1 in it already.").arg(countedText(already, tr("picture is"), tr("pictures are")));
        if (!said.isEmpty())
            desk_.status.say(said.join(QLatin1Char(' ')));
        if (!refused.isEmpty())
            desk_.messages.showMessage(MessageBar::Kind::Warning, subjects::kGallery,
                                       refused.mid(0, 3).join(QLatin1Char(' ')));
    });
    connect(&gallery, &Gallery::opened, this, [this] {
        pictures_.clear(); // they are of another folder
        shown_.reset();
        leaveGoFirst();
        closeViewer();
        head_->clearFilters();
        find();
    });
}

void GalleryPlace::find() {
    question_ = desk_.gallery.find(head_->query());
}

/// From the picture to all, from a prompt to the groups, from what would go first to what is looked for.
void GalleryPlace::goBack() {
    if (!viewed_.isEmpty())
        return closeViewer();
    if (goFirstQuestion_ == 0)
        return head_->leaveGroup();
    leaveGoFirst();
    find();
}

void GalleryPlace::leaveGoFirst() {
    goFirst_ = false;
    head_->offerBack({});
    goFirstQuestion_ = 0; // an answer that is on its way comes too late
}

/// Whether what is seen lies in the trash.
bool GalleryPlace::showsTrash() const {
    return !goFirst_ && shown_ && shown_->trashed;
}

void GalleryPlace::showWhatGoesFirst() {
    const qint64 bytes = limit_->excessBesidesTrash();
    if (bytes == 0) {
        leaveGoFirst();
        return find();
    }
    goFirstQuestion_ = desk_.gallery.findLeastMissed(bytes);
}

void GalleryPlace::take(quint64 ticket, const QVector<Entry>& entries) {
    if (const Pictures then = pictures_.take(ticket)) {
        if (!entries.isEmpty()) // else they have gone meanwhile
            then(entries);
        return;
    }
    if (ticket == goFirstQuestion_) {
        goFirst_ = true;
        head_->offerBack(tr("All pictures"));
        closeViewer();
    } else if (ticket != question_ || goFirst_) {
        return; // another has been asked since
    }
    if (!goFirst_ && shown_ == head_->query() && list_->isPointedAt() && model_->isGrown(entries))
        return whilePointing_.start();
    const Entry* before = current();
    const QString path = before ? before->path : QString();
    // After it: what was typed for the pictures before is read now, and meant these.
    model_->setEntries(entries);
    shown_ = goFirst_ ? std::nullopt : std::optional(head_->query());
    refreshActions();
    if (!list_->currentIndex().isValid() && !path.isEmpty()) {
        if (const int row = model_->rowOf(path); row >= 0)
            list_->setCurrentIndex(model_->index(row));
    }
    showState();
    showEmpty();
}

void GalleryPlace::showState() {
    const gallery::Contents& contents = desk_.gallery.contents();
    const int shown = model_->rowCount();
    QStringList parts;
    if (goFirst_) {
        parts += tr("%1 would go first, the oldest without stars or tags (Ctrl+A, Del: to the trash)")
                     .arg(countedText(shown, tr("picture"), tr("pictures")));
    } else if (head_->query().grouped) {
        parts += countedText(shown, tr("prompt"), tr("prompts"));
    } else if (head_->isFiltered()) {
        parts += tr("%1 of %2")
                     .arg(shown)
                     .arg(head_->query().trashed ? contents.trashedPictures : contents.pictures);
    } else {
        parts += countedText(shown, tr("picture"), tr("pictures"));
    }
    if (!goFirst_ && !head_->query().grouped && head_->isFiltered())
        parts += byteText(model_->bytes());
    else if (!goFirst_)
        parts += head_->query().trashed ? byteText(contents.trashBytes) : byteText(contents.bytes);
    if (head_->group())
        parts += *head_->group();
    if (!scanText_.isEmpty())
        parts += scanText_;
    head_->say(parts.join(QStringLiteral(" · ")));
}

void GalleryPlace::showEmpty() {
    QString text;
    if (desk_.gallery.folder().isEmpty())
        text = tr("No folder for pictures is chosen: choose one with “Folder” above.");
    else if (!desk_.gallery.trouble().isEmpty())
        text = tr("The folder %1 cannot be read.\n\nIt is looked for again by itself, and “Folder” above "
                  "chooses another.")
                   .arg(QDir::toNativeSeparators(desk_.gallery.folder()));
    else if (scanning_)
        text = tr("Looking through the folder…");
    else if (head_->isFiltered())
        text = tr("No picture is found.\n\nFewer words, or other filters, find more.");
    else if (head_->query().trashed)
        text = tr("The trash is empty.");
    else
        text = tr(
            "Every picture that you draw is kept here, with its recipe and what was recorded of its run.\n\n"
            "PNGs can be dropped here as well.");
    empty_->setText(text);
    if (pages_->currentWidget() != viewer_)
        pages_->setCurrentWidget(model_->rowCount() > 0 ? static_cast<QWidget*>(list_) : empty_);
}

const Entry* GalleryPlace::current() const {
    const QModelIndex index = list_->currentIndex();
    return index.isValid() ? &model_->entry(index.row()) : nullptr;
}

QVector<Entry> GalleryPlace::selected() const {
    QVector<Entry> entries;
    for (const int row : list_->selectedRows())
        entries += model_->entry(row);
    return entries;
}

/// Calls `then` with these; where they are groups, with the pictures in them, as soon as they are known.
void GalleryPlace::withPictures(const QVector<Entry>& entries, const Pictures& then) {
    if (entries.isEmpty())
        return;
    if (std::all_of(entries.begin(), entries.end(), [](const Entry& entry) { return entry.count == 1; }))
        return then(entries);
    gallery::Query query = shown_.value_or(head_->query()); // of which these are groups
    query.grouped = false;
    for (const Entry& entry : entries)
        query.prompts += entry.prompt;
    pictures_.insert(desk_.gallery.find(query), then);
}

void GalleryPlace::selectionChanged() {
    details_->show(selected());
    refreshActions();
}

void GalleryPlace::openCurrent() {
    const Entry* entry = current();
    if (!entry)
        return;
    if (entry->count > 1) {
        head_->enterGroup(entry->prompt);
        return;
    }
    viewed_ = entry->path;
    const QSize size(entry->width, entry->height);
    viewer_->setPicture(model_->thumbnail(*entry, qRound(160 * devicePixelRatioF())), size);
    pages_->setCurrentWidget(viewer_);
    viewer_->setFocus();
    refreshActions();
    QtConcurrent::run(pictureAt, desk_.gallery.filePath(viewed_))
        .then(this, [this, path = viewed_, size](const QImage& picture) {
            if (path != viewed_)
                return;
            if (picture.isNull()) {
                closeViewer();
                desk_.status.say(tr("%1 cannot be read.").arg(path));
            } else {
                viewer_->setPicture(picture, size);
            }
        });
}

void GalleryPlace::closeViewer() {
    if (viewed_.isEmpty())
        return;
    viewed_.clear();
    viewer_->clear();
    pages_->setCurrentWidget(model_->rowCount() > 0 ? static_cast<QWidget*>(list_) : empty_);
    list_->setFocus();
    refreshActions();
}

void GalleryPlace::walk(int rows) {
    const QModelIndex next = model_->index(list_->currentIndex().row() + rows);
    if (!next.isValid())
        return;
    list_->setCurrentIndex(next);
    openCurrent();
}

void GalleryPlace::entered() {
    desk_.gallery.rescan(); // network disks do not tell of changes
    if (pages_->currentWidget() == list_)
        list_->setFocus();
}

void GalleryPlace::saveSettings() {
    Place::saveSettings();
    head_->saveSettings();
}

void GalleryPlace::arrangeDocks() {
    addDockWidget(Qt::RightDockWidgetArea, docks()[0]);
    resizeDocks({docks()[0]}, {280}, Qt::Horizontal);
}

void GalleryPlace::dragEnterEvent(QDragEnterEvent* event) {
    if (!event->source() && !droppedPictures(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void GalleryPlace::dropEvent(QDropEvent* event) {
    event->setDropAction(Qt::CopyAction);
    event->accept();
    desk_.gallery.bringIn(droppedPictures(event->mimeData()));
}

} // namespace scalekv::ui
