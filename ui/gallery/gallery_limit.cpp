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
    desk_.messages.withdraw(subjects::kGalleryLimit);
    told_ = Told::Nothing;
    check();
    Q_EMIT limitChanged();
}

qint64 GalleryLimit::excess() const {
    const gallery::Contents& contents = desk_.gallery.contents();
    return limit() == 0 ? 0 : std::max(qint64(0), contents.bytes + contents.trashBytes - limit());
}

qint64 GalleryLimit::excessBesidesTrash() const {
    return std::max(qint64(0), excess() - desk_.gallery.contents().trashBytes);
}

void GalleryLimit::check() {
    const Told wanted = excess() == 0               ? Told::Nothing
                        : excessBesidesTrash() == 0 ? Told::EmptyTrash
                                                    : Told::TooMuch;
    if (std::exchange(told_, wanted) == wanted)
        return;
    if (wanted == Told::Nothing)
        return desk_.messages.withdraw(subjects::kGalleryLimit);
    const gallery::Contents& contents = desk_.gallery.contents();
    QString text =
        tr("The gallery takes %1, more than the %2 that you allow it. Nothing is removed by itself.")
            .arg(byteText(contents.bytes + contents.trashBytes), byteText(limit()));
    if (contents.trashBytes > 0)
        text += QLatin1Char(' ') + tr("%1 of that are in its trash.").arg(byteText(contents.trashBytes));
    if (wanted == Told::EmptyTrash)
        text += QLatin1Char(' ') + tr("Empty the trash (menu File) to be below it.");
    desk_.messages.showMessage(MessageBar::Kind::Warning, subjects::kGalleryLimit, text);
    if (wanted == Told::TooMuch)
        connect(desk_.messages.offer(tr("See what would go first")), &QAction::triggered, this,
                &GalleryLimit::wanted);
}

} // namespace scalekv::ui
