#pragma once

#include "ui/shell/engine_session.h"
#include "ui/shell/fit_offers.h"
#include "ui/shell/memory_outlook.h"

class QWidget;

namespace scalekv::ui {

/// What a picture will take with the model in use, where that is more than is free; none: it fits, or
/// there is no model. Throws Error where the picture cannot be made.
std::optional<MemoryOutlook> memoryShortage(const EngineSession& session, const GenerationRequest& request,
                                            const MemoryReader& memory);

/// What to do about a picture that needs more memory than is free.
struct MemoryAnswer {
    enum class Kind { Cancel, Anyway, Offer } kind = Kind::Cancel;
    int offer = -1; ///< which of those that were made
};
/// Asks, and waits for the answer. `which`: the picture, where it is not the one that was just asked for:
/// "The picture under SnapKV 40 %".
MemoryAnswer askAboutMemory(QWidget* parent, const MemoryOutlook& outlook, const QVector<FitOffer>& offers,
                            const QString& which = {});

} // namespace scalekv::ui
