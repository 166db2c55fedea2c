#pragma once

#include "ui/inspect/looker.h"
#include "ui/inspect/selection.h"

#include <QWidget>

class QLabel;

namespace scalekv::widgets {
struct TokenOverlay;
class TokenTiles;
} // namespace scalekv::widgets

namespace scalekv::ui {

/// The heads of the chosen layer beside each other, each with what lies over the picture: where it looks, or
/// what it kept. Choosing one chooses it everywhere; choosing it again goes back to all.
class HeadsPanel : public QWidget {
    Q_OBJECT
public:
    HeadsPanel(const InspectedRun& run, const Looker& looker, Selection& selection,
               QWidget* parent = nullptr);

    widgets::TokenTiles* tiles() const { return tiles_; }

private:
    void draw();
    QString noteText() const;
    QString caption(int head, const widgets::TokenOverlay& overlay) const;

    const InspectedRun& run_;
    const Looker& looker_;
    Selection& selection_;
    QLabel* note_;
    widgets::TokenTiles* tiles_;
};

} // namespace scalekv::ui
