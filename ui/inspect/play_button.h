#pragma once

#include "ui/inspect/looker.h"
#include "ui/inspect/selection.h"

#include <QTimer>
#include <QToolButton>

namespace scalekv::ui {

/// Goes through the scales that ask, one after the other; each is seen for a while before the next one comes.
class PlayButton : public QToolButton {
    Q_OBJECT
public:
    PlayButton(const InspectedRun& run, Looker& looker, Selection& selection, QWidget* parent = nullptr);

    bool isPlaying() const { return isChecked(); }
    /// The choice was drawn: what it still needs is asked, or the next scale is waited for.
    void goOn();

private:
    bool isAnswered() const;
    void play(bool on);
    void step();

    const InspectedRun& run_;
    Looker& looker_;
    Selection& selection_;
    QTimer pause_;
};

} // namespace scalekv::ui
