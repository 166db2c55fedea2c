#include "ui/inspect/play_button.h"

#include "ui/inspect/overlays.h"

namespace scalekv::ui {
namespace {

constexpr int kPlayGap = 900; // milliseconds a scale

} // namespace

PlayButton::PlayButton(const InspectedRun& run, Looker& looker, Selection& selection, QWidget* parent)
    : QToolButton(parent), run_(run), looker_(looker), selection_(selection) {
    setObjectName(QStringLiteral("play"));
    setToolTip(tr("Go through the scales that ask, one after the other, over the picture as it was then"));
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    play(false);
    setFixedWidth(sizeHint().width() +
                  fontMetrics().horizontalAdvance(QStringLiteral("m"))); // whatever it says
    pause_.setSingleShot(true);
    pause_.setInterval(kPlayGap);
    connect(&pause_, &QTimer::timeout, this, &PlayButton::step);
    connect(this, &QToolButton::toggled, this, &PlayButton::play);
    connect(&looker_, &Looker::gaveUp, this, [this] { setChecked(false); });
}

void PlayButton::goOn() {
    if (isAnswered())
        pause_.start();
    else
        looker_.ask(questionOf(selection_.state()));
}

/// Nothing is to be waited for: all is shown that the choice can show now.
bool PlayButton::isAnswered() const {
    const LookQuestion question = questionOf(selection_.state());
    return !needsLook(run_, selection_.state()) || looker_.answer(question) ||
           !looker_.obstacle(question).isEmpty();
}

void PlayButton::play(bool on) {
    setText(on ? tr("❚❚ Pause") : tr("▶ Play"));
    pause_.stop();
    if (!on)
        return;
    if (selection_.state().scale + 1 >= run_.scales())
        selection_.setCell(selection_.state().layer, 0); // who draws it goes on
    else
        goOn();
}

void PlayButton::step() {
    const Selection::State& state = selection_.state();
    if (state.scale + 1 < run_.scales())
        selection_.setCell(state.layer, state.scale + 1);
    else
        setChecked(false);
}

} // namespace scalekv::ui
