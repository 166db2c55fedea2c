#include "widgets/filmstrip.h"

#include <QSignalSpy>
#include <QTest>

using scalekv::widgets::FilmFrame;
using scalekv::widgets::Filmstrip;
using scalekv::widgets::FilmstripModel;

class TestFilmstrip : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void follows();
    void looksBackAndFollowsAgain();
    void keys();
    void futureFramesCannotBeChosen();
    void newRowFollowsAgain();
    void finishedRow();
    void runStaysInSight();
    void keysStayInSight();
    void resizingKeepsItInSight();
    void finishedRowIsInSight();

private:
    static QVector<FilmFrame> frames(int count);
    static QImage picture(int shade);
    static void click(Filmstrip& strip, int row);
    /// The whole of the chosen frame can be seen.
    static bool isInSight(const Filmstrip& strip);
    static void showNarrow(Filmstrip& strip);
};

QVector<FilmFrame> TestFilmstrip::frames(int count) {
    QVector<FilmFrame> result;
    for (int i = 0; i < count; ++i)
        result += FilmFrame{QString("%1/%2").arg(i + 1).arg(count), {}, {}};
    return result;
}

QImage TestFilmstrip::picture(int shade) {
    QImage image(16, 16, QImage::Format_RGB32);
    image.fill(QColor(shade, shade, shade));
    return image;
}

void TestFilmstrip::click(Filmstrip& strip, int row) {
    const QRect cell = strip.visualRect(strip.model()->index(row, 0));
    QTest::mouseClick(strip.viewport(), Qt::LeftButton, {}, cell.center());
}

void TestFilmstrip::follows() {
    Filmstrip strip;
    QSignalSpy shown(&strip, &Filmstrip::frameShown);
    strip.begin(frames(3));
    QCOMPARE(strip.currentFrame(), -1);
    for (int row = 0; row < 3; ++row) {
        strip.setPicture(row, picture(row));
        QCOMPARE(strip.currentFrame(), row);
        QCOMPARE(shown.last().front().toInt(), row);
    }
    QCOMPARE(shown.count(), 3);
    QVERIFY(strip.isFollowing());
}

void TestFilmstrip::looksBackAndFollowsAgain() {
    Filmstrip strip;
    strip.resize(600, 140);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    strip.begin(frames(4));
    strip.setPicture(0, picture(0));
    strip.setPicture(1, picture(1));
    QSignalSpy shown(&strip, &Filmstrip::frameShown);

    click(strip, 0);
    QVERIFY(!strip.isFollowing());
    QCOMPARE(shown.last().front().toInt(), 0);
    strip.setPicture(2, picture(2));
    QCOMPARE(strip.currentFrame(), 0); // looking back is not disturbed
    QCOMPARE(shown.count(), 1);

    click(strip, 2);
    QVERIFY(strip.isFollowing());
    strip.setPicture(3, picture(3));
    QCOMPARE(strip.currentFrame(), 3);

    click(strip, 1);
    QVERIFY(!strip.isFollowing());
    strip.follow();
    QVERIFY(strip.isFollowing());
    QCOMPARE(strip.currentFrame(), 3);
    QCOMPARE(shown.last().front().toInt(), 3);
}

void TestFilmstrip::keys() {
    Filmstrip strip;
    strip.resize(600, 140);
    strip.show();
    strip.begin(frames(5));
    for (int row = 0; row < 4; ++row)
        strip.setPicture(row, picture(row));
    QTest::keyClick(&strip, Qt::Key_Left);
    QCOMPARE(strip.currentFrame(), 2);
    QVERIFY(!strip.isFollowing());
    QTest::keyClick(&strip, Qt::Key_Home);
    QCOMPARE(strip.currentFrame(), 0);
    QTest::keyClick(&strip, Qt::Key_Right);
    QCOMPARE(strip.currentFrame(), 1);
    QTest::keyClick(&strip, Qt::Key_End);
    QCOMPARE(strip.currentFrame(), 3);
    QVERIFY(strip.isFollowing());
    QTest::keyClick(&strip, Qt::Key_Right); // the fifth is not there yet
    QCOMPARE(strip.currentFrame(), 3);
}

void TestFilmstrip::futureFramesCannotBeChosen() {
    Filmstrip strip;
    strip.resize(600, 140);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    strip.begin(frames(3));
    strip.setPicture(0, picture(0));
    click(strip, 2);
    QCOMPARE(strip.currentFrame(), 0);
    QVERIFY(strip.isFollowing());
}

void TestFilmstrip::newRowFollowsAgain() {
    Filmstrip strip;
    strip.begin(frames(2));
    strip.setPicture(0, picture(0));
    strip.setPicture(1, picture(1));
    strip.setCurrentIndex(strip.model()->index(0, 0));
    QVERIFY(!strip.isFollowing());
    strip.begin(frames(3));
    QVERIFY(strip.isFollowing());
    QCOMPARE(strip.model()->rowCount(), 3);
    strip.setPicture(0, picture(9));
    QCOMPARE(strip.currentFrame(), 0);
}

void TestFilmstrip::finishedRow() {
    Filmstrip strip;
    QVector<FilmFrame> all = frames(3);
    for (FilmFrame& frame : all)
        frame.picture = picture(50);
    QSignalSpy shown(&strip, &Filmstrip::frameShown);
    strip.showFinished(all);
    QCOMPARE(strip.currentFrame(), 2);
    QCOMPARE(shown.count(), 1);
    const QModelIndex last = strip.model()->index(2, 0);
    QVERIFY(!last.data(FilmstripModel::Thumbnail).value<QImage>().isNull());
}

bool TestFilmstrip::isInSight(const Filmstrip& strip) {
    const QRect cell = strip.visualRect(strip.currentIndex());
    return cell.isValid() && cell.left() >= 0 && cell.right() < strip.viewport()->width();
}

void TestFilmstrip::showNarrow(Filmstrip& strip) {
    strip.resize(220, 140);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
}

void TestFilmstrip::runStaysInSight() {
    Filmstrip strip;
    showNarrow(strip);
    for (const int count : {13, 13, 7}) {
        strip.begin(frames(count));
        for (int row = 0; row < count; ++row) {
            strip.setPicture(row, picture(row));
            QVERIFY2(isInSight(strip), qPrintable(QString::number(row)));
            QCoreApplication::processEvents();
            QVERIFY2(isInSight(strip), qPrintable(QString::number(row)));
        }
    }
}

void TestFilmstrip::keysStayInSight() {
    Filmstrip strip;
    showNarrow(strip);
    QVector<FilmFrame> all = frames(13);
    for (FilmFrame& frame : all)
        frame.picture = picture(50);
    strip.showFinished(all);
    for (int row = 11; row >= 0; --row) {
        QTest::keyClick(&strip, Qt::Key_Left);
        QCOMPARE(strip.currentFrame(), row);
        QVERIFY2(isInSight(strip), qPrintable(QString::number(row)));
    }
    for (const Qt::Key key : {Qt::Key_End, Qt::Key_Home, Qt::Key_End, Qt::Key_PageUp, Qt::Key_Right}) {
        QTest::keyClick(&strip, key);
        QVERIFY2(isInSight(strip), qPrintable(QString::number(key)));
    }
}

void TestFilmstrip::resizingKeepsItInSight() {
    Filmstrip strip;
    strip.resize(1400, 140);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    QVector<FilmFrame> all = frames(13);
    for (FilmFrame& frame : all)
        frame.picture = picture(50);
    strip.showFinished(all);
    QVERIFY(isInSight(strip));
    strip.resize(250, 140);
    QCoreApplication::processEvents();
    QVERIFY(isInSight(strip));
}

void TestFilmstrip::finishedRowIsInSight() {
    Filmstrip strip;
    QVector<FilmFrame> all = frames(13);
    for (FilmFrame& frame : all)
        frame.picture = picture(50);
    strip.showFinished(all); // before the window is there
    showNarrow(strip);
    QVERIFY(isInSight(strip));
    all.resize(7);
    strip.showFinished(all);
    QVERIFY(isInSight(strip));
}

QTEST_MAIN(TestFilmstrip)
#include "tst_filmstrip.moc"
