#include "engine/model/token_patch.h"
#include "scalekv/error.h"

#include <ATen/ATen.h>
#include <QtTest/QtTest>

using namespace scalekv;

class TestTokenPatch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void bitsDecide_data() {
        QTest::addColumn<int>("tokenBits");
        QTest::addColumn<int>("latentBits");
        QTest::addColumn<int>("side"); // 0: they do not belong together
        QTest::newRow("2B") << 32 << 32 << 1;
        QTest::newRow("8B") << 56 << 14 << 2;
        QTest::newRow("two times") << 32 << 16 << 0;
        QTest::newRow("nine times") << 72 << 8 << 0;
        QTest::newRow("fewer than the VAE") << 8 << 32 << 0;
        QTest::newRow("not a whole multiple") << 57 << 14 << 0;
        QTest::newRow("no bits") << 0 << 0 << 0;
        QTest::newRow("negative") << -4 << -1 << 0;
    }
    void bitsDecide() {
        QFETCH(int, tokenBits);
        QFETCH(int, latentBits);
        QFETCH(int, side);
        const std::optional<TokenPatch> patch = TokenPatch::between(tokenBits, latentBits);
        QCOMPARE(patch ? patch->side() : 0, side);
        if (!patch) {
            QVERIFY_EXCEPTION_THROWN(TokenPatch::require(tokenBits, latentBits, "model"), Error);
            return;
        }
        QVERIFY(TokenPatch::require(tokenBits, latentBits, "model") == *patch);
        QCOMPARE(patch->latentBits(tokenBits), std::int64_t(latentBits));
    }

    void theErrorSaysWhatWouldFit() {
        try {
            TokenPatch::require(12, 5, "my model");
            QFAIL("no error");
        } catch (const Error& error) {
            const QString text = QString::fromUtf8(error.what());
            for (const char* part :
                 {"my model: ", "12 bits a token", "VAE's 5 bits", "or 20 with 2×2 patches."})
                QVERIFY2(text.contains(QString::fromUtf8(part)), error.what());
        }
    }

    void latentMapsAreTheTokensTimesTheSide() {
        const ScaleSchedule tokens{{1, 1}, {3, 2}, {9, 6}};
        QVERIFY(TokenPatch().latentMaps(tokens) == tokens);
        QVERIFY((TokenPatch::twoByTwo().latentMaps(tokens) == ScaleSchedule{{2, 2}, {6, 4}, {18, 12}}));
    }

    void onePositionATokenChangesNothing() {
        const at::Tensor tokens = at::arange(2 * 3 * 4 * 5).view({2, 3, 4, 5});
        QVERIFY(at::equal(TokenPatch().toLatent(tokens), tokens));
        QVERIFY(at::equal(TokenPatch().toTokens(tokens), tokens));
    }

    /// Channel c of a position lies at 4c of its token for the top left one, then right, below, below right.
    void twoByTwoPositionsLieInTheirToken() {
        const std::int64_t h = 3, w = 2, d = 5;
        const at::Tensor tokens = at::arange(2 * h * w * 4 * d).view({2, h, w, 4 * d});
        const at::Tensor latent = TokenPatch::twoByTwo().toLatent(tokens);
        QCOMPARE(latent.sizes().vec(), (std::vector<std::int64_t>{2, 2 * h, 2 * w, d}));
        for (std::int64_t y = 0; y < 2 * h; ++y)
            for (std::int64_t x = 0; x < 2 * w; ++x)
                for (std::int64_t c = 0; c < d; ++c)
                    QCOMPARE(latent[1][y][x][c].item<std::int64_t>(),
                             tokens[1][y / 2][x / 2][4 * c + 2 * (y % 2) + x % 2].item<std::int64_t>());

        const at::Tensor back = TokenPatch::twoByTwo().toTokens(latent.permute({0, 3, 1, 2}));
        QVERIFY(at::equal(back, tokens.permute({0, 3, 1, 2})));
    }
};

QTEST_APPLESS_MAIN(TestTokenPatch)
#include "tst_token_patch.moc"
