#include "ui/gallery/gallery_model.h"

#include "scalekv/policy_choice.h"
#include "ui/text/policy_text.h"
#include "ui/text/unit_text.h"

#include <QFileInfo>
#include <QHash>
#include <QLocale>
#include <QSet>

#include <algorithm>
#include <numeric>

namespace scalekv::ui {

using gallery::Entry;

namespace {

constexpr qsizetype kMostAsked = 300; // more than a screen shows

/// Not by its id: those begin anew with an index that is made anew.
QString thumbnailKey(const Entry& entry) {
    return QString::number(entry.time) + QLatin1Char(' ') + entry.path;
}

} // namespace

QString starsText(int stars) {
    return QString(stars, QChar(0x2605));
}

QString storedPolicyText(const QString& policy) {
    const qsizetype space = policy.indexOf(QLatin1Char(' '));
    const std::string name = policy.left(space < 0 ? policy.size() : space).toStdString();
    return policyTitle(name) + (space < 0 ? QString() : policy.mid(space));
}

QString entryTitle(const Entry& entry) {
    return entry.prompt.isEmpty() ? QFileInfo(entry.path).completeBaseName() : entry.prompt.simplified();
}

QString entryDetails(const Entry& entry) {
    QStringList parts;
    if (entry.marks.stars > 0)
        parts += starsText(entry.marks.stars);
    parts += entry.hasRecipe ? storedPolicyText(entry.policy) : GalleryModel::tr("no recipe");
    return parts.join(QStringLiteral(" · "));
}

GalleryModel::GalleryModel(gallery::Gallery& gallery, QObject* parent)
    : QAbstractListModel(parent), gallery_(gallery), thumbnails_(kMostThumbnailBytes) {
    ask_.setSingleShot(true);
    ask_.setInterval(0);
    connect(&ask_, &QTimer::timeout, this, [this] { ask(); });
    connect(&gallery_, &gallery::Gallery::thumbnailReady, this, &GalleryModel::take);
    connect(&gallery_, &gallery::Gallery::opened, this, [this] {
        asked_.clear();
        thumbnails_.clear();
        setEntries({});
    });
}

void GalleryModel::setEntries(const QVector<Entry>& entries) {
    QSet<qint64> before;
    for (const Entry& entry : entries_)
        before.insert(entry.id);
    qsizetype known = 0;
    for (const Entry& entry : entries)
        known += before.contains(entry.id) ? 1 : 0;
    // Few have come or gone: views keep their selection and where they are.
    const qsizetype other = entries_.size() - known + entries.size() - known;
    if (!entries_.isEmpty() && other < 50 && known > 0) {
        mergeEntries(entries);
        return;
    }
    beginResetModel();
    entries_ = entries;
    endResetModel();
}

void GalleryModel::mergeEntries(const QVector<Entry>& entries) {
    QSet<qint64> wanted;
    for (const Entry& entry : entries)
        wanted.insert(entry.id);
    for (int row = rowCount(); row-- > 0;) {
        if (wanted.contains(entries_.at(row).id))
            continue;
        beginRemoveRows({}, row, row);
        entries_.removeAt(row);
        endRemoveRows();
    }
    QSet<qint64> here;
    for (const Entry& entry : std::as_const(entries_))
        here.insert(entry.id);
    QVector<qint64> order;
    for (const Entry& entry : entries) {
        if (here.contains(entry.id))
            order += entry.id;
    }
    const bool sameOrder = std::equal(order.begin(), order.end(), entries_.begin(), entries_.end(),
                                      [](qint64 id, const Entry& entry) { return id == entry.id; });
    if (!sameOrder) { // stars or another order
        beginResetModel();
        entries_ = entries;
        endResetModel();
        return;
    }
    for (int row = 0; row < entries.size(); ++row) {
        if (row < rowCount() && entries_.at(row).id == entries.at(row).id)
            continue;
        beginInsertRows({}, row, row);
        entries_.insert(row, entries.at(row));
        endInsertRows();
    }
    int first = -1, last = -1;
    for (int row = 0; row < rowCount(); ++row) {
        if (entries_.at(row) == entries.at(row))
            continue;
        first = first < 0 ? row : first;
        last = row;
    }
    entries_ = entries;
    if (first >= 0)
        Q_EMIT dataChanged(index(first), index(last));
}

qint64 GalleryModel::bytes() const {
    return std::accumulate(entries_.begin(), entries_.end(), qint64(0),
                           [](qint64 sum, const Entry& entry) { return sum + entry.bytes; });
}

bool GalleryModel::isGrown(const QVector<Entry>& entries) const {
    qint64 newest = -1;
    for (const Entry& entry : entries_)
        newest = std::max(newest, entry.id);
    QVector<Entry> known;
    for (const Entry& entry : entries) {
        if (entry.id <= newest)
            known += entry;
    }
    return !entries_.isEmpty() && known == entries_ && entries.size() > known.size();
}

int GalleryModel::rowOf(const QString& path) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.path == path; });
    return found == entries_.end() ? -1 : static_cast<int>(found - entries_.begin());
}

QImage GalleryModel::thumbnail(const Entry& entry, int side) const {
    if (side != side_) { // of a screen of another resolution
        side_ = side;
        thumbnails_.clear();
    }
    if (const QImage* known = thumbnails_.object(thumbnailKey(entry)))
        return *known;
    if (asked_.isEmpty() || asked_.back() != entry.id) {
        asked_.removeOne(entry.id);
        asked_ += entry.id;
        if (asked_.size() > kMostAsked)
            asked_.removeFirst();
    }
    if (!ask_.isActive())
        ask_.start();
    return {};
}

bool GalleryModel::isBroken(const Entry& entry) const {
    const QImage* known = thumbnails_.object(thumbnailKey(entry));
    return known && known->isNull();
}

void GalleryModel::ask() const {
    gallery_.wantThumbnails(asked_);
}

void GalleryModel::take(qint64 id, const QString& path, const QImage& image) {
    asked_.removeOne(id);
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.id == id; });
    if (found == entries_.end() || found->path != path)
        return; // or of an index that is no more
    const bool scale = !image.isNull() && side_ > 0 && (image.width() > side_ || image.height() > side_);
    auto* kept =
        new QImage(scale ? image.scaled(side_, side_, Qt::KeepAspectRatio, Qt::SmoothTransformation) : image);
    thumbnails_.insert(thumbnailKey(*found), kept, std::max(1, static_cast<int>(kept->sizeInBytes())));
    const QModelIndex at = index(static_cast<int>(found - entries_.begin()));
    Q_EMIT dataChanged(at, at, {Qt::DecorationRole});
}

int GalleryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

Qt::ItemFlags GalleryModel::flags(const QModelIndex& index) const {
    return QAbstractListModel::flags(index) | (index.isValid() ? Qt::ItemIsDragEnabled : Qt::NoItemFlags);
}

QVariant GalleryModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Entry& entry = entries_.at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return entryTitle(entry);
    case Qt::AccessibleTextRole:
        return entry.count > 1 ? tr("%1, %2 pictures").arg(entryTitle(entry)).arg(entry.count)
                               : tr("%1, %2").arg(entryTitle(entry), entryDetails(entry));
    case Qt::ToolTipRole: {
        QStringList lines{entryTitle(entry)};
        if (entry.count > 1)
            lines += tr("%1 pictures of this prompt; Enter shows them").arg(entry.count);
        lines += entryDetails(entry) + QStringLiteral(" · ") +
                 QLocale().toString(QDateTime::fromMSecsSinceEpoch(entry.time), QLocale::ShortFormat);
        if (!entry.reached.isEmpty())
            lines += tr("Stopped after %1 scales").arg(entry.reached);
        lines += entry.path;
        // Prompts may look like HTML.
        return QStringLiteral("<p style=\"white-space: pre-wrap\">%1</p>")
            .arg(lines.join(QLatin1Char('\n')).toHtmlEscaped());
    }
    default:
        return {};
    }
}

} // namespace scalekv::ui
