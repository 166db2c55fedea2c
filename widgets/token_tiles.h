#pragma once

#include "widgets/token_overlay.h"

#include <QAbstractScrollArea>

#include <functional>

namespace scalekv::widgets {

/// A tile: tokens over the picture that all tiles share.
struct TokenTile {
    QString caption; ///< "head 1 · 0.71"
    TokenOverlay overlay;
};

/// One picture many times, each with tokens of its own over it. Tiles fill lines as wide as there is room for
/// and scroll when they are too many. One may be chosen: click, arrows, Home, End, Page Up and Down.
class TokenTiles : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit TokenTiles(QWidget* parent = nullptr);

    /// Without a picture tokens are shown on plain ground.
    void setPicture(const QImage& picture);
    /// The chosen tile stays chosen where it still exists.
    void setTiles(QVector<TokenTile> tiles);
    void setTile(int index, TokenTile tile);
    int count() const { return static_cast<int>(tiles_.size()); }
    const TokenTile& tile(int index) const { return tiles_[index].tile; }
    /// A position framed on all tiles; outside a tile's tokens: none.
    void setMarked(int row, int column);
    /// No tile is narrower (logical pixels); 104 at first.
    void setLeastTileWidth(int width);
    /// What the tooltip says about a tile; without: its caption.
    void setTileText(std::function<QString(int index)> text) { tileText_ = std::move(text); }

    /// Emits nothing; −1: none.
    void setSelected(int index);
    int selected() const { return selected_; }

    /// With its caption, in the viewport's coordinates as it is scrolled now.
    QRect tileRect(int index) const;
    /// −1: none
    int tileAt(QPoint position) const;

    QSize sizeHint() const override { return {280, 360}; }
    QSize minimumSizeHint() const override { return {120, 120}; }

Q_SIGNALS:
    /// The user has chosen a tile, or clicked the chosen one again.
    void tileSelected(int index);

protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Painted {
        TokenTile tile;
        QImage overlay;
    };

    void layOut();
    void paintTile(QPainter& painter, int index);
    QSizeF shape() const;
    void hover(int index);
    void choose(int index);
    void describe();
    void bringIntoView(int index);
    void updateTile(int index) { viewport()->update(tileRect(index)); }

    QImage picture_, scaled_, grey_; ///< as given; as it was last painted, in colour and without
    QVector<Painted> tiles_;
    std::function<QString(int)> tileText_;
    int leastWidth_ = 104;
    int perLine_ = 1;
    QSize tileSize_; ///< with the caption
    int markedRow_ = -1, markedColumn_ = -1;
    int selected_ = -1, hovered_ = -1;
};

} // namespace scalekv::widgets
