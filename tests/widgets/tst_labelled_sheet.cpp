#include "tests/widgets/value_text.h"
#include "widgets/labelled_sheet_view.h"
#include "widgets/wrapped_lines.h"

#include <QFontMetricsF>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <cmath>

using namespace scalekv::widgets;

class TestLabelledSheet : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void linesAreNeverTooWide_data();
    void linesAreNeverTooWide();
    void cellsAreFound();
    void partsDoNotOverlap_data();
    void partsDoNotOverlap();
    void fittingSideFits_data();
    void fittingSideFits();
    void picturesKeepTheirPixels();
    void imageShowsWhatIsThere();
    void imageOfTooMuch();
    void nothingToDraw();

    void fitsAndScrolls();
    void zooms();
    void clickActivates();
    void clickWhenScrolled();
    void keys();
    void keysOfAnEmptyOne();
    void currentStays();
    void picturesCome();
    void saysWhereItIs();
};

namespace {

using Cell = std::pair<int, int>;
constexpr Cell kNone{-1, -1};

QImage plain(QSize size, const QColor& colour) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(colour);
    return image;
}

LabelledSheet sheetOf(int rows, int columns, QSize picture = {64, 64}) {
    LabelledSheet sheet;
    sheet.title = "a fox on a green background, seed 7";
    sheet.columnAxis = "cfg";
    sheet.rowAxis = "tau";
    for (int column = 0; column < columns; ++column)
        sheet.columns += QString::number(column + 1);
    for (int row = 0; row < rows; ++row)
        sheet.rows += QString::number(0.25 * (row + 1));
    for (int i = 0; i < rows * columns; ++i)
        sheet.cells += SheetCell{plain(picture, QColor::fromHsv(i * 7 % 360, 255, 200)), {}};
    return sheet;
}

void show(QWidget& widget, QSize size) {
    widget.resize(size);
    widget.show();
    QVERIFY(QTest::qWaitForWindowActive(&widget));
}

/// How many pixels of an image have exactly this colour.
int count(const QImage& image, const QColor& colour) {
    int found = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            found += image.pixelColor(x, y) == colour;
    return found;
}

QPoint middleOf(const LabelledSheetView& view, int row, int column) {
    return view.cellRect(row, column).center().toPoint();
}

} // namespace

void TestLabelledSheet::linesAreNeverTooWide_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("width");
    QTest::addColumn<int>("most");
    QTest::addColumn<bool>("cut");
    const QString prompt = "a fox on a green background beside a very old oak";
    QTest::newRow("nothing") << QString(" \n ") << 100.0 << 3 << false;
    QTest::newRow("short") << QString("fox") << 100.0 << 3 << false;
    QTest::newRow("wrapped") << prompt << 120.0 << 9 << false;
    QTest::newRow("cut") << prompt << 120.0 << 2 << true;
    QTest::newRow("one word") << QString(80, 'w') << 100.0 << 2 << true;
    QTest::newRow("narrower than a letter") << prompt << 3.0 << 2 << true;
    QTest::newRow("two lines of text") << QString("first\nsecond") << 400.0 << 1 << false;
}

void TestLabelledSheet::linesAreNeverTooWide() {
    QFETCH(QString, text);
    QFETCH(double, width);
    QFETCH(int, most);
    QFETCH(bool, cut);
    const QFont font;
    const QStringList lines = wrappedLines(text, font, width, most);
    QVERIFY(lines.size() <= most);
    QCOMPARE(lines.isEmpty(), text.simplified().isEmpty());
    const bool room = width > QFontMetricsF(font).horizontalAdvance(QChar(0x2026)) + 1;
    for (const QString& line : lines)
        QVERIFY2(!room || QFontMetricsF(font).horizontalAdvance(line) <= width + 0.5, qPrintable(line));
    if (room)
        QCOMPARE(lines.join(' ').contains(QChar(0x2026)), cut);
    if (!cut)
        QCOMPARE(lines.join(' '), text.simplified());
}

void TestLabelledSheet::cellsAreFound() {
    LabelledSheet sheet = sheetOf(2, 3);
    const LabelledSheetLayout layout(sheet, 50, QFont());
    for (int row = 0; row < 2; ++row)
        for (int column = 0; column < 3; ++column) {
            const QRectF cell = layout.cellRect(row, column);
            QCOMPARE(cell.size(), QSizeF(50, 50));
            QCOMPARE(layout.cellAt(cell.center()), Cell(row, column));
            QCOMPARE(layout.cellAt(cell.topLeft()), Cell(row, column));
        }
    QCOMPARE(layout.cellAt(layout.grid().topLeft() - QPointF(1, -5)), kNone);
    QCOMPARE(layout.cellAt(layout.grid().bottomRight() + QPointF(1, 1)), kNone);
    QVERIFY(layout.cellRect(2, 0).isEmpty() && layout.cellRect(0, 3).isEmpty());

    sheet.cells.resize(4); // the rest is empty
    QVERIFY(!sheet.cell(1, 0).picture.isNull());
    QCOMPARE(sheet.cell(1, 2), SheetCell());
    sheet.setCell(1, 2, {{}, "failed"});
    QCOMPARE(sheet.cell(1, 2).state, QString("failed"));
    sheet.setCell(2, 0, {{}, "nowhere"});
    QCOMPARE(sheet.cell(2, 0), SheetCell());
}

void TestLabelledSheet::partsDoNotOverlap_data() {
    QTest::addColumn<int>("side");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("axis");
    QTest::addColumn<QString>("value");
    const QString prompt = "a fox on a green background beside a very old oak ";
    for (const int side : {16, 60, 400}) {
        QTest::addRow("short, %d", side) << side << "T"
                                         << "cfg"
                                         << "4";
        QTest::addRow("long, %d", side) << side << prompt.repeated(9) << prompt << prompt.repeated(3);
        QTest::addRow("none, %d", side) << side << ""
                                        << ""
                                        << "";
        QTest::addRow("no blanks, %d", side)
            << side << QString(300, 'w') << QString(90, 'w') << QString(90, 'w');
    }
}

void TestLabelledSheet::partsDoNotOverlap() {
    QFETCH(int, side);
    QFETCH(QString, title);
    QFETCH(QString, axis);
    QFETCH(QString, value);
    LabelledSheet sheet;
    sheet.title = title;
    sheet.columnAxis = sheet.rowAxis = axis;
    sheet.columns = QStringList(3, value);
    sheet.rows = QStringList(2, value);
    const LabelledSheetLayout layout(sheet, side, QFont());
    QVector<SheetText> texts{layout.title(), layout.columnAxis(), layout.rowAxis()};
    for (int column = 0; column < 3; ++column)
        texts += layout.columnLabel(column);
    for (int row = 0; row < 2; ++row)
        texts += layout.rowLabel(row);
    const QRectF whole({0, 0}, layout.size());
    const double line = QFontMetricsF(layout.headingFont()).height();
    for (int i = 0; i < texts.size(); ++i) {
        const SheetText& text = texts.at(i);
        if (text.lines.isEmpty())
            continue;
        QVERIFY(whole.contains(text.box));
        QVERIFY2(!text.box.intersects(layout.grid()), qPrintable(text.lines.join('/')));
        QVERIFY(double(text.lines.size()) * QFontMetricsF(QFont()).height() <=
                std::max(text.box.height(), line) + 1);
        for (int j = 0; j < i; ++j)
            QVERIFY2(texts.at(j).lines.isEmpty() || !text.box.intersects(texts.at(j).box),
                     qPrintable(QString("%1 and %2").arg(i).arg(j)));
    }
    QVERIFY(whole.contains(layout.grid()));
}

void TestLabelledSheet::fittingSideFits_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("columns");
    QTest::addColumn<QSize>("box");
    QTest::newRow("wide") << 2 << 6 << QSize(900, 700);
    QTest::newRow("high") << 7 << 1 << QSize(900, 700);
    QTest::newRow("square") << 4 << 4 << QSize(640, 480);
}

void TestLabelledSheet::fittingSideFits() {
    QFETCH(int, rows);
    QFETCH(int, columns);
    QFETCH(QSize, box);
    const LabelledSheet sheet = sheetOf(rows, columns);
    const int side = LabelledSheetLayout::fittingSide(sheet, box, QFont(), 16, 1000);
    const QSizeF fits = LabelledSheetLayout(sheet, side, QFont()).size();
    QVERIFY(fits.width() <= box.width() && fits.height() <= box.height());
    const QSizeF larger = LabelledSheetLayout(sheet, side + 1, QFont()).size();
    QVERIFY(larger.width() > box.width() || larger.height() > box.height());
    QCOMPARE(LabelledSheetLayout::fittingSide(sheet, box, QFont(), 16, 30), 30);
    QCOMPARE(LabelledSheetLayout::fittingSide(sheet, {10, 10}, QFont(), 16, 30), 16);
}

void TestLabelledSheet::picturesKeepTheirPixels() {
    LabelledSheet sheet = sheetOf(1, 2);
    QCOMPARE(sheet.fullSide(), 64);
    QImage chequered(64, 64, QImage::Format_RGB32);
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x)
            chequered.setPixelColor(x, y, (x + y) % 2 ? QColor(255, 0, 0) : QColor(0, 0, 255));
    sheet.setCell(0, 0, {chequered, {}});
    sheet.setCell(0, 1, {plain({30, 20}, Qt::magenta), {}}); // another size, never enlarged
    for (const int side : {64, 150}) {
        const SheetImage made = toImage(sheet, side, QPalette(), QFont());
        QCOMPARE(made.cellSide, side);
        QVERIFY(made.note.isEmpty());
        QCOMPARE(count(made.image, Qt::magenta), 30 * 20);
        QCOMPARE(count(made.image, QColor(255, 0, 0)), 64 * 64 / 2); // pixel by pixel
        QCOMPARE(count(made.image, QColor(0, 0, 255)), 64 * 64 / 2);
    }
    const SheetImage shrunk = toImage(sheet, 32, QPalette(), QFont());
    QCOMPARE(count(shrunk.image, QColor(255, 0, 0)), 0);
    const int small = count(shrunk.image, Qt::magenta); // 30 × 20 was fitted into 32
    QCOMPARE(small, 30 * 20);

    // Cells of the pictures' shape.
    sheet = sheetOf(1, 1, {200, 100});
    sheet.cellShape = {2, 1};
    QCOMPARE(sheet.cellSize(200), QSizeF(200, 100));
    QCOMPARE(sheet.fullSide(), 200);
    sheet.cellShape = {1, 2};
    QCOMPARE(sheet.fullSide(), 400); // its width has half of the side
}

void TestLabelledSheet::imageShowsWhatIsThere() {
    LabelledSheet sheet = sheetOf(2, 2);
    const QColor second = sheet.cell(0, 1).picture.pixelColor(0, 0);
    sheet.setCell(1, 0, {{}, "waiting"});
    QPalette dark;
    dark.setColor(QPalette::Window, QColor(20, 20, 20));
    dark.setColor(QPalette::WindowText, QColor(240, 240, 240));
    const QImage all = toImage(sheet, 64, dark, QFont()).image;
    QCOMPARE(all.pixelColor(0, 0), QColor(20, 20, 20));
    QCOMPARE(count(all, second), 64 * 64);
    for (const auto& change :
         {+[](LabelledSheet& s) { s.title.clear(); }, +[](LabelledSheet& s) { s.columnAxis = "other"; },
          +[](LabelledSheet& s) { s.rowAxis = "else"; }, +[](LabelledSheet& s) { s.columns[1] = "99"; },
          +[](LabelledSheet& s) { s.rows[0] = "99"; },
          +[](LabelledSheet& s) { s.cells[2].state = "failed"; }}) {
        LabelledSheet other = sheet;
        change(other);
        QVERIFY(toImage(other, 64, dark, QFont()).image != all); // each of them is seen
    }
}

void TestLabelledSheet::imageOfTooMuch() {
    const LabelledSheet sheet = sheetOf(10, 10);
    constexpr qint64 kFew = 1000000;
    const SheetImage made = toImage(sheet, 1024, QPalette(), QFont(), kFew);
    QVERIFY(!made.image.isNull());
    QVERIFY(qint64(made.image.width()) * made.image.height() <= kFew);
    QVERIFY2(made.cellSide > 60 && made.cellSide < 100, qPrintable(QString::number(made.cellSide)));
    QVERIFY2(made.note.contains("1024") && made.note.contains(QString::number(made.cellSide)),
             qPrintable(made.note));
    const SheetImage none = toImage(sheetOf(300, 300), 64, QPalette(), QFont(), kFew);
    QVERIFY(none.image.isNull());
    QVERIFY2(none.note.contains("300"), qPrintable(none.note));
    // One side alone is too long for a painter, though the pixels are few.
    const SheetImage longOne = toImage(sheetOf(1, 400), 256, QPalette(), QFont());
    QVERIFY(!longOne.image.isNull() && longOne.image.width() <= 32000);
    QVERIFY(!longOne.note.isEmpty());
}

void TestLabelledSheet::nothingToDraw() {
    const SheetImage made = toImage(LabelledSheet(), 100, QPalette(), QFont());
    QVERIFY(made.image.isNull() && !made.note.isEmpty());
}

void TestLabelledSheet::fitsAndScrolls() {
    LabelledSheetView view;
    view.setSheet(sheetOf(3, 3, {512, 512}));
    show(view, {600, 500});
    QVERIFY(view.isFitted());
    QCOMPARE(view.horizontalScrollBar()->maximum(), 0);
    QCOMPARE(view.verticalScrollBar()->maximum(), 0);
    const int side = view.cellSide();
    QVERIFY2(side > 110, qPrintable(QString::number(side)));
    view.resize(900, 800);
    QTRY_VERIFY(view.cellSide() > side);
    view.setSheet(sheetOf(40, 40, {512, 512})); // too many to be seen at once
    QVERIFY(view.horizontalScrollBar()->maximum() > 0 && view.verticalScrollBar()->maximum() > 0);
    view.horizontalScrollBar()->setValue(view.horizontalScrollBar()->maximum());
    view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum());
    QVERIFY(QRectF(view.viewport()->rect()).contains(view.cellRect(39, 39)));
    view.setSheet(sheetOf(1, 1)); // no larger than its pixels
    QCOMPARE(view.cellSide(), int(std::ceil(64 / view.devicePixelRatioF())));
}

void TestLabelledSheet::zooms() {
    LabelledSheetView view;
    view.setSheet(sheetOf(4, 4, {512, 512}));
    show(view, {600, 500});
    const int fitted = view.cellSide();
    const QPoint place = middleOf(view, 2, 2);
    QWheelEvent wheel(place, view.viewport()->mapToGlobal(place), {}, {0, 120}, Qt::NoButton,
                      Qt::ControlModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(view.viewport(), &wheel);
    QVERIFY(view.cellSide() > fitted && !view.isFitted());
    QCOMPARE(view.cellAt(place), Cell(2, 2)); // what is under the pointer stays there
    view.setFocus();
    QTest::keyClick(&view, Qt::Key_Minus);
    QVERIFY(std::abs(view.cellSide() - fitted) <= 1);
    for (int i = 0; i < 30; ++i)
        QTest::keyClick(&view, Qt::Key_Plus);
    QCOMPARE(view.cellSide(), int(std::ceil(512 / view.devicePixelRatioF())));
    QTest::keyClick(&view, Qt::Key_0);
    QVERIFY(view.isFitted());
    QCOMPARE(view.cellSide(), fitted);
}

void TestLabelledSheet::clickActivates() {
    LabelledSheetView view;
    view.setSheet(sheetOf(3, 4));
    show(view, {600, 500});
    QSignalSpy activated(&view, &LabelledSheetView::cellActivated);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, middleOf(view, 1, 3));
    QCOMPARE(activated.count(), 1);
    QCOMPARE(activated.front(), QVariantList({1, 3}));
    QCOMPARE(view.currentCell(), Cell(1, 3));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, middleOf(view, 1, 3)); // once more
    QCOMPARE(activated.count(), 2);
    QTest::mouseClick(view.viewport(), Qt::RightButton, {}, middleOf(view, 0, 0));
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {3, 3}); // the title
    // Whoever pulls the pointer away has thought better of it.
    QTest::mousePress(view.viewport(), Qt::LeftButton, {}, middleOf(view, 0, 0));
    QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, middleOf(view, 2, 2));
    QCOMPARE(activated.count(), 2);
}

void TestLabelledSheet::clickWhenScrolled() {
    LabelledSheetView view;
    view.setSheet(sheetOf(40, 40));
    show(view, {400, 300});
    view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum());
    QSignalSpy activated(&view, &LabelledSheetView::cellActivated);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, middleOf(view, 39, 1));
    QCOMPARE(activated.value(0), QVariantList({39, 1}));
    // What has gone below the headings is not clicked there.
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {200, 20});
    QCOMPARE(activated.count(), 1);
}

void TestLabelledSheet::keys() {
    LabelledSheetView view;
    view.setSheet(sheetOf(30, 30));
    show(view, {400, 300});
    view.setFocus();
    QSignalSpy activated(&view, &LabelledSheetView::cellActivated);
    QSignalSpy moved(&view, &LabelledSheetView::currentCellChanged);
    const auto press = [&](Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(&view, key, modifiers);
        return view.currentCell();
    };
    QCOMPARE(press(Qt::Key_Right), Cell(0, 0)); // where keys begin
    QCOMPARE(press(Qt::Key_Left), Cell(0, 0));
    QCOMPARE(press(Qt::Key_Down), Cell(1, 0));
    QCOMPARE(press(Qt::Key_Right), Cell(1, 1));
    QCOMPARE(press(Qt::Key_End), Cell(1, 29));
    QCOMPARE(press(Qt::Key_PageDown), Cell(29, 29));
    QVERIFY(QRectF(view.viewport()->rect()).contains(view.cellRect(29, 29))); // it is seen
    QCOMPARE(press(Qt::Key_Home, Qt::ControlModifier), Cell(0, 0));
    QVERIFY(view.cellRect(0, 0).top() > 0 && view.cellAt(view.cellRect(0, 0).center()) == Cell(0, 0));
    QCOMPARE(press(Qt::Key_End, Qt::ControlModifier), Cell(29, 29));
    QCOMPARE(moved.count(), 7);
    QCOMPARE(activated.count(), 0);
    press(Qt::Key_Return);
    press(Qt::Key_Space);
    QCOMPARE(activated.count(), 2);
    QCOMPARE(activated.front(), QVariantList({29, 29}));
    press(Qt::Key_Return, Qt::ControlModifier); // the window's
    QCOMPARE(activated.count(), 2);
}

void TestLabelledSheet::keysOfAnEmptyOne() {
    LabelledSheetView view;
    view.setEmptyText("Choose two settings");
    show(view, {400, 300});
    QSignalSpy activated(&view, &LabelledSheetView::cellActivated);
    view.setFocus();
    for (const Qt::Key key : {Qt::Key_Right, Qt::Key_Return, Qt::Key_End, Qt::Key_Plus, Qt::Key_0})
        QTest::keyClick(&view, key);
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {200, 150});
    QCOMPARE(activated.count(), 0);
    QCOMPARE(view.currentCell(), kNone);
}

void TestLabelledSheet::currentStays() {
    LabelledSheetView view;
    view.setSheet(sheetOf(3, 3));
    show(view, {400, 300});
    QSignalSpy moved(&view, &LabelledSheetView::currentCellChanged);
    view.setCurrentCell(2, 1);
    view.setSheet(sheetOf(3, 2));
    QCOMPARE(view.currentCell(), Cell(2, 1));
    view.setSheet(sheetOf(2, 2));
    QCOMPARE(view.currentCell(), kNone);
    view.setCurrentCell(9, 9);
    QCOMPARE(view.currentCell(), kNone);
    QCOMPARE(moved.count(), 0); // the program is silent
}

void TestLabelledSheet::picturesCome() {
    LabelledSheet sheet = sheetOf(2, 2);
    sheet.cells.clear();
    LabelledSheetView view;
    view.setSheet(sheet);
    show(view, {400, 300});
    view.setCell(1, 1, {{}, "waiting"});
    view.setCell(7, 7, {{}, "nowhere"});
    const QColor red(250, 10, 20);
    QCOMPARE(count(view.viewport()->grab().toImage(), red), 0);
    view.setCell(1, 1, {plain({64, 64}, red), {}});
    QVERIFY(count(view.viewport()->grab().toImage(), red) > 30 * 30);
    view.setCell(1, 1, {plain({64, 64}, Qt::green), {}}); // not what was scaled before
    QCOMPARE(count(view.viewport()->grab().toImage(), red), 0);
}

void TestLabelledSheet::saysWhereItIs() {
    LabelledSheetView view;
    LabelledSheet sheet = sheetOf(2, 2);
    sheet.setCell(0, 1, {{}, "failed"});
    view.setSheet(sheet);
    show(view, {400, 300});
    QCOMPARE(view.accessibleName(), sheet.title);
    view.setFocus();
    QTest::keyClick(&view, Qt::Key_Home);
    QCOMPARE(view.accessibleDescription(), QString("cfg: 1, tau: 0.25\n64 × 64 pixels"));
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.accessibleDescription(), QString("cfg: 2, tau: 0.25\nfailed"));
    view.setCell(0, 1, {{}, "waiting"});
    QCOMPARE(view.accessibleDescription(), QString("cfg: 2, tau: 0.25\nwaiting"));
}

QTEST_MAIN(TestLabelledSheet)
#include "tst_labelled_sheet.moc"
