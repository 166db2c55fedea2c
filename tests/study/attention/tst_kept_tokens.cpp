#include "engine/analysis/kept_positions.h"
#include "engine/image/vae.h"
#include "engine/io/weights.h"
#include "engine/pipeline/next_scale.h"
#include "tests/generation_fixture.h"

#include <c10/core/InferenceMode.h>

#include <QtTest/QtTest>

using namespace scalekv;
using test::Fixture;

class TestKeptTokens : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingEvictedTakesNoRoom() {
        const KeptTokens all(28, 6425);
        QVERIFY(all.all());
        QCOMPARE(all.bytes(), std::int64_t(sizeof(KeptTokens)));
        QCOMPARE(all.count(27), std::int64_t(6425));
        QVERIFY(all.kept(0, 0) && all.kept(27, 6424));
        // The same said by naming every token.
        const KeptTokens named(3, {{0, 1, 2}, {0, 1, 2}});
        QVERIFY(named.all() && named == KeptTokens(2, 3));
        // The first scale has nothing before it.
        QCOMPARE(KeptTokens(4, 0).count(3), std::int64_t(0));
    }

    void headsKeepTheirOwn() {
        const KeptTokens kept(130, {{0, 63, 64, 129}, {1, 2, 3, 4}});
        QVERIFY(!kept.all());
        QCOMPARE(kept.count(0), std::int64_t(4));
        QCOMPARE(kept.count(1), std::int64_t(4));
        for (std::int64_t token = 0; token < 130; ++token) {
            QCOMPARE(kept.kept(0, token), token == 0 || token == 63 || token == 64 || token == 129);
            QCOMPARE(kept.kept(1, token), token >= 1 && token <= 4);
        }
        QCOMPARE(kept.bytes(), std::int64_t(sizeof(KeptTokens) + 2 * 3 * 8));
        QCOMPARE(KeptTokens(5, {{}, {}, {}}).count(2), std::int64_t(0)); // all evicted
    }

    void whatDoesNotFitIsRefused() {
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, KeptTokens(5, {{5}}));
        QVERIFY_THROWS_EXCEPTION(std::invalid_argument, KeptTokens(5, {{-1}}));
        const KeptTokens kept(2, 5);
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, kept.count(2));
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, kept.kept(-1, 0));
        QVERIFY_THROWS_EXCEPTION(std::out_of_range, kept.kept(0, 5));
    }

    /// The released code's own tables of kept entries, followed from scale to scale.
    void theReleasedCodesTables() {
        const c10::InferenceMode inference;
        const std::filesystem::path folder = test::parityFolder();
        const Fixture fixture(folder / "tiny2b_scalekv_1M.safetensors");
        const Checkpoint checkpoint =
            Checkpoint::open(folder / (fixture.setting("model").get<std::string>() + ".pth"));
        Weights weights(checkpoint, at::kFloat, at::kCPU);
        const Transformer transformer = Transformer::load(weights, TransformerShape::infer(checkpoint));
        const Vae vae = Vae::load(folder / "tiny2b_vae.pth", {}, at::kFloat, at::kCPU);
        GenerationRequest request = fixture.request();
        request.prompts = {""};
        const TokenPatch patch =
            TokenPatch::require(transformer.shape().bits, vae.shape().bits, "The fixture");
        NextScaleSettings settings =
            prepareRequest(request, {transformer.shape(), vae.shape(), {}, nullptr, patch}).settings;
        settings.policy = fixture.referencePolicy(settings.schedule, transformer.shape().layers);
        settings.keepPositions = true;
        const ScaleSchedule schedule = settings.schedule;

        // [H, n] of every layer: which tokens its entries are, by the stored tables alone.
        std::vector<at::Tensor> expected(std::size_t(transformer.shape().layers));
        int tables = 0;
        QString wrong;
        settings.tap = [&](const LayerState& state) {
            at::Tensor& mine = expected[std::size_t(state.layer)];
            const std::int64_t heads = state.queries.size(1), length = state.map.tokens();
            const KeptTokens kept = keptTokens(state, schedule);
            if (!mine.defined())
                mine = at::empty({heads, 0}, at::kLong);
            for (std::int64_t h = 0; h < heads && wrong.isEmpty(); ++h) {
                bool same = kept.count(h) == mine.size(1);
                for (std::int64_t i = 0; i < mine.size(1); ++i)
                    same = same && kept.kept(h, mine[h][i].item<std::int64_t>());
                if (!same)
                    wrong = QString("layer %1 scale %2 head %3").arg(state.layer).arg(state.scale).arg(h);
            }
            const at::Tensor now = at::arange(kept.tokens(), kept.tokens() + length, at::kLong);
            mine = at::cat({mine, now.expand({heads, length})}, 1);
            const std::string name =
                "layer" + std::to_string(state.layer) + ".scale" + std::to_string(state.scale) + ".kept";
            if (fixture.tensors().contains(name)) {
                const at::Tensor table = fixture.tensor(name).to(at::kLong)[0]; // of the first sequence
                mine = mine.gather(1, table.expand({heads, table.size(1)}));
                ++tables;
            }
        };
        const bool guided = settings.guided();
        NextScale run(transformer, std::move(settings), fixture.text(transformer, guided));
        while (!run.finished()) {
            const std::string scale = "scale" + std::to_string(run.scale());
            (void)run.predict();
            run.feed(fixture.tensor(scale + ".bits").squeeze(1));
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        QVERIFY(tables > 10);
    }
};

QTEST_APPLESS_MAIN(TestKeptTokens)
#include "tst_kept_tokens.moc"
