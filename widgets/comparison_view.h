#pragma once

#include "widgets/picture_difference.h"
#include "widgets/picture_levels.h"
#include "widgets/picture_viewport.h"
#include "widgets/token_overlay.h"

#include <QTimer>
#include <QVector>
#include <QWidget>

#include <optional>

namespace scalekv::widgets {

/// One to four pictures of the same thing, looked at together: zoom, position and pointer are the same for
/// all. One of them is the *reference*; another is *chosen*, which the pair modes lay over the reference.
///
/// Wheel: zoom about the pointer. Left drag: pan, or move the swipe's handle. Click: choose a picture and a
/// place in it. Double click: fit / 100 %. Keys: + − 0 zoom, arrows pan, or move handle and opacity (with
/// Shift they always pan), 1…4 choose, S W B O D change the mode, Space blinks, [ ] magnify the difference.
class ComparisonView : public QWidget {
    Q_OBJECT
public:
    enum class Mode {
        SideBySide,
        Swipe,     ///< the reference left of a handle, the chosen picture right of it
        Blink,     ///< one after the other in the same place
        OnionSkin, ///< the chosen one over the reference, half transparent
        Difference ///< side by side, all but the reference as what they differ in
    };
    static constexpr int kMostColumns = 4;
    static constexpr int kGap = 8; ///< between columns
    static constexpr int kLargestGain = 64;

    struct Column {
        QString name;
        QImage picture;         ///< null: not there yet
        QSize finalSize = {};   ///< what it is spread over: that of the last scale
        QString emptyText = {}; ///< stands in its place while there is no picture
        TokenOverlay overlay = {};
    };

    explicit ComparisonView(QWidget* parent = nullptr);

    /// At most kMostColumns. Zoom and position stay while the reference's size does; `reference` and `chosen`
    /// are indices of columns.
    void setColumns(const QVector<Column>& columns, int reference, int chosen);
    int columns() const { return static_cast<int>(panes_.size()); }
    int reference() const { return reference_; }
    int chosen() const { return chosen_; }
    /// What the pair modes lay over the reference: the chosen column, or its neighbour where that is the
    /// reference itself.
    int paired() const;
    /// What stands here while there are no columns.
    void setEmptyText(const QString& title, const QString& hint);

    Mode mode() const { return mode_; }
    bool isPaired() const { return mode_ != Mode::SideBySide && mode_ != Mode::Difference; }
    double swipe() const { return swipe_; }
    double opacity() const { return opacity_; }
    int blinkInterval() const { return blink_.interval(); }
    bool isBlinking() const { return blink_.isActive(); }
    /// Blink: which of the pair is seen now.
    bool showsChosen() const { return blinkChosen_; }
    int gain() const { return gain_; }
    DifferenceChannel channel() const { return channel_; }
    const PictureViewport& viewport() const { return viewport_; }

    /// Where the column's part of the view is, whatever the mode: for what stands above it.
    static QRect columnSpan(int column, int columns, int width);
    /// Where a column's picture is seen, in the widget's coordinates; the whole widget in the pair modes.
    QRect paneRect(int column) const;
    /// Final pixels of the reference; none outside of it or of every pane.
    std::optional<QPointF> pictureAt(QPointF position) const;
    /// Every column's colour at a place of the reference; invalid where it has none.
    QVector<QColor> coloursAt(QPointF picture) const;
    /// What the difference of a column and the reference looks like now; null: sizes differ, or no picture.
    QImage difference(int column);

    /// A ring around a place of the reference's final pixels, in every column; none: nowhere.
    void setMark(std::optional<QPointF> place);

    QSize sizeHint() const override { return {960, 480}; }
    QSize minimumSizeHint() const override { return {320, 160}; }

public Q_SLOTS:
    void setMode(scalekv::widgets::ComparisonView::Mode mode);
    /// 0: all of the chosen picture, 1: all of the reference
    void setSwipe(double part);
    void setOpacity(double opacity);
    void setBlinkInterval(int milliseconds);
    void setBlinking(bool on);
    /// 1 … kLargestGain
    void setGain(int gain);
    void setChannel(scalekv::widgets::DifferenceChannel channel);
    void fit();
    void showActualSize();

Q_SIGNALS:
    /// Mode, handle, opacity, interval, gain or channel: what a person changed here.
    void settingsChanged();
    void viewChanged();
    void columnChosen(int column);
    /// Click at a place of the reference's final pixels.
    void placeClicked(int column, QPointF picture);
    /// The pointer's place has changed; pointer() has it.
    void pointerMoved();
    /// Page Up and Page Down: the scale before, or after, is wanted.
    void scaleStepped(int by);

public:
    std::optional<QPointF> pointer() const { return pointer_; }

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    /// A column with what has been made of it, so that moving the pointer or a handle paints nothing anew.
    struct Pane {
        Column column;
        PictureLevels picture, difference;
        bool differenceKnown = false;
        QImage overlay;
        QImage rendered; ///< as it is seen now; null: to be made
        bool renderedDifference = false;
    };

    void fitView();
    void forgetRendered();
    void forgetDifferences();
    void moved();
    const QImage& render(int column, bool difference);
    void paintPane(QPainter& painter, int column);
    void paintPair(QPainter& painter);
    void paintCross(QPainter& painter, const QRect& pane) const;
    void paintMark(QPainter& painter, const QRect& pane) const;
    void paintTag(QPainter& painter, const QString& text, const QRect& pane, Qt::Alignment side) const;
    void paintEmpty(QPainter& painter, const QRect& box, const QString& title, const QString& hint) const;
    bool hasPair() const { return columns() > 1; }
    int columnAt(QPointF position) const;
    double handleX() const;
    bool overHandle(QPointF position) const;
    void updateBlinking();
    void updateCursor();
    void setPointer(std::optional<QPointF> place);
    void choose(int column);
    bool adjust(int direction, bool large);
    void describe();

    QVector<Pane> panes_;
    int reference_ = 0, chosen_ = 0;
    QString emptyTitle_, emptyHint_;
    Mode mode_ = Mode::SideBySide;
    PictureViewport viewport_;
    double swipe_ = 0.5, opacity_ = 0.5;
    QTimer blink_;
    bool blinking_ = true, blinkChosen_ = false;
    int gain_ = 8;
    DifferenceChannel channel_ = DifferenceChannel::Rgb;
    std::optional<QPointF> pointer_; ///< final pixels of the reference
    std::optional<QPointF> mark_;    ///< likewise
    enum class Grip { None, Pressed, Panning, Handle } grip_ = Grip::None;
    QPointF pressed_, last_;
    bool hovered_ = false; ///< the pointer is here, at last_
};

} // namespace scalekv::widgets
