#include "widgets/kv_plot.h"

#include <QApplication>
#include <QImage>
#include <QLocale>
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

QTEST_MAIN(TestKvPlot)
#include "tst_kv_plot.moc"
