#pragma once

#include "widgets/token_overlay.h"

#include <QWidget>

namespace scalekv::widgets {

/// What the colours of a token overlay mean: a bar from nothing to the most, with words at both ends. Takes
/// its room also while there is nothing to explain.
class TokenLegend : public QWidget {
    Q_OBJECT
public:
    explicit TokenLegend(QWidget* parent = nullptr);

    /// `least`, `most`: what the ends of the bar stand for. `values`: how many there are, with both ends; 0:
    /// anything in between.
    void explain(TokenOverlay::Kind kind, const QString& least, const QString& most, int values = 0);
    void clear() { explain(TokenOverlay::Kind::None, {}, {}); }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {80, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    TokenOverlay::Kind kind_ = TokenOverlay::Kind::None;
    int cells_ = 0; ///< of the bar
    QString least_, most_;
};

} // namespace scalekv::widgets
