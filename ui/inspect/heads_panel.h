#pragma once

#include "ui/inspect/looker.h"
#include "ui/inspect/selection.h"

#include <QWidget>

namespace scalekv::widgets {
class TokenTiles;
}

namespace scalekv::ui {

/// The heads of the chosen layer beside each other. Choosing one chooses it everywhere; choosing it again
/// goes back to all.
class HeadsPanel : public QWidget {
    Q_OBJECT
public:
    HeadsPanel(const InspectedRun& run, const Looker& looker, Selection& selection,
               QWidget* parent = nullptr);

    widgets::TokenTiles* tiles() const { return tiles_; }

private:
    void draw();

    const InspectedRun& run_;
    const Looker& looker_;
    Selection& selection_;
    widgets::TokenTiles* tiles_;
};

} // namespace scalekv::ui
