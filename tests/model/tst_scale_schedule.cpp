#include "scalekv/error.h"
#include "scalekv/scale_schedule.h"

#include <QtTest/QtTest>

using namespace scalekv;

class TestScaleSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sizesHaveTheirScales_data() {
        QTest::addColumn<QString>("size");
        QTest::addColumn<int>("scales");
        QTest::newRow("0.06M") << "0.06M" << 7;
        QTest::newRow("0.25M") << "0.25M" << 10;
        QTest::newRow("0.60M") << "0.60M" << 12;
        QTest::newRow("1M") << "1M" << 13;
    }
    void sizesHaveTheirScales() {
        QFETCH(QString, size);
        QFETCH(int, scales);
        for (double ratio : aspectRatios())
            QCOMPARE(int(scaleSchedule(size.toStdString(), ratio).size()), scales);
    }

    void tokensOfThePaper() {
        const ScaleSchedule schedule = scaleSchedule("1M", 1.0);
        QCOMPARE(totalTokens(schedule), 10521);
        QCOMPARE(cachedTokens(schedule), 6425); // what the last scale attends to, design page section 5
    }

    void wideIsTallTransposed() {
        const ScaleSchedule tall = scaleSchedule("1M", 1.5);
        for (double written : {0.666, 0.667, 2.0 / 3.0}) {
            const ScaleSchedule wide = scaleSchedule("1M", written);
            for (std::size_t k = 0; k < tall.size(); ++k)
                QCOMPARE(wide[k], (MapSize{tall[k].width, tall[k].height}));
        }
        QCOMPARE(rotaryExtent(0.666), (MapSize{52, 78}));
    }

    void everyRatioIsNearItsMaps() {
        for (double ratio : aspectRatios()) {
            const MapSize last = scaleSchedule("1M", ratio).back();
            QVERIFY(std::abs(double(last.height) / last.width - ratio) < 0.01);
        }
    }

    void oneRatioHasSeveralSpellings() {
        QVERIFY(sameAspectRatio(0.666, 0.667));
        QVERIFY(sameAspectRatio(2.0 / 3.0, 0.666));
        QVERIFY(!sameAspectRatio(std::nan(""), 1.0));
        for (double a : aspectRatios())
            for (double b : aspectRatios())
                QCOMPARE(sameAspectRatio(a, b), a == b);
    }

    void nearestRatioIsNearestByFactor() {
        for (double ratio : aspectRatios())
            QCOMPARE(nearestAspectRatio(ratio), ratio);
        QCOMPARE(nearestAspectRatio(9.0 / 16.0), 0.571);
        QCOMPARE(nearestAspectRatio(16.0 / 9.0), 1.75);
        QCOMPARE(nearestAspectRatio(2.73), 2.5); // sqrt(2.5 * 3) is 2.739, their mean 2.75
        QCOMPARE(nearestAspectRatio(2.745), 3.0);
        QCOMPARE(nearestAspectRatio(1000), 3.0);
        QCOMPARE(nearestAspectRatio(0.001), 0.333);
    }

    void unknownNamesAreErrors() {
        QVERIFY_EXCEPTION_THROWN(scaleSchedule("2M", 1.0), Error);
        QVERIFY_EXCEPTION_THROWN(scaleSchedule("1M", 1.1), Error);
        QVERIFY_EXCEPTION_THROWN(scaleSchedule("1M", 0.0), Error);
        QVERIFY_EXCEPTION_THROWN(scaleSchedule("1M", std::nan("")), Error);
    }
};

QTEST_APPLESS_MAIN(TestScaleSchedule)
#include "tst_scale_schedule.moc"
