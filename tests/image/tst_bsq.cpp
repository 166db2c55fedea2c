#include "engine/image/bsq.h"
#include "scalekv/error.h"
#include "tests/fixtures.h"

#include <QTest>

using namespace scalekv;
using namespace scalekv::test;

class TestBsq : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void codesLieOnTheSphere() {
        const at::Tensor bits = at::randint(0, 2, {2, 3, 5, 7}).to(at::kByte);
        const at::Tensor codes = bsq::codesFromBits(bits);
        QCOMPARE(codes.sizes().vec(), (std::vector<std::int64_t>{2, 7, 3, 5}));
        QVERIFY((codes > 0).equal(bits.permute({0, 3, 1, 2}) > 0));
        VERIFY_BELOW(relativeError(at::linalg_vector_norm(codes, 2, 1), at::ones({2, 3, 5})), 1e-6);
    }

    void quantizesAsTheReference_data() {
        QTest::addColumn<QString>("file");
        for (const auto& file : filesLike(parityFolder(), "*_vae_roundtrip.safetensors"))
            QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
    }
    void quantizesAsTheReference() {
        QFETCH(QString, file);
        const Checkpoint fixture = Checkpoint::open(file.toStdString());
        ScaleSchedule schedule;
        for (int k = 0; fixture.contains("scale" + std::to_string(k) + ".bits"); ++k) {
            const at::Tensor bits = fixture.tensor("scale" + std::to_string(k) + ".bits");
            schedule.push_back({int(bits.size(2)), int(bits.size(3))});
        }
        QVERIFY(!schedule.empty());
        const bsq::Quantized result = bsq::quantize(fixture.tensor("latent"), schedule);
        QCOMPARE(result.bits.size(), schedule.size());
        at::Tensor sum = at::zeros_like(result.sum);
        for (std::size_t k = 0; k < schedule.size(); ++k) {
            const at::Tensor expected = fixture.tensor("scale" + std::to_string(k) + ".bits").squeeze(1);
            QVERIFY2(result.bits[k].equal(expected), qPrintable(QStringLiteral("scale %1").arg(k)));
            sum += bsq::resize(bsq::codesFromBits(expected), schedule.back());
        }
        VERIFY_BELOW(relativeError(result.sum, fixture.tensor("quantized")), 1e-4);
        VERIFY_BELOW(relativeError(sum, fixture.tensor("quantized")), 1e-4);
    }

    void finerScalesLeaveLess() {
        at::manual_seed(3);
        const at::Tensor latent = at::randn({2, 16, 16, 16}) / 4;
        const ScaleSchedule schedule = scaleSchedule("0.06M", 1.0);
        double last = std::numeric_limits<double>::infinity();
        for (std::size_t scales : {1, 4, 7}) {
            ScaleSchedule some(schedule.end() - std::ptrdiff_t(scales), schedule.end());
            const at::Tensor rest = latent - bsq::quantize(latent, some).sum;
            const double error = rest.square().mean().item<double>();
            QVERIFY(error < last);
            last = error;
        }
    }

    void zeroLatentHasBits() {
        const bsq::Quantized result = bsq::quantize(at::zeros({1, 4, 16, 16}), scaleSchedule("0.06M", 1.0));
        QVERIFY(result.sum.isfinite().all().item<bool>());
    }

    void anotherScheduleIsAnError() {
        QVERIFY_EXCEPTION_THROWN(bsq::quantize(at::zeros({1, 4, 8, 8}), scaleSchedule("0.06M", 1.0)), Error);
        QVERIFY_EXCEPTION_THROWN(bsq::quantize(at::zeros({1, 4, 8, 8}), {}), Error);
    }
};

QTEST_APPLESS_MAIN(TestBsq)
#include "tst_bsq.moc"
