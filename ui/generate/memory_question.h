#pragma once

#include "ui/generate/fit_offers.h"
#include "ui/generate/memory_outlook.h"

class QWidget;

namespace scalekv::ui {

/// What to do about a picture that needs more memory than is free.
struct MemoryAnswer {
    enum class Kind { Cancel, Anyway, Offer } kind = Kind::Cancel;
    int offer = -1; ///< which of those that were made
};
/// Asks, and waits for the answer.
MemoryAnswer askAboutMemory(QWidget* parent, const MemoryOutlook& outlook, const QVector<FitOffer>& offers);

} // namespace scalekv::ui
