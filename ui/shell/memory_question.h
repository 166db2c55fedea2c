#pragma once

#include "ui/shell/engine_session.h"
#include "ui/shell/fit_offers.h"
#include "ui/shell/memory_outlook.h"

#include <span>

class QWidget;

namespace scalekv::ui {

/// What a picture will take with the model in use, where that is more than is free; none: it fits, or
/// there is no model. Throws Error where the picture cannot be made.
std::optional<MemoryOutlook> memoryShortage(const EngineSession& session, const GenerationRequest& request,
                                            const MemoryReader& memory);

/// Of several that are made one after the other, the one that needs most.
struct LargestShortage {
    GenerationRequest request;
    MemoryOutlook outlook;
};
/// None: all of them fit, or there is no model. Throws Error where one of them cannot be made.
std::optional<LargestShortage> largestShortage(const EngineSession& session,
                                               std::span<const GenerationRequest> requests,
                                               const MemoryReader& memory);

/// What to do about a picture that needs more memory than is free.
struct MemoryAnswer {
    enum class Kind { Cancel, Anyway, Offer } kind = Kind::Cancel;
    int offer = -1; ///< which of those that were made
};
/// Asks, and waits for the answer. `which`: the picture, where it is not the one that was just asked for:
/// "The picture under SnapKV 40 %". `anyway`: what the button for it says, where that is not "Generate
/// anyway".
MemoryAnswer askAboutMemory(QWidget* parent, const MemoryOutlook& outlook, const QVector<FitOffer>& offers,
                            const QString& which = {}, const QString& anyway = {});

} // namespace scalekv::ui
