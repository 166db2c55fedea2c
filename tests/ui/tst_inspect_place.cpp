#include "tests/ui/stall_application.h"
#include "tests/ui/studio_fixture.h"

#include "figures/layer_figure.h"
#include "ui/generate/generate_form.h"
#include "ui/inspect/heads_panel.h"
#include "ui/inspect/inspect_place.h"
#include "ui/inspect/inspect_text.h"
#include "ui/inspect/inspected_run.h"
#include "ui/inspect/layer_map_panel.h"
#include "ui/inspect/looker.h"
#include "ui/inspect/mass_panel.h"
#include "ui/inspect/overlays.h"
#include "ui/inspect/run_exporter.h"
#include "ui/inspect/run_header.h"
#include "ui/inspect/token_panel.h"
#include "ui/inspect/words_panel.h"
#include "ui/shell/progress_strip.h"
#include "widgets/heat_map.h"
#include "widgets/message_bar.h"
#include "widgets/stacked_bars.h"
#include "widgets/token_legend.h"
#include "widgets/token_tiles.h"
#include "widgets/token_view.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <cmath>
#include <numeric>

using namespace scalekv;
using ui::EngineSession;
using ui::Selection;

/// Looking into runs as a person does, with the real engine.
class TestInspectPlace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void init();
    void cleanup() { studio_.reset(); }

    void emptyPlaceSaysWhatToDo();
    void runIsRecordedAndShown();
    void otherPlacesTakeTheRun();
    void opensWhileItRuns();
    void cellIsChosenEverywhere();
    void positionIsLookedUp();
    void keptTokensAreThePolicys();
    void wordsAreRead();
    void headsAreChosen();
    void nobodyLooksIntoWhatNobodyLooksAt();
    void stopEndsALook();
    void playShowsEveryScale();
    void coloursAreExplained();
    void pictureGoesBeforeALook();
    void unrecordedRunIsRecordedLater();
    void modelThatIsGone();
    void smallerRunFollowsALargerOne();
    void exports();
    void exportThatFails();
    void valuesAreCopied();
    void largestShapeAnswers();

private:
    ui::InspectPlace& place() { return *studio_->find<ui::InspectPlace>("inspect"); }
    /// A finished picture under ScaleKV, and Inspect in front of it.
    void makeRun();
    /// Short runs are looked into without being asked. On a busy machine none is short: then as a person
    /// does.
    bool waitForLook() {
        auto* look = studio_->find<QPushButton>("look");
        if (!place().looker().isQuick(ui::questionOf(place().selection().state())) && look->isVisible() &&
            !place().looker().isAsking())
            QTest::mouseClick(look, Qt::LeftButton);
        return QTest::qWaitFor([this] { return answer() != nullptr; }, StudioFixture::kPatience);
    }
    ui::LookPtr answer() { return place().looker().answer(ui::questionOf(place().selection().state())); }
    void clickCell(widgets::HeatMap* map, int row, int column);
    void clickPosition(int row, int column);

    std::unique_ptr<StudioFixture> studio_;
};

void TestInspectPlace::init() {
    studio_ = std::make_unique<StudioFixture>();
    QVERIFY(QTest::qWaitForWindowExposed(&studio_->window()));
    QVERIFY(studio_->waitForModel());
    GenerationRequest request = studio_->form()->request();
    request.policy.name = "scalekv";
    request.policy.budget.fraction = 0.1;
    studio_->form()->setRequest(request);
}

void TestInspectPlace::makeRun() {
    QVERIFY(studio_->givePicture("a red apple on a blue background"));
    QTest::keyClick(&studio_->window(), Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(studio_->window().currentPlace(), &place());
    QVERIFY(place().run().result());
}

void TestInspectPlace::clickCell(widgets::HeatMap* map, int row, int column) {
    QTest::mouseClick(map, Qt::LeftButton, {}, map->cellRect(row, column).center().toPoint());
}

void TestInspectPlace::clickPosition(int row, int column) {
    widgets::TokenView* view = place().tokens()->view();
    QTest::mouseClick(view, Qt::LeftButton, {}, view->cellRect(row, column).center().toPoint());
}

void TestInspectPlace::emptyPlaceSaysWhatToDo() {
    QTest::keyClick(&studio_->window(), Qt::Key_2, Qt::ControlModifier);
    QVERIFY(place().layerMap()->text().contains("Make a picture"));
    QVERIFY(!place().menuActions(ui::Place::Menu::File).first()->isEnabled());
    QTest::keyClick(&studio_->window(), Qt::Key_1, Qt::ControlModifier);
    QCOMPARE(studio_->window().currentPlace(), static_cast<ui::Place*>(&studio_->generatePlace()));
}

void TestInspectPlace::runIsRecordedAndShown() {
    makeRun();
    const RunRecord& record = place().run().record();
    for (int scale = 0; scale < place().run().scales(); ++scale)
        QVERIFY2(record.complete(scale), qPrintable(QString::number(scale)));
    QCOMPARE(record.bits.size(), record.schedule.size());
    QVERIFY(place().run().calibratedRoles());

    // Every quantity that can be chosen shows what was measured, in the place where it was.
    auto* quantity = studio_->find<QComboBox>("quantity");
    QCOMPARE(quantity->count(), static_cast<int>(layerQuantities().size()) + 1);
    QTest::keyClick(quantity, Qt::Key_Home);
    for (const LayerQuantityInfo& info : layerQuantities()) {
        QTest::keyClick(quantity, Qt::Key_Down);
        const ScaleLayerTable wanted = quantityTable(record, info.quantity);
        const widgets::HeatMapFigure& shown = place().layerMap()->figure();
        int known = 0;
        for (int scale = 0; scale < shown.columns(); ++scale) {
            for (int layer = 0; layer < shown.rows(); ++layer) {
                const double value = wanted[std::size_t(scale)][std::size_t(layer)];
                QCOMPARE(std::isnan(shown.value(layer, scale)), std::isnan(value));
                if (!std::isnan(value)) {
                    QCOMPARE(shown.value(layer, scale), value);
                    ++known;
                }
            }
        }
        QVERIFY(known >= shown.rows() * (shown.columns() - 1));
    }
    QTest::keyClick(quantity, Qt::Key_Home);
    const RoleTable& roles = *place().run().calibratedRoles();
    for (int scale = 0; scale < place().run().scales(); ++scale)
        for (int layer = 0; layer < place().run().layers(); ++layer)
            QCOMPARE(place().layerMap()->figure().value(layer, scale) > 0.5, roles.drafter(scale, layer));

    auto* order = studio_->find<QComboBox>("order");
    QCOMPARE(place().layerMap()->figure().shownRows().last(), 0); // the first layer at the bottom
    QTest::keyClick(quantity, Qt::Key_Down);
    QTest::keyClick(quantity, Qt::Key_Down);
    QTest::keyClick(order, Qt::Key_Down);
    const auto& sorted = place().layerMap()->figure();
    const int scale = place().selection().state().scale;
    for (int i = 1; i < sorted.rows(); ++i)
        QVERIFY(sorted.value(sorted.shownRows()[i - 1], scale) >= sorted.value(sorted.shownRows()[i], scale));
}

void TestInspectPlace::otherPlacesTakeTheRun() {
    const auto verbs = [this] { return place().menuActions(ui::Place::Menu::Run).sliced(1); };
    QVERIFY(verbs().size() >= 2);
    for (const QAction* verb : verbs())
        QVERIFY2(!verb->isEnabled(), qPrintable(verb->text()));
    makeRun();
    for (const QAction* verb : verbs())
        QVERIFY2(verb->isEnabled(), qPrintable(verb->text()));
    QTest::keyClick(&studio_->window(), Qt::Key_K, Qt::ControlModifier);
    QCOMPARE(studio_->window().currentPlace()->name().id, QString("compare"));
    QCOMPARE(studio_->window().currentPlace()->shownRun(), place().run().result());
}

void TestInspectPlace::opensWhileItRuns() {
    studio_->prepare("a rocket on a purple background");
    studio_->chooseSize("0.25M");
    bool opened = false;
    int known = 0;
    connect(&studio_->session(), &EngineSession::scaleStarted, this, [&](int scale) {
        if (scale == 3 && !opened) {
            opened = true;
            QTest::keyClick(&studio_->window(), Qt::Key_I, Qt::ControlModifier);
            QVERIFY(place().run().isRunning());
        }
    });
    connect(&place().run(), &ui::InspectedRun::grown, this, [&] {
        if (!place().run().isRunning())
            return;
        int cells = 0;
        for (const double value : place().layerMap()->figure().values)
            cells += !std::isnan(value);
        QVERIFY(cells >= known); // fills
        known = cells;
    });
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    QVERIFY(opened);
    QVERIFY(known > 0);
    QCOMPARE(studio_->window().currentPlace(), &place());
    QVERIFY(!place().run().isRunning());
    QCOMPARE(place().run().result(), studio_->window().runs().result(0));
    QVERIFY(place().run().record().complete(place().run().scales() - 1));
}

void TestInspectPlace::cellIsChosenEverywhere() {
    makeRun();
    widgets::HeatMap* map = place().layerMap()->map();
    clickCell(map, 2, 4);
    QCOMPARE(place().selection().state().layer, 2);
    QCOMPARE(place().selection().state().scale, 4);
    QVERIFY2(place().layerMap()->text().contains("Layer 3, scale 5"), qPrintable(place().layerMap()->text()));
    QCOMPARE(place().mass()->bars()->selected(), 4);
    const auto& attention = place().run().record().attention[4][2];
    for (int read = 0; read <= 4; ++read)
        QCOMPARE(place().mass()->bars()->data().value(4, read), attention->mean.mass[std::size_t(read)]);
    QCOMPARE(place().heads()->tiles()->count(), place().run().heads());
    QVERIFY(place().heads()->tiles()->tile(0).caption.contains(ui::percentText(attention->heads[0].current)));
    QTest::keyClick(map, Qt::Key_Right);
    QCOMPARE(place().selection().state().scale, 5);
    // From the bars back to the map.
    widgets::StackedBars* bars = place().mass()->bars();
    QTest::keyClick(bars, Qt::Key_Home);
    QCOMPARE(map->selectedColumn(), 0);
    QVERIFY(place().layerMap()->text().contains("no history"));
}

void TestInspectPlace::positionIsLookedUp() {
    makeRun();
    clickCell(place().layerMap()->map(), 1, 5);
    QVERIFY(waitForLook());
    const MapSize map = place().run().map(5);
    clickPosition(1, 2);
    QCOMPARE(place().selection().state().token, 1 * map.width + 2);
    QVERIFY(waitForLook());
    const ui::LookPtr look = answer();
    QCOMPARE(look->question.token, 1 * map.width + 2);

    // What lies over the picture, scale by scale, is what the engine says, and all of it sums to 1.
    double sum = 0;
    for (int read = 0; read <= 5; ++read) {
        auto* button = place().tokens()->findChildren<QToolButton*>().at(0);
        for (QToolButton* candidate : place().tokens()->findChildren<QToolButton*>()) {
            if (candidate->text() == QString::number(read + 1))
                button = candidate;
        }
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(ui::readScaleOf(place().selection().state()), read);
        const widgets::TokenOverlay& overlay = place().tokens()->view()->overlay();
        QCOMPARE(overlay.rows, place().run().map(read).height);
        const auto first = std::size_t(place().run().tokensBefore(read));
        for (qsizetype i = 0; i < overlay.values.size(); ++i) {
            double mean = 0;
            for (const auto& head : look->layers[1].heads)
                mean += double(head[first + std::size_t(i)]) / double(look->layers[1].heads.size());
            QVERIFY(std::abs(overlay.values[i] - mean) < 1e-6);
            sum += overlay.values[i];
        }
    }
    QVERIFY(std::abs(sum - 1) < 1e-5);
    // Another layer needs no repetition.
    QSignalSpy states(&studio_->session(), &EngineSession::stateChanged);
    clickCell(place().layerMap()->map(), 2, 5);
    QVERIFY(answer());
    QTest::qWait(400);
    QCOMPARE(states.count(), 0);
}

void TestInspectPlace::keptTokensAreThePolicys() {
    makeRun();
    const int last = place().run().scales() - 1;
    clickCell(place().layerMap()->map(), 0, last);
    for (QToolButton* button : place().tokens()->findChildren<QToolButton*>()) {
        if (button->text() == "Kept tokens")
            QTest::mouseClick(button, Qt::LeftButton);
    }
    const auto& kept = *place().run().record().kept[std::size_t(last)][0];
    QVERIFY(!kept.all());
    const widgets::TokenOverlay& overlay = place().tokens()->view()->overlay();
    QVERIFY(overlay.kind == widgets::TokenOverlay::Kind::Kept);
    const qint64 first = place().run().tokensBefore(last - 1);
    qint64 evicted = 0;
    for (qsizetype i = 0; i < overlay.values.size(); ++i) {
        int heads = 0;
        for (int head = 0; head < int(kept.heads()); ++head)
            heads += kept.kept(head, first + i);
        QCOMPARE(overlay.values[i], double(heads));
        evicted += heads == 0;
    }
    QVERIFY(evicted > 0);
    QVERIFY2(place().tokens()->note().contains("Kept at scale"), qPrintable(place().tokens()->note()));
    // Every head by itself over the picture, and every layer in the map.
    for (int head = 0; head < int(kept.heads()); ++head) {
        const widgets::TokenTile& tile = place().heads()->tiles()->tile(head);
        qint64 count = 0;
        for (qsizetype i = 0; i < tile.overlay.values.size(); ++i) {
            QCOMPARE(tile.overlay.values[i], double(kept.kept(head, first + i)));
            count += kept.kept(head, first + i);
        }
        QVERIFY2(tile.caption.endsWith(ui::percentText(double(count) / double(tile.overlay.values.size()))),
                 qPrintable(tile.caption));
    }
    QCOMPARE(place().layerMap()->figureStem(), QString("kept"));
    QCOMPARE(place().layerMap()->figure().value(0, last),
             quantityTable(place().run().record(), LayerQuantity::Kept)[std::size_t(last)][0]);
    // How often over all scales: one later scale only, so the same.
    QTest::mouseClick(studio_->find<QCheckBox>("overScales"), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(studio_->find<QCheckBox>("overScales")->isChecked());
    QCOMPARE(place().tokens()->view()->overlay().values, overlay.values);
    place().selection().setOverlay(Selection::Overlay::Attention);
    QCOMPARE(place().layerMap()->figureStem(), QString("selectivity"));
    // What is chosen by hand stays.
    place().selection().setOverlay(Selection::Overlay::Kept);
    auto* quantity = studio_->find<QComboBox>("quantity");
    quantity->setFocus();
    QTest::keyClick(quantity, Qt::Key_Up);
    QCOMPARE(place().layerMap()->figureStem(), QString("entropy"));
    place().selection().setOverlay(Selection::Overlay::Attention);
    QCOMPARE(place().layerMap()->figureStem(), QString("entropy"));
}

void TestInspectPlace::wordsAreRead() {
    makeRun();
    QVERIFY(waitForLook());
    const ui::LookPtr look = answer();
    widgets::TokenTiles* tiles = place().words()->tiles();
    QCOMPARE(tiles->count(), int(look->words.size()));
    int apple = -1;
    for (int i = 0; i < tiles->count(); ++i) {
        if (tiles->tile(i).caption.startsWith("apple"))
            apple = i;
    }
    QVERIFY(apple >= 0);
    tiles->setFocus();
    QTest::keyClick(tiles, Qt::Key_Home);
    for (int i = 0; i < apple; ++i)
        QTest::keyClick(tiles, Qt::Key_Right);
    QCOMPARE(place().selection().state().word, apple);
    QVERIFY2(place().tokens()->title().contains("apple"), qPrintable(place().tokens()->title()));
    const Selection::State& state = place().selection().state();
    const auto& wanted = look->layers[std::size_t(state.layer)].wordMaps[std::size_t(apple)];
    const QVector<double>& shown = place().tokens()->view()->overlay().values;
    QCOMPARE(std::size_t(shown.size()), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
        QCOMPARE(shown[qsizetype(i)], double(wanted[i]));
}

void TestInspectPlace::headsAreChosen() {
    makeRun();
    clickCell(place().layerMap()->map(), 1, 5);
    widgets::TokenTiles* tiles = place().heads()->tiles();
    QTest::mouseClick(tiles->viewport(), Qt::LeftButton, {}, tiles->tileRect(1).center());
    QCOMPARE(place().selection().state().head, 1);
    QCOMPARE(studio_->find<QComboBox>("head")->currentIndex(), 2);
    const auto& attention = place().run().record().attention[5][1];
    QCOMPARE(place().mass()->bars()->data().value(5, 0), attention->heads[1].mass[0]);
    QTest::mouseClick(tiles->viewport(), Qt::LeftButton, {}, tiles->tileRect(1).center());
    QCOMPARE(place().selection().state().head, int(Selection::kAll));
    // By head: layers × heads, and a cell there chooses a head.
    QTest::mouseClick(studio_->find<QCheckBox>("byHead"), Qt::LeftButton, {}, QPoint(8, 8));
    const auto table = headTable(place().run().record(), LayerQuantity::Selectivity, 5);
    QCOMPARE(place().layerMap()->figure().columns(), place().run().heads());
    QCOMPARE(place().layerMap()->figure().value(1, 2), table[1][2]);
    clickCell(place().layerMap()->map(), 1, 2);
    QCOMPARE(place().selection().state().head, 2);
}

void TestInspectPlace::nobodyLooksIntoWhatNobodyLooksAt() {
    QSignalSpy grown(&place().run(), &ui::InspectedRun::grown);
    QVERIFY(studio_->generate("a red apple on a blue background"));
    QSignalSpy states(&studio_->session(), &EngineSession::stateChanged);
    QTest::qWait(600); // a look that nobody asked for would begin after a quarter of a second
    QCOMPARE(states.count(), 0);
    QCOMPARE(grown.count(), 0);
    QTest::keyClick(&studio_->window(), Qt::Key_2, Qt::ControlModifier);
    QVERIFY(place().run().isRecorded());
    QVERIFY(waitForLook());
}

void TestInspectPlace::stopEndsALook() {
    makeRun();
    QSignalSpy stopped(&studio_->session(), &EngineSession::lookStopped);
    QVERIFY(waitForLook());
    clickPosition(0, 0);
    QCOMPARE(studio_->session().state(), EngineSession::State::Looking);
    QVERIFY(!studio_->window().progress()->isHidden());
    QTest::keyClick(&studio_->window(), Qt::Key_Escape);
    QVERIFY(studio_->waitUntilIdle());
    QCOMPARE(stopped.count(), 1);
    QVERIFY(!answer());
    QVERIFY(studio_->window().messages()->isHidden());
    auto* button = studio_->find<QPushButton>("look");
    QVERIFY(button->isVisible());
    QCOMPARE(button->text(), QString("Look"));

    // The button that looks also stops.
    clickPosition(0, 1);
    QCOMPARE(button->text(), QString("Stop"));
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(studio_->waitUntilIdle());
    QCOMPARE(stopped.count(), 2);
    QVERIFY(!answer());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(waitForLook());
    QVERIFY(!button->isVisible());
}

void TestInspectPlace::playShowsEveryScale() {
    makeRun();
    const int scales = place().run().scales();
    auto* play = studio_->find<QToolButton>("play");
    QVERIFY(waitForLook());
    place().selection().setCell(2, scales - 2);
    QVector<int> shown{scales - 2};
    bool seen = true; // each was before the next one came
    ui::Selection::State before = place().selection().state();
    connect(&place().selection(), &ui::Selection::changed, this, [&] {
        seen = seen && place().looker().answer(ui::questionOf(before));
        before = place().selection().state();
        shown += before.scale;
    });
    const QImage ended = place().tokens()->view()->shown(1);
    QTest::mouseClick(play, Qt::LeftButton);
    QVERIFY(play->text().contains("Pause"));
    QVERIFY(place().tokens()->view()->shown(1) != ended); // the picture is as it was then
    QVERIFY(QTest::qWaitFor([&] { return !play->isChecked(); }, StudioFixture::kPatience));
    QVERIFY(play->text().contains("Play"));
    QVERIFY(seen);
    QCOMPARE(shown, (QVector<int>{scales - 2, scales - 1}));

    // From the last scale it begins anew; a second click holds it.
    QTest::mouseClick(play, Qt::LeftButton);
    QCOMPARE(place().selection().state().scale, 0);
    QTest::mouseClick(play, Qt::LeftButton);
    QVERIFY(!play->isChecked());
    place().selection().disconnect(this);
}

void TestInspectPlace::coloursAreExplained() {
    makeRun();
    QVERIFY(waitForLook());
    widgets::TokenLegend* legend = place().tokens()->legend();
    QVERIFY2(legend->accessibleName().contains("%"), qPrintable(legend->accessibleName()));
    place().selection().setOverlay(Selection::Overlay::Kept);
    QVERIFY2(legend->accessibleName().contains("by no head"), qPrintable(legend->accessibleName()));
    place().selection().setHead(1);
    QCOMPARE(legend->accessibleName(), QString("from evicted to kept"));
    studio_->find<QCheckBox>("overScales")->click();
    QVERIFY2(place().tokens()->title().contains("over all later scales"),
             qPrintable(place().tokens()->title()));
    QVERIFY2(!place().tokens()->note().contains("Kept at scale"), qPrintable(place().tokens()->note()));
    QCOMPARE(legend->accessibleName(), QString("from never kept to always kept"));
    place().selection().setCell(2, 0); // whose own tokens are kept by later ones
    QVERIFY2(place().tokens()->note().contains("at scale 2"), qPrintable(place().tokens()->note()));
    place().selection().setCell(2, place().run().scales() - 1);
    studio_->find<QCheckBox>("overScales")->click();

    // What is seen can be saved: the tokens' picture is as large as it is shown, twice as fine.
    widgets::TokenView* view = place().tokens()->view();
    const QImage picture = view->shown(2);
    QCOMPARE(picture.size(), (view->pictureRect().size() * 2).toSize());
    QVERIFY(picture != place().run().picture());
}

void TestInspectPlace::pictureGoesBeforeALook() {
    makeRun();
    QVERIFY(waitForLook());
    clickPosition(0, 0);
    QCOMPARE(studio_->session().state(), EngineSession::State::Looking);
    QSignalSpy finished(&studio_->session(), &EngineSession::finished);
    QTest::keyClick(&studio_->window(), Qt::Key_1, Qt::ControlModifier);
    QVERIFY(studio_->find<QPushButton>("generate")->isEnabled());
    studio_->clickGenerate();
    QVERIFY(finished.wait(StudioFixture::kPatience));
    QCOMPARE(studio_->window().runs().rowCount(), 2);
}

void TestInspectPlace::unrecordedRunIsRecordedLater() {
    studio_->session().setRecording(false);
    QVERIFY(studio_->generate("a red apple on a blue background", "3"));
    studio_->session().setRecording(true);
    const ui::ResultPtr plain = studio_->window().runs().result(0);
    QVERIFY(!studio_->window().runs().record(plain));
    QTest::keyClick(&studio_->window(), Qt::Key_2, Qt::ControlModifier);
    QVERIFY(!place().run().isRecorded());
    auto* button = studio_->find<QPushButton>("record");
    QVERIFY(button->isVisible());
    QVERIFY(button->isEnabled());
    QCOMPARE(button->text(), QString("Record"));
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(studio_->session().state(), EngineSession::State::Looking);
    QCOMPARE(button->text(), QString("Stop"));
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(studio_->waitUntilIdle());
    QVERIFY(!place().run().isRecorded());
    QCOMPARE(button->text(), QString("Record"));
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(studio_->waitUntilIdle());
    QVERIFY2(place().run().isRecorded(), qPrintable(studio_->window().messages()->text()));
    QVERIFY(!button->isVisible());
    const RunRecord later = place().run().record();
    QCOMPARE(later.bits, plain->bits);

    // The same as what is recorded on the way.
    QVERIFY(studio_->generate("a red apple on a blue background", "3"));
    const ui::ResultPtr other = studio_->window().runs().result(0);
    QCOMPARE(other->image.pixels, plain->image.pixels);
    const ui::RecordPtr atOnce = studio_->window().runs().record(other);
    QVERIFY(atOnce);
    for (std::size_t scale = 1; scale < later.schedule.size(); ++scale) {
        for (std::size_t layer = 0; layer < std::size_t(later.layers); ++layer) {
            const auto &a = *later.attention[scale][layer], &b = *atOnce->attention[scale][layer];
            QVERIFY(std::abs(a.mean.asi() - b.mean.asi()) < 1e-6);
            QVERIFY(*later.kept[scale][layer] == *atOnce->kept[scale][layer]);
        }
    }
}

void TestInspectPlace::modelThatIsGone() {
    makeRun();
    QVERIFY(waitForLook());
    // Other weights under the same names.
    const QString other = studio_->otherModel("Another");
    const QString vae = QStringLiteral("/vae.safetensors");
    QVERIFY(QFile::remove(other + vae));
    QFile original(StudioFixture::modelPath() + vae);
    QVERIFY(original.open(QIODevice::ReadOnly));
    QByteArray bytes = original.readAll();
    bytes[bytes.size() - 2] = char(bytes[bytes.size() - 2] ^ 1); // of the last number: the digest sees it
    QFile changed(other + vae);
    QVERIFY(changed.open(QIODevice::WriteOnly));
    changed.write(bytes);
    changed.close();
    studio_->window().models().open(other);
    QVERIFY(studio_->waitUntilIdle());
    QCOMPARE(studio_->session().model().name(), QString("Another"));
    QVERIFY(place().run().isRecorded()); // what was recorded stays
    clickPosition(1, 1);
    QVERIFY(!answer());
    QCOMPARE(studio_->session().state(), EngineSession::State::Idle);
    QVERIFY2(!place().looker().obstacle().isEmpty(), "another VAE");
    QCOMPARE(place().tokens()->note(), place().looker().obstacle());
}

/// What was chosen of a run with more scales must not be looked for in one with fewer.
void TestInspectPlace::smallerRunFollowsALargerOne() {
    makeRun();
    const ui::ResultPtr small = place().run().result();
    QTest::keyClick(&studio_->window(), Qt::Key_1, Qt::ControlModifier);
    studio_->prepare("a red apple on a blue background", "2");
    studio_->chooseSize("0.25M");
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    QTest::keyClick(&studio_->window(), Qt::Key_2, Qt::ControlModifier);
    const int scales = place().run().scales();
    QCOMPARE(place().selection().state().scale, scales - 1);
    place().selection().setOverlay(Selection::Overlay::Kept);
    place().selection().setHead(3);
    QTest::mouseClick(studio_->find<QCheckBox>("byHead"), Qt::LeftButton, {}, QPoint(8, 8));
    QVERIFY(studio_->find<QCheckBox>("byHead")->isChecked());

    auto* runs = studio_->find<QComboBox>("inspectedRun");
    QTest::keyClick(runs, Qt::Key_Down);
    QCOMPARE(place().run().result(), small);
    QVERIFY(place().run().scales() < scales);
    QCOMPARE(place().selection().state().scale, place().run().scales() - 1);
    // And one that only begins.
    QTest::keyClick(runs, Qt::Key_Up);
    QCOMPARE(place().run().scales(), scales);
    studio_->prepare("a red apple on a blue background", "3");
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    QCOMPARE(place().run().result(), studio_->window().runs().result(0));
}

void TestInspectPlace::exports() {
    makeRun();
    const QString parent = studio_->temporaryPath("export");
    QVERIFY(QDir().mkpath(parent));
    QSignalSpy written(&place().exporter(), &ui::RunExporter::written);
    place().exportTo(parent);
    QVERIFY(written.wait(StudioFixture::kPatience));
    const QString folder = written.last().first().toString();
    QVERIFY2(folder.endsWith("a-red-apple-on-a-blue-background-1-scalekv"), qPrintable(folder));
    QCOMPARE(QDir(folder).entryList(QDir::Files).size(), 5);
    QCOMPARE(recipeOfPicture((folder + "/picture.png").toStdString()).request, place().run().request());
    const QImage tokens(folder + "/tokens.png");
    QVERIFY(tokens.height() > 2 * int(place().tokens()->view()->pictureRect().height()));
    QCOMPARE(QDir(folder + "/maps").entryList(QDir::Files).size(), int(2 * (layerQuantities().size() + 1)));
    QFile table(folder + "/attention.csv");
    QVERIFY(table.open(QIODevice::ReadOnly));
    const RoleTable* roles = place().run().calibratedRoles();
    QCOMPARE(QString::fromUtf8(table.readAll()),
             QString::fromStdString(toCsv(place().run().record(), roles)));
    const QImage picture(folder + "/maps/selectivity.png");
    QVERIFY(picture.width() > 400 && picture.height() > 400);
    QFile svg(folder + "/maps/selectivity.svg");
    QVERIFY(svg.open(QIODevice::ReadOnly));
    const QByteArray drawn = svg.readAll();
    QVERIFY(drawn.contains("<svg"));
    QVERIFY(drawn.contains("a red apple on a blue background")); // which run it is of
    QVERIFY(studio_->window().stateText().contains("Saved"));

    // Once more: what is there stays as it is.
    place().exportTo(parent);
    QVERIFY(written.wait(StudioFixture::kPatience));
    QCOMPARE(written.last().first().toString(), folder + "-2");
    QCOMPARE(QDir(parent).entryList(QDir::Dirs | QDir::NoDotAndDotDot).size(), 2);
}

void TestInspectPlace::exportThatFails() {
    makeRun();
    QSignalSpy failed(&place().exporter(), &ui::RunExporter::failed);
    place().exportTo(studio_->temporaryPath("not there"));
    QVERIFY(failed.wait(StudioFixture::kPatience));
    QVERIFY(!studio_->window().messages()->isHidden());
    QVERIFY(studio_->window().messages()->text().contains("not there"));
    QVERIFY(place().run().isRecorded());
}

void TestInspectPlace::valuesAreCopied() {
    makeRun();
    place().menuActions(ui::Place::Menu::Edit).first()->trigger();
    QCOMPARE(QApplication::clipboard()->text().toUtf8(), place().layerMap()->figure().csv());
    QVERIFY(studio_->window().stateText().contains("Copied"));
}

/// The shape of Infinity-8B at 1M: 40 layers, 28 heads, 13 scales.
void TestInspectPlace::largestShapeAnswers() {
    constexpr int kLayers = 40, kHeads = 28;
    GenerationPlan plan;
    plan.schedule = scaleSchedule("1M", 1.0);
    plan.layers = kLayers;
    plan.request.prompts = {"a test"};
    plan.fullKvBytes.assign(plan.schedule.size(), 1);
    QTest::keyClick(&studio_->window(), Qt::Key_2, Qt::ControlModifier);
    studio_->window().resize(2560, 1440);
    QTest::qWait(200);
    ui::LiveRun& live = studio_->window().live();
    live.begin(plan, kHeads); // the first plot of a program loads fonts
    QTest::qWait(300);
    auto* application = static_cast<StallApplication*>(qApp);
    const auto feed = [&] {
        live.begin(plan, kHeads);
        std::int64_t before = 0;
        for (int scale = 0; scale < int(plan.schedule.size()); ++scale) {
            for (int layer = 0; layer < kLayers; ++layer) {
                auto attention = std::make_shared<LayerAttention>();
                attention->layer = layer;
                attention->scale = scale;
                attention->mean.mass.assign(std::size_t(scale) + 1, 1.0 / (scale + 1));
                attention->mean.current = 0.5 + 0.01 * layer;
                attention->mean.top = 0.3;
                attention->mean.entropy = 3;
                attention->heads.assign(kHeads, attention->mean);
                LayerProgress progress{.scale = scale, .layer = layer, .layerKvBytes = 1000, .kvBytes = 1000};
                progress.attention = attention;
                progress.kept = std::make_shared<const KeptTokens>(kHeads, before);
                live.addLayers({progress});
            }
            before += plan.schedule[std::size_t(scale)].tokens();
            QTest::qWait(120);
        }
        clickCell(place().layerMap()->map(), 39, 12);
        QCOMPARE(place().selection().state().layer, 39);
        QCOMPARE(place().heads()->tiles()->count(), kHeads);
        for (QToolButton* button : place().tokens()->findChildren<QToolButton*>()) {
            if (button->text() == "Kept tokens")
                QTest::mouseClick(button, Qt::LeftButton);
        }
        QTest::qWait(150);
    };
    const double longest = application->longestOf(
        feed, [this] { place().selection().setOverlay(Selection::Overlay::Attention); });
    QVERIFY2(longest < StallApplication::kFreeze, qPrintable(application->culprit()));
    live.end();
}

int main(int argc, char** argv) {
    StallApplication application(argc, argv);
    TestInspectPlace test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_inspect_place.moc"
