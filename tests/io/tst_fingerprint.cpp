#include "engine/io/fingerprint.h"

#include <ATen/ATen.h>

#include <QtTest/QtTest>

using namespace scalekv;

namespace {

std::string fingerprintOf(const std::map<std::string, at::Tensor>& tensors, const std::string& prefix = "") {
    return fingerprint(Checkpoint::fromTensors("test", tensors), prefix);
}

at::Tensor numbers(at::IntArrayRef shape) {
    std::int64_t count = 1;
    for (const std::int64_t extent : shape)
        count *= extent;
    return at::arange(count).to(at::kFloat).view(shape);
}

} // namespace

class TestFingerprint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sameTensorsSameFingerprint() {
        const std::string one = fingerprintOf({{"a", numbers({30, 40})}, {"b", numbers({5})}});
        QVERIFY(one.starts_with("sha1:"));
        QCOMPARE(one.size(), std::size_t(5 + 40));
        QCOMPARE(fingerprintOf({{"a", numbers({30, 40}).clone()}, {"b", numbers({5})}}), one);
        // How the file lays a tensor out does not matter.
        const at::Tensor turned = numbers({30, 40}).t().contiguous().t();
        QVERIFY(!turned.is_contiguous());
        QCOMPARE(fingerprintOf({{"a", turned}, {"b", numbers({5})}}), one);
    }

    void otherTensorsInTheFileDoNotMatter() {
        const std::string one = fingerprintOf({{"a", numbers({3})}});
        QCOMPARE(fingerprintOf({{"gpt.a", numbers({3})}, {"vae.c", numbers({9})}}, "gpt."), one);
    }

    void whatDiffersIsSeen() {
        const at::Tensor a = numbers({30, 40});
        const auto changed = [&](std::int64_t index) {
            at::Tensor copy = a.clone();
            copy.view({-1})[index] = -1;
            return copy;
        };
        const std::vector<std::string> all{fingerprintOf({{"a", a}}),
                                           fingerprintOf({{"b", a}}),
                                           fingerprintOf({{"a", a.view({40, 30})}}),
                                           fingerprintOf({{"a", a.to(at::kBFloat16)}}),
                                           fingerprintOf({{"a", a}, {"c", numbers({1})}}),
                                           fingerprintOf({{"a", changed(0)}}),
                                           fingerprintOf({{"a", changed(1199)}}),
                                           fingerprintOf({{"a", a + 1}}),
                                           fingerprintOf({})};
        QCOMPARE(std::set(all.begin(), all.end()).size(), all.size());
    }

    void smallTensorsAreReadWhole() {
        std::set<std::string> all{fingerprintOf({{"a", numbers({13})}})};
        for (int i = 0; i < 13; ++i) {
            at::Tensor a = numbers({13});
            a[i] = -1;
            all.insert(fingerprintOf({{"a", a}}));
        }
        QCOMPARE(all.size(), std::size_t(14));
        QVERIFY(!fingerprintOf({{"scalar", at::full({}, 2.0F)}, {"empty", at::empty({0, 3})}}).empty());
    }
};

QTEST_APPLESS_MAIN(TestFingerprint)
#include "tst_fingerprint.moc"
