#include "tests/small_model.h"
#include "tests/ui/dialogs.h"
#include "tests/ui/studio_fixture.h"

#include "scalekv/calibration.h"
#include "ui/compare/compare_place.h"
#include "ui/generate/generate_form.h"
#include "ui/queue/queue_place.h"
#include "ui/queue/sheet_panel.h"
#include "ui/runs/run_list.h"
#include "widgets/labelled_sheet_view.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>
#include <QUndoStack>

using namespace scalekv;
using ui::EngineSession;
using ui::QueuedWork;
using ui::WorkState;

/// The queue as a person uses it: many clicks on Generate, another order, a stop, the end of the program.
class TestQueue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void init() {
        QDir(data_.path()).removeRecursively(); // what another test has left in the queue
        studio_ = std::make_unique<StudioFixture>(options());
    }
    void cleanup() { studio_.reset(); }

    void generateNeverWaits();
    void stopPausesWhatWaits();
    void orderIsChanged();
    void draggedLinesMove();
    void takenOutAndBack();
    void heldLetsOthersPass();
    void survivesTheEnd();
    void survivesInTheBackground();
    void failedIsToldAndTriedAgain();
    void shortOfMemoryIsHeld();
    void memoryComesBack();
    void columnsStandInIt();
    void recordingStandsInIt();
    void calibrationStandsInIt();
    void seedsOfABatch();
    void promptsOfABatch();
    void gridFillsASheet();
    void batchSaysWhatIsWrong_data();
    void batchSaysWhatIsWrong();

private:
    ui::StudioOptions options() const {
        ui::StudioOptions options;
        options.demoModel = test::smallModelPath();
        options.dataFolder = data_.path();
        return options;
    }
    ui::WorkQueue& queue() { return studio_->window().queue(); }
    ui::RunList& runs() { return studio_->window().runs(); }
    ui::QueuePlace& place() { return *studio_->find<ui::QueuePlace>("queue"); }
    /// The model is there, and so many pictures are asked for, seeds counted up from 1; the first is begun.
    void ask(int pictures) {
        QVERIFY(QTest::qWaitForWindowActive(&studio_->window()));
        QVERIFY(studio_->waitForModel());
        for (int i = 0; i < pictures; ++i) {
            studio_->prepare(QStringLiteral("a red apple"), QString::number(i + 1));
            studio_->clickGenerate();
        }
    }
    bool waitUntilDone() {
        return QTest::qWaitFor(
            [this] {
                return queue().list().pending() == 0 &&
                       studio_->session().state() == EngineSession::State::Idle;
            },
            StudioFixture::kPatience);
    }
    void showQueue() {
        studio_->window().activateWindow(); // a dialog may have been in front
        QVERIFY(QTest::qWaitForWindowActive(&studio_->window()));
        QTest::keyClick(&studio_->window(), Qt::Key_4, Qt::ControlModifier);
        QCOMPARE(studio_->window().currentPlace(), &place());
    }
    void select(int row, Qt::KeyboardModifiers modifiers = {}) {
        const QModelIndex index = place().list()->model()->index(row, 0);
        QTest::mouseClick(place().list()->viewport(), Qt::LeftButton, modifiers,
                          place().list()->visualRect(index).center());
    }
    QVector<quint64> seedsWaiting() {
        QVector<quint64> seeds;
        for (const QueuedWork& work : queue().list().all()) {
            if (work.request() && work.isPending())
                seeds += work.request()->seed;
        }
        return seeds;
    }
    QVector<quint64> seedsMade() {
        QVector<quint64> seeds;
        for (int row = runs().rowCount(); row-- > 0;)
            seeds += runs().result(row)->request().seed;
        return seeds;
    }
    void click(const char* name) {
        auto* button = studio_->find<QAbstractButton>(name);
        QVERIFY2(button, name);
        QTRY_VERIFY2(button->isEnabled(), name);
        QTest::mouseClick(button, Qt::LeftButton);
    }
    /// Opens the dialog, has it filled in, and adds what it asks for.
    void batch(const std::function<void(QDialog&)>& fill) {
        WhenOpened<QDialog> dialog([&](QDialog& opened) {
            fill(opened);
            QTest::mouseClick(opened.findChild<QAbstractButton*>("addBatch"), Qt::LeftButton);
            opened.close();
        });
        QTest::keyClick(&studio_->window(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(dialog.met());
    }

    QTemporaryDir data_;
    std::unique_ptr<StudioFixture> studio_;
};

void TestQueue::generateNeverWaits() {
    ask(3);
    QCOMPARE(studio_->session().state(), EngineSession::State::Generating);
    QVERIFY(studio_->find<QAbstractButton>("generate")->isEnabled());
    QCOMPARE(queue().list().pending(), 3);
    QVERIFY2(studio_->window().stateText().contains("in the queue, behind 2 others"),
             qPrintable(studio_->window().stateText()));
    QVERIFY2(place().stateText().startsWith("1 in the making · 2 wait"), qPrintable(place().stateText()));
    QVERIFY(waitUntilDone());
    QCOMPARE(seedsMade(), QVector<quint64>({1, 2, 3}));
    QVERIFY(queue().list().isEmpty());
    QCOMPARE(place().stateText(), QString("Nothing waits"));
}

void TestQueue::stopPausesWhatWaits() {
    ask(3);
    QTest::keyClick(&studio_->window(), Qt::Key_Escape);
    QVERIFY(studio_->waitUntilIdle());
    QTRY_VERIFY2(studio_->window().messages()->text().contains("pauses; 2 entries wait"),
                 qPrintable(studio_->window().messages()->text()));
    QVERIFY(queue().isPaused());
    QCOMPARE(studio_->session().state(), EngineSession::State::Idle);
    // More may be asked for; nothing is lost, and the stopped one can be had again.
    showQueue();
    QCOMPARE(queue().list().all().constLast().state, WorkState::Stopped);
    select(2);
    QTest::keyClick(place().list(), Qt::Key_R);
    QVERIFY(queue().isPaused()); // as the user wants it
    click("pauseQueue");
    QVERIFY(waitUntilDone());
    QCOMPARE(seedsMade(), QVector<quint64>({1, 2, 3}));
    QTRY_VERIFY(!studio_->window().messages()->isVisible());
}

void TestQueue::orderIsChanged() {
    ask(5);
    showQueue();
    queue().pause();
    QVERIFY(studio_->waitUntilIdle()); // what was begun is finished
    QCOMPARE(seedsWaiting(), QVector<quint64>({2, 3, 4, 5}));
    select(3);
    QTest::keyClick(place().list(), Qt::Key_Home, Qt::AltModifier);
    QCOMPARE(seedsWaiting(), QVector<quint64>({5, 2, 3, 4}));
    select(1);
    select(2, Qt::ControlModifier);
    QTest::keyClick(place().list(), Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(seedsWaiting(), QVector<quint64>({5, 4, 2, 3}));
    QTest::keyClick(place().list(), Qt::Key_Down, Qt::AltModifier); // they are at the end
    QCOMPARE(seedsWaiting(), QVector<quint64>({5, 4, 2, 3}));
    QTest::keyClick(&studio_->window(), Qt::Key_Z, Qt::ControlModifier);
    QTest::keyClick(&studio_->window(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(seedsWaiting(), QVector<quint64>({2, 3, 4, 5}));
    studio_->window().undoStack().redo();
    click("pauseQueue");
    QVERIFY(waitUntilDone());
    QCOMPARE(seedsMade(), QVector<quint64>({1, 5, 2, 3, 4}));
}

void TestQueue::draggedLinesMove() {
    ask(4);
    showQueue();
    queue().pause();
    QVERIFY(studio_->waitUntilIdle());
    QListView* list = place().list();
    select(2);
    // What a drop of the view's own lines does.
    place().moveSelectionTo(0);
    QCOMPARE(seedsWaiting(), QVector<quint64>({4, 2, 3}));
    QCOMPARE(list->selectionModel()->selectedIndexes().size(), 1);
    QCOMPARE(list->selectionModel()->selectedIndexes().constFirst().row(), 0); // the selection goes along
}

void TestQueue::takenOutAndBack() {
    ask(4);
    showQueue();
    queue().pause();
    QVERIFY(studio_->waitUntilIdle());
    select(1);
    QTest::keyClick(place().list(), Qt::Key_Delete);
    QCOMPARE(seedsWaiting(), QVector<quint64>({2, 4}));
    QVERIFY(studio_->window().messages()->text().contains("1 entry out of the queue"));
    click("clearQueue");
    QCOMPARE(queue().list().pending(), 0);
    QTest::keyClick(&studio_->window(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(seedsWaiting(), QVector<quint64>({2, 4}));
    QTest::keyClick(&studio_->window(), Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(seedsWaiting(), QVector<quint64>({2, 3, 4}));
    // What is in the making is ended when it is taken out, and begins anew when it comes back.
    queue().resume();
    QTRY_COMPARE(studio_->session().state(), EngineSession::State::Generating);
    click("clearQueue");
    QVERIFY(studio_->waitUntilIdle());
    QCOMPARE(runs().rowCount(), 1);
    studio_->window().undoStack().undo();
    QVERIFY(waitUntilDone());
    QCOMPARE(seedsMade(), QVector<quint64>({1, 2, 3, 4}));
}

void TestQueue::heldLetsOthersPass() {
    ask(3);
    showQueue();
    select(1);
    QTest::keyClick(place().list(), Qt::Key_H);
    QTRY_COMPARE(queue().list().count(WorkState::Held), 1);
    QVERIFY(QTest::qWaitFor([&] { return runs().rowCount() == 2; }, StudioFixture::kPatience));
    QVERIFY(studio_->waitUntilIdle());
    QCOMPARE(seedsMade(), QVector<quint64>({1, 3}));
    select(0);
    QTest::keyClick(place().list(), Qt::Key_H);
    QVERIFY(waitUntilDone());
    QCOMPARE(seedsMade(), QVector<quint64>({1, 3, 2}));
}

void TestQueue::survivesTheEnd() {
    ask(3);
    QString question;
    WhenOpened<QMessageBox> asked([&](QMessageBox& box) {
        question = box.text();
        clickButton(box, "Stop and quit");
    });
    QTest::keyClick(&studio_->window(), Qt::Key_Q, Qt::ControlModifier);
    QVERIFY(asked.met());
    QCOMPARE(question, QString("A picture is being made, and 2 more wait in the queue."));
    studio_.reset();
    studio_ = std::make_unique<StudioFixture>(options());
    QCOMPARE(queue().list().pending(), 3);
    QVERIFY(waitUntilDone());
    QCOMPARE(seedsMade(), QVector<quint64>({1, 2, 3}));
    // What is done does not come again.
    studio_->close();
    studio_ = std::make_unique<StudioFixture>(options());
    QVERIFY(queue().list().isEmpty());
}

void TestQueue::survivesInTheBackground() {
    ask(2);
    WhenOpened<QMessageBox> asked([&](QMessageBox& box) { clickButton(box, "Finish in the background"); });
    QSignalSpy finished(&studio_->window(), &ui::MainWindow::finishedInBackground);
    QTest::keyClick(&studio_->window(), Qt::Key_Q, Qt::ControlModifier);
    QVERIFY(asked.met());
    QVERIFY(!studio_->window().isVisible());
    disconnect(&studio_->window(), &ui::MainWindow::finishedInBackground, qApp, nullptr); // the test goes on
    QVERIFY(finished.wait(StudioFixture::kPatience));
    QCOMPARE(seedsMade(), QVector<quint64>({1, 2}));
}

void TestQueue::failedIsToldAndTriedAgain() {
    ask(0);
    GenerationRequest impossible;
    impossible.prompts = {"a red apple"};
    impossible.size = "0.06M";
    impossible.policy.name = "snapkv";
    impossible.policy.budget.tokens = 2;
    studio_->form()->setRequest(impossible);
    studio_->form()->setNewSeedEachTime(true);
    const std::uint64_t seed = studio_->form()->request().seed;
    studio_->clickGenerate();
    QVERIFY(!studio_->form()->shownProblem().isEmpty()); // at once, and nothing is queued
    QCOMPARE(studio_->form()->request().seed, seed);     // it was not used
    QVERIFY(queue().list().isEmpty());
    queue().add({.work = ui::PictureWork{impossible}});
    QTRY_COMPARE(queue().list().count(WorkState::Failed), 1);
    QCOMPARE(queue().list().all().constFirst().problem, studio_->form()->shownProblem());
    QTRY_VERIFY(place().stateText().contains("1 failed"));
}

void TestQueue::shortOfMemoryIsHeld() {
    ask(0);
    studio_->prepare("a red apple");
    queue().setMemoryReader([](const ui::ModelSummary&) { return ComputeMemory{.used = 1, .free = 1000}; });
    queue().add({.work = ui::PictureWork{studio_->form()->request()}});
    QTRY_COMPARE(queue().list().count(WorkState::Held), 1);
    QTRY_VERIFY2(studio_->window().messages()->text().contains("Needs about"),
                 qPrintable(studio_->window().messages()->text()));
    showQueue();
    select(0);
    QTest::keyClick(place().list(), Qt::Key_H); // it is wanted all the same
    QVERIFY(waitUntilDone());
    QCOMPARE(runs().rowCount(), 1);
}

/// With nothing else in the queue, nobody asks for it to be looked at.
void TestQueue::memoryComesBack() {
    ask(0);
    studio_->prepare("a red apple");
    int asked = 0;
    queue().setMemoryReader([&asked](const ui::ModelSummary&) {
        return ComputeMemory{.used = 1, .free = ++asked < 4 ? 1000 : qint64(1) << 40};
    });
    queue().add({.work = ui::PictureWork{studio_->form()->request()}});
    QTRY_COMPARE(queue().list().count(WorkState::Held), 1);
    QVERIFY(waitUntilDone());
    QCOMPARE(runs().rowCount(), 1);
}

void TestQueue::columnsStandInIt() {
    ask(1);
    QVERIFY(waitUntilDone());
    QTest::keyClick(&studio_->window(), Qt::Key_K, Qt::ControlModifier);
    auto& compare = *studio_->find<ui::ComparePlace>("compare");
    QTRY_COMPARE(queue().list().pending(), 1);
    // Taken out of the queue, the column is stopped; put back, it is made.
    showQueue();
    click("clearQueue");
    QVERIFY(studio_->waitUntilIdle());
    const auto unmade = [&] {
        const auto& columns = compare.columns().columns();
        return std::find_if(columns.begin(), columns.end(),
                            [](const ui::CompareColumn& column) { return !column.isDone(); });
    };
    QTRY_COMPARE(unmade()->state, ui::CompareColumn::State::Stopped);
    studio_->window().undoStack().undo();
    QVERIFY(waitUntilDone());
    QVERIFY(unmade() == compare.columns().columns().end());
}

void TestQueue::recordingStandsInIt() {
    studio_->session().setRecording(false);
    ask(1);
    QVERIFY(waitUntilDone());
    const ui::ResultPtr run = runs().result(0);
    QVERIFY(!runs().record(run));
    queue().pause();
    QTest::keyClick(&studio_->window(), Qt::Key_2, Qt::ControlModifier);
    click("record");
    QCOMPARE(queue().list().pending(), 1);
    QCOMPARE(studio_->find<QAbstractButton>("record")->text(), QString("Stop"));
    click("record"); // it is not wanted after all
    QCOMPARE(queue().list().pending(), 0);
    click("record");
    queue().resume();
    QVERIFY(waitUntilDone());
    QVERIFY(runs().record(run));
}

void TestQueue::calibrationStandsInIt() {
    ask(0);
    const QString file = studio_->temporaryPath("calibration.json");
    WhenOpened<QDialog> dialog([&](QDialog& opened) {
        QVERIFY2(opened.height() < 640, qPrintable(QString::number(opened.height()))); // a small screen
        opened.findChild<QPlainTextEdit*>("calibrationPrompts")->setPlainText("a fox\na blue car");
        opened.findChild<QComboBox*>("calibrationSize")->setCurrentText("0.06M");
        auto* name = opened.findChild<QLineEdit*>("calibrationFile");
        name->clear();
        QVERIFY(!opened.findChild<QAbstractButton*>("addCalibration")->isEnabled());
        QTest::keyClicks(name, file);
        QTest::mouseClick(opened.findChild<QAbstractButton*>("addCalibration"), Qt::LeftButton);
    });
    for (QAction* action : studio_->generatePlace().menuActions(ui::Place::Menu::Run)) {
        if (action->text().remove('&').startsWith("Calibrate"))
            action->trigger();
    }
    QVERIFY(dialog.met());
    QCOMPARE(studio_->session().state(), EngineSession::State::Calibrating);
    QCOMPARE(queue().list().pending(), 1);
    QVERIFY(waitUntilDone());
    const Calibration made = readCalibration(file.toStdString());
    QVERIFY(made.complete());
    QCOMPARE(made.measured.size(), std::size_t(2));
    // Offered at once: ScaleKV with these roles.
    auto* messages = studio_->window().messages();
    QVERIFY2(messages->text().contains("calibrated over 2 prompts"), qPrintable(messages->text()));
    QTest::mouseClick(messages->findChild<QPushButton*>(), Qt::LeftButton);
    QTRY_VERIFY(studio_->form()->request().policy.roles == made.roles);
    QCOMPARE(studio_->form()->request().policy.name, std::string("scalekv"));
    // Another time there is nothing left to do, and with other prompts the file is not written over.
    WhenOpened<QDialog> again([&](QDialog& opened) {
        auto* prompts = opened.findChild<QPlainTextEdit*>("calibrationPrompts");
        prompts->setPlainText("a fox\na blue car");
        opened.findChild<QComboBox*>("calibrationSize")->setCurrentText("0.06M");
        opened.findChild<QLineEdit*>("calibrationFile")->setText(file);
        const auto says = [&](const char* label) { return opened.findChild<QLabel*>(label)->text(); };
        QVERIFY2(says("calibrationSummary").contains("nothing is left"),
                 qPrintable(says("calibrationSummary")));
        prompts->setPlainText("a fox\na tree");
        QVERIFY2(says("calibrationProblem").contains("other settings"),
                 qPrintable(says("calibrationProblem")));
        QVERIFY(!opened.findChild<QAbstractButton*>("addCalibration")->isEnabled());
        opened.reject();
    });
    for (QAction* action : studio_->generatePlace().menuActions(ui::Place::Menu::Run)) {
        if (action->text().remove('&').startsWith("Calibrate"))
            action->trigger();
    }
    QVERIFY(again.met());
    queue().add({.work = ui::CalibrateJob{file, made.settings}});
    QVERIFY(waitUntilDone());
    auto others = made.settings;
    others.request.prompts.push_back("a tree");
    queue().add({.work = ui::CalibrateJob{file, others}});
    QTRY_COMPARE(queue().list().count(WorkState::Failed), 1);
    QCOMPARE(readCalibration(file.toStdString()).measured.size(), std::size_t(2));
}

void TestQueue::seedsOfABatch() {
    ask(0);
    studio_->prepare("a red apple", "7");
    batch([](QDialog& dialog) {
        dialog.findChild<QTabWidget*>("batchPages")->setCurrentIndex(0);
        auto* count = dialog.findChild<QSpinBox*>("seedCount");
        count->selectAll();
        QTest::keyClicks(count, "3");
        QCOMPARE(dialog.findChild<QLabel*>("batchSummary")->text(), QString("3 pictures"));
    });
    QVERIFY(waitUntilDone());
    QCOMPARE(seedsMade(), QVector<quint64>({7, 8, 9}));
}

void TestQueue::promptsOfABatch() {
    ask(0);
    studio_->prepare("a red apple", "1");
    batch([](QDialog& dialog) {
        dialog.findChild<QTabWidget*>("batchPages")->setCurrentIndex(1);
        dialog.findChild<QPlainTextEdit*>("batchPrompts")
            ->setPlainText("a fox\n\n# not this\n  a blue  car \na fox\na zeppelin");
        const QString remarks = dialog.findChild<QLabel*>("batchRemarks")->text();
        QVERIFY2(remarks.contains("made once") && remarks.contains("never seen “zeppelin”"),
                 qPrintable(remarks));
        dialog.findChild<QPlainTextEdit*>("batchPrompts")
            ->setPlainText("a fox\n\n# not this\n  a blue  car \na fox\n");
        dialog.findChild<QSpinBox*>("promptSeedCount")->setValue(2);
    });
    QStringList prompts;
    for (const QueuedWork& work : queue().list().all())
        prompts += ui::workTitle(work);
    QCOMPARE(prompts, QStringList({"a fox", "a fox", "a blue car", "a blue car"}));
    QVERIFY(waitUntilDone());
    QCOMPARE(seedsMade(), QVector<quint64>({1, 2, 1, 2}));
}

void TestQueue::gridFillsASheet() {
    ask(0);
    studio_->prepare("a red apple", "1");
    batch([](QDialog& dialog) {
        dialog.findChild<QTabWidget*>("batchPages")->setCurrentIndex(2);
        const auto choose = [&](const char* axis, const QString& name, const QString& values) {
            auto* box = dialog.findChild<QComboBox*>(axis);
            box->setCurrentIndex(box->findText(name));
            dialog.findChild<QPlainTextEdit*>(QLatin1String(axis) + "Values")->setPlainText(values);
        };
        choose("gridColumns", "Cache budget", "10%, 20%");
        choose("gridRows", "Cache policy", "snapkv scalekv");
        QCOMPARE(dialog.findChild<QLabel*>("batchSummary")->text(), QString("4 pictures"));
    });
    QCOMPARE(queue().list().pending(), 4);
    showQueue();
    QVERIFY(waitUntilDone());
    const auto& sheet = place().sheets()->view()->sheet();
    QCOMPARE(sheet.columns, QStringList({"10 %", "20 %"}));
    QCOMPARE(sheet.rows, QStringList({"SnapKV", "ScaleKV"}));
    QCOMPARE(sheet.columnAxis, QString("Cache budget"));
    for (int row = 0; row < 2; ++row) {
        for (int column = 0; column < 2; ++column) {
            QTRY_VERIFY(!sheet.cell(row, column).picture.isNull());
            const ui::ResultPtr run = runs().result(3 - (row * 2 + column));
            QCOMPARE(sheet.cell(row, column).picture.size(), run->picture().size());
            QCOMPARE(run->request().policy.name, std::string(row == 0 ? "snapkv" : "scalekv"));
            QCOMPARE(run->request().policy.budget.fraction, column == 0 ? 0.1 : 0.2);
        }
    }
    // Where pictures are the same, one is made.
    QTest::keyClick(&studio_->window(), Qt::Key_1, Qt::ControlModifier);
    batch([](QDialog& dialog) {
        dialog.findChild<QPlainTextEdit*>("gridRowsValues")->setPlainText("full, snapkv");
        QCOMPARE(dialog.findChild<QLabel*>("batchSummary")->text().section(',', 0, 0), QString("4 pictures"));
    });
    QCOMPARE(queue().list().pending(), 3);
    QVERIFY(waitUntilDone());
    QTRY_VERIFY(!sheet.cell(0, 1).picture.isNull());
    QCOMPARE(sheet.cell(0, 0).picture, sheet.cell(0, 1).picture);
    QTRY_VERIFY(studio_->find<QAbstractButton>("makeMissing")->isHidden());

    const widgets::SheetImage image = place().sheets()->image();
    QVERIFY2(!image.image.isNull(), qPrintable(image.note));
    QVERIFY(image.image.width() > 2 * runs().result(0)->picture().width());
}

void TestQueue::batchSaysWhatIsWrong_data() {
    QTest::addColumn<QString>("columns");
    QTest::addColumn<QString>("values");
    QTest::addColumn<QString>("says");
    QTest::newRow("no number") << "Follow the prompt (cfg)"
                               << "3, much"
                               << "“much” is no number.";
    QTest::newRow("twice") << "Seed"
                           << "1-3, 2"
                           << "“2” stands there twice";
    QTest::newRow("no seed") << "Seed"
                             << "3-1"
                             << "is no seed";
    QTest::newRow("no policy") << "Cache policy"
                               << "best"
                               << "none of the policies";
    QTest::newRow("no budget") << "Cache budget"
                               << "0%"
                               << "0%";
    QTest::newRow("full has none") << "Cache budget"
                                   << "10%"
                                   << "The full cache has no budget";
    QTest::newRow("no size") << "Size"
                             << "9M"
                             << "none of the model's sizes";
    QTest::newRow("nothing") << "Variety (tau)"
                             << " ,"
                             << "type some values";
    QTest::newRow("cannot be") << "Top-p"
                               << "7"
                               << "must be";
    QTest::newRow("too many") << "Seed"
                              << "1-9999999"
                              << "more seeds";
}

void TestQueue::batchSaysWhatIsWrong() {
    QFETCH(QString, columns);
    QFETCH(QString, values);
    QFETCH(QString, says);
    ask(0);
    studio_->prepare("a red apple", "1");
    batch([&](QDialog& dialog) {
        dialog.findChild<QTabWidget*>("batchPages")->setCurrentIndex(2);
        auto* rows = dialog.findChild<QComboBox*>("gridRows");
        rows->setCurrentIndex(rows->findText("Prompt"));
        dialog.findChild<QPlainTextEdit*>("gridRowsValues")->setPlainText("a fox");
        auto* box = dialog.findChild<QComboBox*>("gridColumns");
        box->setCurrentIndex(box->findText(columns));
        dialog.findChild<QPlainTextEdit*>("gridColumnsValues")->setPlainText(values);
        const QString said = dialog.findChild<QLabel*>("batchProblem")->text();
        QVERIFY2(said.contains(says), qPrintable(said));
        QVERIFY(!dialog.findChild<QAbstractButton*>("addBatch")->isEnabled());
    });
    QVERIFY(queue().list().isEmpty());
}

QTEST_MAIN(TestQueue)
#include "tst_queue.moc"
