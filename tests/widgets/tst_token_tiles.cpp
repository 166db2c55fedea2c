#include "tests/widgets/value_text.h"
#include "widgets/token_tiles.h"

#include <QApplication>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>

using namespace scalekv::widgets;

class TestTokenTiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reflow_data();
    void reflow();
    void scrolls();
    void clickChooses();
    void clickWhenScrolled();
    void keysChoose();
    void keysOfAnEmptyOne();
    void programIsSilent();
    void chosenIsFramed();
    void eachTileHasItsOwnTokens();
    void oneTileIsReplaced();
    void markOnEveryTile();
    void words();

private:
    static QVector<TokenTile> tiles(int count, int side = 16);
};

namespace {

void show(QWidget& widget, QSize size) {
    widget.resize(size);
    widget.show();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
}

QImage plain(const QColor& colour) {
    QImage image(64, 64, QImage::Format_RGB32);
    image.fill(colour);
    return image;
}

} // namespace

QVector<TokenTile> TestTokenTiles::tiles(int count, int side) {
    QVector<TokenTile> result;
    for (int i = 0; i < count; ++i)
        result += TokenTile{QString("head %1").arg(i + 1),
                            TokenOverlay::heat(side, side, QVector<double>(side * side, i), count)};
    return result;
}

void TestTokenTiles::reflow_data() {
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("perLine");
    QTest::newRow("narrow") << 28 << 130 << 1;
    QTest::newRow("panel") << 28 << 300 << 2;
    QTest::newRow("wide") << 28 << 1000 << 9;
    QTest::newRow("few in a wide one") << 4 << 1000 << 4;
    QTest::newRow("one") << 1 << 300 << 1;
}

void TestTokenTiles::reflow() {
    QFETCH(int, count);
    QFETCH(int, width);
    QFETCH(int, perLine);
    TokenTiles view;
    view.setPicture(plain(Qt::blue));
    view.setTiles(tiles(count));
    show(view, {width, 400});
    int inFirstLine = 0;
    for (int i = 0; i < count; ++i) {
        const QRect tile = view.tileRect(i);
        inFirstLine += tile.top() == view.tileRect(0).top();
        QVERIFY(tile.left() >= 0 && tile.right() < view.viewport()->width());
        QVERIFY2(tile.width() >= 104 && tile.width() <= 260, qPrintable(scalekv::test::text(tile)));
        QVERIFY(tile.height() > tile.width());
        for (int j = 0; j < i; ++j)
            QVERIFY(!tile.intersects(view.tileRect(j)));
    }
    QCOMPARE(inFirstLine, perLine);
}

void TestTokenTiles::scrolls() {
    TokenTiles view;
    view.setTiles(tiles(2));
    show(view, {300, 400});
    QCOMPARE(view.verticalScrollBar()->maximum(), 0);
    view.setTiles(tiles(28));
    QVERIFY(view.verticalScrollBar()->maximum() > 0);
    view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum());
    QCOMPARE(view.tileRect(27).bottom(), view.viewport()->height() - 1);
    view.resize(2000, 1600);
    QTRY_COMPARE(view.verticalScrollBar()->maximum(), 0);
}

void TestTokenTiles::clickChooses() {
    TokenTiles view;
    view.setTiles(tiles(6));
    show(view, {360, 400});
    QSignalSpy chosen(&view, &TokenTiles::tileSelected);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.tileRect(4).center());
    QCOMPARE(view.selected(), 4);
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.last().front().toInt(), 4);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.tileRect(4).center()); // told again
    QCOMPARE(chosen.count(), 2);
    QCOMPARE(chosen.last().front().toInt(), 4);
    QTest::mouseClick(view.viewport(), Qt::RightButton, {}, view.tileRect(1).center());
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, QPoint(50, 395)); // below all
    QCOMPARE(chosen.count(), 2);
}

void TestTokenTiles::clickWhenScrolled() {
    TokenTiles view;
    view.setTiles(tiles(28));
    show(view, {300, 300});
    view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum());
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.tileRect(26).center());
    QCOMPARE(view.selected(), 26);
}

void TestTokenTiles::keysChoose() {
    TokenTiles view;
    view.setTiles(tiles(7));
    show(view, {360, 220}); // three a line
    QCOMPARE(view.tileRect(3).left(), view.tileRect(0).left());
    QSignalSpy chosen(&view, &TokenTiles::tileSelected);
    const auto press = [&](Qt::Key key) {
        QTest::keyClick(&view, key);
        return view.selected();
    };
    const auto seen = [&] { return view.viewport()->rect().contains(view.tileRect(view.selected())); };
    QCOMPARE(press(Qt::Key_Down), 0);
    QCOMPARE(press(Qt::Key_Right), 1);
    QCOMPARE(press(Qt::Key_Down), 4);
    QVERIFY(seen());
    QCOMPARE(press(Qt::Key_Down), 4); // nothing below it
    QCOMPARE(press(Qt::Key_Left), 3);
    QCOMPARE(press(Qt::Key_Down), 6);
    QVERIFY(seen());
    QCOMPARE(press(Qt::Key_Right), 6);
    QCOMPARE(press(Qt::Key_Home), 0);
    QVERIFY(seen());
    QCOMPARE(press(Qt::Key_Left), 0);
    QCOMPARE(press(Qt::Key_End), 6);
    QCOMPARE(press(Qt::Key_PageUp), 3);
    QCOMPARE(press(Qt::Key_PageDown), 6);
    QCOMPARE(chosen.count(), 9);
    QCOMPARE(chosen.last().front().toInt(), 6);
}

void TestTokenTiles::keysOfAnEmptyOne() {
    TokenTiles view;
    show(view, {300, 300});
    QSignalSpy chosen(&view, &TokenTiles::tileSelected);
    for (const Qt::Key key : {Qt::Key_Down, Qt::Key_End, Qt::Key_PageDown, Qt::Key_PageUp, Qt::Key_Home})
        QTest::keyClick(&view, key);
    QTest::mouseClick(view.viewport(), Qt::LeftButton);
    QVERIFY(chosen.isEmpty());
    QCOMPARE(view.selected(), -1);
}

void TestTokenTiles::programIsSilent() {
    TokenTiles view;
    view.setTiles(tiles(5));
    QSignalSpy chosen(&view, &TokenTiles::tileSelected);
    view.setSelected(4);
    view.setTiles(tiles(5));
    QCOMPARE(view.selected(), 4);
    view.setTiles(tiles(4)); // no longer there
    QCOMPARE(view.selected(), -1);
    view.setSelected(9);
    QCOMPARE(view.selected(), -1);
    QVERIFY(chosen.isEmpty());
}

void TestTokenTiles::chosenIsFramed() {
    TokenTiles view;
    view.setTiles(tiles(4));
    show(view, {300, 400});
    const auto framed = [&](int index) {
        const QRect tile = view.tileRect(index);
        return view.viewport()->grab().toImage().pixelColor(tile.left() + 1, tile.center().y()) ==
               view.palette().color(QPalette::Highlight);
    };
    QVERIFY(!framed(2));
    view.setSelected(2);
    QVERIFY(framed(2) && !framed(1));
    view.setSelected(1);
    QVERIFY(framed(1) && !framed(2));
}

void TestTokenTiles::eachTileHasItsOwnTokens() {
    TokenTiles view;
    view.setPicture(plain(Qt::blue));
    view.setTiles(tiles(4, 64));
    show(view, {300, 400});
    const QImage image = view.viewport()->grab().toImage();
    for (int i = 1; i < 4; ++i)
        QVERIFY(qGray(image.pixel(view.tileRect(i).center())) >
                qGray(image.pixel(view.tileRect(i - 1).center())));
}

void TestTokenTiles::oneTileIsReplaced() {
    TokenTiles view;
    view.setPicture(plain(Qt::blue));
    view.setTiles(tiles(4));
    show(view, {300, 400});
    const QImage before = view.viewport()->grab().toImage();
    view.setTile(2, {"new", TokenOverlay::heat(4, 4, QVector<double>(16, 1))});
    view.setTile(7, {"nowhere", {}});
    const QImage after = view.viewport()->grab().toImage();
    QCOMPARE(view.count(), 4);
    QCOMPARE(view.tile(2).caption, QString("new"));
    QVERIFY(before.copy(view.tileRect(2)) != after.copy(view.tileRect(2)));
    for (const int other : {0, 1, 3})
        QCOMPARE(before.copy(view.tileRect(other)), after.copy(view.tileRect(other)));
}

void TestTokenTiles::markOnEveryTile() {
    TokenTiles view;
    view.setPicture(plain(Qt::blue));
    view.setTiles(tiles(3));
    show(view, {400, 300});
    const QImage before = view.viewport()->grab().toImage();
    view.setMarked(8, 8);
    const QImage after = view.viewport()->grab().toImage();
    for (int i = 0; i < 3; ++i)
        QVERIFY(before.copy(view.tileRect(i)) != after.copy(view.tileRect(i)));
    view.setMarked(16, 0); // not a position
    QCOMPARE(view.viewport()->grab().toImage(), before);
}

void TestTokenTiles::words() {
    TokenTiles view;
    view.setTiles(tiles(3));
    show(view, {400, 300});
    view.setSelected(1);
    QCOMPARE(view.accessibleDescription(), QString("head 2"));
    QVERIFY(!view.accessibleName().isEmpty());
    const auto textAt = [&](QPoint position) {
        QHelpEvent help(QEvent::ToolTip, position, view.viewport()->mapToGlobal(position));
        QCoreApplication::sendEvent(view.viewport(), &help);
        return QToolTip::text();
    };
    QCOMPARE(textAt(view.tileRect(2).center()), QString("head 3"));
    view.setTileText([](int index) { return QString("tile %1").arg(index); });
    QCOMPARE(textAt(view.tileRect(0).center()), QString("tile 0"));
}

QTEST_MAIN(TestTokenTiles)
#include "tst_token_tiles.moc"
