#include "tests/small_model.h"
#include "tests/ui/dialogs.h"
#include "tests/ui/stall_application.h"
#include "tests/ui/studio_fixture.h"

#include "ui/compare/add_column_dialog.h"
#include "ui/compare/column_cards.h"
#include "ui/compare/compare_place.h"
#include "ui/compare/figure_table.h"
#include "ui/compare/many_form.h"
#include "ui/compare/many_page.h"
#include "ui/compare/parting_panel.h"
#include "ui/compare/quality_panel.h"
#include "ui/compare/remembered_columns.h"
#include "ui/compare/report_writer.h"
#include "ui/generate/generate_form.h"
#include "ui/generate/history_panel.h"
#include "ui/generate/picture_stage.h"
#include "ui/inspect/inspect_place.h"
#include "ui/inspect/inspect_text.h"
#include "ui/inspect/inspected_run.h"
#include "ui/inspect/looker.h"
#include "ui/inspect/overlays.h"
#include "ui/inspect/token_panel.h"
#include "ui/runs/image_convert.h"
#include "ui/shell/progress_strip.h"
#include "ui/text/unit_text.h"
#include "widgets/comparison_view.h"
#include "widgets/heat_map.h"
#include "widgets/message_bar.h"
#include "widgets/series_plot.h"
#include "widgets/token_view.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QLockFile>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSlider>
#include <QTableView>
#include <QTest>
#include <QToolBar>
#include <QToolButton>
#include <QUndoStack>
#include <QWheelEvent>

#include <cmath>
#include <csignal>

#include <sys/resource.h>

using namespace scalekv;
using ui::CompareColumn;
using ui::EngineSession;
using widgets::ComparisonView;

/// Comparing as a person does, with the real engine.
class TestComparePlace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void init();
    void cleanup() { studio_.reset(); }

    void emptyPlaceSaysWhatToDo();
    void lastPictureAgainstTheFullCache();
    void threeBudgetsAreLookedAt();
    void allPoliciesStandInTheTable();
    void whatCannotHaveTheBudgetIsLeftOut();
    void savedPictureIsDropped();
    void runIsDraggedFromTheHistory();
    void whatComesWhileManyAreShownIsSeen();
    void otherSizeIsSaidInWords();
    void columnsAreRemovedAndComeBack();
    void stopKeepsWhatIsDone();
    void removedColumnIsGivenUp();
    void closedAndContinued();
    void promisedWhileItFinishes_data();
    void promisedWhileItFinishes();
    void roomForTwelve();
    void failedColumnSaysSo();
    void stoppedIsSaid();
    void docksKeepTheirWidths();
    void chartsHaveRoom();
    void axisIsOfWhatIsSeen();
    void otherModelMakesItWait();
    void measuredAndInspected();
    void reportIsWritten();
    void reportIsStopped();
    void tooLittleMemory_data();
    void tooLittleMemory();
    void manyIntoAFolder();
    void manyAskAboutMemory();
    void resultsThatCannotBeOpened_data();
    void resultsThatCannotBeOpened();
    void resultsAreGoneOnWithAfterAnEdit();
    void picturesThatCannotBeOpened();
    void anotherProgramKeepsItsComparison();
    void comparisonIsRememberedWhenTheOtherProgramHasEnded();
    void menusHaveWhatIsDoneHere();
    void rememberedColumnsAreDamaged_data();
    void rememberedColumnsAreDamaged();
    void fourColumnsFit();
    void largePicturesAnswer();

private:
    static ui::StudioOptions options() {
        ui::StudioOptions options;
        options.demoModel = test::smallModelPath();
        return options;
    }
    ui::ComparePlace& place() { return *studio_->find<ui::ComparePlace>("compare"); }
    ComparisonView* view() { return place().view(); }
    const QVector<CompareColumn>& columns() { return place().columns().columns(); }
    /// A finished picture under ScaleKV 10 %, and Compare in front of it.
    void makePicture();
    /// And all is worked out of them.
    bool waitUntilMade(int done) {
        const bool made = QTest::qWaitFor(
            [&] {
                return std::count_if(columns().begin(), columns().end(),
                                     [](const CompareColumn& column) { return column.isDone(); }) == done &&
                       place().queue().making() == 0;
            },
            StudioFixture::kPatience);
        QTest::qWait(20); // the place asks for figures when it shows what is new
        return made && QTest::qWaitFor([&] { return place().figures().isIdle(); }, StudioFixture::kPatience);
    }
    /// Chooses what has these words in a column's menu.
    void chooseInMenu(int column, const QString& words) {
        QTimer::singleShot(0, this, [words] {
            QTRY_VERIFY(QApplication::activePopupWidget());
            auto* opened = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            for (QAction* action : opened->actions()) {
                if (action->text().remove('&').contains(words))
                    action->trigger();
            }
            opened->close();
        });
        QTest::mouseClick(place().cards()->card(column)->menuButton(), Qt::LeftButton);
    }
    void click(const char* name) {
        auto* button = studio_->find<QAbstractButton>(name);
        QVERIFY2(button, name);
        QTRY_VERIFY2(button->isEnabled(), name);
        QTest::mouseClick(button, Qt::LeftButton);
    }
    /// Says yes to what is asked then, and gives the question.
    QString quit();
    void drop(const QString& path);
    void drop(const QMimeData& data);
    /// With the full cache and two others: three to be made.
    void compareSome() {
        PolicyChoice small, large;
        small.name = large.name = "snapkv";
        small.budget.fraction = 0.2;
        large.budget.fraction = 0.4;
        place().compare(studio_->window().runs().result(0), {PolicyChoice(), small, large});
    }

    std::unique_ptr<StudioFixture> studio_;
};

void TestComparePlace::init() {
    QVERIFY(!test::smallModelPath().isEmpty());
    studio_ = std::make_unique<StudioFixture>(options());
    QVERIFY(QTest::qWaitForWindowExposed(&studio_->window()));
    QVERIFY(studio_->waitForModel());
}

void TestComparePlace::makePicture() {
    GenerationRequest request = studio_->form()->request();
    request.policy.name = "scalekv";
    request.policy.budget.fraction = 0.1;
    studio_->form()->setRequest(request);
    QVERIFY(studio_->generate("a red apple on a blue background"));
    QTest::keyClick(&studio_->window(), Qt::Key_3, Qt::ControlModifier);
    QCOMPARE(studio_->window().currentPlace(), &place());
}

QString TestComparePlace::quit() {
    QString question;
    WhenOpened<QMessageBox> asked([&](QMessageBox& box) {
        question = box.informativeText();
        clickButton(box, "Stop and quit");
    });
    QTest::keyClick(&studio_->window(), Qt::Key_Q, Qt::ControlModifier);
    return question;
}

void TestComparePlace::drop(const QString& path) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    drop(data);
}

void TestComparePlace::drop(const QMimeData& data) {
    const QPoint at = place().rect().center();
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&place(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&place(), &event);
}

void TestComparePlace::emptyPlaceSaysWhatToDo() {
    QTest::keyClick(&studio_->window(), Qt::Key_3, Qt::ControlModifier);
    QCOMPARE(studio_->window().currentPlace(), &place());
    QVERIFY(!studio_->find<QPushButton>("compareLast")->isEnabled());
    QTest::keyClick(view(), Qt::Key_W);
    QVERIFY(columns().isEmpty());
}

void TestComparePlace::lastPictureAgainstTheFullCache() {
    makePicture();
    const ui::ResultPtr compressed = studio_->window().runs().result(0);
    click("compareLast");
    QCOMPARE(columns().size(), 2);
    QCOMPARE(columns()[0].request.policy.name, std::string("full"));
    QCOMPARE(columns()[1].run, compressed); // it is not made again
    QVERIFY(waitUntilMade(2));
    // The picture stands in the history like any other.
    QCOMPARE(studio_->window().runs().rowCount(), 2);
    QCOMPARE(studio_->window().runs().result(0), columns()[0].run);

    // The figures are those of `scalekv compare`, to the last digit.
    const ui::ResultPtr full = columns()[0].run;
    const RunDifference wanted =
        runDifference({full->image, full->bits}, {compressed->image, compressed->bits});
    QTRY_COMPARE(place().table()->text(columns()[1].id, ui::Psnr),
                 QLocale().toString(wanted.picture.psnr, 'f', 2));
    QCOMPARE(place().table()->text(columns()[1].id, ui::Ssim),
             QLocale().toString(*wanted.picture.ssim, 'f', 4));
    QCOMPARE(place().table()->text(columns()[1].id, ui::BitsThatDiffer),
             QLocale().toString(wanted.bits->all * 100, 'f', 2));
    QCOMPARE(place().table()->text(columns()[0].id, ui::Psnr), QString("–"));
    const auto cost = runCost(compressed->report);
    QCOMPARE(place().table()->text(columns()[1].id, ui::KvMiB),
             QLocale().toString(double(cost->kvBytes) / (1 << 20), 'f', 1));
    // The plot has every scale.
    QCOMPARE(place().parting()->plot()->figure().series.size(), 1);
    const auto& points = place().parting()->plot()->figure().series[0].points;
    QCOMPARE(points.size(), qsizetype(wanted.bits->perScale.size()));
    for (qsizetype i = 0; i < points.size(); ++i)
        QCOMPARE(points[i].y, wanted.bits->perScale[std::size_t(i)] * 100);
    // Copied as a table that can be read back.
    place().table()->copyAction()->trigger();
    const QStringList lines = QApplication::clipboard()->text().split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    QCOMPARE(lines[2].split(',')[1].toDouble(), wanted.picture.psnr);
    // Once more: both are in the history, so that nothing has to be made.
    QSignalSpy started(&studio_->session(), &EngineSession::generationStarted);
    place().compareWithFull(compressed);
    QTest::qWait(50);
    QCOMPARE(started.count(), 0);
    QVERIFY(waitUntilMade(2));
}

void TestComparePlace::threeBudgetsAreLookedAt() {
    makePicture();
    click("compareLast");
    WhenOpened<ui::AddColumnDialog> dialog([](ui::AddColumnDialog& opened) {
        auto* policies = opened.findChild<QComboBox*>("newPolicy");
        QCOMPARE(policies->currentData().toString().toStdString(), std::string(kUsualPolicy)); // is proposed
        policies->setCurrentIndex(policies->findData("scalekv"));
        auto* budgets = opened.findChild<QLineEdit*>("newBudgets");
        budgets->setText("3,5 MiB"); // two budgets, if one takes it at its word
        QVERIFY(opened.requests().isEmpty());
        budgets->setText("20%, nonsense");
        QVERIFY(opened.requests().isEmpty());
        QTest::keyClick(&opened, Qt::Key_Return); // the button is off
        QVERIFY(opened.isVisible());
        budgets->selectAll();
        QTest::keyClicks(budgets, "20%, 40%");
        QCOMPARE(opened.requests().size(), 2);
        QTest::keyClick(budgets, Qt::Key_Return);
    });
    auto* add = studio_->find<QToolButton>("addColumn");
    Q_EMIT add->menu()->aboutToShow();
    add->menu()->actions().constFirst()->trigger();
    QVERIFY(dialog.met());
    QCOMPARE(columns().size(), 4);
    // Each picture sharpens in its column while it is made.
    int between = 0;
    QObject::connect(
        &studio_->window().live(), &ui::LiveRun::scaleAdded, view(),
        [&] {
            const auto index = place().columns().indexOf(place().queue().making());
            if (index >= 0 && view()->columns() == 4 && view()->coloursAt({1, 1}).at(index).isValid())
                ++between;
        },
        Qt::QueuedConnection);
    QVERIFY(waitUntilMade(4));
    QVERIFY(between > 0);
    QTRY_COMPARE(place().quality()->plot()->figure().series.size(), 1);
    QCOMPARE(place().quality()->plot()->figure().series[0].points.size(), 3);

    // Swipe, blink, difference, by the buttons and by keys; another scale.
    click("swipe");
    QCOMPARE(view()->mode(), ComparisonView::Mode::Swipe);
    view()->setFocus();
    const double before = view()->swipe();
    QTest::keyClick(view(), Qt::Key_Right);
    QVERIFY(view()->swipe() > before);
    QVERIFY(studio_->find<QSlider>("swipeAt")->value() > 50);
    click("blink");
    QVERIFY(view()->isBlinking());
    QTest::keyClick(view(), Qt::Key_Space);
    QVERIFY(!view()->isBlinking());
    click("difference");
    QTest::keyClick(view(), Qt::Key_BracketRight);
    QCOMPARE(view()->gain(), 16);
    QVERIFY(!view()->difference(1).isNull());
    QTest::keyClick(view(), Qt::Key_3);
    QTRY_COMPARE(place().columns().state().chosen, columns()[2].id);
    const int last = place().shownScale();
    QTest::keyClick(view(), Qt::Key_PageUp);
    QCOMPARE(place().shownScale(), last - 1);
    QCOMPARE(studio_->find<QSlider>("scale")->value(), last - 1);
    const auto& frame = columns()[2].run->frames.at(last - 1).picture;
    QCOMPARE(view()->coloursAt(view()->viewport().pictureSize().width() > 0 ? QPointF(1, 1) : QPointF())[2],
             frame.pixelColor(0, 0));
    // What differs lies over the pictures.
    click("sideBySide");
    click("bitsOverlay");
    QVERIFY(studio_->find<QCheckBox>("bitsOverlay")->isChecked());
    // What the chosen one saved and shows, in a sentence.
    QTRY_VERIFY2(place().placeText().contains(" MiB (−") && place().placeText().contains(" dB: "),
                 qPrintable(place().placeText()));
    // Values under the pointer, of all columns.
    QTest::mouseMove(view(), view()->paneRect(1).center());
    QVERIFY2(place().placeText().count("ScaleKV") == 3 && place().placeText().contains("Full cache"),
             qPrintable(place().placeText()));
    // Sorted by bytes, and back again.
    auto* table = studio_->find<QTableView>("figures");
    table->sortByColumn(1 + ui::KvMiB, Qt::AscendingOrder);
    QCOMPARE(table->model()->index(0, 0).data().toString().contains("10 %"), true);
}

void TestComparePlace::allPoliciesStandInTheTable() {
    makePicture();
    click("compareLastAll");
    const auto policies = evictingPolicyNames();
    QCOMPARE(columns().size(), qsizetype(policies.size()) + 1);
    for (const CompareColumn& column : columns())
        QVERIFY(column.request.policy.name == "full" || column.request.policy.budget.fraction == 0.1);
    QCOMPARE(place().columns().shown().size(), 4); // the others stand in the table
    QVERIFY(waitUntilMade(int(columns().size())));
    // One that is not shown comes in place of another.
    const int hidden = columns().constLast().id;
    place().columns().choose(hidden);
    QVERIFY(place().columns().shown().contains(hidden));
    QCOMPARE(place().columns().shown().size(), 4);
    QTRY_VERIFY(place().cards()->card(hidden));
}

/// Before they are queued, and with the reason.
void TestComparePlace::whatCannotHaveTheBudgetIsLeftOut() {
    makePicture();
    ui::ResultPtr run = studio_->window().runs().result(0);
    GenerationRequest request = run->request();
    request.policy = ui::choiceOf("spectral", Budget::parse("2%"));
    studio_->form()->setRequest(request);
    studio_->clickGenerate();
    QTRY_COMPARE_WITH_TIMEOUT(studio_->window().runs().rowCount(), 2, StudioFixture::kPatience);
    click("compareLastAll");
    const QString said = studio_->window().messages()->text();
    QVERIFY2(said.startsWith("Left out: ") && said.contains("SnapKV 2 %, ") &&
                 said.contains("choose at least"),
             qPrintable(said));
    QStringList names;
    for (const CompareColumn& column : columns())
        names += QString::fromStdString(column.request.policy.name);
    QVERIFY2(names.contains("spectral") && names.contains("hack") && !names.contains("snapkv"),
             qPrintable(names.join(' ')));
    QVERIFY(waitUntilMade(int(names.size())));
    QCOMPARE(studio_->window().queue().list().count(ui::WorkState::Failed), 0);

    // Once more beside what is there: it gave way, which can be undone, and the reason is said again.
    click("compareLastAll");
    const QString again = studio_->window().messages()->text();
    QVERIFY2(again.contains("gave way") && again.contains("SnapKV 2 %"), qPrintable(again));

    // Nothing new is no step to undo.
    auto* menu = studio_->find<QToolButton>("addColumn")->menu();
    Q_EMIT menu->aboutToShow();
    place().columns().choose(columns().constLast().id); // whose budget is proposed
    Q_EMIT menu->aboutToShow();
    const int steps = studio_->window().undoStack().count();
    for (QAction* action : menu->actions()) {
        if (action->text().remove("&").contains("All policies at 2 %"))
            action->trigger();
    }
    const QString there = studio_->window().messages()->text();
    QVERIFY2(there.startsWith("All of that stands there already."), qPrintable(there));
    QCOMPARE(studio_->window().undoStack().count(), steps);

    // Under spectral nothing is missing, which is not to say that nothing is lost.
    auto& inspect = *studio_->find<ui::InspectPlace>("inspect");
    inspect.run().show(studio_->window().runs().result(0));
    for (int row = 0; row < studio_->window().runs().rowCount(); ++row) {
        if (studio_->window().runs().result(row)->request().policy.name == "spectral")
            inspect.run().show(studio_->window().runs().result(row));
    }
    QTest::keyClick(&studio_->window(), Qt::Key_2, Qt::ControlModifier);
    inspect.selection().setOverlay(ui::Selection::Overlay::Missing);
    QTRY_VERIFY2(inspect.tokens()->note().contains("fewer bits"), qPrintable(inspect.tokens()->note()));
}

void TestComparePlace::savedPictureIsDropped() {
    makePicture();
    const ui::ResultPtr run = studio_->window().runs().result(0);
    const QString path = studio_->temporaryPath("saved.png");
    writePng(path.toStdString(), run->image, recipeText(run->recipe));
    click("compareLast");
    QVERIFY(waitUntilMade(2));
    drop(path);
    QTRY_COMPARE(columns().size(), 3);
    QTRY_VERIFY(view()->columns() == 3 &&
                place().cards()->card(columns()[2].id)->contents().name.contains("from a file"));
    QCOMPARE(studio_->window().currentPlace(), &place()); // it did not go to Generate
    const int id = columns()[2].id;
    QVERIFY(columns()[2].run->opened);
    QTRY_VERIFY(!place().table()->text(id, ui::Psnr).isEmpty() && place().table()->text(id, ui::Psnr) != "–");
    // The same picture as the second column; its bits are not known.
    QCOMPARE(place().table()->text(id, ui::Psnr), place().table()->text(columns()[1].id, ui::Psnr));
    QCOMPARE(place().table()->text(id, ui::BitsThatDiffer), QString("–"));
    QCOMPARE(place().table()->text(id, ui::KvMiB), QString("–"));
    // Repeated here it has all of it.
    chooseInMenu(id, "Repeat");
    QVERIFY(waitUntilMade(3));
    QTRY_COMPARE(place().table()->text(id, ui::BitsThatDiffer),
                 place().table()->text(columns()[1].id, ui::BitsThatDiffer));
    // What is no picture of ours says so, and nothing happens.
    const QString foreign = studio_->temporaryPath("foreign.png");
    QVERIFY(ui::toQImage(run->image).save(foreign));
    drop(foreign);
    QTRY_VERIFY(studio_->window().messages()->text().contains("no recipe"));
    QCOMPARE(columns().size(), 3);
}

/// From Generate: whoever holds it over the name of Compare comes there.
void TestComparePlace::runIsDraggedFromTheHistory() {
    makePicture();
    QTest::keyClick(&studio_->window(), Qt::Key_1, Qt::ControlModifier);
    const ui::ResultPtr run = studio_->window().runs().result(0);
    QVERIFY(studio_->history()->list()->dragEnabled());
    QVERIFY(studio_->window().runs().flags(studio_->window().runs().index(0)) & Qt::ItemIsDragEnabled);
    const std::unique_ptr<QMimeData> dragged(studio_->history()->makeMimeData());
    QVERIFY(dragged);
    const QMimeData& data = *dragged;
    auto* rail = studio_->find<QToolBar>("places");
    const QPoint at = rail->widgetForAction(rail->actions().at(2))->geometry().center();
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(rail, &enter);
    QVERIFY(enter.isAccepted());
    QDragMoveEvent move(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(rail, &move);
    QVERIFY(!move.isAccepted()); // nothing is dropped on a name
    QTRY_COMPARE(studio_->window().currentPlace(), &place());
    drop(data);
    QCOMPARE(columns().size(), 1);
    QCOMPARE(columns()[0].run, run); // the run itself, not what its file says of it
    QVERIFY(!columns()[0].run->opened);
}

void TestComparePlace::whatComesWhileManyAreShownIsSeen() {
    makePicture();
    const ui::ResultPtr run = studio_->window().runs().result(0);
    const QString path = studio_->temporaryPath("saved.png");
    writePng(path.toStdString(), run->image, recipeText(run->recipe));
    click("many");
    QVERIFY(place().many()->isVisible());
    // Over the prompts: it is a picture to be compared, no text.
    auto* prompts = studio_->find<QPlainTextEdit>("manyPrompts");
    const QString before = prompts->toPlainText();
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    data.setText(path);
    const QPoint at = prompts->viewport()->rect().center();
    QDragEnterEvent enter(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(prompts->viewport(), &enter);
    QDropEvent event(at, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(prompts->viewport(), &event);
    QCOMPARE(prompts->toPlainText(), before);
    QTRY_COMPARE(columns().size(), 1);
    QVERIFY(!place().many()->isVisible());
    QTRY_VERIFY(view()->isVisible());
    // By a key, from elsewhere.
    click("many");
    QTest::keyClick(&studio_->window(), Qt::Key_1, Qt::ControlModifier);
    QTest::keyClick(&studio_->window(), Qt::Key_K, Qt::ControlModifier);
    QTRY_COMPARE(studio_->window().currentPlace(), &place());
    QVERIFY(!place().many()->isVisible());
    QVERIFY(view()->isVisible());
}

void TestComparePlace::otherSizeIsSaidInWords() {
    makePicture();
    const ui::ResultPtr small = studio_->window().runs().result(0);
    click("compareLast");
    QVERIFY(waitUntilMade(2));
    auto larger = std::make_shared<ui::GenerationResult>(*small);
    larger->image = ui::toRgbImage(small->picture().scaled(small->image.width * 2, small->image.height));
    larger->frames = {{ui::toQImage(larger->image), {}}};
    larger->bits.clear();
    place().addRun(larger);
    QTRY_COMPARE(view()->columns(), 3);
    QTRY_VERIFY(place().figures().isIdle());
    const int id = columns()[2].id;
    QCOMPARE(place().table()->text(id, ui::Psnr), QString("–"));
    view()->setMode(ComparisonView::Mode::Difference);
    QVERIFY(view()->difference(2).isNull());
    view()->grab();
    const auto* known = place().figures().of(columns()[0].run, columns()[2].run);
    QVERIFY(known && known->problem.contains("other sizes"));
}

void TestComparePlace::columnsAreRemovedAndComeBack() {
    makePicture();
    click("compareLast");
    QVERIFY(waitUntilMade(2));
    const auto before = columns();
    QTest::mouseClick(place().cards()->card(before[1].id)->removeButton(), Qt::LeftButton);
    QCOMPARE(columns().size(), 1);
    QVERIFY(studio_->window().messages()->text().contains("Removed"));
    studio_->window().undoStack().undo();
    QCOMPARE(columns().size(), 2);
    QCOMPARE(columns()[1].run, before[1].run);
    studio_->window().undoStack().redo();
    QCOMPARE(columns().size(), 1);
    studio_->window().undoStack().undo();
    // The reference goes: another takes its place.
    place().columns().remove(before[0].id);
    QCOMPARE(place().columns().state().reference, before[1].id);
}

void TestComparePlace::stopKeepsWhatIsDone() {
    makePicture();
    compareSome();
    QVERIFY(QTest::qWaitFor(
        [&] {
            const auto made = std::count_if(columns().begin(), columns().end(),
                                            [](const CompareColumn& column) { return column.isDone(); });
            return made >= 2 && studio_->session().state() == EngineSession::State::Generating;
        },
        StudioFixture::kPatience));
    auto* stop = studio_->find<QToolButton>("stopComparing");
    QTRY_VERIFY(stop->isVisible());
    QTest::mouseClick(stop, Qt::LeftButton);
    QVERIFY(studio_->waitUntilIdle());
    QTest::qWait(50);
    QCOMPARE(studio_->session().state(), EngineSession::State::Idle); // the next was not begun
    QTRY_VERIFY(!stop->isVisible());
    QVERIFY(studio_->window().queue().isPaused());
    const auto count = [&](CompareColumn::State state) {
        return std::count_if(columns().begin(), columns().end(),
                             [&](const CompareColumn& column) { return column.state == state; });
    };
    QVERIFY(count(CompareColumn::State::Done) >= 2);
    QVERIFY(count(CompareColumn::State::Waiting) > 0);
    auto* go = studio_->find<QToolButton>("continueComparing");
    QTRY_VERIFY(go->isVisible());
    QTest::mouseClick(go, Qt::LeftButton);
    QVERIFY(waitUntilMade(int(columns().size())));
}

void TestComparePlace::removedColumnIsGivenUp() {
    makePicture();
    compareSome();
    QVERIFY(QTest::qWaitFor([&] { return studio_->session().state() == EngineSession::State::Generating; },
                            StudioFixture::kPatience));
    const int making = place().queue().making();
    QVERIFY(making != 0);
    // A column that is being made is removed: its picture is given up, and the others go on.
    place().columns().remove(making);
    QVERIFY(waitUntilMade(int(columns().size())));
}

void TestComparePlace::closedAndContinued() {
    makePicture();
    compareSome();
    const auto wanted = columns().size();
    QVERIFY(QTest::qWaitFor([&] { return studio_->session().state() == EngineSession::State::Generating; },
                            StudioFixture::kPatience));
    QTRY_VERIFY(QSettings().contains("compare/unfinished")); // already, for the program may be killed
    const QString question = quit();
    QVERIFY2(question.contains("goes on at the next start"), qPrintable(question));
    QVERIFY(!studio_->window().isVisible());
    // The next start, with the same settings.
    const QByteArray stored = QSettings().value("compare/unfinished").toByteArray();
    QVERIFY(!stored.isEmpty());
    studio_->close();
    studio_ = nullptr;
    studio_ = std::make_unique<StudioFixture>(options(),
                                              [&] { QSettings().setValue("compare/unfinished", stored); });
    QCOMPARE(columns().size(), wanted);
    QVERIFY(studio_->window().messages()->text().contains("goes on"));
    QVERIFY(waitUntilMade(int(wanted)));
    // It is finished: nothing to go on with, nothing to drop.
    QTRY_VERIFY(!QSettings().contains("compare/unfinished"));
    QTRY_VERIFY(!studio_->window().messages()->isVisible());
    studio_->window().close();
    QVERIFY(QSettings().value("compare/unfinished").toByteArray().isEmpty());
}

void TestComparePlace::promisedWhileItFinishes_data() {
    QTest::addColumn<bool>("quit");
    QTest::newRow("quit") << true;
    QTest::newRow("stay") << false;
}

/// The last picture is finished while it is asked whether to quit, with a promise.
void TestComparePlace::promisedWhileItFinishes() {
    QFETCH(bool, quit);
    makePicture();
    compareSome();
    const auto wanted = columns().size();
    QVERIFY(QTest::qWaitFor([&] { return studio_->session().state() == EngineSession::State::Generating; },
                            StudioFixture::kPatience));
    bool finished = false;
    WhenOpened<QMessageBox> asked([&](QMessageBox& box) {
        finished = box.informativeText().contains("comparison goes on at the next start") &&
                   waitUntilMade(int(wanted));
        QTest::qWait(20);
        clickButton(box, quit ? "Stop and quit" : "Cancel");
    });
    QTest::keyClick(&studio_->window(), Qt::Key_Q, Qt::ControlModifier);
    QVERIFY(finished);
    QCOMPARE(studio_->window().isVisible(), !quit);
    const QByteArray stored = QSettings().value("compare/unfinished").toByteArray();
    QCOMPARE(stored.isEmpty(), !quit);
    if (!quit)
        return;
    studio_->close();
    studio_ = nullptr;
    studio_ = std::make_unique<StudioFixture>(options(),
                                              [&] { QSettings().setValue("compare/unfinished", stored); });
    QCOMPARE(columns().size(), wanted);
}

void TestComparePlace::roomForTwelve() {
    makePicture();
    const ui::ResultPtr run = studio_->window().runs().result(0);
    for (int seed = 0; seed < 10; ++seed) {
        auto other = std::make_shared<ui::GenerationResult>(*run);
        other->recipe.request.seed = std::uint64_t(100 + seed);
        place().addRun(other);
    }
    auto* add = studio_->find<QToolButton>("addColumn");
    QTRY_COMPARE(columns().size(), 10);
    QVERIFY(add->isEnabled());
    QVector<PolicyChoice> choices;
    for (const char* name : {"snapkv", "streaming-llm", "sliding-window"})
        choices += ui::choiceOf(name, kUsualBudget);
    place().addChoices(choices);
    QCOMPARE(columns().size(), 12);
    const QString said = studio_->window().messages()->text();
    QVERIFY2(said.contains("Left out: Sliding window") && said.contains("12 columns at most"),
             qPrintable(said));
    QTRY_VERIFY(!add->isEnabled());
    QVERIFY(add->toolTip().contains("12 columns at most"));
}

void TestComparePlace::failedColumnSaysSo() {
    makePicture();
    WhenOpened<ui::AddColumnDialog> dialog([](ui::AddColumnDialog& opened) {
        auto* budgets = opened.findChild<QLineEdit*>("newBudgets");
        budgets->setText("2"); // tokens: less than it keeps in any case
        QTest::keyClick(budgets, Qt::Key_Return);
        QVERIFY(opened.isVisible());
        opened.reject();
    });
    click("compareLast");
    QVERIFY(waitUntilMade(2));
    auto* add = studio_->find<QToolButton>("addColumn");
    Q_EMIT add->menu()->aboutToShow();
    add->menu()->actions().constFirst()->trigger();
    QVERIFY(dialog.met());
    const PolicyChoice small = ui::choiceOf("snapkv", Budget::parse("2"));
    place().addChoices({small}); // what is known to be impossible is no column at all
    QCOMPARE(columns().size(), 2);
    const QString said = studio_->window().messages()->text();
    QVERIFY2(said.contains("Left out: SnapKV"), qPrintable(said));

    // What turns out to be impossible only when it is made: the column says so.
    studio_->window().queue().pause();
    place().addChoices({ui::choiceOf("snapkv", Budget::parse("25%"))});
    place().columns().update(columns().constLast().id,
                             [&](CompareColumn& column) { column.request.policy = small; });
    place().queue().resume();
    QTRY_COMPARE(columns().constLast().state, CompareColumn::State::Failed);
    // Said elsewhere too, and from there one comes here.
    QTRY_COMPARE(studio_->window().messages()->text(), columns().constLast().problem);
    studio_->window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&studio_->window()));
    QTest::keyClick(&studio_->window(), Qt::Key_1, Qt::ControlModifier);
    QVERIFY(!place().isVisible());
    auto* show = studio_->window().messages()->findChild<QPushButton*>();
    QVERIFY(show && show->text() == "Show");
    QTest::mouseClick(show, Qt::LeftButton);
    QVERIFY(place().isVisible());
    const QAbstractItemModel* model = studio_->find<QTableView>("figures")->model();
    QTRY_VERIFY(model->index(2, 0).data().toString().contains("failed"));
    QVERIFY(model->index(2, 0).data(Qt::ToolTipRole).toString().contains(columns().constLast().problem));
    QVERIFY(model->index(2, 0).data(Qt::ForegroundRole).isValid());

    // Tried again it is made even after a stop.
    const int failed = columns().constLast().id;
    place().addChoices({ui::choiceOf("snapkv", Budget::parse("20%"))});
    QTRY_COMPARE(studio_->session().state(), EngineSession::State::Generating);
    QTRY_VERIFY(studio_->find<QToolButton>("stopComparing")->isVisible());
    click("stopComparing");
    QVERIFY(studio_->waitUntilIdle());
    QVERIFY(place().queue().isStopped());
    place().columns().update(failed, [](CompareColumn& column) {
        column.request.policy = ui::choiceOf("snapkv", Budget::parse("30%"));
    });
    QTRY_VERIFY(place().cards()->card(failed));
    chooseInMenu(failed, "Try again");
    QVERIFY(!place().queue().isStopped());
    QVERIFY(waitUntilMade(4));

    // What the user has paused waits until the user goes on.
    studio_->window().queue().pause();
    place().addChoices({ui::choiceOf("snapkv", Budget::parse("15%"))});
    QVERIFY(studio_->window().queue().isPaused());
    QCOMPARE(place().queue().waiting(), 1);
    place().queue().resume();
    QVERIFY(waitUntilMade(5));
}

void TestComparePlace::stoppedIsSaid() {
    makePicture();
    click("compareLast");
    QVERIFY(waitUntilMade(2));
    auto* parting = place().parting();
    parting->show(ui::PartingPanel::Quantity::KlByLayer);
    QTRY_VERIFY(parting->measureButton()->isVisible());
    // What it takes stands on it: the reference, the run, and the run once for every layer.
    const QString runs = QString("%1 runs").arg(2 + studio_->session().model().layers);
    QVERIFY2(parting->measureButton()->text().contains(runs), qPrintable(parting->measureButton()->text()));
    QSignalSpy stopped(&studio_->session(), &EngineSession::comparisonStopped);
    QTest::mouseClick(parting->measureButton(), Qt::LeftButton);
    QTest::keyClick(&studio_->window(), Qt::Key_Escape);
    QVERIFY(stopped.count() > 0 || stopped.wait(StudioFixture::kPatience));
    QTest::qWait(50); // the place looks at all of it again
    QVERIFY2(studio_->window().stateText().contains("Stopped"), qPrintable(studio_->window().stateText()));
}

void TestComparePlace::docksKeepTheirWidths() {
    makePicture();
    QCoreApplication::processEvents(); // the remembered layout comes just after the place is shown
    studio_->window().resize(1280, 800);
    place().resetLayout(); // the one in front of its tabs: one behind is not laid out
    const auto isHalf = [this] { return std::abs(2 * place().parting()->width() - place().width()) < 40; };
    QTRY_VERIFY(isHalf());
    const int before = place().parting()->width();
    for (int i = 0; i < 6; ++i) {
        click("many");
        QTest::qWait(20);
    }
    QVERIFY(!place().many()->isVisible());
    QVERIFY(place().parting()->isVisible());
    QTRY_COMPARE(place().parting()->width(), before);
    // Those that are not seen are put in order, too, and stay unseen.
    click("many");
    place().resetLayout();
    QTest::qWait(20);
    QVERIFY(!place().parting()->isVisible());
    click("many");
    QTest::qWait(20);
    QVERIFY(place().parting()->isVisible());
    QTRY_COMPARE(place().parting()->width(), before);
}

/// In the smallest window, and more where there is more.
void TestComparePlace::chartsHaveRoom() {
    makePicture();
    compareSome();
    QVERIFY(waitUntilMade(int(columns().size())));
    const auto size = [&](int width, int height, bool anew) {
        studio_->window().resize(width, height);
        QTest::qWait(30);
        if (anew)
            place().resetLayout();
        QTest::qWait(50);
        return place().parting()->plot()->plotArea().size();
    };
    const QSize small = size(1280, 720, true);
    QVERIFY2(small.height() >= 80 && small.width() >= 400, qPrintable(QDebug::toString(small)));
    QVERIFY(place().quality()->visibleRegion().isEmpty()); // behind its tab
    QVERIFY(size(1600, 720, false).width() > small.width() + 100);
    const QSize large = size(2560, 1440, true);
    QVERIFY2(large.height() >= 250 && large.width() >= 600, qPrintable(QDebug::toString(large)));
    QVERIFY(!place().quality()->visibleRegion().isEmpty()); // beside it
}

void TestComparePlace::axisIsOfWhatIsSeen() {
    ui::QualityPanel panel;
    panel.setPoints(
        {{.policy = "A", .name = "A 10 %", .mebibytes = 10, .psnr = {.mean = 20}, .kl = {.mean = 1}},
         {.policy = "A", .name = "A 20 %", .mebibytes = 20, .psnr = {.mean = 30}, .kl = {.mean = 1}},
         {.policy = "B", .name = "B", .mebibytes = 100, .kl = {.mean = 1}},
         {.policy = "C", .name = "C", .mebibytes = 100, .psnr = {.mean = qInf()}, .kl = {.mean = 1}}});
    QVERIFY(!panel.plot()->figure().logarithmicX);
    panel.findChild<QComboBox*>("quality")->setCurrentIndex(1);
    QVERIFY(panel.plot()->figure().logarithmicX);
}

void TestComparePlace::otherModelMakesItWait() {
    makePicture();
    const ui::ResultPtr run = studio_->window().runs().result(0);
    // The same picture by a model with other weights, which is not here.
    auto foreign = std::make_shared<ui::GenerationResult>(*run);
    foreign->recipe.model.transformer = "sha1:0000";
    foreign->recipe.model.name = "Elsewhere";
    foreign->modelPath = studio_->otherModel("elsewhere");
    place().compareWithFull(foreign);
    QTRY_VERIFY(studio_->window().messages()->text().contains("Elsewhere"));
    QCOMPARE(studio_->session().state(), EngineSession::State::Idle);
    QCOMPARE(columns()[0].state, CompareColumn::State::Waiting);
    QTRY_COMPARE(place().cards()->card(columns()[0].id)->contents().note.section(" · ", 1, 1),
                 QString("waits for the model Elsewhere"));
    // Removing what waits is all there is to it.
    place().columns().remove(columns()[0].id);
    QTRY_VERIFY(!studio_->window().messages()->isVisible());
}

void TestComparePlace::measuredAndInspected() {
    makePicture();
    click("compareLast");
    QVERIFY(waitUntilMade(2));
    auto* parting = place().parting();
    parting->show(ui::PartingPanel::Quantity::Kl);
    QTRY_VERIFY(parting->measureButton()->isVisible());
    QSignalSpy finished(&studio_->session(), &EngineSession::measureFinished);
    // Too little memory is asked about first: the reference, with the full cache, needs enough.
    GenerationRequest full = columns()[0].request;
    full.policy = {};
    const qint64 enough = studio_->session().plan(full)->peakBytes;
    place().setMemoryReader(
        [enough](const auto&) { return ComputeMemory{.used = 1 << 30, .free = enough - 1}; });
    {
        WhenOpened<QMessageBox> asked([&](QMessageBox& box) {
            QVERIFY2(box.text().contains("largest of these runs"), qPrintable(box.text()));
            QVERIFY2(box.text().contains(ui::byteText(enough)), qPrintable(box.text()));
            box.reject();
        });
        QTest::mouseClick(parting->measureButton(), Qt::LeftButton);
        QVERIFY(asked.met());
    }
    QCOMPARE(studio_->session().state(), EngineSession::State::Idle);
    place().setMemoryReader([enough](const auto&) { return ComputeMemory{.used = 1 << 30, .free = enough}; });
    QTest::mouseClick(parting->measureButton(), Qt::LeftButton);
    QVERIFY(finished.wait(StudioFixture::kPatience));
    const auto* forced = place().figures().forced(columns()[0].run, columns()[1].run);
    QVERIFY(forced);
    QTRY_COMPARE(place().table()->text(columns()[1].id, ui::Kl), QLocale().toString(forced->kl, 'f', 5));
    QTRY_VERIFY(!parting->measureButton()->isVisible()); // all is known

    parting->show(ui::PartingPanel::Quantity::KlByLayer);
    QTRY_VERIFY(parting->measureButton()->isVisible());
    QTest::mouseClick(parting->measureButton(), Qt::LeftButton);
    QVERIFY(finished.wait(StudioFixture::kPatience));
    forced = place().figures().forced(columns()[0].run, columns()[1].run);
    QCOMPARE(int(forced->klPerLayer.size()), studio_->session().model().layers);
    QTRY_COMPARE(parting->map()->figure().rows(), studio_->session().model().layers);
    // From the place where they differ to the layer and scale where they part most.
    const auto most = parting->most(columns()[1]);
    QVERIFY(most && most->layer >= 0);
    double largest = -1;
    for (const auto& layer : forced->klPerLayer)
        largest = std::max(largest, *std::max_element(layer.begin(), layer.end()));
    QCOMPARE(forced->klPerLayer[std::size_t(most->layer)][std::size_t(most->scale)], largest);
    QVERIFY(!studio_->find<QToolButton>("why")->isEnabled());
    QTest::mouseClick(view(), Qt::LeftButton, {}, view()->paneRect(0).center() + QPoint(2, 2));
    QTRY_COMPARE(place().columns().state().chosen, columns()[0].id);
    QTest::qWait(20);
    QVERIFY(!studio_->find<QToolButton>("why")->isEnabled()); // the reference differs nowhere
    QTest::mouseClick(view(), Qt::LeftButton, {}, view()->paneRect(1).center() + QPoint(2, 2));
    QTRY_VERIFY(studio_->find<QToolButton>("why")->isEnabled());
    click("why");
    auto& inspect = *studio_->find<ui::InspectPlace>("inspect");
    QCOMPARE(studio_->window().currentPlace(), &inspect);
    QCOMPARE(inspect.run().result(), columns()[1].run);
    const auto& seen = inspect.selection().state();
    QCOMPARE(seen.layer, most->layer);
    QCOMPARE(seen.scale, most->scale);
    const MapSize map = columns()[1].run->plan.schedule[std::size_t(most->scale)];
    QCOMPARE(seen.token, map.height / 2 * map.width + map.width / 2);

    // And what that position would have read of evicted tokens, token by token.
    QCOMPARE(seen.overlay, ui::Selection::Overlay::Missing);
    auto* look = studio_->find<QPushButton>("look");
    if (look->isVisible() && !inspect.looker().isAsking()) // on a busy machine nothing is quick
        QTest::mouseClick(look, Qt::LeftButton);
    const auto answer = [&] { return inspect.looker().answer(ui::questionOf(seen)); };
    QTRY_VERIFY_WITH_TIMEOUT(answer(), StudioFixture::kPatience);
    const auto kept = inspect.run().record().kept[std::size_t(seen.scale)][std::size_t(seen.layer)];
    const auto evicted = evictedWeights(answer()->layers[std::size_t(seen.layer)], *kept);
    double all = 0;
    for (const auto& head : evicted)
        for (const float weight : head)
            all += double(weight) / double(evicted.size());
    QVERIFY(all > 0);
    const QString said = inspect.tokens()->note();
    QVERIFY2(said.contains(ui::percentText(all)) && said.contains("no longer holds"), qPrintable(said));
    const auto& overlay = inspect.tokens()->view()->overlay();
    const int shown = ui::readScaleOf(seen);
    const MapSize read = inspect.run().map(shown);
    QCOMPARE(overlay.values.size(), qsizetype(read.tokens()));
    const auto first = std::size_t(inspect.run().tokensBefore(shown));
    for (std::size_t t = 0; t < std::size_t(read.tokens()); ++t) {
        double mean = 0;
        for (const auto& head : evicted)
            mean += double(head[first + t]) / double(evicted.size());
        QVERIFY(std::abs(overlay.values[qsizetype(t)] - mean) < 1e-6);
    }
    // One head by itself; and a run that kept everything misses nothing.
    inspect.selection().setHead(1);
    double one = 0;
    for (const float weight : evicted[1])
        one += double(weight);
    QVERIFY2(inspect.tokens()->note().contains(ui::percentText(one)), qPrintable(inspect.tokens()->note()));
    inspect.run().show(columns()[0].run);
    inspect.selection().setOverlay(ui::Selection::Overlay::Missing);
    QTRY_VERIFY(inspect.tokens()->note().contains("nothing is missing"));
}

void TestComparePlace::reportIsWritten() {
    makePicture();
    click("compareLast");
    QVERIFY(!studio_->find<QToolButton>("report")->isEnabled() || columns()[0].isDone());
    QVERIFY(waitUntilMade(2));
    QTRY_VERIFY(studio_->find<QToolButton>("report")->isEnabled());
    std::vector<ui::ReportWriter::Input> runs{{columns()[0].run, {}}, {columns()[1].run, {}}};
    ui::ReportWriter& reports = place().report();
    QSignalSpy written(&reports, &ui::ReportWriter::written), failed(&reports, &ui::ReportWriter::failed);

    // On a full disk: a message, and all that was made is still there.
    std::signal(SIGXFSZ, SIG_IGN); // writing past the limit then fails as a full disk does
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{1000, before.rlim_max};
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const QString folder = studio_->temporaryPath("report");
    reports.write(folder, runs, false);
    // The end may be told before write() returns, so it is counted.
    const bool ended = QTest::qWaitFor([&] { return failed.count() == 1; }, StudioFixture::kPatience);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &before), 0);
    QVERIFY(ended);
    QVERIFY(studio_->window().messages()->text().contains("was not written"));
    QVERIFY(!QFile::exists(folder + "/report.html"));
    QVERIFY(columns()[1].isDone());

    reports.write(folder, runs, true);
    QTRY_COMPARE_WITH_TIMEOUT(written.count(), 1, StudioFixture::kPatience);
    QVERIFY(studio_->window().messages()->text().contains("report.html"));
    QFile page(folder + "/report.html");
    QVERIFY(page.open(QIODevice::ReadOnly));
    QVERIFY(page.readAll().contains("a red apple on a blue background"));
    // Results that `scalekv compare` knows, with the figures of the screen.
    const Comparison results = readResults(folder.toStdString());
    QCOMPARE(results.records.size(), std::size_t(1));
    QCOMPARE(QLocale().toString(results.records[0].free->psnr, 'f', 2),
             place().table()->text(columns()[1].id, ui::Psnr));
    // Nothing is replaced without being asked.
    reports.write(folder, runs, false);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 2, StudioFixture::kPatience);
}

/// Large pictures, so that writing takes its time.
void TestComparePlace::reportIsStopped() {
    QTest::keyClick(&studio_->window(), Qt::Key_3, Qt::ControlModifier);
    QVector<CompareColumn> large;
    std::vector<ui::ReportWriter::Input> runs;
    for (int i = 0; i < 6; ++i) {
        auto run = std::make_shared<ui::GenerationResult>();
        run->recipe.request.prompts = {"large"};
        run->recipe.request.seed = std::uint64_t(i);
        run->opened = true;
        QImage picture(1024, 1024, QImage::Format_RGB32);
        for (int y = 0; y < 1024; ++y) {
            auto* line = reinterpret_cast<QRgb*>(picture.scanLine(y));
            for (int x = 0; x < 1024; ++x)
                line[x] = qRgb((x * x + i * 3) & 255, (y * 5 + i) & 255, (x * y) & 255);
        }
        run->frames += {picture, {}};
        run->image = ui::toRgbImage(picture);
        runs.push_back({run, {}});
        large += ui::columnOf(run);
    }
    place().columns().replace(large);
    QTRY_VERIFY(place().figures().isIdle());
    ui::ReportWriter& reports = place().report();
    QSignalSpy stopped(&reports, &ui::ReportWriter::stopped), written(&reports, &ui::ReportWriter::written);
    QStringList said;
    const auto follow = [&] {
        if (const QString text = studio_->window().stateText(); text.contains("report"))
            said += text;
    };
    // An earlier report stays as it was.
    const QString folder = studio_->temporaryPath("stopped");
    QDir().mkpath(folder);
    QFile earlier(folder + "/report.html");
    QVERIFY(earlier.open(QIODevice::WriteOnly) && earlier.write("earlier") == 7);
    earlier.close();
    reports.write(folder, runs, true);
    auto* button = studio_->find<QToolButton>("report");
    QTRY_COMPARE(button->text(), QString("Stop writing"));
    QTRY_VERIFY((follow(), said.size() > 0 && said.constLast().contains('%')));
    QTest::keyClick(&studio_->window(), Qt::Key_Escape);
    QTRY_COMPARE_WITH_TIMEOUT(stopped.count(), 1, StudioFixture::kPatience);
    QCOMPARE(written.count(), 0);
    QVERIFY(studio_->window().stateText().contains("no report was written"));
    QCOMPARE(QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
             QStringList{"report.html"});
    QVERIFY(earlier.open(QIODevice::ReadOnly));
    QCOMPARE(earlier.readAll(), QByteArray("earlier"));
    QTRY_COMPARE(button->text(), QString("Report…"));
    // By its button, into a folder that is not there: nor is it afterwards.
    const QString other = studio_->temporaryPath("stopped too");
    reports.write(other, runs, false);
    QTRY_COMPARE(button->text(), QString("Stop writing"));
    QTest::mouseClick(button, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(stopped.count(), 2, StudioFixture::kPatience);
    QVERIFY(!QFile::exists(other));
}

void TestComparePlace::tooLittleMemory_data() {
    QTest::addColumn<QString>("button");
    QTest::addColumn<QString>("policy"); // of the other column in the end; empty: it is not made
    QTest::newRow("anyway") << "anyway"
                            << "full";
    QTest::newRow("smaller cache") << "Spectral"
                                   << "spectral";
    QTest::newRow("cancel") << "Cancel"
                            << "";
}

/// A column that does not fit is asked about with the words of Generate.
void TestComparePlace::tooLittleMemory() {
    QFETCH(QString, button);
    QFETCH(QString, policy);
    GenerationRequest request = studio_->form()->request();
    request.prompts = {"a red apple on a blue background"};
    request.size = "0.06M";
    request.policy = {};
    const qint64 full = studio_->session().plan(request)->peakBytes;
    request.policy.name = "spectral";
    request.policy.budget = kUsualBudget;
    QVERIFY2(studio_->session().plan(request)->peakBytes < full, "there must be room for less");
    makePicture();
    place().setMemoryReader([full](const auto&) { return ComputeMemory{.used = 1 << 30, .free = full - 1}; });
    QString said;
    WhenOpened<QMessageBox> asked([&](QMessageBox& box) {
        said = box.text();
        for (QAbstractButton* choice : box.buttons())
            if (choice->text().remove('&').contains(button)) {
                QTest::mouseClick(choice, Qt::LeftButton);
                return;
            }
        box.reject();
    });
    click("compareLast");
    QTRY_VERIFY(asked.met());
    QVERIFY2(said.contains("Full cache") && said.contains("are free"), qPrintable(said));
    if (policy.isEmpty()) {
        QTRY_VERIFY(place().queue().isStopped());
        QCOMPARE(studio_->session().state(), EngineSession::State::Idle);
        QCOMPARE(columns()[0].state, CompareColumn::State::Stopped);
        QTRY_VERIFY(studio_->find<QToolButton>("continueComparing")->isVisible());
        return;
    }
    QVERIFY(waitUntilMade(int(columns().size())));
    QCOMPARE(columns()[0].request.policy.name, policy.toStdString());
}

void TestComparePlace::manyAskAboutMemory() {
    makePicture();
    click("many");
    ui::ManyPage& many = *place().many();
    GenerationRequest request = studio_->window().runs().result(0)->request();
    request.size = "0.25M";
    many.setRequest(request);
    studio_->find<QPlainTextEdit>("manyPrompts")->setPlainText("a fox");
    studio_->find<QLineEdit>("manySeeds")->setText("1");
    studio_->find<QLineEdit>("manyBudgets")->setText("20%"); // enough for the smaller picture, too
    many.form()->setFolder(studio_->temporaryPath("many"));
    request.policy = {};
    const qint64 full = studio_->session().plan(request)->peakBytes;
    request.size = "0.06M";
    QVERIFY(studio_->session().plan(request)->peakBytes < full);
    place().setMemoryReader([full](const auto&) { return ComputeMemory{.used = 1 << 30, .free = full - 1}; });
    auto* start = studio_->find<QPushButton>("manyStart");
    QTRY_VERIFY(start->isEnabled());
    const auto answer = [&](const QString& button) {
        WhenOpened<QMessageBox> asked([&](QMessageBox& box) {
            QVERIFY2(box.text().contains("largest of these pictures"), qPrintable(box.text()));
            for (QAbstractButton* choice : box.buttons())
                if (choice->text().remove('&').contains(button)) {
                    QTest::mouseClick(choice, Qt::LeftButton);
                    return;
                }
            box.reject();
        });
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY(asked.met());
    };
    answer("Cancel");
    QVERIFY(!many.isRunning());
    answer("pixels");
    QVERIFY(many.isRunning());
    QCOMPARE(many.form()->settings().request.size, std::string("0.06M"));
    QTest::keyClick(&studio_->window(), Qt::Key_Escape);
    QVERIFY(studio_->waitUntilIdle());
}

void TestComparePlace::resultsThatCannotBeOpened_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("half written") << QByteArray("{\"scalekv_comparison\": 2, \"rec") << "JSON";
    QTest::newRow("empty") << QByteArray() << "results.json";
    QTest::newRow("garbage") << QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) << "JSON";
    QTest::newRow("another file's") << QByteArray("[1, 2, 3]") << "results.json";
    QTest::newRow("deep") << QByteArray(100000, '[') << "nested";
    QTest::newRow("sparse gigabytes") << QByteArray("sparse") << "too large";
    QTest::newRow("too many") << QByteArray("many") << "more than can be shown";
}

void TestComparePlace::resultsThatCannotBeOpened() {
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    QTest::keyClick(&studio_->window(), Qt::Key_3, Qt::ControlModifier);
    const QString folder = studio_->temporaryPath("results");
    QDir().mkpath(folder);
    if (text == "many") {
        Comparison comparison;
        for (int i = 0; i < 300; ++i)
            comparison.settings.request.prompts.push_back("prompt " + std::to_string(i));
        for (int i = 0; i < 300; ++i)
            comparison.settings.seeds.push_back(std::uint64_t(i));
        PolicyChoice choice;
        choice.name = "snapkv";
        comparison.settings.choices = {choice};
        comparison.settings.request.size = "0.06M";
        comparison.schedule = scaleSchedule("0.06M", 1);
        writeResults(folder.toStdString(), comparison);
    } else {
        QFile file(folder + "/results.json");
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
        if (text == "sparse")
            QVERIFY(file.resize(qint64(4) << 30));
    }
    const double longest = static_cast<StallApplication*>(qApp)->longestOf([&] {
        place().many()->open(folder);
        QTRY_VERIFY_WITH_TIMEOUT(studio_->window().messages()->text().contains("not opened"),
                                 StudioFixture::kPatience);
    });
    const QString said = studio_->window().messages()->text();
    QVERIFY2(said.contains(says), qPrintable(said));
    QVERIFY(place().many()->comparison().settings.seeds.empty());
    QVERIFY2(longest < StallApplication::kFreeze,
             qPrintable(static_cast<StallApplication*>(qApp)->culprit()));
}

/// Also where the fields cannot say what was compared: not every policy with every budget.
void TestComparePlace::resultsAreGoneOnWithAfterAnEdit() {
    QTest::keyClick(&studio_->window(), Qt::Key_3, Qt::ControlModifier);
    Comparison comparison;
    comparison.settings.request.prompts = {"a fox"};
    comparison.settings.request.size = "0.06M";
    comparison.settings.seeds = {1};
    comparison.settings.choices = {ui::choiceOf("snapkv", Budget::parse("10%")),
                                   ui::choiceOf("sliding-window", Budget::parse("20%"))};
    comparison.schedule = scaleSchedule("0.06M", 1);
    const QString folder = studio_->temporaryPath("results");
    QDir().mkpath(folder);
    writeResults(folder.toStdString(), comparison);
    ui::ManyPage& many = *place().many();
    many.open(folder);
    auto* start = studio_->find<QPushButton>("manyStart");
    QTRY_COMPARE(start->text(), QString("Continue"));
    QTRY_VERIFY(many.isVisible());
    // Something else is asked for, one looks elsewhere meanwhile, and takes it back.
    auto* prompts = studio_->find<QPlainTextEdit>("manyPrompts");
    prompts->setPlainText("a wolf");
    QCOMPARE(start->text(), QString("Start"));
    QVERIFY2(start->toolTip().contains("other settings"), qPrintable(start->toolTip()));
    QSignalSpy looked(many.form(), &ui::ManyForm::changed);
    QTest::keyClick(&studio_->window(), Qt::Key_1, Qt::ControlModifier);
    QTest::keyClick(&studio_->window(), Qt::Key_3, Qt::ControlModifier);
    QTRY_VERIFY(many.isVisible() && looked.count() > 0);
    prompts->setPlainText("a fox");
    QCOMPARE(start->text(), QString("Continue"));
    QCOMPARE(many.form()->settings().choices.size(), std::size_t(2));
    // The seed of the picture that one comes from is none of the comparison's.
    GenerationRequest request = comparison.settings.request;
    request.seed = 5;
    many.setRequest(request);
    QCOMPARE(start->text(), QString("Continue"));
}

/// Dropped as columns: each says what is wrong with it, and the window answers meanwhile.
void TestComparePlace::picturesThatCannotBeOpened() {
    QTest::keyClick(&studio_->window(), Qt::Key_3, Qt::ControlModifier);
    const QByteArray signature("\x89PNG\r\n\x1a\n", 8);
    QByteArray header = signature + QByteArray("\0\0\0\rIHDR\0\0\4\0\0\0\4\0\x08\2\0\0\0", 21);
    header += QByteArray("\x77\0\x7d\x59", 4); // of no chunk: a sum that does not fit
    const auto make = [&](const char* name, const QByteArray& bytes, qint64 size = 0) {
        const QString path = studio_->temporaryPath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() ||
            (size > 0 && !file.resize(size)))
            return QString();
        return path;
    };
    const QString folder = studio_->temporaryPath("folder.png");
    QVERIFY(QDir().mkpath(folder));
    const QStringList paths{make("gigabytes.png", signature, qint64(6) << 30),
                            make("header.png", header, qint64(6) << 30),
                            make("cut.png", signature.first(5)),
                            make("empty.png", {}),
                            make("text.png", "no picture"),
                            folder,
                            studio_->temporaryPath("nowhere.png")};
    auto* messages = studio_->window().messages();
    const double longest = static_cast<StallApplication*>(qApp)->longestOf([&] {
        for (const QString& path : paths) {
            QVERIFY(!path.isEmpty());
            drop(path);
            const QString name = QFileInfo(path).fileName();
            QTRY_VERIFY2_WITH_TIMEOUT(messages->text().contains(name), qPrintable(name + messages->text()),
                                      StudioFixture::kPatience);
        }
    });
    QVERIFY(columns().isEmpty());
    QVERIFY2(longest < StallApplication::kFreeze,
             qPrintable(static_cast<StallApplication*>(qApp)->culprit()));
}

/// What a program that is open has not finished is not for a second one to make, nor to forget.
void TestComparePlace::anotherProgramKeepsItsComparison() {
    ui::ColumnSet theirs;
    CompareColumn column;
    column.request.prompts = {"a fox"};
    column.request.size = "0.06M";
    theirs.replace({column});
    const QByteArray stored = ui::toStored(theirs.state());
    studio_.reset();
    QLockFile lock(QFileInfo(QSettings().fileName()).dir().filePath("compare.lock"));
    QVERIFY(lock.tryLock());
    const auto open = [&] {
        return std::make_unique<StudioFixture>(options(),
                                               [&] { QSettings().setValue("compare/unfinished", stored); });
    };
    studio_ = open();
    QVERIFY(columns().isEmpty());
    QVERIFY(studio_->waitForModel());
    makePicture();
    QVERIFY(studio_->window().runs().rowCount() > 0);
    compareSome();
    QTRY_COMPARE(studio_->session().state(), EngineSession::State::Generating);
    const QString question = quit();
    QVERIFY2(question.contains("comparison is lost"), qPrintable(question));
    QCOMPARE(QSettings().value("compare/unfinished").toByteArray(), stored);
    studio_->close();
    studio_.reset();
    // The other has ended, however that came.
    lock.unlock();
    studio_ = open();
    QCOMPARE(columns().size(), 1);
}

void TestComparePlace::comparisonIsRememberedWhenTheOtherProgramHasEnded() {
    studio_.reset();
    QLockFile lock(QFileInfo(QSettings().fileName()).dir().filePath("compare.lock"));
    QVERIFY(lock.tryLock());
    studio_ = std::make_unique<StudioFixture>(options());
    QVERIFY(studio_->waitForModel());
    makePicture();
    compareSome();
    QTRY_COMPARE(studio_->session().state(), EngineSession::State::Generating);
    QTest::keyClick(&studio_->window(), Qt::Key_Escape);
    QVERIFY(studio_->waitUntilIdle());
    QVERIFY(!QSettings().contains("compare/unfinished"));
    // What was stopped counts, too.
    for (qsizetype i = columns().size() - 1; i >= 0; --i)
        if (columns()[i].state == CompareColumn::State::Waiting)
            place().columns().remove(columns()[i].id);
    QVERIFY2(place().askedToClose().contains("comparison is lost"), qPrintable(place().askedToClose()));
    // What the other left goes on at the next start, here it is not written over.
    lock.unlock();
    QSettings().setValue("compare/unfinished", QByteArray("theirs"));
    place().keptOpen();
    QCOMPARE(QSettings().value("compare/unfinished").toByteArray(), QByteArray("theirs"));
    QVERIFY(place().askedToClose().contains("comparison is lost"));
    QSettings().remove("compare/unfinished");
    place().keptOpen();
    QVERIFY(QSettings().contains("compare/unfinished"));
    QCOMPARE(place().askedToClose(), QString());
}

void TestComparePlace::menusHaveWhatIsDoneHere() {
    QTest::keyClick(&studio_->window(), Qt::Key_3, Qt::ControlModifier);
    const auto action = [&](const QString& text) -> QAction* {
        for (const QMenu* menu :
             studio_->window().menuBar()->findChildren<QMenu*>(Qt::FindDirectChildrenOnly))
            for (QAction* found : menu->actions())
                if (found->text().remove('&') == text)
                    return found;
        return nullptr;
    };
    for (const char* text : {"Report…", "Add a column", "Measure KL", "Many pictures"})
        QVERIFY2(action(text), text);
    QVERIFY(!action("Report…")->isEnabled() && !action("Measure KL")->isEnabled());
    for (const QMenu* menu : studio_->window().menuBar()->findChildren<QMenu*>(Qt::FindDirectChildrenOnly)) {
        QStringList keys; // that choose within it
        for (const QAction* within : menu->actions())
            if (const QString key = QKeySequence::mnemonic(within->text()).toString(); !key.isEmpty())
                keys += key;
        QVERIFY2(keys.removeDuplicates() == 0, qPrintable(menu->title() + keys.join(' ')));
    }
    QTest::keyClick(&studio_->window(), Qt::Key_M, Qt::ControlModifier);
    QVERIFY(place().many()->isVisible());
    QTest::keyClick(&studio_->window(), Qt::Key_M, Qt::ControlModifier);
    QVERIFY(!place().many()->isVisible());
    makePicture();
    compareSome();
    QVERIFY(waitUntilMade(int(columns().size())));
    QTRY_VERIFY(action("Report…")->isEnabled() && action("Measure KL")->isEnabled());
    // KL comes to the front and is measured, wherever one was.
    action("Many pictures")->trigger();
    QVERIFY(!action("Report…")->isEnabled());
    QSignalSpy finished(&studio_->session(), &EngineSession::measureFinished);
    QTest::keyClick(&studio_->window(), Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(finished.wait(StudioFixture::kPatience));
    QVERIFY(place().parting()->isVisible());
    QCOMPARE(place().parting()->quantity(), ui::PartingPanel::Quantity::Kl);
    QTRY_VERIFY(!action("Measure KL")->isEnabled());
    WhenOpened<ui::AddColumnDialog> dialog([](ui::AddColumnDialog& opened) { opened.reject(); });
    QTest::keyClick(&studio_->window(), Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(dialog.met());
    studio_->window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&studio_->window()));
    QTest::keyClick(&studio_->window(), Qt::Key_1, Qt::ControlModifier);
    QVERIFY(!action("Report…")); // elsewhere they are not
}

void TestComparePlace::rememberedColumnsAreDamaged_data() {
    QTest::addColumn<QVariant>("stored");
    QTest::newRow("no text") << QVariant(42);
    QTest::newRow("no JSON") << QVariant(QByteArray("[{\"request\": "));
    QTest::newRow("no requests") << QVariant(QByteArray("[1, null, {}]"));
    QTest::newRow("an object") << QVariant(QByteArray("{\"request\": {}}"));
    QTest::newRow("empty request") << QVariant(QByteArray("[{\"request\": \"{}\"}]"));
    QTest::newRow("deep") << QVariant(QByteArray(100000, '['));
    QTest::newRow("binary") << QVariant(QByteArray("\0\xff\xfe[{", 6));
}

void TestComparePlace::rememberedColumnsAreDamaged() {
    QFETCH(QVariant, stored);
    studio_.reset();
    studio_ = std::make_unique<StudioFixture>(options(), [&] {
        QSettings settings;
        settings.setValue("compare/unfinished", stored);
        for (const char* key : {"compare/mode", "compare/gain", "compare/blinkInterval", "compare/opacity"})
            settings.setValue(key, "nonsense");
    });
    QVERIFY(columns().isEmpty());
    QVERIFY2(studio_->window().messages()->text().contains("was dropped"),
             qPrintable(studio_->window().messages()->text()));
    QVERIFY(studio_->waitForModel());
    studio_->window().close();
    QVERIFY(!QSettings().contains("compare/unfinished"));
}

void TestComparePlace::manyIntoAFolder() {
    makePicture();
    click("many");
    ui::ManyPage& many = *place().many();
    QVERIFY(many.isVisible());
    many.setRequest(studio_->window().runs().result(0)->request()); // small ones
    auto* start = studio_->find<QPushButton>("manyStart");
    studio_->find<QPlainTextEdit>("manyPrompts")->setPlainText("a red apple\n\n  a fox ");
    auto* mode = studio_->find<QComboBox>("manyMode"); // what the wheel goes over while it scrolls the form
    QWheelEvent wheel(QPointF(5, 5), mode->mapToGlobal(QPointF(5, 5)), {}, {0, -120}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(mode, &wheel);
    QCOMPARE(mode->currentIndex(), 0);
    auto* seeds = studio_->find<QLineEdit>("manySeeds");
    seeds->setText("1, two");
    QVERIFY(!start->isEnabled());
    seeds->setText("1");
    studio_->find<QLineEdit>("manyBudgets")->setText("10%");
    auto* policies = studio_->find<QListWidget>("manyPolicies");
    for (int i = 0; i < policies->count(); ++i)
        policies->item(i)->setCheckState(policies->item(i)->data(Qt::UserRole) == "scalekv" ? Qt::Checked
                                                                                            : Qt::Unchecked);
    const QString folder = studio_->temporaryPath("many");
    QVERIFY(!start->isEnabled()); // no folder yet
    many.form()->setFolder(folder);
    QTRY_VERIFY(start->isEnabled());
    QCOMPARE(start->text(), QString("Start"));
    QCOMPARE(many.form()->settings().pairs(), std::size_t(2));
    studio_->find<QLineEdit>("manyBudgets")->setText("10%, 1%"); // the window alone is larger
    QVERIFY(!start->isEnabled());
    QVERIFY2(many.form()->problem().startsWith("ScaleKV 1 %: "), qPrintable(many.form()->problem()));
    studio_->find<QLineEdit>("manyBudgets")->setText("10%");
    QTRY_VERIFY(start->isEnabled());
    // By the keyboard one comes there from the folder, past the button that chooses another.
    studio_->find<QLineEdit>("manyFolder")->setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QCOMPARE(QApplication::focusWidget(), start);

    // Left in the middle: what is finished stays.
    QSignalSpy choices(&studio_->session(), &EngineSession::choiceFinished);
    QTest::mouseClick(start, Qt::LeftButton);
    QVERIFY(choices.wait(StudioFixture::kPatience));
    QTest::keyClick(&studio_->window(), Qt::Key_Escape);
    QVERIFY(studio_->waitUntilIdle());
    QTRY_VERIFY(!many.isRunning());
    QCOMPARE(many.comparison().records.size(), std::size_t(1));
    const QModelIndex first = many.table()->model()->index(0, 1);
    QVERIFY(!first.data(Qt::DecorationRole).isNull());
    QVERIFY2(first.data().toString().contains(" dB\nKL "),
             qPrintable(first.data().toString())); // seen below it
    const QRect cell = many.table()->visualRect(first);
    QVERIFY(cell.height() >= 88 + 2 * many.table()->fontMetrics().lineSpacing());
    QCOMPARE(many.table()->model()->headerData(1, Qt::Horizontal).toString(), QString("ScaleKV\n10 %"));
    QTRY_COMPARE(start->text(), QString("Continue"));

    // The progress counts the runs that the form counts, and names policies as the window does.
    const auto* summary = many.form()->findChild<QLabel*>("manySummary");
    QTRY_VERIFY2(summary->text().contains("4 pictures in 6 runs, of which 3 are left"),
                 qPrintable(summary->text()));
    QStringList tasks;
    const auto* strip = studio_->window().findChild<ui::ProgressStrip*>();
    auto listening = std::make_unique<QObject>();
    connect(&studio_->session(), &EngineSession::comparisonProgressed, listening.get(),
            [&] { tasks += strip->text(); });

    // Continued: the rest only.
    QSignalSpy finished(&studio_->session(), &EngineSession::compareFinished);
    QTest::mouseClick(start, Qt::LeftButton);
    QVERIFY(finished.wait(StudioFixture::kPatience));
    QVERIFY(many.comparison().complete());
    QCOMPARE(choices.count(), 2);
    QVERIFY2(tasks.constFirst().startsWith("Run 1 of 3: Full cache"), qPrintable(tasks.constFirst()));
    QVERIFY2(tasks.constLast().contains("ScaleKV 10 %, free"), qPrintable(tasks.constLast()));
    listening.reset();
    QTRY_VERIFY(!many.table()->model()->index(0, 1).data(Qt::DecorationRole).isNull());
    QVERIFY(!many.table()->model()->index(1, 1).data(Qt::DecorationRole).isNull());
    QVERIFY(QFile::exists(folder + "/report.html"));
    const auto& points = many.quality()->plot()->figure().series[0].points;
    QVERIFY(points[0].deviation > 0); // two pictures
    // Nothing is left; and other settings do not mix with these results, unless they are given up.
    QTRY_VERIFY(!start->isEnabled());
    QCOMPARE(start->text(), QString("All is made"));
    seeds->setText("1, 2");
    QVERIFY(!start->isEnabled());
    QCOMPARE(start->text(), QString("Start"));
    QVERIFY2(start->toolTip().contains("choose another"), qPrintable(start->toolTip()));
    auto* anew = studio_->find<QCheckBox>("manyAnew");
    QVERIFY(anew->isVisible());
    anew->setChecked(true);
    QVERIFY(start->isEnabled());
    anew->setChecked(false);
    // A folder that was typed says the same of what it holds, without having been opened.
    const QString copy = studio_->temporaryPath("copy");
    QVERIFY(QDir().mkpath(copy));
    many.form()->setFolder(copy);
    QTRY_VERIFY(start->isEnabled());
    QCOMPARE(start->text(), QString("Start"));
    const Comparison made = readResults(folder.toStdString());
    Comparison half = made;
    half.records.pop_back();
    writeResults(copy.toStdString(), half);
    // Filled since one looked: the engine says it, in the window's words.
    QTest::mouseClick(start, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(studio_->window().messages()->text().contains("Start anew"),
                             StudioFixture::kPatience);
    QVERIFY(!studio_->window().messages()->text().contains("--force"));
    QVERIFY(studio_->waitUntilIdle());
    QTRY_VERIFY2(start->toolTip().contains("choose another"), qPrintable(start->toolTip()));
    seeds->setText("1");
    QCOMPARE(start->text(), QString("Continue"));
    QVERIFY(start->isEnabled());
    // Nothing is offered that the engine would refuse.
    Comparison older = half;
    older.program = "scalekv 0.1";
    writeResults(copy.toStdString(), older);
    many.form()->setFolder(folder + "/nothing");
    QTRY_COMPARE(start->text(), QString("Start"));
    many.form()->setFolder(copy);
    QTRY_VERIFY2(start->toolTip().contains("program is \"scalekv 0.1\""), qPrintable(start->toolTip()));
    QVERIFY(!start->isEnabled());
    writeResults(copy.toStdString(), made);
    many.form()->setFolder(folder + "/nothing");
    QTRY_COMPARE(start->text(), QString("Start"));
    many.form()->setFolder(copy);
    // Of what is made only the report is missing: nothing else is made.
    QTRY_COMPARE(start->text(), QString("Write the report"));
    QTRY_VERIFY(start->isEnabled());
    QVERIFY2(summary->text().contains("report was not written"), qPrintable(summary->text()));
    QTest::mouseClick(start, Qt::LeftButton);
    QVERIFY(finished.wait(StudioFixture::kPatience));
    QCOMPARE(choices.count(), 2);
    QVERIFY(QFile::exists(copy + "/report.html"));
    QTRY_COMPARE(start->text(), QString("All is made"));
    QVERIFY(!start->isEnabled());
    QFile(copy + "/results.json").resize(20);
    many.form()->setFolder({});
    many.form()->setFolder(copy);
    QTRY_VERIFY2(start->toolTip().contains("cannot be gone on with"), qPrintable(start->toolTip()));
    QVERIFY(!start->isEnabled());
    anew->setChecked(true);
    QVERIFY(start->isEnabled());
    QCOMPARE(start->text(), QString("Start anew"));
    anew->setChecked(false);

    // Opened by another window, or made by `scalekv compare`: the same.
    ui::ManyPage& page = many;
    page.form()->setFolder({});
    studio_->find<QLineEdit>("manySeeds")->setText("77");
    page.open(folder);
    QTRY_COMPARE(page.form()->folder(), QDir::toNativeSeparators(folder));
    QCOMPARE(studio_->find<QLineEdit>("manySeeds")->text(), QString("1"));
    QTRY_VERIFY(!page.table()->model()->index(1, 1).data(Qt::DecorationRole).isNull());
    // Its settings are those of the results, so that they go on: nothing is left to be made.
    QCOMPARE(page.form()->settings().choices.size(), std::size_t(1));
    // A picture closely: both stand in the comparison, the full one as the reference.
    QTest::keyClick(page.table(), Qt::Key_Home, Qt::ControlModifier);
    page.table()->setCurrentIndex(page.table()->model()->index(1, 1));
    QTest::keyClick(page.table(), Qt::Key_Return);
    QTRY_COMPARE(columns().size(), 2);
    QCOMPARE(place().columns().reference()->request.policy.name, std::string("full"));
    QVERIFY(!many.isVisible());
    // A folder without results says so.
    page.open(studio_->temporaryPath("nowhere"));
    QTRY_VERIFY(studio_->window().messages()->text().contains("not opened"));
}

void TestComparePlace::fourColumnsFit() {
    makePicture();
    const ui::ResultPtr run = studio_->window().runs().result(0);
    for (int seed = 0; seed < 4; ++seed) {
        auto other = std::make_shared<ui::GenerationResult>(*run);
        other->recipe.request.seed = std::uint64_t(seed);
        place().addRun(other);
    }
    QVERIFY(waitUntilMade(4));
    studio_->window().resize(1280, 720);
    QTest::qWait(50);
    QCOMPARE(studio_->window().size(), QSize(1280, 720)); // nothing pushes it larger
    QCOMPARE(view()->columns(), 4);
    for (int i = 0; i < 4; ++i) {
        QVERIFY(view()->paneRect(i).width() > 250);
        const ui::ColumnCard* card = place().cards()->card(place().columns().shown()[i]);
        const int left = view()->mapTo(&place(), view()->paneRect(i).topLeft()).x();
        QCOMPARE(card->mapTo(&place(), QPoint()).x(), left); // it stands above its picture
    }
    QVERIFY(view()->height() > 150);
}

/// Four pictures of 1024 × 1024: the window's promise while swiping, zooming and taking differences.
void TestComparePlace::largePicturesAnswer() {
    QTest::keyClick(&studio_->window(), Qt::Key_3, Qt::ControlModifier);
    QVector<CompareColumn> large;
    for (int i = 0; i < 4; ++i) {
        auto run = std::make_shared<ui::GenerationResult>();
        run->recipe.request.prompts = {"large"};
        run->recipe.request.policy.name = i == 0 ? "full" : "scalekv";
        run->recipe.request.policy.budget.fraction = 0.1 * i + 0.01;
        for (const int side : {64, 256, 1024}) {
            QImage picture(side, side, QImage::Format_RGB32);
            for (int y = 0; y < side; ++y) {
                auto* line = reinterpret_cast<QRgb*>(picture.scanLine(y));
                for (int x = 0; x < side; ++x)
                    line[x] = qRgb((x * 7 + i * 3) & 255, (y * 5 + i) & 255, (x * y) & 255);
            }
            run->frames += {picture, {}};
        }
        run->image = ui::toRgbImage(run->picture());
        large += ui::columnOf(run);
    }
    auto* application = static_cast<StallApplication*>(qApp);
    const auto walk = [&] {
        place().columns().replace(large);
        QTest::qWait(50);
        QTRY_VERIFY(place().figures().isIdle());
        for (const Qt::Key mode : {Qt::Key_D, Qt::Key_W, Qt::Key_O, Qt::Key_B, Qt::Key_S}) {
            QTest::keyClick(view(), mode);
            QTest::qWait(10);
            for (int i = 0; i < 6; ++i) {
                QTest::keyClick(view(), i < 3 ? Qt::Key_Plus : Qt::Key_Minus);
                QTest::keyClick(view(), Qt::Key_Right);
                QTest::mouseMove(view(), view()->rect().center() + QPoint(7 * i, 5 * i));
                QTest::qWait(5);
            }
            QTest::keyClick(view(), Qt::Key_0);
            QTest::keyClick(view(), Qt::Key_PageUp);
            QTest::qWait(10);
            QTest::keyClick(view(), Qt::Key_PageDown);
            QTest::qWait(10);
        }
    };
    const double longest = application->longestOf(walk);
    QVERIFY2(longest < StallApplication::kFreeze, qPrintable(application->culprit()));
}

int main(int argc, char** argv) {
    StallApplication application(argc, argv);
    TestComparePlace test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_compare_place.moc"
