#include "ui/generate/history_panel.h"
#include "ui/runs/run_list.h"

#include <QAction>
#include <QListView>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

using namespace scalekv::ui;

class TestHistory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { panel_.reset(); }
    void newestFirst();
    void clickAndArrowsChoose();
    void removeAndUndo();
    void recordingComesBack();
    void undoAfterNewPictures();
    void clearAndUndo();
    void menuFollowsTheSelection();
    void removedPicturesAreBounded();
    void givenUpStepsCostNoUndo();
    void discardedStepsLetGo();
    void removedAgain();
    void keptOnesLeaveWhenThereAreTooMany();

private:
    /// As many pictures as these have room in the bin.
    void useBinFor(int pictures);
    void remove(int row);
    void add(const ResultPtr& result, bool current);

    static ResultPtr result(const char* prompt);
    QStringList prompts() const;
    void click(int row, Qt::KeyboardModifiers modifiers = {});

    QUndoStack undo_;
    std::shared_ptr<PictureBin> bin_;
    std::unique_ptr<RunList> runs_;
    std::unique_ptr<HistoryPanel> panel_;
};

ResultPtr TestHistory::result(const char* prompt) {
    auto made = std::make_shared<GenerationResult>();
    made->recipe.request.prompts = {prompt};
    QImage image(8, 8, QImage::Format_RGB32);
    image.fill(Qt::green);
    made->frames += ScaleFrame{image, {}};
    return made;
}

QStringList TestHistory::prompts() const {
    QStringList list;
    for (int row = 0; row < runs_->rowCount(); ++row)
        list += runs_->result(row)->prompt();
    return list;
}

void TestHistory::click(int row, Qt::KeyboardModifiers modifiers) {
    QListView* list = panel_->list();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, modifiers,
                      list->visualRect(list->model()->index(row, 0)).center());
}

void TestHistory::init() {
    undo_.clear();
    useBinFor(100);
}

void TestHistory::useBinFor(int pictures) {
    undo_.clear();
    bin_ = std::make_shared<PictureBin>(pictures * result("x")->bytes());
    panel_.reset();
    runs_ = std::make_unique<RunList>();
    panel_ = std::make_unique<HistoryPanel>(*runs_, undo_, nullptr, bin_);
    panel_->resize(280, 500);
    panel_->show();
    QVERIFY(QTest::qWaitForWindowExposed(panel_.get()));
    for (const char* prompt : {"one", "two", "three", "four"})
        add(result(prompt), true);
}

void TestHistory::add(const ResultPtr& result, bool current) {
    runs_->insert(0, result);
    if (current)
        panel_->showAsCurrent(result);
}

void TestHistory::newestFirst() {
    QCOMPARE(prompts(), QStringList({"four", "three", "two", "one"}));
    QCOMPARE(panel_->current()->prompt(), QString("four"));
    QVERIFY(!runs_->index(0).data(RunList::Thumbnail).value<QImage>().isNull());
}

void TestHistory::clickAndArrowsChoose() {
    QSignalSpy chosen(panel_.get(), &HistoryPanel::chosen);
    click(2);
    QCOMPARE(chosen.last().front().value<ResultPtr>()->prompt(), QString("two"));
    QTest::keyClick(panel_->list(), Qt::Key_Up);
    QCOMPARE(chosen.last().front().value<ResultPtr>()->prompt(), QString("three"));
    const auto before = chosen.count();
    add(result("five"), false); // a new one does not choose itself
    QCOMPARE(chosen.count(), before);
    QCOMPARE(panel_->current()->prompt(), QString("three"));
}

void TestHistory::removeAndUndo() {
    click(1);
    click(2, Qt::ControlModifier);
    QSignalSpy chosen(panel_.get(), &HistoryPanel::chosen);
    QSignalSpy removed(panel_.get(), &HistoryPanel::removed);
    panel_->activateWindow();
    panel_->list()->setFocus();
    QTest::keyClick(panel_->list(), Qt::Key_Delete);
    QCOMPARE(prompts(), QStringList({"four", "one"}));
    QCOMPARE(removed.front().front().toInt(), 2);
    QCOMPARE(chosen.count(), 0); // removing shows nothing else
    undo_.undo();
    QCOMPARE(prompts(), QStringList({"four", "three", "two", "one"}));
    undo_.redo();
    QCOMPARE(prompts(), QStringList({"four", "one"}));
}

void TestHistory::recordingComesBack() {
    const auto record =
        std::make_shared<const scalekv::RunRecord>(scalekv::scaleSchedule("0.06M", 1.0), 4, 2);
    const ResultPtr recorded = runs_->result(1);
    runs_->setRecord(recorded, record);
    remove(1);
    QVERIFY(!runs_->record(recorded));
    QCOMPARE(bin_->bytes(), recorded->bytes() + record->bytes());
    undo_.undo();
    QCOMPARE(runs_->record(recorded), record);
    undo_.redo();
    undo_.undo();
    QCOMPARE(runs_->record(recorded), record);
    QCOMPARE(bin_->bytes(), qint64(0));
}

void TestHistory::undoAfterNewPictures() {
    click(1);
    panel_->list()->setFocus();
    QTest::keyClick(panel_->list(), Qt::Key_Delete);
    add(result("five"), true);
    undo_.undo();
    QCOMPARE(prompts(), QStringList({"five", "four", "three", "two", "one"}));
    undo_.redo();
    QCOMPARE(prompts(), QStringList({"five", "four", "two", "one"}));
}

void TestHistory::clearAndUndo() {
    panel_->clearAction()->trigger();
    QCOMPARE(runs_->rowCount(), 0);
    QVERIFY(!panel_->clearAction()->isEnabled());
    undo_.undo();
    QCOMPARE(prompts(), QStringList({"four", "three", "two", "one"}));
}

void TestHistory::menuFollowsTheSelection() {
    const auto actions = panel_->list()->actions();
    panel_->clearSelection();
    QVERIFY(!actions.front()->isEnabled());
    click(3);
    QVERIFY(actions.front()->isEnabled());
    QSignalSpy use(panel_.get(), &HistoryPanel::useSettingsRequested);
    actions.front()->trigger();
    QCOMPARE(use.front().front().value<ResultPtr>()->prompt(), QString("one"));
}

void TestHistory::remove(int row) {
    click(row);
    panel_->list()->setFocus();
    QTest::keyClick(panel_->list(), Qt::Key_Delete);
}

void TestHistory::removedPicturesAreBounded() {
    useBinFor(2);
    QSignalSpy removed(panel_.get(), &HistoryPanel::removed);
    const std::weak_ptr<const GenerationResult> oldest = runs_->result(3);
    const std::weak_ptr<const GenerationResult> newest = runs_->result(0);
    panel_->clearAction()->trigger();
    QCOMPARE(removed.front().at(0).toInt(), 4);
    QCOMPARE(removed.front().at(1).toInt(), 2);
    QVERIFY(oldest.expired());
    QVERIFY(!newest.expired());
    add(result("five"), false);
    undo_.undo();
    QCOMPARE(prompts(), QStringList({"five", "four", "three"}));
    undo_.redo();
    QCOMPARE(prompts(), QStringList({"five"}));
    undo_.undo();
    QCOMPARE(prompts(), QStringList({"five", "four", "three"}));
}

void TestHistory::givenUpStepsCostNoUndo() {
    useBinFor(1);
    undo_.push(new QUndoCommand(QStringLiteral("an edit of the form")));
    remove(3);
    remove(1); // gives the one before up
    undo_.push(new QUndoCommand(QStringLiteral("another edit")));
    QCOMPARE(prompts(), QStringList({"four", "two"}));
    undo_.undo();
    undo_.undo();
    QCOMPARE(prompts(), QStringList({"four", "three", "two"}));
    QCOMPARE(undo_.undoText(), QStringLiteral("an edit of the form"));
    undo_.undo();
    QVERIFY(!undo_.canUndo());
}

void TestHistory::discardedStepsLetGo() {
    const std::weak_ptr<const GenerationResult> watched = runs_->result(0);
    remove(0);
    QVERIFY(bin_->bytes() > 0);
    undo_.clear();
    QCOMPARE(bin_->bytes(), qint64(0));
    QVERIFY(watched.expired());
}

void TestHistory::removedAgain() {
    remove(0);
    undo_.undo();
    remove(0); // discards the step that was undone, which must not take the picture with it
    QCOMPARE(prompts(), QStringList({"three", "two", "one"}));
    undo_.undo();
    QCOMPARE(prompts(), QStringList({"four", "three", "two", "one"}));
}

void TestHistory::keptOnesLeaveWhenThereAreTooMany() {
    undo_.clear();
    panel_.reset();
    runs_ = std::make_unique<RunList>(nullptr, RunList::kMostRecordBytes, 3 * result("x")->bytes());
    panel_ = std::make_unique<HistoryPanel>(*runs_, undo_, nullptr, bin_);
    panel_->resize(280, 500);
    panel_->show();
    QVERIFY(QTest::qWaitForWindowExposed(panel_.get()));
    QSignalSpy gaveUp(runs_.get(), &RunList::gaveUp);
    for (const char* prompt : {"one", "two", "three", "four", "five"})
        add(result(prompt), true);
    QCOMPARE(prompts(), QStringList({"five", "four", "three", "two", "one"})); // nobody has kept them
    remove(2);
    runs_->setKept(runs_->result(3)); // one
    QCOMPARE(prompts(), QStringList({"five", "four", "two"}));
    runs_->setKept(runs_->result(0));
    QCOMPARE(prompts(), QStringList({"five", "four", "two"})); // the newest stays, and there is room
    QCOMPARE(gaveUp.count(), 1);
    undo_.undo(); // comes back where it stood, though the end is another
    QCOMPARE(prompts(), QStringList({"five", "four", "three", "two"}));
    runs_->setKept(runs_->result(2));
    QCOMPARE(prompts(), QStringList({"five", "four", "two"}));
    undo_.redo(); // what it would remove has left: nothing happens
    QCOMPARE(prompts(), QStringList({"five", "four", "two"}));
}

QTEST_MAIN(TestHistory)
#include "tst_history.moc"
