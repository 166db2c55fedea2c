#include "engine/study/metrics/feature_store.h"
#include "scalekv/error.h"
#include "tests/mutate.h"

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace scalekv;

namespace fs = std::filesystem;

class TestFeatureStore : public QObject {
    Q_OBJECT

    static constexpr std::int64_t kSize = 5;
    std::unique_ptr<QTemporaryDir> folder_;

    fs::path folder() const { return folder_->path().toStdString(); }
    fs::path file() const { return folder() / ".scalekv-metrics" / "kind.safetensors"; }
    FeatureStore store(const std::string& identity = "net", std::int64_t size = kSize) const {
        return {folder(), "kind", identity, size};
    }
    static at::Tensor features(int n) { return at::full({kSize}, float(n)); }
    void keepTwo() const {
        FeatureStore made = store();
        made.keep("a.png", {10, 20}, features(1));
        made.keep("b \"quoted\".png", {11, -21}, features(2));
        made.save();
    }

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void whatWasKeptIsFound() {
        QVERIFY(!store().find("a.png", {10, 20}).defined());
        keepTwo();
        const FeatureStore again = store();
        QVERIFY(again.find("a.png", {10, 20}).equal(features(1)));
        QVERIFY(again.find("b \"quoted\".png", {11, -21}).equal(features(2)));
        QVERIFY(!again.find("c.png", {10, 20}).defined());
    }

    void aChangedFileIsMadeAnew() {
        keepTwo();
        QVERIFY(!store().find("a.png", {10, 21}).defined());
        QVERIFY(!store().find("a.png", {11, 20}).defined());
    }

    void anotherNetworkHasItsOwn() {
        keepTwo();
        QVERIFY(!store("other").find("a.png", {10, 20}).defined());
        QVERIFY(!store("net", 4).find("a.png", {10, 20}).defined());
        QVERIFY(!FeatureStore(folder(), "kind2", "net", kSize).find("a.png", {10, 20}).defined());
    }

    void picturesThatAreGoneAreLeftOut() {
        keepTwo();
        FeatureStore fewer = store();
        fewer.keepOnly({"a.png"});
        fewer.save();
        QVERIFY(store().find("a.png", {10, 20}).defined());
        QVERIFY(!store().find("b \"quoted\".png", {11, -21}).defined());
    }

    void nothingIsWrittenWhereNothingIsNew() {
        store().save();
        QVERIFY(!fs::exists(folder() / ".scalekv-metrics"));
        keepTwo();
        const auto written = fs::last_write_time(file());
        FeatureStore again = store();
        again.keepOnly({"a.png", "b \"quoted\".png"});
        again.save();
        QVERIFY(fs::last_write_time(file()) == written);
    }

    void damagedFilesCountAsNone() {
        keepTwo();
        const std::string whole = test::readBytes(file());
        for (std::uint32_t seed = 0; seed < 300; ++seed) {
            test::writeBytes(file(), test::mutate(whole, seed));
            // Whatever it says of itself, features are right or not there.
            const at::Tensor found = store().find("a.png", {10, 20});
            QVERIFY(!found.defined() || found.equal(features(1)) || found.equal(features(2)));
        }
        // The last numbers of the file are features; one bit of them is told.
        std::string changed = whole;
        changed.back() = char(changed.back() ^ 1);
        test::writeBytes(file(), changed);
        QVERIFY(!store().find("a.png", {10, 20}).defined());
        keepTwo(); // made anew over it
        QVERIFY(store().find("a.png", {10, 20}).defined());
    }

    void saysWhereItCannotWrite() {
        test::writeBytes(folder() / ".scalekv-metrics", "a file in the way");
        FeatureStore made = store();
        made.keep("a.png", {1, 1}, features(1));
        QVERIFY_EXCEPTION_THROWN(made.save(), Error);
    }

    void stampsTellChanges() {
        const fs::path picture = folder() / "a.png";
        test::writeBytes(picture, "one");
        const FileStamp first = stampOf(picture);
        QCOMPARE(first.bytes, std::uint64_t(3));
        QVERIFY(stampOf(picture) == first);
        fs::last_write_time(picture, fs::last_write_time(picture) + std::chrono::seconds(1));
        QVERIFY(!(stampOf(picture) == first));
        QVERIFY_EXCEPTION_THROWN(stampOf(folder() / "none"), Error);
    }
};

QTEST_APPLESS_MAIN(TestFeatureStore)
#include "tst_feature_store.moc"
