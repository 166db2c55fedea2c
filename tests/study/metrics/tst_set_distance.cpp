#include "engine/study/metrics/bootstrap.h"
#include "engine/study/metrics/set_distance.h"
#include "tests/study/metrics/seeded_weights.h"

#include <ATen/ATen.h>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace scalekv;

namespace {

const nlohmann::json& synthetic() {
    return test::expectedMetrics().at("synthetic");
}

/// Features by the rule of make_fixtures.py.
at::Tensor features(const std::string& set) {
    const auto& rule = synthetic().at("sets").at(set);
    const std::int64_t n = rule.at("n"), d = rule.at("d"), hop = rule.at("hop");
    at::Generator generator = at::detail::createCPUGenerator(rule.at("seed"));
    const at::Tensor r = at::randn({n, d}, generator).to(at::kDouble);
    at::Tensor j = at::arange(d, at::kDouble);
    if (!rule.at("rising"))
        j = double(d - 1) - j;
    const at::Tensor s = j / double(d) + 0.5;
    return double(rule.at("scale")) * s * (r + 0.5 * r.roll(-hop, 1)) + double(rule.at("shift"));
}

double relative(double got, double wanted) {
    return std::abs(got - wanted) / std::abs(wanted);
}

} // namespace

/// FID, KID, precision and recall of features against pytorch-fid, clean-fid and NumPy.
class TestSetDistance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theRuleIsTheScripts() {
        for (const auto& [set, rule] : synthetic().at("sets").items())
            QVERIFY2(relative(features(set).sum().item<double>(), rule.at("sum")) < 1e-6, set.c_str());
    }

    void fid_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("more pictures than features") << QStringLiteral("s64");
        QTest::newRow("fewer: singular covariances") << QStringLiteral("s128");
    }
    void fid() {
        QFETCH(QString, name);
        const std::string set = name.toStdString();
        const auto& wanted = synthetic().at("fid").at(set);
        const double got = frechetDistance(features(set + "_a"), features(set + "_b"));
        qInfo("against the exact value %g, pytorch-fid %g, clean-fid %g",
              relative(got, wanted.at("fid_exact")), relative(got, wanted.at("fid_pytorch_fid_package")),
              relative(got, wanted.at("fid_clean_fid_package")));
        QVERIFY(relative(got, wanted.at("fid_exact")) < 1e-7);
        QVERIFY(relative(got, wanted.at("fid_pytorch_fid_package")) < 1e-3);
        QVERIFY(relative(got, wanted.at("fid_clean_fid_package")) < 1e-3);
    }

    void ofUnequalNumbers() {
        const at::Tensor a = features("s64_a"), b = features("s64_b").narrow(0, 0, 40);
        const auto covariance = [](const at::Tensor& x) {
            const at::Tensor centred = x - x.mean(0);
            return at::matmul(centred.t(), centred) / double(x.size(0) - 1);
        };
        // Another way to the same: eigenvalues of √Σa Σb √Σa.
        const auto [values, vectors] = at::linalg_eigh(covariance(a));
        const at::Tensor root = at::matmul(vectors * values.clamp_min(0).sqrt(), vectors.t());
        const at::Tensor inner = at::matmul(at::matmul(root, covariance(b)), root);
        const double common = at::linalg_eigvalsh(inner).clamp_min(0).sqrt().sum().item<double>();
        const double wanted = (a.mean(0) - b.mean(0)).square().sum().item<double>() +
                              covariance(a).trace().item<double>() + covariance(b).trace().item<double>() -
                              2 * common;
        QVERIFY(relative(frechetDistance(a, b), wanted) < 1e-6);
        QVERIFY(relative(frechetDistance(b, a), wanted) < 1e-6);
        QVERIFY(frechetDistance(a, a) < 1e-9);
    }

    void kidOfWholeSets() {
        for (const char* name : {"s64", "s128"}) {
            const std::string set = name;
            const double wanted = synthetic().at("kid").at(set).at("clean_fid_100_subsets_of_1000");
            const double got = kernelDistance(features(set + "_a"), features(set + "_b"));
            qInfo("%s: %g", name, relative(got, wanted));
            QVERIFY(relative(got, wanted) < 1e-9);
        }
    }

    void kidOfSubsetsIsWithinItsError() {
        // clean-fid's own figures from twenty seeds are as far apart.
        const auto& wanted = synthetic().at("kid").at("s8_unequal_n");
        const double got = kernelDistance(features("s8_a"), features("s8_b"));
        const double whole = wanted.at("mmd2_full_unbiased_float64");
        qInfo("%g, the whole sets' %g, clean-fid %g", got, whole,
              double(wanted.at("clean_fid_100_subsets_of_1000")));
        QVERIFY(std::abs(got - whole) < 3 * double(wanted.at("subsampled").at("std")));
        QVERIFY(got != whole);
        QCOMPARE(kernelDistance(features("s8_a"), features("s8_b")), got); // no chance in it
    }

    void precisionAndRecall() {
        for (const char* name : {"s8", "s64"}) {
            const std::string set = name;
            const auto& wanted = synthetic().at("precision_recall").at(set);
            const auto inside = [](const at::Tensor& centres, const at::Tensor& points) {
                const std::vector<bool> is = insideManifold(centres, points);
                return int(std::count(is.begin(), is.end(), true));
            };
            const at::Tensor real = features(set + "_a"), fake = features(set + "_b");
            QCOMPARE(inside(real, fake), int(wanted.at("fake_inside_real")));
            QCOMPARE(inside(fake, real), int(wanted.at("real_inside_fake")));
            QCOMPARE(inside(real, real), int(real.size(0)));
        }
    }

    void manyPicturesGoInBlocks() {
        const at::Tensor centres = at::rand({1200, 5}), points = at::rand({700, 5});
        const at::Tensor radii =
            std::get<0>(at::cdist(centres.to(at::kDouble), centres.to(at::kDouble)).kthvalue(4, 1));
        const at::Tensor wanted = at::cdist(points.to(at::kDouble), centres.to(at::kDouble)).le(radii).any(1);
        const std::vector<bool> got = insideManifold(centres, points);
        for (std::int64_t n = 0; n < 700; ++n)
            QCOMPARE(bool(got[std::size_t(n)]), wanted[n].item<bool>());
    }

    void intervalsOfMeansCoverThem() {
        // Of a hundred samples of a known mean, about 95 intervals hold it.
        at::Generator generator = at::detail::createCPUGenerator(5);
        int covered = 0;
        for (int sample = 0; sample < 100; ++sample) {
            const at::Tensor drawn = at::randn({50}, generator).to(at::kDouble) + 3;
            const double* data = drawn.const_data_ptr<double>();
            const std::optional<Interval> interval = meanInterval({data, data + 50}, 500);
            covered += interval->low < 3 && 3 < interval->high ? 1 : 0;
        }
        QVERIFY2(covered >= 87 && covered <= 99, qPrintable(QString::number(covered)));
        QVERIFY(!meanInterval({1}, 100) && !meanInterval({1, 2}, 0));
        QVERIFY(!meanInterval({1, std::numeric_limits<double>::infinity()}, 100));
        const std::optional<Interval> same = meanInterval({2, 2, 2}, 100);
        QCOMPARE(same->low, 2.0);
        QCOMPARE(same->high, 2.0);
    }

    void theIntervalOfKidIsAsWideAsFreshSamplesSpread() {
        // Sets of one rule and other seeds: how far their KIDs lie apart is what the interval promises.
        const auto sample = [](std::uint64_t seed, double shift) {
            at::Generator generator = at::detail::createCPUGenerator(seed);
            return at::randn({150, 8}, generator).to(at::kDouble) + shift;
        };
        std::vector<double> kids;
        double sum = 0, squares = 0, width = 0;
        constexpr int kSamples = 40;
        for (std::uint64_t seed = 0; seed < kSamples; ++seed) {
            const at::Tensor a = sample(2 * seed, 0), b = sample(2 * seed + 1, 0.5);
            const double kid = kernelDistance(a, b);
            const std::optional<Interval> interval = kernelInterval(kid, a, b, 200);
            QVERIFY(interval->low < kid && kid < interval->high);
            width += (interval->high - interval->low) / kSamples;
            sum += kid;
            squares += kid * kid;
        }
        const double deviation = std::sqrt(squares / kSamples - sum * sum / kSamples / kSamples);
        qInfo("width %g, spread %g", width, 2 * 1.96 * deviation);
        QVERIFY(width > 0.6 * 2 * 1.96 * deviation && width < 1.6 * 2 * 1.96 * deviation);
    }
};

QTEST_APPLESS_MAIN(TestSetDistance)
#include "tst_set_distance.moc"
