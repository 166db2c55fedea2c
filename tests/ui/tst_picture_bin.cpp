#include "ui/runs/picture_bin.h"

#include <QTest>

using namespace scalekv::ui;

class TestPictureBin : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void givesUpTheOldest();
    void takingMakesRoom();
    void tooLargeIsNotKept();
    void recordingsGoFirst();

private:
    static constexpr qint64 kBytes = 16 * 16 * 4;
    static ResultPtr result() {
        auto made = std::make_shared<GenerationResult>();
        made->frames += ScaleFrame{QImage(16, 16, QImage::Format_RGB32), {}};
        return made;
    }
};

void TestPictureBin::givesUpTheOldest() {
    PictureBin bin(2 * kBytes);
    ResultPtr first = result(), second = result(), third = result();
    const std::weak_ptr<const GenerationResult> watched = first;
    bin.put({first, {}});
    bin.put({second, {}});
    QCOMPARE(bin.bytes(), 2 * kBytes);
    bin.put({third, {}});
    QCOMPARE(bin.bytes(), 2 * kBytes);
    QVERIFY(!bin.holds(first));
    QVERIFY(bin.holds(second) && bin.holds(third));
    first.reset();
    QVERIFY(watched.expired()); // its memory is free
    QVERIFY(!bin.holds(watched) && !bin.take(watched).result);
}

void TestPictureBin::takingMakesRoom() {
    PictureBin bin(2 * kBytes);
    const ResultPtr first = result(), second = result(), third = result();
    bin.put({first, {}});
    bin.put({second, {}});
    QCOMPARE(bin.take(first).result, first);
    QVERIFY(!bin.take(first).result);
    bin.put({third, {}});
    QVERIFY(bin.holds(second) && bin.holds(third));
}

void TestPictureBin::tooLargeIsNotKept() {
    PictureBin bin(kBytes - 1);
    const ResultPtr large = result();
    bin.put({large, {}});
    QVERIFY(!bin.holds(large));
    QCOMPARE(bin.bytes(), qint64(0));
}

void TestPictureBin::recordingsGoFirst() {
    const auto record =
        std::make_shared<const scalekv::RunRecord>(scalekv::scaleSchedule("0.06M", 1.0), 4, 2);
    QVERIFY(record->bytes() > 0);
    PictureBin bin(3 * kBytes + record->bytes());
    const ResultPtr first = result(), second = result(), third = result();
    bin.put({first, record});
    bin.put({second, {}});
    QCOMPARE(bin.bytes(), 2 * kBytes + record->bytes());
    bin.put({third, record}); // there is room for three pictures and one recording
    QCOMPARE(bin.bytes(), 3 * kBytes + record->bytes());
    QCOMPARE(bin.take(third).record, record);
    const RecordedRun oldest = bin.take(first);
    QCOMPARE(oldest.result, first);
    QVERIFY(!oldest.record);
    bin.take(second);
    QCOMPARE(bin.bytes(), qint64(0));
}

QTEST_APPLESS_MAIN(TestPictureBin)
#include "tst_picture_bin.moc"
