#include "widgets/image_view.h"

#include <QApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <cmath>
#include <memory>

using scalekv::widgets::ImageView;

class TestImageView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { view_.reset(); }
    void fitsAtFirst();
    void wheelZoomsAboutThePointer();
    void dragPansOnlyWhenLarger();
    void viewStaysWhileThePictureSharpens();
    void anotherSizeFitsAgain();
    void actualSizeAndDoubleClick();
    void keys();
    void pixelsAreSquaresWhenFarIn();
    void smallViewShowsTheAverage();
    void dragsOutWhenAllIsSeen();
    void emptyIgnoresInput();

private:
    static QImage picture(int width, int height, const QColor& colour = Qt::red);
    void wheel(QPointF position, int angle);
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = {});
    QImage grabbed() const { return view_->grab().toImage(); }

    std::unique_ptr<ImageView> view_;
};

namespace {

bool close(QPointF a, QPointF b) {
    return std::hypot(a.x() - b.x(), a.y() - b.y()) < 1e-6;
}

} // namespace

void TestImageView::init() {
    view_ = std::make_unique<ImageView>();
    view_->resize(400, 300);
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
}

QImage TestImageView::picture(int width, int height, const QColor& colour) {
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(colour);
    return image;
}

void TestImageView::wheel(QPointF position, int angle) {
    QWheelEvent event(position, view_->mapToGlobal(position), {}, QPoint(0, angle), Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(view_.get(), &event);
}

void TestImageView::drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers) {
    QTest::mousePress(view_.get(), Qt::LeftButton, modifiers, from);
    for (int step = 1; step <= 4; ++step) {
        const QPointF position = from + QPointF(to - from) * step / 4.0;
        QMouseEvent move(QEvent::MouseMove, position, view_->mapToGlobal(position), Qt::NoButton,
                         Qt::LeftButton, modifiers);
        QApplication::sendEvent(view_.get(), &move);
    }
    QTest::mouseRelease(view_.get(), Qt::LeftButton, modifiers, to);
}

void TestImageView::fitsAtFirst() {
    view_->setPicture(picture(100, 100), {100, 100});
    QVERIFY(view_->isFitted());
    QCOMPARE(view_->zoom(), 2.8); // (300 − 2 × 10) / 100
    QVERIFY(close(view_->toWidget({50, 50}), QRectF(view_->rect()).center()));
    view_->resize(400, 220);
    QTRY_COMPARE(view_->zoom(), 2.0);
    QVERIFY(view_->isFitted());
}

void TestImageView::wheelZoomsAboutThePointer() {
    view_->setPicture(picture(1000, 1000), {1000, 1000});
    const QPointF pointer(200, 150);
    wheel(pointer, 240);
    wheel(pointer, 240);
    // Where the picture fills the view both ways the pixel under the pointer must stay, wherever the pointer
    // is.
    for (int i = 0; i < 6; ++i)
        wheel(pointer, 120);
    QSignalSpy zoomed(view_.get(), &ImageView::zoomChanged);
    const QPointF corner(60, 40);
    const QPointF before = view_->toPicture(corner);
    const double zoom = view_->zoom();
    wheel(corner, 120);
    QVERIFY(view_->zoom() > zoom);
    QVERIFY(close(view_->toPicture(corner), before));
    QCOMPARE(zoomed.count(), 1);
    wheel(corner, -120);
    QVERIFY(std::abs(view_->zoom() - zoom) < 1e-9);
}

void TestImageView::dragPansOnlyWhenLarger() {
    view_->setPicture(picture(1000, 1000), {1000, 1000});
    const QPointF middle = view_->toPicture({200, 150});
    drag({200, 150}, {150, 120});
    QVERIFY(close(view_->toPicture({200, 150}), middle)); // all of it is seen
    view_->showActualSize();
    QVERIFY(view_->canPan());
    const QPointF start = view_->toPicture({200, 150});
    drag({200, 150}, {150, 120});
    QVERIFY(close(view_->toPicture({150, 120}), start)); // the pixel went with the pointer
    drag({0, 0}, {4000, 4000});
    QVERIFY(close(view_->toPicture({0, 0}), {0, 0})); // and never leaves the view empty
}

void TestImageView::viewStaysWhileThePictureSharpens() {
    const QSize final(512, 512);
    view_->setPicture(picture(16, 16), final);
    view_->showActualSize();
    drag({200, 150}, {170, 190});
    const QPointF place = view_->toPicture({10, 20});
    const double zoom = view_->zoom();
    for (const int side : {32, 64, 256, 512}) {
        view_->setPicture(picture(side, side), final);
        QCOMPARE(view_->zoom(), zoom);
        QVERIFY(close(view_->toPicture({10, 20}), place));
    }
}

void TestImageView::anotherSizeFitsAgain() {
    view_->setPicture(picture(512, 512), {512, 512});
    view_->showActualSize();
    view_->setPicture(picture(256, 512), {256, 512});
    QVERIFY(view_->isFitted());
}

void TestImageView::actualSizeAndDoubleClick() {
    view_->setPicture(picture(1000, 1000), {1000, 1000});
    QTest::mouseDClick(view_.get(), Qt::LeftButton, {}, {200, 150});
    QCOMPARE(view_->zoom(), 1.0);
    QVERIFY(!view_->isFitted());
    QTest::mouseDClick(view_.get(), Qt::LeftButton, {}, {200, 150});
    QVERIFY(view_->isFitted());
}

void TestImageView::keys() {
    view_->setPicture(picture(1000, 1000), {1000, 1000});
    const double fitted = view_->zoom();
    QTest::keyClick(view_.get(), Qt::Key_Plus);
    QVERIFY(view_->zoom() > fitted);
    QTest::keyClick(view_.get(), Qt::Key_Minus);
    QVERIFY(std::abs(view_->zoom() - fitted) < 1e-9);
    view_->showActualSize();
    const QPointF before = view_->toPicture({0, 0});
    QTest::keyClick(view_.get(), Qt::Key_Right);
    QTest::keyClick(view_.get(), Qt::Key_Down);
    QVERIFY(close(view_->toPicture({0, 0}), before + QPointF(40, 40)));
}

void TestImageView::pixelsAreSquaresWhenFarIn() {
    QImage two = picture(2, 1, Qt::black);
    two.setPixelColor(1, 0, Qt::white);
    view_->setPicture(two, {2, 1});
    // Fitted: smooth, so the middle is grey; zoomed by hand to nearly the same: two plain halves.
    const QPoint left(view_->width() / 2 - 12, view_->height() / 2);
    const int smooth = grabbed().pixelColor(left).red();
    QVERIFY2(smooth > 10 && smooth < 245, qPrintable(QString::number(smooth)));
    view_->zoomAbout(0.3, QRectF(view_->rect()).center());
    QVERIFY(view_->zoom() >= 4);
    const QImage sharp = grabbed();
    QCOMPARE(sharp.pixelColor(view_->width() / 2 - 4, view_->height() / 2), QColor(Qt::black));
    QCOMPARE(sharp.pixelColor(view_->width() / 2 + 4, view_->height() / 2), QColor(Qt::white));
}

void TestImageView::smallViewShowsTheAverage() {
    // Lines of one pixel must become an even grey when shrunk, not one of the two colours.
    QImage lines = picture(2048, 2048, Qt::black);
    for (int y = 0; y < lines.height(); y += 2) {
        for (int x = 0; x < lines.width(); ++x)
            lines.setPixel(x, y, qRgb(255, 255, 255));
    }
    view_->setPicture(lines, {2048, 2048});
    const QImage seen = grabbed();
    for (const int y : {100, 131, 150, 177}) {
        const int shade = seen.pixelColor(200, y).red();
        QVERIFY2(std::abs(shade - 127) < 25, qPrintable(QString::number(shade)));
    }
}

void TestImageView::dragsOutWhenAllIsSeen() {
    int asked = 0;
    view_->setDragData([&asked]() -> QMimeData* {
        ++asked;
        return nullptr; // nothing to carry: no drag begins, so the test does not wait for a drop
    });
    view_->setPicture(picture(100, 100), {100, 100});
    drag({200, 150}, {202, 151}); // too short to be meant
    QCOMPARE(asked, 0);
    drag({200, 150}, {260, 150});
    QCOMPARE(asked, 1);
    view_->zoomAbout(8, {200, 150});
    drag({200, 150}, {260, 150}); // pans
    QCOMPARE(asked, 1);
    drag({200, 150}, {260, 150}, Qt::ShiftModifier);
    QCOMPARE(asked, 2);
}

void TestImageView::emptyIgnoresInput() {
    view_->setEmptyText("Nothing here", "Do something");
    wheel({10, 10}, 120);
    drag({200, 150}, {260, 150});
    QTest::keyClick(view_.get(), Qt::Key_Plus);
    QTest::mouseDClick(view_.get(), Qt::LeftButton);
    QVERIFY(view_->isEmpty());
    QVERIFY(view_->isFitted());
    view_->setPicture(picture(10, 10), {10, 10});
    view_->clear();
    QVERIFY(view_->isEmpty());
    QVERIFY(view_->picture().isNull());
}

QTEST_MAIN(TestImageView)
#include "tst_image_view.moc"
