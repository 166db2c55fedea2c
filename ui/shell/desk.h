#pragma once

#include "gallery/gallery.h"
#include "ui/runs/live_run.h"
#include "ui/runs/picture_sheet.h"
#include "ui/runs/run_list.h"
#include "ui/shell/engine_session.h"
#include "ui/shell/model_opener.h"
#include "ui/shell/picture_dialogs.h"
#include "ui/shell/picture_keeper.h"
#include "ui/shell/status_line.h"
#include "ui/shell/studio_options.h"
#include "ui/shell/work_queue.h"
#include "widgets/message_bar.h"

#include <QUndoStack>

class QAction;

namespace scalekv::ui {

/// What all places share: one of each in a window, which owns them and outlives the places.
struct Desk {
    const StudioOptions& options;
    EngineSession& session; ///< what it is to do goes through the queue
    WorkQueue& queue;
    SheetList& sheets;
    ModelOpener& models;
    RunList& runs;
    LiveRun& live;
    gallery::Gallery& gallery;
    PictureKeeper& keeper; ///< puts what is drawn into the gallery
    PictureDialogs& pictures;
    QUndoStack& undo;
    widgets::MessageBar& messages;
    StatusLine& status;
    QAction& stop; ///< ends whatever work goes on
};

} // namespace scalekv::ui
