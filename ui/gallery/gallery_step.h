#pragma once

#include "gallery/gallery.h"

#include <QPointer>
#include <QUndoCommand>

namespace scalekv::ui {

/// Something that was done in the gallery, known there by its ticket: it is turned back, and done again.
class GalleryStep : public QUndoCommand {
public:
    GalleryStep(gallery::Gallery& gallery, quint64 ticket, const QString& text)
        : QUndoCommand(text), gallery_(&gallery), ticket_(ticket) {}
    ~GalleryStep() override {
        if (gallery_)
            gallery_->forget(ticket_);
    }

    /// The first time it is done already.
    void redo() override {
        if (done_ && gallery_)
            gallery_->turnBack(ticket_);
        done_ = true;
    }
    void undo() override {
        if (gallery_)
            gallery_->turnBack(ticket_);
    }

private:
    QPointer<gallery::Gallery> gallery_; ///< may go before the steps do
    quint64 ticket_;
    bool done_ = false;
};

} // namespace scalekv::ui
