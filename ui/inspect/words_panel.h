#pragma once

#include "ui/inspect/looker.h"
#include "ui/inspect/selection.h"

#include <QWidget>

class QLabel;

namespace scalekv::widgets {
class TokenTiles;
}

namespace scalekv::ui {

/// The prompt, token by token: where each is read by the chosen layer and scale, and how much of it the
/// chosen position reads. Choosing one shows it over the picture.
class WordsPanel : public QWidget {
    Q_OBJECT
public:
    WordsPanel(const InspectedRun& run, const Looker& looker, Selection& selection,
               QWidget* parent = nullptr);

    widgets::TokenTiles* tiles() const { return tiles_; }

private:
    void draw();

    const InspectedRun& run_;
    const Looker& looker_;
    Selection& selection_;
    QLabel* note_;
    widgets::TokenTiles* tiles_;
};

} // namespace scalekv::ui
