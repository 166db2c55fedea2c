#include "ui/gallery/gallery_limit.h"

#include "ui/shell/message_subjects.h"
#include "ui/text/unit_text.h"

#include <QAction>
#include <QSettings>

#include <algorithm>

namespace scalekv::ui {

using widgets::MessageBar;

namespace {

constexpr char kLimitKey[] = "gallery/limit";

} // namespace

GalleryLimit::GalleryLimit(const Desk& desk, QObject* parent) : QObject(parent), desk_(desk) {
    connect(&desk_.gallery, &gallery::Gallery::contentsChanged, this, &GalleryLimit::check);
}

qint64 GalleryLimit::limit() {
    return std::max(qint64(0), QSettings().value(QLatin1String(kLimitKey)).toLongLong());
}

void GalleryLimit::setLimit(qint64 bytes) {
    QSettings().setValue(QLatin1String(kLimitKey), bytes);
    told_ = false;
    check();
}

qint64 GalleryLimit::excess() const {
    const gallery::Contents& contents = desk_.gallery.contents();
    return limit() == 0 ? 0 : std::max(qint64(0), contents.bytes + contents.trashBytes - limit());
}

void GalleryLimit::check() {
    if (excess() == 0) {
        if (std::exchange(told_, false))
            desk_.messages.withdraw(subjects::kGallery);
        return;
    }
    if (std::exchange(told_, true))
        return;
    const gallery::Contents& contents = desk_.gallery.contents();
    QString text =
        tr("The gallery takes %1, more than the %2 that you allow it. Nothing is removed by itself.")
            .arg(byteText(contents.bytes + contents.trashBytes), byteText(limit()));
    if (contents.trashBytes > 0)
        text += QLatin1Char(' ') + tr("%1 of that are in its trash.").arg(byteText(contents.trashBytes));
    desk_.messages.showMessage(MessageBar::Kind::Warning, subjects::kGallery, text);
    connect(desk_.messages.offer(tr("See what would go first")), &QAction::triggered, this,
            &GalleryLimit::wanted);
}

} // namespace scalekv::ui
