#pragma once

#include "ui/runs/picture_sheet.h"
#include "ui/runs/queued_work.h"

#include <QObject>

#include <memory>
#include <utility>

namespace scalekv::gallery {
class Gallery;
}

namespace scalekv::ui {

class PictureKeeper;
class WorkQueue;

/// Gives sheets what the queue has made for them: a picture at once, and its file as soon as it is kept.
class SheetFiller : public QObject {
    Q_OBJECT
public:
    SheetFiller(SheetList& sheets, const WorkQueue& queue, const PictureKeeper& keeper,
                const gallery::Gallery& gallery, QObject* parent = nullptr);

private:
    /// Pictures of sheets that are on their way to the gallery.
    QVector<std::pair<std::weak_ptr<const GenerationResult>, SheetCell>> toBeKept_;
};

} // namespace scalekv::ui
