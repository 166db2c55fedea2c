#include "widgets/kv_plot.h"
#include "widgets/problem_colours.h"

#include <QApplication>
#include <QImage>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using scalekv::widgets::KvPlot;

class TestKvPlot : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void values();
    void description();
    void barsGrow();
    void followsThePalette();
    void legendIsBesideTheBars_data();
    void legendIsBesideTheBars();
    void unitsFit_data();
    void unitsFit();
    void budgetLine();
    void farBudgetKeepsTheBars();
    void budgetGoes();
    void peak();
    void nothingIsChosenUnasked();
    void clickChooses();
    void keysChoose();
    void chosenScaleIsSeen();
    void isAsNarrowAsItIsMade();

private:
    static constexpr qint64 kMebi = 1 << 20;
};

namespace {

int pixelsOf(QWidget& widget, const QColor& colour) {
    QCoreApplication::processEvents(); // the plot is drawn anew from the event loop
    const QImage image = widget.grab().toImage();
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y) == colour;
    }
    return count;
}

} // namespace

void TestKvPlot::values() {
    KvPlot plot;
    plot.begin({"1×1", "2×2", "4×4"}, {kMebi, 5 * kMebi, 5 * kMebi});
    QCOMPARE(plot.bytes(), QVector<qint64>({0, 0, 0}));
    plot.setBytes(1, 3 * kMebi);
    QCOMPARE(plot.bytes(), QVector<qint64>({0, 3 * kMebi, 0}));
    plot.setBytes(7, kMebi); // not a scale of this plot
    plot.setBytes(-1, kMebi);
    QCOMPARE(plot.bytes(), QVector<qint64>({0, 3 * kMebi, 0}));
    plot.clear();
    QVERIFY(plot.bytes().isEmpty());
}

void TestKvPlot::description() {
    QLocale::setDefault(QLocale::c());
    KvPlot plot;
    plot.begin({"1×1", "2×2"}, {kMebi, 5 * kMebi});
    plot.setBytes(0, kMebi / 2);
    const QString text = plot.description(0);
    QVERIFY2(text.contains("Scale 1 of 2, 1×1"), qPrintable(text));
    QVERIFY2(text.contains("0.50 MiB") && text.contains("524"), qPrintable(text));
    QVERIFY(plot.description(1).contains("full cache: 5.00 MiB"));
    QVERIFY(!plot.description(1).contains("stored"));
    QVERIFY(plot.description(2).isEmpty());
}

void TestKvPlot::barsGrow() {
    KvPlot plot;
    plot.resize(400, 300);
    const QColor accent = plot.palette().color(QPalette::Highlight);
    plot.begin({"1×1", "2×2", "4×4"}, {kMebi, 5 * kMebi, 5 * kMebi});
    const int empty = pixelsOf(plot, accent);
    plot.setBytes(1, kMebi);
    const int low = pixelsOf(plot, accent);
    plot.setBytes(1, 4 * kMebi);
    const int high = pixelsOf(plot, accent);
    QVERIFY2(empty < low && low * 2 < high, qPrintable(QString("%1 %2 %3").arg(empty).arg(low).arg(high)));
}

void TestKvPlot::followsThePalette() {
    KvPlot plot;
    plot.resize(200, 150);
    QPalette dark = plot.palette();
    dark.setColor(QPalette::Window, QColor(10, 20, 30));
    dark.setColor(QPalette::WindowText, QColor(200, 210, 220));
    plot.setPalette(dark);
    QCoreApplication::processEvents(); // the replot is queued
    QCOMPARE(plot.grab().toImage().pixelColor(1, 1), QColor(10, 20, 30));
}

void TestKvPlot::legendIsBesideTheBars_data() {
    QTest::addColumn<QSize>("size");
    QTest::addColumn<QColor>("text");
    for (const QSize size : {QSize(160, 120), QSize(220, 200), QSize(280, 220), QSize(700, 400)}) {
        const QString name = QStringLiteral("%1 × %2, ").arg(size.width()).arg(size.height());
        QTest::newRow(qPrintable(name + "light")) << size << QColor(10, 10, 10);
        QTest::newRow(qPrintable(name + "dark")) << size << QColor(240, 240, 240);
    }
}

void TestKvPlot::legendIsBesideTheBars() {
    QFETCH(QSize, size);
    QFETCH(QColor, text);
    KvPlot plot;
    plot.resize(size);
    QPalette colours = plot.palette();
    colours.setColor(QPalette::WindowText, text);
    colours.setColor(QPalette::Window, QColor(128, 128, 128));
    colours.setColor(QPalette::Highlight, QColor(0, 0, 255));
    plot.setPalette(colours);
    plot.begin({"1×1", "2×2", "4×4", "6×6"}, {});
    for (int scale = 0; scale < 4; ++scale)
        plot.setBytes(scale, 5 * kMebi); // every bar reaches the top
    QCoreApplication::processEvents();
    const QImage image = plot.grab().toImage();
    // The bars' rows are those that are mostly of the bars' colour; none of them may have letters between
    // the first bar and the last.
    const QColor bar(0, 0, 255);
    int rows = 0, letters = 0;
    for (int y = 0; y < image.height(); ++y) {
        int first = -1, last = -1, count = 0;
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y) != bar)
                continue;
            first = first < 0 ? x : first;
            last = x;
            ++count;
        }
        if (count < (last - first) / 2 || count < image.width() / 4)
            continue;
        ++rows;
        for (int x = first; x <= last; ++x)
            letters += image.pixelColor(x, y) == text;
    }
    QVERIFY2(rows > image.height() / 5, qPrintable(QString::number(rows)));
    QCOMPARE(letters, 0);
    // And it is there.
    int above = 0;
    for (int y = 0; y < image.height() / 3; ++y) {
        for (int x = 0; x < image.width(); ++x)
            above += image.pixelColor(x, y) == text;
    }
    QVERIFY(above > 0);
}

void TestKvPlot::unitsFit_data() {
    QTest::addColumn<qint64>("largest");
    QTest::addColumn<QString>("words");
    QTest::newRow("KiB") << kMebi / 2 << "512.00 KiB";
    QTest::newRow("MiB") << 5 * kMebi << "5.00 MiB";
    QTest::newRow("GiB") << 3200 * kMebi << "3.13 GiB";
}

void TestKvPlot::unitsFit() {
    QFETCH(qint64, largest);
    QFETCH(QString, words);
    QLocale::setDefault(QLocale::c());
    KvPlot plot;
    plot.begin({"1×1", "2×2"}, {1024, largest});
    QVERIFY2(plot.description(1).contains(words), qPrintable(plot.description(1)));
    // One unit for all scales, that of the axis.
    QVERIFY2(plot.description(0).contains(words.right(3)), qPrintable(plot.description(0)));
}

void TestKvPlot::budgetLine() {
    KvPlot plot;
    plot.resize(400, 300);
    plot.begin({"1×1", "2×2", "4×4"}, {kMebi, 5 * kMebi, 9 * kMebi});
    const QColor line = scalekv::widgets::problemColours(plot.palette()).text;
    QCOMPARE(pixelsOf(plot, line), 0);
    plot.setBudget(4 * kMebi);
    QCOMPARE(plot.budget(), 4 * kMebi);
    const int below = pixelsOf(plot, line);
    QVERIFY2(below > 100, qPrintable(QString::number(below)));
    plot.setBudget(10 * kMebi); // a little above all bars: the axis makes room
    const int above = pixelsOf(plot, line);
    QVERIFY2(above > 100, qPrintable(QString::number(above)));
}

void TestKvPlot::farBudgetKeepsTheBars() {
    KvPlot plot;
    plot.resize(400, 300);
    plot.begin({"1×1", "2×2", "4×4"}, {kMebi, 5 * kMebi, 9 * kMebi});
    plot.setBytes(2, 9 * kMebi);
    const QColor accent = plot.palette().color(QPalette::Highlight);
    const int before = pixelsOf(plot, accent);
    plot.setBudget(1000 * kMebi);
    const int after = pixelsOf(plot, accent);
    QVERIFY2(after > before * 0.8, qPrintable(QString("%1 %2").arg(before).arg(after)));
    // Only the legend's sample of the line.
    QVERIFY(pixelsOf(plot, scalekv::widgets::problemColours(plot.palette()).text) < 40);
}

void TestKvPlot::budgetGoes() {
    KvPlot plot;
    plot.resize(400, 300);
    const QColor line = scalekv::widgets::problemColours(plot.palette()).text;
    plot.begin({"1×1", "2×2"}, {kMebi, 5 * kMebi});
    plot.setBudget(2 * kMebi);
    plot.setBudget(-1);
    QCOMPARE(plot.budget(), 0);
    QCOMPARE(pixelsOf(plot, line), 0);
    plot.setBudget(2 * kMebi);
    plot.begin({"1×1", "2×2"}, {kMebi, 5 * kMebi}); // another picture's
    QCOMPARE(pixelsOf(plot, line), 0);
}

void TestKvPlot::peak() {
    QLocale::setDefault(QLocale::c());
    KvPlot plot;
    plot.resize(400, 300);
    plot.begin({"1×1", "2×2", "4×4"}, {kMebi, 5 * kMebi, 9 * kMebi});
    QCoreApplication::processEvents();
    const QImage before = plot.grab().toImage();
    plot.setPeak(1, 6 * kMebi);
    QCoreApplication::processEvents();
    QVERIFY(plot.grab().toImage() != before);
    QVERIFY2(plot.description(1).contains("peak: 6.00 MiB"), qPrintable(plot.description(1)));
    QVERIFY(!plot.description(2).contains("peak"));
    plot.setPeak(-1, 0);
    QCoreApplication::processEvents();
    QCOMPARE(plot.grab().toImage(), before);
}

void TestKvPlot::nothingIsChosenUnasked() {
    KvPlot plot;
    plot.resize(400, 300);
    plot.begin({"1×1", "2×2", "4×4"}, {kMebi, 5 * kMebi, 9 * kMebi});
    plot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&plot));
    QSignalSpy clicked(&plot, &KvPlot::scaleClicked);
    QTest::mouseClick(plot.childAt(200, 180), Qt::LeftButton, {}, QPoint(200, 180));
    QTest::keyClick(&plot, Qt::Key_Right);
    QVERIFY(clicked.isEmpty());
    QCOMPARE(plot.selectedScale(), -1);
    QCOMPARE(plot.focusPolicy(), Qt::NoFocus);
}

void TestKvPlot::clickChooses() {
    KvPlot plot;
    plot.setSelectable(true);
    plot.resize(400, 300);
    plot.begin({"1×1", "2×2", "4×4", "6×6"}, {kMebi, 5 * kMebi, 9 * kMebi, 9 * kMebi});
    plot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&plot));
    QCoreApplication::processEvents();
    QSignalSpy clicked(&plot, &KvPlot::scaleClicked);
    QVector<int> chosen;
    for (int x = 2; x < 400; x += 12) {
        QTest::mouseClick(plot.childAt(x, 180), Qt::LeftButton, {}, QPoint(x, 180));
        if (clicked.isEmpty())
            continue;
        const int scale = clicked.takeFirst().front().toInt();
        QCOMPARE(plot.selectedScale(), scale);
        if (chosen.isEmpty() || chosen.back() != scale)
            chosen += scale;
    }
    QCOMPARE(chosen, QVector<int>({0, 1, 2, 3})); // from left to right
}

void TestKvPlot::keysChoose() {
    KvPlot plot;
    plot.setSelectable(true);
    plot.begin({"1×1", "2×2", "4×4"}, {kMebi, 5 * kMebi, 9 * kMebi});
    QSignalSpy clicked(&plot, &KvPlot::scaleClicked);
    const auto press = [&](Qt::Key key) {
        QTest::keyClick(&plot, key);
        return plot.selectedScale();
    };
    QCOMPARE(press(Qt::Key_Right), 0);
    QCOMPARE(press(Qt::Key_Right), 1);
    QCOMPARE(press(Qt::Key_End), 2);
    QCOMPARE(press(Qt::Key_Right), 2);
    QCOMPARE(press(Qt::Key_Left), 1);
    QCOMPARE(press(Qt::Key_Home), 0);
    QCOMPARE(clicked.count(), 5);
    plot.setSelectedScale(2); // by the program
    plot.setSelectedScale(3);
    QCOMPARE(plot.selectedScale(), -1);
    QCOMPARE(clicked.count(), 5);
}

void TestKvPlot::chosenScaleIsSeen() {
    KvPlot plot;
    plot.resize(400, 300);
    plot.begin({"1×1", "2×2", "4×4"}, {kMebi, 5 * kMebi, 9 * kMebi});
    QCoreApplication::processEvents();
    const QImage before = plot.grab().toImage();
    plot.setSelectedScale(0);
    QVERIFY(plot.accessibleDescription().contains("Scale 1 of 3"));
    QCoreApplication::processEvents();
    const QImage after = plot.grab().toImage();
    int first = 400, last = 0;
    for (int x = 0; x < 400; ++x) {
        if (before.pixel(x, 100) != after.pixel(x, 100)) {
            first = std::min(first, x);
            last = x;
        }
    }
    QVERIFY2(first < 120 && last > first + 60 && last < 200,
             qPrintable(QString("%1 %2").arg(first).arg(last)));
}

void TestKvPlot::isAsNarrowAsItIsMade() {
    KvPlot plot;
    plot.begin({"1×1", "2×2"}, {kMebi, 5 * kMebi});
    plot.setBudget(2 * kMebi);
    plot.resize(170, 160);
    plot.show();
    QVERIFY(QTest::qWaitForWindowExposed(&plot));
    QCOMPARE(plot.width(), 170);
}

QTEST_MAIN(TestKvPlot)
#include "tst_kv_plot.moc"
