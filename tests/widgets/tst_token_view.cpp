#include "tests/widgets/value_text.h"
#include "widgets/token_view.h"

#include <QApplication>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>

#include <cmath>
#include <limits>

using scalekv::widgets::TokenOverlay;
using scalekv::widgets::TokenView;

class TestTokenView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void pictureIsFitted_data();
    void pictureIsFitted();
    void cells();
    void clickChooses();
    void keysChoose();
    void hovers();
    void heatGrowsBrighter_data();
    void heatGrowsBrighter();
    void evictedIsDimmed();
    void countsDimInBetween();
    void unknownIsLeftAlone();
    void markIsSeen_data();
    void markIsSeen();
    void linesNeedRoom();
    void newGridForgets();
    void words();
    void emptyText();
    void captionHasRoom();
};

namespace {

QImage plain(QSize size, const QColor& colour) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(colour);
    return image;
}

void show(QWidget& widget, QSize size) {
    widget.resize(size);
    widget.show();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
}

QPoint middle(const TokenView& view, int row, int column) {
    return view.cellRect(row, column).center().toPoint();
}

/// A place in the cell that no line, hatch or frame touches.
int greyIn(TokenView& view, int row, int column) {
    const QRectF cell = view.cellRect(row, column);
    return qGray(view.grab().toImage().pixel(
        (cell.topLeft() + QPointF(cell.width() / 4, cell.height() / 4)).toPoint()));
}

} // namespace

void TestTokenView::pictureIsFitted_data() {
    QTest::addColumn<QSize>("picture");
    QTest::addColumn<QSize>("view");
    QTest::newRow("square") << QSize(64, 64) << QSize(400, 300);
    QTest::newRow("wide") << QSize(200, 100) << QSize(300, 300);
    QTest::newRow("high") << QSize(100, 200) << QSize(300, 300);
    QTest::newRow("thumbnail") << QSize(1024, 1024) << QSize(80, 80);
}

void TestTokenView::pictureIsFitted() {
    QFETCH(QSize, picture);
    QFETCH(QSize, view);
    TokenView widget;
    widget.setPicture(plain(picture, Qt::red));
    show(widget, view);
    const QRectF box = widget.pictureRect();
    QVERIFY(QRectF(widget.rect()).contains(box));
    const double shape = static_cast<double>(picture.width()) / picture.height();
    QVERIFY(std::abs(box.width() / box.height() - shape) < 0.05);
    QVERIFY(box.width() > view.width() - 10 || box.height() > view.height() - 10); // as large as it can be
    const QImage image = widget.grab().toImage();
    QCOMPARE(image.pixelColor(box.topLeft().toPoint()), QColor(Qt::red));
    QCOMPARE(image.pixelColor((box.bottomRight() - QPointF(1, 1)).toPoint()), QColor(Qt::red));
    QVERIFY(image.pixelColor(0, 0) != QColor(Qt::red));
}

void TestTokenView::cells() {
    TokenView view;
    view.setGrid(4, 6);
    view.setPicture(plain({60, 40}, Qt::gray));
    show(view, {306, 206});
    QCOMPARE(view.pictureRect(), QRectF(3, 3, 300, 200));
    QCOMPARE(view.cellRect(1, 2), QRectF(103, 53, 50, 50));
    QCOMPARE(view.cellAt({103.5, 53.5}), std::pair(1, 2));
    QCOMPARE(view.cellAt({302.9, 202.9}), std::pair(3, 5));
    QCOMPARE(view.cellAt({1, 50}), std::pair(-1, -1));
    QVERIFY(view.cellRect(4, 0).isEmpty());
}

void TestTokenView::clickChooses() {
    TokenView view;
    view.setGrid(8, 8);
    show(view, {200, 200});
    QSignalSpy clicked(&view, &TokenView::positionClicked);
    QTest::mouseClick(&view, Qt::LeftButton, {}, middle(view, 5, 2));
    QCOMPARE(clicked.count(), 1);
    QCOMPARE(clicked.last(), (QList<QVariant>{5, 2}));
    QCOMPARE(view.markedRow(), 5);
    QCOMPARE(view.markedColumn(), 2);
    QTest::mouseClick(&view, Qt::RightButton, {}, middle(view, 0, 0));
    QTest::mouseClick(&view, Qt::LeftButton, {}, QPoint(1, 1)); // beside the tokens
    view.setMarked(1, 1);                                       // by the program
    QCOMPARE(clicked.count(), 1);
    QCOMPARE(view.markedRow(), 1);
}

void TestTokenView::keysChoose() {
    TokenView view;
    view.setGrid(5, 7);
    show(view, {200, 200});
    QSignalSpy clicked(&view, &TokenView::positionClicked);
    const auto press = [&](Qt::Key key) {
        QTest::keyClick(&view, key);
        return std::pair(view.markedRow(), view.markedColumn());
    };
    QCOMPARE(press(Qt::Key_Right), std::pair(2, 3)); // the middle: none was marked
    QCOMPARE(press(Qt::Key_Right), std::pair(2, 4));
    QCOMPARE(press(Qt::Key_Up), std::pair(1, 4));
    QCOMPARE(press(Qt::Key_Home), std::pair(1, 0));
    QCOMPARE(clicked.count(), 4);
    QCOMPARE(press(Qt::Key_Left), std::pair(1, 0)); // the edge
    QCOMPARE(clicked.count(), 4);
    QCOMPARE(press(Qt::Key_PageDown), std::pair(4, 0));
    QCOMPARE(press(Qt::Key_End), std::pair(4, 6));
    QCOMPARE(press(Qt::Key_Down), std::pair(4, 6));
    QCOMPARE(press(Qt::Key_PageUp), std::pair(0, 6));
    QCOMPARE(clicked.last(), (QList<QVariant>{0, 6}));
}

void TestTokenView::hovers() {
    TokenView view;
    view.setGrid(4, 4);
    show(view, {200, 200});
    QSignalSpy hovered(&view, &TokenView::positionHovered);
    const QImage without = view.grab().toImage();
    QTest::mouseMove(&view, middle(view, 1, 3));
    QTest::mouseMove(&view, middle(view, 1, 3) + QPoint(3, 3));
    QCOMPARE(hovered.count(), 1);
    QCOMPARE(hovered.last(), (QList<QVariant>{1, 3}));
    QVERIFY(view.grab().toImage() != without);
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(&view, &leave);
    QCOMPARE(hovered.last(), (QList<QVariant>{-1, -1}));
    QCOMPARE(view.grab().toImage(), without);
}

void TestTokenView::heatGrowsBrighter_data() {
    QTest::addColumn<QColor>("picture");
    QTest::newRow("black") << QColor(Qt::black);
    QTest::newRow("white") << QColor(Qt::white);
    QTest::newRow("blue") << QColor(Qt::blue);
    QTest::newRow("amber") << QColor(255, 176, 32);
}

void TestTokenView::heatGrowsBrighter() {
    QFETCH(QColor, picture);
    TokenView view;
    view.setPicture(plain({100, 20}, picture));
    view.setGrid(1, 5);
    view.setHeat({0, 0.25, 0.5, 0.75, 1});
    show(view, {306, 80});
    QVector<int> greys;
    for (int column = 0; column < 5; ++column)
        greys += greyIn(view, 0, column);
    for (int column = 2; column < 5; ++column)
        QVERIFY2(greys[column] > greys[column - 1] + 5, qPrintable(scalekv::test::text(greys)));
    QVERIFY2(greys[4] > greys[0] + 20, qPrintable(scalekv::test::text(greys)));
    // Beside a larger maximum the same weights are less.
    view.setHeat({0, 0.25, 0.5, 0.75, 1}, 4);
    QVERIFY(greyIn(view, 0, 4) < greys[4]);
    QCOMPARE(greyIn(view, 0, 4), greys[1]);
}

void TestTokenView::evictedIsDimmed() {
    TokenView view;
    view.setPicture(plain({60, 60}, QColor(200, 200, 200)));
    view.setGrid(3, 3);
    view.setKept({1, 0, 1, 0, 1, 0, 1, 0, 1});
    show(view, {186, 186});
    QCOMPARE(greyIn(view, 0, 0), 200); // kept: as it is
    QVERIFY(greyIn(view, 0, 1) < 110);
    // Struck through, which the kept one is not.
    const QImage image = view.grab().toImage();
    QVERIFY(qGray(image.pixel(middle(view, 0, 1))) != greyIn(view, 0, 1) ||
            qGray(image.pixel(middle(view, 0, 1) - QPoint(0, 1))) != greyIn(view, 0, 1));
    QCOMPARE(qGray(image.pixel(middle(view, 1, 1))), 200);
}

void TestTokenView::countsDimInBetween() {
    TokenView view;
    view.setPicture(plain({60, 20}, QColor(200, 200, 200)));
    view.setGrid(1, 3);
    view.setKept({0, 2, 4}, 4);
    show(view, {306, 110});
    const int none = greyIn(view, 0, 0), half = greyIn(view, 0, 1), all = greyIn(view, 0, 2);
    QVERIFY2(none + 20 < half && half + 20 < all,
             qPrintable(QString("%1 %2 %3").arg(none).arg(half).arg(all)));
}

void TestTokenView::unknownIsLeftAlone() {
    TokenView view;
    view.setPicture(plain({40, 20}, QColor(200, 200, 200)));
    view.setGrid(1, 2);
    view.setHeat({std::numeric_limits<double>::quiet_NaN(), 1});
    show(view, {206, 110});
    QCOMPARE(greyIn(view, 0, 0), 200);
    QVERIFY(greyIn(view, 0, 1) != 200);
}

void TestTokenView::markIsSeen_data() {
    QTest::addColumn<QColor>("picture");
    QTest::addColumn<int>("side");
    for (const int side : {80, 400}) {
        QTest::addRow("black, %d", side) << QColor(Qt::black) << side;
        QTest::addRow("white, %d", side) << QColor(Qt::white) << side;
        QTest::addRow("grey, %d", side) << QColor(Qt::gray) << side;
    }
}

void TestTokenView::markIsSeen() {
    QFETCH(QColor, picture);
    QFETCH(int, side);
    TokenView view;
    view.setPicture(plain({64, 64}, picture));
    view.setGrid(64, 64);
    show(view, {side, side});
    const QImage before = view.grab().toImage();
    view.setMarked(30, 30);
    const QImage after = view.grab().toImage();
    int strong = 0;
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x)
            strong += std::abs(qGray(before.pixel(x, y)) - qGray(after.pixel(x, y))) > 90;
    }
    QVERIFY2(strong >= 16, qPrintable(QString::number(strong)));
}

void TestTokenView::linesNeedRoom() {
    TokenView view;
    view.setPicture(plain({64, 64}, Qt::black));
    view.setGrid(32, 32);
    const auto lines = [&](int side) {
        view.resize(side, side);
        const QImage image = view.grab().toImage();
        const QRect box = view.pictureRect().toRect();
        int count = 0;
        for (int x = box.left(); x < box.right(); ++x)
            count += image.pixelColor(x, box.top() + 1) != QColor(Qt::black);
        return count;
    };
    show(view, {80, 80});
    QCOMPARE(lines(80), 0);
    QCOMPARE(lines(400), 31);
}

void TestTokenView::newGridForgets() {
    TokenView view;
    view.setGrid(8, 8);
    view.setHeat(QVector<double>(64, 1));
    view.setMarked(3, 3);
    view.setGrid(8, 8); // the same
    QCOMPARE(view.overlay().kind, TokenOverlay::Kind::Heat);
    view.setGrid(4, 4);
    QCOMPARE(view.overlay().kind, TokenOverlay::Kind::None);
    QVERIFY(view.overlay().values.isEmpty());
    QCOMPARE(view.markedRow(), 3);
    view.setGrid(2, 2);
    QCOMPARE(view.markedRow(), -1);
    view.setGrid(-1, 5);
    QCOMPARE(view.overlay().columns, 0);
}

void TestTokenView::words() {
    TokenView view;
    view.setGrid(2, 2);
    show(view, {200, 200});
    view.setMarked(1, 0);
    QCOMPARE(view.accessibleDescription(), QString("row 2, column 1"));
    view.setHeat({0, 0.5, 0.125, 1});
    QCOMPARE(view.accessibleDescription(), QString("row 2, column 1: 0.125"));
    view.setKept({1, 0, 0, 1});
    QCOMPARE(view.accessibleDescription(), QString("row 2, column 1: evicted"));
    view.setMarked(1, 1);
    QCOMPARE(view.accessibleDescription(), QString("row 2, column 2: kept"));
    view.setKept({1, 0, 0, 3}, 4);
    QCOMPARE(view.accessibleDescription(), QString("row 2, column 2: 3"));
    view.setPositionText([](int row, int column) { return QString("%1/%2").arg(row).arg(column); });
    QCOMPARE(view.accessibleDescription(), QString("1/1"));
    const QPoint at = middle(view, 0, 1);
    QHelpEvent help(QEvent::ToolTip, at, view.mapToGlobal(at));
    QCoreApplication::sendEvent(&view, &help);
    QCOMPARE(QToolTip::text(), QString("0/1"));
    QVERIFY(!view.accessibleName().isEmpty());
}

void TestTokenView::emptyText() {
    TokenView view;
    show(view, {300, 200});
    const QImage blank = view.grab().toImage();
    view.setEmptyText("Choose a cell");
    QVERIFY(view.grab().toImage() != blank);
    QCOMPARE(view.accessibleDescription(), QString("Choose a cell"));
    view.setGrid(2, 2);
    QVERIFY(view.accessibleDescription().isEmpty());
    QSignalSpy clicked(&view, &TokenView::positionClicked);
    view.setGrid(0, 0);
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::mouseClick(&view, Qt::LeftButton);
    QVERIFY(clicked.isEmpty());
}

void TestTokenView::captionHasRoom() {
    TokenView view;
    view.setPicture(plain({64, 64}, Qt::red));
    show(view, {120, 120});
    view.setCaption("head 1");
    QVERIFY(view.pictureRect().bottom() + view.fontMetrics().height() <= 120);
}

QTEST_MAIN(TestTokenView)
#include "tst_token_view.moc"
