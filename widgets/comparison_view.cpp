#include "widgets/comparison_view.h"

#include "widgets/accessible_value.h"

#include <QApplication>
#include <QKeyEvent>
#include <QNativeGestureEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace scalekv::widgets {
namespace {
constexpr double kHandleReach = 7; // logical pixels beside the handle's line that still take hold of it
constexpr double kSmallStep = 0.02, kLargeStep = 0.1;
constexpr int kShortestBlink = 100, kLongestBlink = 5000; // milliseconds

} // namespace

ComparisonView::ComparisonView(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setContextMenuPolicy(Qt::ActionsContextMenu);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Compared pictures"));
    blink_.setInterval(600);
    connect(&blink_, &QTimer::timeout, this, [this] {
        blinkChosen_ = !blinkChosen_;
        update();
    });
}

void ComparisonView::setColumns(const QVector<Column>& columns, int reference, int chosen) {
    QVector<Pane> panes;
    for (const Column& column : columns.first(std::min<qsizetype>(columns.size(), kMostColumns))) {
        Pane pane;
        const auto same = std::find_if(panes_.begin(), panes_.end(), [&](const Pane& old) {
            return !column.picture.isNull() && old.column.picture.cacheKey() == column.picture.cacheKey();
        });
        pane.picture = same == panes_.end() ? PictureLevels(column.picture) : same->picture;
        pane.column = column;
        pane.overlay = column.overlay.image();
        panes += pane;
    }
    // Unless they are of the same two pictures, in the same places.
    const auto keyOf = [](const QVector<Pane>& all, qsizetype i) {
        return i >= 0 && i < all.size() ? all[i].column.picture.cacheKey() : -1;
    };
    const bool sameReference = keyOf(panes, reference) == keyOf(panes_, reference_);
    for (qsizetype i = 0; i < panes.size(); ++i) {
        if (sameReference && i < panes_.size() && keyOf(panes, i) == keyOf(panes_, i)) {
            panes[i].difference = panes_[i].difference;
            panes[i].differenceKnown = panes_[i].differenceKnown;
        }
    }
    panes_ = panes;
    const int last = std::max(0, this->columns() - 1);
    reference_ = std::clamp(reference, 0, last);
    chosen_ = std::clamp(chosen, 0, last);
    fitView();
    updateBlinking();
    updateCursor();
    describe();
    update();
}

void ComparisonView::setEmptyText(const QString& title, const QString& hint) {
    emptyTitle_ = title;
    emptyHint_ = hint;
    describe();
    update();
}

QRect ComparisonView::columnSpan(int column, int columns, int width) {
    const int room = width - kGap * (columns - 1);
    const int left = column * room / columns, right = (column + 1) * room / columns;
    return {left + column * kGap, 0, right - left, 1};
}

QRect ComparisonView::paneRect(int column) const {
    if (isPaired() || columns() == 0)
        return rect();
    QRect pane = columnSpan(column, columns(), width());
    pane.setHeight(height());
    return pane;
}

void ComparisonView::fitView() {
    QSize smallest = paneRect(0).size();
    for (int i = 1; i < columns(); ++i) // they may differ by a pixel
        smallest = smallest.boundedTo(paneRect(i).size());
    viewport_.setView(smallest, devicePixelRatioF());
    viewport_.setPictureSize(panes_.isEmpty() ? QSize() : panes_[reference_].column.finalSize);
    forgetRendered();
}

void ComparisonView::forgetRendered() {
    for (Pane& pane : panes_)
        pane.rendered = {};
}

void ComparisonView::forgetDifferences() {
    for (Pane& pane : panes_) {
        pane.difference = {};
        pane.differenceKnown = false;
    }
    forgetRendered();
}

void ComparisonView::moved() {
    forgetRendered();
    if (hovered_) // the picture moves under a pointer that stands still
        setPointer(pictureAt(last_));
    updateCursor();
    update();
    Q_EMIT viewChanged();
}

QImage ComparisonView::difference(int column) {
    if (column < 0 || column >= columns() || column == reference_)
        return {};
    Pane& pane = panes_[column];
    const Pane& reference = panes_[reference_];
    if (!pane.differenceKnown) {
        pane.difference = pane.column.finalSize == reference.column.finalSize
                              ? PictureLevels(pictureDifference(pane.picture.picture(),
                                                                reference.picture.picture(), gain_, channel_))
                              : PictureLevels();
        pane.differenceKnown = true;
    }
    return pane.difference.picture();
}

int ComparisonView::paired() const {
    if (chosen_ != reference_)
        return chosen_;
    return reference_ > 0 ? 0 : std::min(1, columns() - 1);
}

void ComparisonView::setMode(Mode mode) {
    if (mode == mode_)
        return;
    mode_ = mode;
    blinkChosen_ = false;
    fitView();
    updateBlinking();
    describe();
    moved();
    Q_EMIT settingsChanged();
}

void ComparisonView::setSwipe(double part) {
    part = std::clamp(part, 0.0, 1.0);
    if (part == swipe_)
        return;
    swipe_ = part;
    describe();
    update();
    Q_EMIT settingsChanged();
}

void ComparisonView::setOpacity(double opacity) {
    opacity = std::clamp(opacity, 0.0, 1.0);
    if (opacity == opacity_)
        return;
    opacity_ = opacity;
    describe();
    update();
    Q_EMIT settingsChanged();
}

void ComparisonView::setBlinkInterval(int milliseconds) {
    milliseconds = std::clamp(milliseconds, kShortestBlink, kLongestBlink);
    if (milliseconds == blink_.interval())
        return;
    blink_.setInterval(milliseconds);
    Q_EMIT settingsChanged();
}

void ComparisonView::setBlinking(bool on) {
    if (on == blinking_)
        return;
    blinking_ = on;
    updateBlinking();
    describe();
    Q_EMIT settingsChanged();
}

void ComparisonView::setGain(int gain) {
    gain = std::clamp(gain, 1, kLargestGain);
    if (gain == gain_)
        return;
    gain_ = gain;
    forgetDifferences();
    describe();
    update();
    Q_EMIT settingsChanged();
}

void ComparisonView::setChannel(DifferenceChannel channel) {
    if (channel == channel_)
        return;
    channel_ = channel;
    forgetDifferences();
    describe();
    update();
    Q_EMIT settingsChanged();
}

void ComparisonView::updateBlinking() {
    const bool on = mode_ == Mode::Blink && blinking_ && hasPair() && isVisible();
    if (on && !blink_.isActive())
        blink_.start();
    else if (!on)
        blink_.stop();
}

void ComparisonView::fit() {
    viewport_.fit();
    moved();
}

void ComparisonView::showActualSize() {
    viewport_.zoomTo(1, viewport_.middle());
    moved();
}

int ComparisonView::columnAt(QPointF position) const {
    if (isPaired()) {
        if (mode_ == Mode::Swipe)
            return position.x() < handleX() ? reference_ : paired();
        return mode_ == Mode::Blink && !blinkChosen_ ? reference_ : paired();
    }
    for (int i = 0; i < columns(); ++i) {
        if (QRectF(paneRect(i)).contains(position))
            return i;
    }
    return -1;
}

std::optional<QPointF> ComparisonView::pictureAt(QPointF position) const {
    const int column = columnAt(position);
    if (column < 0 || column >= columns())
        return {};
    const QPointF place = viewport_.toPicture(position - paneRect(column).topLeft());
    const QSizeF size = viewport_.pictureSize();
    if (place.x() < 0 || place.y() < 0 || place.x() >= size.width() || place.y() >= size.height())
        return {};
    return place;
}

QVector<QColor> ComparisonView::coloursAt(QPointF picture) const {
    QVector<QColor> colours;
    const QSizeF size = viewport_.pictureSize();
    for (const Pane& pane : panes_) {
        const QImage shown = pane.picture.picture();
        const QPoint pixel(static_cast<int>(picture.x() / size.width() * shown.width()),
                           static_cast<int>(picture.y() / size.height() * shown.height()));
        colours += shown.valid(pixel) ? shown.pixelColor(pixel) : QColor();
    }
    return colours;
}

double ComparisonView::handleX() const {
    const QRectF seen = viewport_.target().intersected(QRectF(rect()));
    return seen.left() + swipe_ * seen.width();
}

bool ComparisonView::overHandle(QPointF position) const {
    return mode_ == Mode::Swipe && hasPair() && std::abs(position.x() - handleX()) <= kHandleReach;
}

void ComparisonView::updateCursor() {
    if (grip_ == Grip::Panning)
        setCursor(Qt::ClosedHandCursor);
    else if (grip_ == Grip::Handle || (pointer_ && overHandle(last_)))
        setCursor(Qt::SplitHCursor);
    else if (viewport_.canPan())
        setCursor(Qt::OpenHandCursor);
    else
        unsetCursor();
}

void ComparisonView::setPointer(std::optional<QPointF> place) {
    if (place == pointer_)
        return;
    pointer_ = place;
    update();
    Q_EMIT pointerMoved();
}

void ComparisonView::setMark(std::optional<QPointF> place) {
    mark_ = place;
    update();
}

void ComparisonView::choose(int column) {
    if (column < 0 || column >= columns())
        return;
    if (column != chosen_) {
        chosen_ = column;
        describe();
        update();
    }
    Q_EMIT columnChosen(column);
}

bool ComparisonView::event(QEvent* event) {
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        const int column = columnAt(gesture->position());
        if (gesture->gestureType() == Qt::ZoomNativeGesture && column >= 0) {
            viewport_.zoomAbout(1 + gesture->value(), gesture->position() - paneRect(column).topLeft());
            moved();
            return true;
        }
    }
    return QWidget::event(event);
}

void ComparisonView::resizeEvent(QResizeEvent* /*event*/) {
    fitView();
    updateCursor();
    Q_EMIT viewChanged();
}

void ComparisonView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        forgetRendered();
        update();
    }
}

void ComparisonView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    updateBlinking();
}

void ComparisonView::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    updateBlinking();
}

void ComparisonView::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / 120.0;
    const int column = columnAt(event->position());
    if (column < 0 || column >= columns() || notches == 0) {
        event->ignore();
        return;
    }
    viewport_.zoomAbout(std::pow(kZoomStep, notches), event->position() - paneRect(column).topLeft());
    moved();
}

void ComparisonView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || panes_.isEmpty())
        return;
    pressed_ = last_ = event->position();
    grip_ = overHandle(pressed_) ? Grip::Handle : Grip::Pressed;
    updateCursor();
}

void ComparisonView::mouseMoveEvent(QMouseEvent* event) {
    const QPointF before = std::exchange(last_, event->position());
    if (grip_ == Grip::Pressed && viewport_.canPan() &&
        (last_ - pressed_).manhattanLength() >= QApplication::startDragDistance())
        grip_ = Grip::Panning;
    if (grip_ == Grip::Panning) {
        viewport_.pan(before - last_);
        moved();
    } else if (grip_ == Grip::Handle) {
        const QRectF seen = viewport_.target().intersected(QRectF(rect()));
        if (seen.width() > 0)
            setSwipe((last_.x() - seen.left()) / seen.width());
    }
    hovered_ = true;
    setPointer(pictureAt(last_));
    updateCursor();
}

void ComparisonView::mouseReleaseEvent(QMouseEvent* event) {
    const Grip grip = std::exchange(grip_, Grip::None);
    updateCursor();
    if (event->button() != Qt::LeftButton || grip != Grip::Pressed)
        return;
    const int column = columnAt(event->position());
    choose(isPaired() ? paired() : column);
    if (const auto place = pictureAt(event->position()))
        Q_EMIT placeClicked(column, *place);
}

void ComparisonView::mouseDoubleClickEvent(QMouseEvent* event) {
    const int column = columnAt(event->position());
    if (event->button() != Qt::LeftButton || column < 0 || column >= columns())
        return;
    if (viewport_.isFitted())
        viewport_.zoomTo(1, event->position() - paneRect(column).topLeft());
    else
        viewport_.fit();
    moved();
}

void ComparisonView::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    hovered_ = false;
    setPointer({});
}

/// What Left and Right do in a mode that has something to move.
bool ComparisonView::adjust(int direction, bool large) {
    const double step = direction * (large ? kLargeStep : kSmallStep);
    switch (mode_) {
    case Mode::Swipe:
        setSwipe(swipe_ + step);
        return true;
    case Mode::OnionSkin:
        setOpacity(opacity_ + step);
        return true;
    case Mode::Blink:
        setBlinking(false);
        blinkChosen_ = direction > 0;
        describe();
        update();
        return true;
    default:
        return false;
    }
}

void ComparisonView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_1:
    case Qt::Key_2:
    case Qt::Key_3:
    case Qt::Key_4:
        choose(event->key() - Qt::Key_1);
        return;
    case Qt::Key_S:
        setMode(Mode::SideBySide);
        return;
    case Qt::Key_W:
        setMode(Mode::Swipe);
        return;
    case Qt::Key_B:
        setMode(Mode::Blink);
        return;
    case Qt::Key_O:
        setMode(Mode::OnionSkin);
        return;
    case Qt::Key_D:
        setMode(Mode::Difference);
        return;
    case Qt::Key_Space:
        setMode(Mode::Blink);
        setBlinking(!blink_.isActive());
        return;
    case Qt::Key_BracketLeft:
        setGain(gain_ / 2);
        return;
    case Qt::Key_BracketRight:
        setGain(gain_ * 2);
        return;
    case Qt::Key_PageUp:
        Q_EMIT scaleStepped(-1);
        return;
    case Qt::Key_PageDown:
        Q_EMIT scaleStepped(1);
        return;
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (!event->modifiers().testFlag(Qt::ShiftModifier) &&
            adjust(event->key() == Qt::Key_Left ? -1 : 1, event->modifiers().testFlag(Qt::ControlModifier)))
            return;
        break;
    default:
        break;
    }
    if (viewport_.pressKey(event->key()))
        moved();
    else
        QWidget::keyPressEvent(event);
}

void ComparisonView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void ComparisonView::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

void ComparisonView::describe() {
    if (panes_.isEmpty()) {
        announceValue(this, emptyTitle_);
        return;
    }
    const QString reference = panes_[reference_].column.name;
    const QString chosen = panes_[isPaired() ? paired() : chosen_].column.name;
    switch (mode_) {
    case Mode::SideBySide:
        announceValue(this, tr("%1 pictures side by side, chosen: %2").arg(columns()).arg(chosen));
        break;
    case Mode::Swipe:
        announceValue(this,
                      tr("Swipe: %1 to %2 %, then %3").arg(reference).arg(qRound(swipe_ * 100)).arg(chosen));
        break;
    case Mode::Blink:
        announceValue(this, tr("Blink: %1 and %2").arg(reference, chosen));
        break;
    case Mode::OnionSkin:
        announceValue(this, tr("%1 % of %2 over %3").arg(qRound(opacity_ * 100)).arg(chosen, reference));
        break;
    case Mode::Difference:
        announceValue(this,
                      tr("Difference from %1, times %2, chosen: %3").arg(reference).arg(gain_).arg(chosen));
        break;
    }
}

} // namespace scalekv::widgets
