#include "ui/inspect/selection.h"

namespace scalekv::ui {

void Selection::set(const State& state) {
    if (state == state_)
        return;
    state_ = state;
    Q_EMIT changed();
}

void Selection::setCell(int layer, int scale) {
    State next = state_;
    next.layer = layer;
    if (scale != next.scale) { // a position is one of its scale
        next.scale = scale;
        next.token = kAll;
        next.readScale = kAll;
    }
    set(next);
}

void Selection::setHead(int head) {
    State next = state_;
    next.head = head;
    set(next);
}

void Selection::setOverlay(Overlay overlay) {
    State next = state_;
    next.overlay = overlay;
    next.readScale = kAll;
    set(next);
}

} // namespace scalekv::ui
