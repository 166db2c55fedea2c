#include "ui/shell/sheet_filler.h"

#include "gallery/gallery.h"
#include "ui/shell/picture_keeper.h"
#include "ui/shell/work_queue.h"

namespace scalekv::ui {

SheetFiller::SheetFiller(SheetList& sheets, const WorkQueue& queue, const PictureKeeper& keeper,
                         const gallery::Gallery& gallery, QObject* parent)
    : QObject(parent) {
    connect(&queue, &WorkQueue::made, this, [this, &sheets](const QueuedWork& work, const ResultPtr& result) {
        if (!work.cell)
            return;
        sheets.setPicture(work.cell->sheet, work.cell->cell, result->picture());
        toBeKept_.removeIf([](const auto& other) { return other.first.expired(); });
        toBeKept_.append({result, *work.cell});
    });
    connect(&keeper, &PictureKeeper::kept, this,
            [this, &sheets, &gallery](const ResultPtr& result, const QString& path) {
                toBeKept_.removeIf([&](const auto& one) {
                    if (one.first.lock() != result)
                        return false;
                    sheets.setFile(one.second.sheet, one.second.cell, gallery.filePath(path));
                    return true;
                });
            });
}

} // namespace scalekv::ui
