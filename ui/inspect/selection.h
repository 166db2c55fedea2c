#pragma once

#include <QObject>

namespace scalekv::ui {

/// What is pointed at in Inspect: all views show the same choice and change it here. Everything counts from
/// 0.
class Selection : public QObject {
    Q_OBJECT
public:
    /// What lies over the picture.
    enum class Overlay { Attention, Kept, Missing, Words };
    static constexpr int kAll = -1; ///< all heads; no position; no word; the scale that the overlay suggests

    struct State {
        int layer = 0;
        int scale = 0; ///< that asks
        int head = kAll;
        int token = kAll; ///< of that scale's map, row · width + column: the query
        int word = kAll;
        int readScale = kAll; ///< whose tokens are shown
        Overlay overlay = Overlay::Attention;
        bool overScales = false; ///< what was kept: over all later scales instead of at one
        bool operator==(const State&) const = default;
    };

    using QObject::QObject;

    const State& state() const { return state_; }
    void set(const State& state);
    void setCell(int layer, int scale);
    void setHead(int head);
    void setOverlay(Overlay overlay);

Q_SIGNALS:
    void changed();

private:
    State state_;
};

} // namespace scalekv::ui
