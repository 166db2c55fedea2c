#include "ui/gallery/gallery_details.h"

#include "gallery/marks.h"
#include "gallery/picture_name.h"
#include "scalekv/error.h"
#include "scalekv/png_head.h"
#include "ui/gallery/gallery_delegate.h"
#include "ui/gallery/gallery_model.h"
#include "ui/text/policy_text.h"
#include "ui/text/request_summary.h"
#include "ui/text/unit_text.h"
#include "widgets/focus_buttons.h"
#include "widgets/wrapped_label.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <algorithm>
#include <utility>

namespace scalekv::ui {

using gallery::Entry;
using widgets::WrappedLabel;

namespace {

std::optional<Recipe> recipeAt(const QString& file) {
    try {
        return recipeOf(readPngHead(gallery::nativePath(file)).text);
    } catch (const std::exception&) {
        return {}; // gone, or no longer whole
    }
}

QString selectable(const QString& text) {
    return text.trimmed();
}

} // namespace

GalleryDetails::GalleryDetails(gallery::Gallery& gallery, GalleryModel& model, QWidget* parent)
    : QScrollArea(parent), gallery_(gallery), model_(model), picture_(new QLabel), title_(new WrappedLabel),
      settings_(new WrappedLabel(WrappedLabel::Tone::Faint)),
      facts_(new WrappedLabel(WrappedLabel::Tone::Faint)), kept_(new WrappedLabel(WrappedLabel::Tone::Faint)),
      tags_(new QLineEdit), marks_(new QWidget), buttons_(new QVBoxLayout) {
    setObjectName(QStringLiteral("galleryDetails"));
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    picture_->setAlignment(Qt::AlignCenter);
    picture_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    title_->setObjectName(QStringLiteral("galleryTitle"));
    for (WrappedLabel* label : {title_, settings_, facts_})
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    settings_->setObjectName(QStringLiteral("gallerySettings"));

    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    for (int stars = 1; stars <= gallery::kMostStars; ++stars) {
        auto* star = new widgets::FocusToolButton;
        star->setObjectName(QStringLiteral("star%1").arg(stars));
        star->setAutoRaise(true);
        star->setFocusPolicy(Qt::TabFocus);
        star->setToolTip(
            tr("%1 (key %2; again or 0: none)").arg(countedText(stars, tr("star"), tr("stars"))).arg(stars));
        star->setAccessibleName(countedText(stars, tr("star"), tr("stars")));
        connect(star, &QToolButton::clicked, this, [this, stars] {
            const bool same = isOne() && entries_.front().marks.stars == stars;
            Q_EMIT starsChosen(same ? 0 : stars);
        });
        row->addWidget(star);
        stars_ += star;
    }
    row->addStretch();
    tags_->setObjectName(QStringLiteral("galleryTags"));
    tags_->setAccessibleName(tr("Tags"));
    tags_->setToolTip(tr("Tags, with commas between them. They stand in a file beside the picture "
                         "(XMP), which darktable and digiKam read as well"));
    connect(tags_, &QLineEdit::textEdited, this, [this] {
        if (typedFor_.isEmpty())
            typedFor_ = entries_;
    });
    connect(tags_, &QLineEdit::editingFinished, this, &GalleryDetails::readTags);
    auto* marks = new QVBoxLayout(marks_);
    marks->setContentsMargins(0, 0, 0, 0);
    marks->addLayout(row);
    marks->addWidget(tags_);

    auto* contents = new QWidget;
    auto* column = new QVBoxLayout(contents);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(8);
    column->addWidget(picture_);
    column->addWidget(title_);
    column->addWidget(marks_);
    column->addLayout(buttons_);
    column->addWidget(settings_);
    column->addWidget(facts_);
    column->addWidget(kept_);
    column->addStretch();
    setWidget(contents);
    setMinimumWidth(220);
    connect(&model_, &QAbstractItemModel::dataChanged, this, [this] {
        if (picture_->pixmap().isNull())
            showPicture();
    });
    show({});
}

void GalleryDetails::setActions(const QList<QAction*>& actions) {
    QHBoxLayout* row = nullptr;
    for (QAction* action : actions) {
        if (!row || row->count() == 2) {
            row = new QHBoxLayout;
            buttons_->addLayout(row);
        }
        auto* button = new widgets::FocusToolButton;
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::TabFocus);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        if (action->menu())
            button->setPopupMode(QToolButton::InstantPopup);
        row->addWidget(button);
    }
}

/// Rather than many, or a group of them.
bool GalleryDetails::isOne() const {
    return entries_.size() == 1 && entries_.front().count == 1;
}

void GalleryDetails::show(const QVector<Entry>& entries) {
    const bool same =
        entries.size() == 1 && entries_.size() == 1 && entries.front().path == entries_.front().path &&
        entries.front().time == entries_.front().time && entries.front().count == entries_.front().count;
    const auto sameFile = [](const Entry& a, const Entry& b) { return a.path == b.path; };
    if (!std::equal(entries.begin(), entries.end(), typedFor_.begin(), typedFor_.end(), sameFile))
        readTags(); // what was typed was meant for those before
    entries_ = entries;
    marks_->setVisible(!entries_.isEmpty());
    refreshMarks();
    if (same)
        return; // another mark: what the file says is the same
    showPicture();
    settings_->say({});
    kept_->say({});
    facts_->say({});
    if (entries_.isEmpty()) {
        title_->say(tr("Choose a picture to see what is known of it."));
        return;
    }
    qint64 bytes = 0;
    int pictures = 0;
    for (const Entry& entry : entries_) {
        bytes += entry.bytes;
        pictures += entry.count;
    }
    const Entry& entry = entries_.front();
    if (entries_.size() == 1)
        title_->say(entry.prompt.isEmpty() ? entryTitle(entry) : selectable(entry.prompt));
    else
        title_->say(tr("%1 pictures").arg(pictures));
    if (!isOne()) {
        if (entries_.size() == 1)
            facts_->say(tr("%1 pictures of this prompt").arg(pictures));
        else if (pictures == entries_.size())
            facts_->say(byteText(bytes));
        return;
    }
    facts_->say(tr("%1 × %2 pixels · %3\n%4\n%5")
                    .arg(entry.width)
                    .arg(entry.height)
                    .arg(byteText(bytes),
                         QLocale().toString(QDateTime::fromMSecsSinceEpoch(entry.time), QLocale::LongFormat),
                         entry.path));
    if (!entry.reached.isEmpty())
        kept_->say(
            tr("Stopped: it is what had been drawn after %1 scales. Its recipe makes the whole picture.")
                .arg(entry.reached));
    else if (entry.hasRun)
        kept_->say(
            tr("Its run is kept beside it: it can be inspected and compared without being drawn again."));
    else if (entry.hasRecipe)
        kept_->say(tr("Only the picture and its recipe are kept: to be inspected, it has to be repeated."));
    else
        kept_->say(tr("It carries no recipe: its settings are not known."));
    if (!entry.hasRecipe)
        return;
    const QString path = entry.path;
    QtConcurrent::run(recipeAt, gallery_.filePath(path))
        .then(this, [this, path](const std::optional<Recipe>& recipe) { showRecipe(path, recipe); });
}

void GalleryDetails::showRecipe(const QString& path, const std::optional<Recipe>& recipe) {
    if (!recipe || !isOne() || entries_.front().path != path)
        return;
    GenerationRequest request = recipe->request;
    request.prompts = {std::string()}; // it stands above
    settings_->say(policyText(request.policy) + requestSummary(request) + QLatin1Char('\n') +
                   QString::fromStdString(recipe->model.name) + QStringLiteral(" · ") +
                   QString::fromStdString(recipe->precision) + QStringLiteral(" · ") +
                   QString::fromStdString(recipe->device));
}

void GalleryDetails::showPicture() {
    const bool one = entries_.size() == 1;
    picture_->setVisible(one);
    picture_->setPixmap({});
    if (!one)
        return;
    const int side = std::max(80, viewport()->width() - 20);
    picture_->setFixedHeight(std::min(side, 280));
    QImage image =
        model_.thumbnail(entries_.front(), qRound(GalleryDelegate::kPictureSide * devicePixelRatioF()));
    if (image.isNull())
        return;
    const qreal ratio = devicePixelRatioF();
    image =
        image.scaled(QSize(side, picture_->height()) * ratio, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    image.setDevicePixelRatio(ratio);
    picture_->setPixmap(QPixmap::fromImage(image));
}

void GalleryDetails::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    showPicture();
}

void GalleryDetails::refreshMarks() {
    int stars = entries_.isEmpty() ? 0 : entries_.front().marks.stars;
    for (const Entry& entry : entries_)
        stars = std::min(stars, entry.marks.stars);
    for (int n = 0; n < stars_.size(); ++n)
        stars_[n]->setText(QString(QChar(n < stars ? 0x2605 : 0x2606)));
    const bool one = isOne();
    tags_->setPlaceholderText(one ? tr("Tags") : tr("Add tags to all of these"));
    if (!tags_->hasFocus() || !tags_->isModified()) {
        tags_->setText(one ? entries_.front().marks.tags.join(QStringLiteral(", ")) : QString());
        tags_->setModified(false);
    }
}

void GalleryDetails::readTags() {
    const QVector<Entry> meant = std::exchange(typedFor_, {});
    if (!tags_->isModified() || meant.isEmpty())
        return;
    tags_->setModified(false);
    QStringList wanted, added, removed;
    const QStringList before =
        meant.size() == 1 && meant.front().count == 1 ? meant.front().marks.tags : QStringList();
    QString text = tags_->text();
    for (const QString& tag : before) { // other programs' tags may have commas in them
        if (const qsizetype at = text.indexOf(tag); at >= 0 && tag.contains(QLatin1Char(','))) {
            wanted += tag;
            text.replace(at, tag.size(), QString(QLatin1Char(',')));
        }
    }
    for (const QString& part : text.split(QLatin1Char(','))) {
        if (const QString tag = gallery::cleanTag(part); !tag.isEmpty())
            wanted += tag;
    }
    for (const QString& tag : std::as_const(wanted)) {
        if (!before.contains(tag))
            added += tag;
    }
    for (const QString& tag : before) {
        if (!wanted.contains(tag))
            removed += tag;
    }
    if (!added.isEmpty() || !removed.isEmpty())
        Q_EMIT tagsChosen(meant, added, removed);
}

} // namespace scalekv::ui
