#include "widgets/comparison_view.h"

#include <QSignalSpy>
#include <QTest>

#include <ctime>

using scalekv::widgets::ComparisonView;
using scalekv::widgets::DifferenceChannel;
using scalekv::widgets::pictureDifference;
using scalekv::widgets::TokenOverlay;
using Mode = ComparisonView::Mode;

namespace {

QImage flat(QSize size, QColor colour) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(colour);
    return image;
}

ComparisonView::Column column(const QString& name, const QImage& picture) {
    return {.name = name, .picture = picture, .finalSize = picture.size()};
}

constexpr double kFreeze = 500;

double threadMilliseconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_nsec) / 1e6;
}

} // namespace

class TestComparisonView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();

    void differenceIsSignedAndMagnified();
    void columnsStandSideBySide();
    void viewIsLinked();
    void swipeMoves();
    void blinks();
    void onionSkinMixes();
    void differenceIsSeen();
    void keysDoEverything();
    void sizesDiffer();
    void clicksChoose();
    void earlyScalesAreSpread();
    void overlayIsSeen();
    void emptyAndUnfinished();
    void fourLargePicturesArePaintedQuickly();

private:
    QColor pixel(QPoint at) { return view_->grab().toImage().pixelColor(at); }
    void show(const QVector<ComparisonView::Column>& columns, int reference = 0, int chosen = 1) {
        view_->setColumns(columns, reference, chosen);
    }

    std::unique_ptr<ComparisonView> view_;
    const QImage red_ = flat({64, 64}, QColor(200, 0, 0)), blue_ = flat({64, 64}, QColor(0, 0, 200));
};

void TestComparisonView::init() {
    view_ = std::make_unique<ComparisonView>();
    view_->resize(408, 200);
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
}

void TestComparisonView::differenceIsSignedAndMagnified() {
    const QImage a = flat({3, 2}, QColor(110, 90, 100)), b = flat({3, 2}, QColor(100, 100, 100));
    QCOMPARE(pictureDifference(a, b, 1, DifferenceChannel::Rgb).pixelColor(1, 1), QColor(138, 118, 128));
    QCOMPARE(pictureDifference(b, a, 4, DifferenceChannel::Rgb).pixelColor(0, 0), QColor(88, 168, 128));
    QCOMPARE(pictureDifference(a, b, 64, DifferenceChannel::Rgb).pixelColor(0, 0), QColor(255, 0, 128));
    QCOMPARE(pictureDifference(a, b, 1, DifferenceChannel::Green).pixelColor(0, 0), QColor(118, 118, 118));
    // 0.299 · 10 − 0.587 · 10 = −2.88
    QCOMPARE(pictureDifference(a, b, 1, DifferenceChannel::Luminance).pixelColor(0, 0),
             QColor(125, 125, 125));
    QCOMPARE(pictureDifference(a, b, 10, DifferenceChannel::Luminance).pixelColor(0, 0), QColor(99, 99, 99));
    QVERIFY(pictureDifference(a, flat({2, 2}, Qt::red), 1, DifferenceChannel::Rgb).isNull());
    QVERIFY(pictureDifference({}, {}, 1, DifferenceChannel::Rgb).isNull());
}

void TestComparisonView::columnsStandSideBySide() {
    show({column("a", red_), column("b", blue_)});
    QCOMPARE(view_->paneRect(0), QRect(0, 0, 200, 200));
    QCOMPARE(view_->paneRect(1), QRect(208, 0, 200, 200));
    QCOMPARE(pixel({100, 100}), QColor(200, 0, 0));
    QCOMPARE(pixel({308, 100}), QColor(0, 0, 200));
    QCOMPARE(view_->coloursAt({10, 10}), (QVector<QColor>{QColor(200, 0, 0), QColor(0, 0, 200)}));
    // No room is lost, whatever the number.
    for (int columns = 1; columns <= 4; ++columns) {
        int right = -ComparisonView::kGap;
        for (int i = 0; i < columns; ++i) {
            const QRect span = ComparisonView::columnSpan(i, columns, 1003);
            QCOMPARE(span.left(), right + ComparisonView::kGap);
            right = span.left() + span.width();
        }
        QCOMPARE(right, 1003);
    }
}

void TestComparisonView::viewIsLinked() {
    show({column("a", red_), column("b", blue_)});
    QVERIFY(view_->viewport().isFitted());
    const QPoint at(260, 60);
    const auto before = view_->pictureAt(at);
    QVERIFY(before);
    // The place under the pointer is the same one in the other picture.
    QCOMPARE(view_->pictureAt(at - QPoint(208, 0)), before);
    QWheelEvent wheel(at, view_->mapToGlobal(at), {}, {0, 120 * 8}, Qt::NoButton, {}, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(view_.get(), &wheel);
    QVERIFY(!view_->viewport().isFitted());
    QVERIFY(QLineF(*view_->pictureAt(at), *before).length() < 1e-6);
    QCOMPARE(view_->pictureAt(at - QPoint(208, 0)), view_->pictureAt(at));
    // A drag moves both.
    QTest::mousePress(view_.get(), Qt::LeftButton, {}, at);
    QTest::mouseMove(view_.get(), at + QPoint(-30, -5));
    QTest::mouseMove(view_.get(), at + QPoint(-60, -5));
    QTest::mouseRelease(view_.get(), Qt::LeftButton, {}, at + QPoint(-60, -5));
    QVERIFY(view_->pictureAt(at)->x() > before->x() + 1);
    QTest::mouseDClick(view_.get(), Qt::LeftButton, {}, at);
    QVERIFY(view_->viewport().isFitted());
    // Another scale keeps the place, another size fits.
    QTest::keyClick(view_.get(), Qt::Key_Plus);
    show({column("a", blue_), column("b", red_)});
    QVERIFY(!view_->viewport().isFitted());
    const QImage wide = flat({128, 64}, Qt::green);
    show({column("a", wide), column("b", wide)});
    QVERIFY(view_->viewport().isFitted());
}

void TestComparisonView::swipeMoves() {
    show({column("a", red_), column("b", blue_)});
    view_->setMode(Mode::Swipe);
    const QRectF picture = view_->viewport().target();
    const QPoint left(int(picture.left() + picture.width() * 0.25), 180),
        right(int(picture.left() + picture.width() * 0.75), 180);
    QCOMPARE(pixel(left), QColor(200, 0, 0));
    QCOMPARE(pixel(right), QColor(0, 0, 200));
    // By the mouse: the handle is taken hold of, not the picture.
    const QPoint handle(204, 150);
    QTest::mousePress(view_.get(), Qt::LeftButton, {}, handle);
    QTest::mouseMove(view_.get(), handle + QPoint(20, 0));
    QTest::mouseMove(view_.get(), QPoint(int(picture.left() + picture.width() * 0.9), 150));
    QTest::mouseRelease(view_.get(), Qt::LeftButton, {},
                        QPoint(int(picture.left() + picture.width() * 0.9), 150));
    QVERIFY(std::abs(view_->swipe() - 0.9) < 0.02);
    QCOMPARE(pixel(right), QColor(200, 0, 0));
    const double before = view_->swipe();
    QTest::keyClick(view_.get(), Qt::Key_Left);
    QVERIFY(std::abs(before - 0.02 - view_->swipe()) < 1e-9);
    QTest::keyClick(view_.get(), Qt::Key_Left, Qt::ControlModifier);
    QVERIFY(std::abs(before - 0.12 - view_->swipe()) < 1e-9);
}

void TestComparisonView::blinks() {
    show({column("a", red_), column("b", blue_)});
    view_->setBlinkInterval(100);
    view_->setMode(Mode::Blink);
    QVERIFY(view_->isBlinking());
    QCOMPARE(pixel({204, 150}), QColor(200, 0, 0));
    QTRY_VERIFY(view_->showsChosen());
    QCOMPARE(pixel({204, 150}), QColor(0, 0, 200));
    QTRY_VERIFY(!view_->showsChosen());
    QTest::keyClick(view_.get(), Qt::Key_Space);
    QVERIFY(!view_->isBlinking());
    QTest::keyClick(view_.get(), Qt::Key_Right);
    QVERIFY(view_->showsChosen());
    QTest::keyClick(view_.get(), Qt::Key_Left);
    QVERIFY(!view_->showsChosen());
    QTest::keyClick(view_.get(), Qt::Key_Space);
    QVERIFY(view_->isBlinking());
    view_->hide(); // nobody looks
    QVERIFY(!view_->isBlinking());
    view_->show();
    QVERIFY(view_->isBlinking());
}

void TestComparisonView::onionSkinMixes() {
    show({column("a", red_), column("b", blue_)});
    view_->setMode(Mode::OnionSkin);
    view_->setOpacity(0.25);
    const QColor mixed = pixel({204, 150});
    QVERIFY2(std::abs(mixed.red() - 150) <= 2 && std::abs(mixed.blue() - 50) <= 2, qPrintable(mixed.name()));
    QTest::keyClick(view_.get(), Qt::Key_Right, Qt::ControlModifier);
    QVERIFY(std::abs(view_->opacity() - 0.35) < 1e-9);
}

void TestComparisonView::differenceIsSeen() {
    const QImage brighter = flat({64, 64}, QColor(203, 0, 0));
    show({column("a", red_), column("b", brighter)});
    view_->setGain(8);
    view_->setMode(Mode::Difference);
    QCOMPARE(pixel({100, 100}), QColor(200, 0, 0)); // the reference stays a picture
    QCOMPARE(pixel({308, 100}), QColor(152, 128, 128));
    QTest::keyClick(view_.get(), Qt::Key_BracketRight);
    QCOMPARE(view_->gain(), 16);
    QCOMPARE(pixel({308, 100}), QColor(176, 128, 128));
    view_->setChannel(DifferenceChannel::Blue);
    QCOMPARE(pixel({308, 100}), QColor(128, 128, 128));
    for (int i = 0; i < 10; ++i)
        QTest::keyClick(view_.get(), Qt::Key_BracketRight);
    QCOMPARE(view_->gain(), ComparisonView::kLargestGain);
    // With the other one as the reference the sign turns.
    view_->setChannel(DifferenceChannel::Rgb);
    view_->setGain(8);
    show({column("a", red_), column("b", brighter)}, 1, 0);
    QCOMPARE(pixel({100, 100}), QColor(104, 128, 128));
}

void TestComparisonView::keysDoEverything() {
    show({column("a", red_), column("b", blue_), column("c", red_)});
    QSignalSpy chosen(view_.get(), &ComparisonView::columnChosen);
    QSignalSpy stepped(view_.get(), &ComparisonView::scaleStepped);
    const std::pair<Qt::Key, Mode> modes[]{{Qt::Key_W, Mode::Swipe},
                                           {Qt::Key_B, Mode::Blink},
                                           {Qt::Key_O, Mode::OnionSkin},
                                           {Qt::Key_D, Mode::Difference},
                                           {Qt::Key_S, Mode::SideBySide}};
    for (const auto& [key, mode] : modes) {
        QTest::keyClick(view_.get(), key);
        QCOMPARE(view_->mode(), mode);
        QVERIFY(!view_->accessibleDescription().isEmpty());
    }
    QTest::keyClick(view_.get(), Qt::Key_3);
    QCOMPARE(view_->chosen(), 2);
    QCOMPARE(chosen.count(), 1);
    QVERIFY(view_->accessibleDescription().contains("c"));
    QTest::keyClick(view_.get(), Qt::Key_4); // there is none
    QCOMPARE(view_->chosen(), 2);
    QTest::keyClick(view_.get(), Qt::Key_PageUp);
    QTest::keyClick(view_.get(), Qt::Key_PageDown);
    QCOMPARE(stepped.count(), 2);
    QCOMPARE(stepped.at(0).at(0).toInt(), -1);
    const double fitted = view_->viewport().zoom();
    QTest::keyClick(view_.get(), Qt::Key_Plus);
    QVERIFY(view_->viewport().zoom() > fitted);
    for (int i = 0; i < 6; ++i)
        QTest::keyClick(view_.get(), Qt::Key_Plus);
    const QPointF before = view_->viewport().toPicture({0, 0});
    QTest::keyClick(view_.get(), Qt::Key_Right);
    QVERIFY(view_->viewport().toPicture({0, 0}).x() > before.x());
    QTest::keyClick(view_.get(), Qt::Key_0);
    QCOMPARE(view_->viewport().zoom(), fitted);
    // The reference itself is chosen: a pair is it and its neighbour.
    QTest::keyClick(view_.get(), Qt::Key_1);
    QCOMPARE(view_->paired(), 1);
}

void TestComparisonView::sizesDiffer() {
    show({column("a", red_), column("b", flat({32, 32}, QColor(0, 0, 200)))});
    QCOMPARE(pixel({308, 100}), QColor(0, 0, 200)); // scaled to the reference's place
    QCOMPARE(pixel({220, 20}), QColor(0, 0, 200));
    view_->setMode(Mode::Difference);
    QVERIFY(view_->difference(1).isNull());
    QVERIFY(pixel({220, 20}) != QColor(0, 0, 200)); // words instead
    view_->setMode(Mode::Swipe);
    QCOMPARE(view_->coloursAt({60, 60}).at(1), QColor(0, 0, 200));
}

void TestComparisonView::clicksChoose() {
    show({column("a", red_), column("b", blue_)}, 0, 0);
    QSignalSpy chosen(view_.get(), &ComparisonView::columnChosen);
    QSignalSpy clicked(view_.get(), &ComparisonView::placeClicked);
    QTest::mouseClick(view_.get(), Qt::LeftButton, {}, {308, 100});
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(view_->chosen(), 1);
    QCOMPARE(clicked.at(0).at(0).toInt(), 1);
    const QPointF place = clicked.at(0).at(1).toPointF();
    QVERIFY(QLineF(place, QPointF(32, 32)).length() < 1);
    QSignalSpy moved(view_.get(), &ComparisonView::pointerMoved);
    QTest::mouseMove(view_.get(), {120, 110});
    QVERIFY(view_->pointer());
    QVERIFY(moved.count() > 0);
    // A picture that moves under a pointer which stands still.
    const QPointF before = *view_->pointer();
    QTest::keyClick(view_.get(), Qt::Key_Plus);
    QTest::keyClick(view_.get(), Qt::Key_Plus);
    const qsizetype told = moved.count();
    QTest::keyClick(view_.get(), Qt::Key_Down);
    QVERIFY(moved.count() > told);
    QVERIFY(view_->pointer() != before);
    QCOMPARE(view_->pointer(), view_->pictureAt({120, 110}));
}

void TestComparisonView::earlyScalesAreSpread() {
    ComparisonView::Column early = column("b", flat({8, 8}, QColor(0, 0, 200)));
    early.finalSize = {64, 64};
    show({column("a", red_), early});
    QCOMPARE(view_->viewport().pictureSize(), QSizeF(64, 64));
    QCOMPARE(pixel({220, 20}), QColor(0, 0, 200));
    // Pixels of two scales are not pixels of one picture.
    QVERIFY(view_->difference(1).isNull());
}

void TestComparisonView::overlayIsSeen() {
    ComparisonView::Column marked = column("b", blue_);
    marked.overlay = TokenOverlay::heat(2, 2, {1, 0, 0, 0}, 1);
    show({column("a", red_), marked});
    const QColor heated = pixel({260, 50}), plain = pixel({360, 150});
    QVERIFY(heated.red() > 150); // amber
    QVERIFY(plain.red() < 20);   // a veil
}

void TestComparisonView::emptyAndUnfinished() {
    view_->setEmptyText("Nothing to compare", "Make a picture");
    QCOMPARE(view_->accessibleDescription(), QString("Nothing to compare"));
    QVERIFY(!view_->pictureAt({10, 10}));
    view_->grab();
    QTest::keyClick(view_.get(), Qt::Key_W);
    view_->grab();
    show({column("a", red_), {.name = "b", .picture = {}, .finalSize = {64, 64}, .emptyText = "waits"}});
    for (const Mode mode : {Mode::SideBySide, Mode::Swipe, Mode::Blink, Mode::OnionSkin, Mode::Difference}) {
        view_->setMode(mode);
        view_->grab();
    }
    QVERIFY(view_->coloursAt({1, 1}).at(0).isValid());
    QVERIFY(!view_->coloursAt({1, 1}).at(1).isValid());
    show({}, 0, 0);
    view_->grab();
}

/// The window promises events of less than 50 ms, also where everything is made anew. Here the times are
/// printed; what fails is a freeze, which no busy machine explains.
void TestComparisonView::fourLargePicturesArePaintedQuickly() {
    QVector<ComparisonView::Column> columns;
    for (int i = 0; i < 4; ++i) {
        QImage picture(1024, 1024, QImage::Format_RGB32);
        for (int y = 0; y < 1024; ++y) {
            auto* line = reinterpret_cast<QRgb*>(picture.scanLine(y));
            for (int x = 0; x < 1024; ++x)
                line[x] = qRgb((x * 7 + i * 3) & 255, (y * 5 + i) & 255, (x * y) & 255);
        }
        columns += column(QString::number(i), picture);
    }
    view_->resize(1180, 420);
    QTest::qWait(0);
    const auto measure = [&](const char* what, const std::function<void()>& act) {
        const double before = threadMilliseconds();
        act();
        view_->repaint();
        const double taken = threadMilliseconds() - before;
        qInfo("%s: %.1f ms", what, taken);
        QVERIFY2(taken < kFreeze, what);
    };
    measure("four pictures for the first time", [&] { show(columns); });
    measure("the same again", [] {});
    measure("pointer", [&] { QTest::mouseMove(view_.get(), {300, 200}); });
    measure("zoom", [&] { QTest::keyClick(view_.get(), Qt::Key_Plus); });
    measure("differences", [&] { view_->setMode(Mode::Difference); });
    measure("gain", [&] { view_->setGain(16); });
    measure("channel", [&] { view_->setChannel(DifferenceChannel::Luminance); });
    measure("swipe", [&] { view_->setMode(Mode::Swipe); });
    measure("handle", [&] { view_->setSwipe(0.3); });
    measure("zoom while swiping", [&] { QTest::keyClick(view_.get(), Qt::Key_Plus); });
    measure("onion skin", [&] { view_->setMode(Mode::OnionSkin); });
}

QTEST_MAIN(TestComparisonView)
#include "tst_comparison_view.moc"
