#include "ui/history_model.h"
#include "ui/history_panel.h"

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
    void undoAfterNewPictures();
    void clearAndUndo();
    void menuFollowsTheSelection();

private:
    static ResultPtr result(const char* prompt);
    QStringList prompts() const;
    void click(int row, Qt::KeyboardModifiers modifiers = {});

    QUndoStack undo_;
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
    for (int row = 0; row < panel_->model().rowCount(); ++row)
        list += panel_->model().result(row)->prompt();
    return list;
}

void TestHistory::click(int row, Qt::KeyboardModifiers modifiers) {
    QListView* list = panel_->list();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, modifiers,
                      list->visualRect(list->model()->index(row, 0)).center());
}

void TestHistory::init() {
    undo_.clear();
    panel_ = std::make_unique<HistoryPanel>(undo_);
    panel_->resize(280, 500);
    panel_->show();
    QVERIFY(QTest::qWaitForWindowExposed(panel_.get()));
    for (const char* prompt : {"one", "two", "three", "four"})
        panel_->add(result(prompt), true);
}

void TestHistory::newestFirst() {
    QCOMPARE(prompts(), QStringList({"four", "three", "two", "one"}));
    QCOMPARE(panel_->current()->prompt(), QString("four"));
    QVERIFY(!panel_->model().index(0).data(HistoryModel::Thumbnail).value<QImage>().isNull());
}

void TestHistory::clickAndArrowsChoose() {
    QSignalSpy chosen(panel_.get(), &HistoryPanel::chosen);
    click(2);
    QCOMPARE(chosen.last().front().value<ResultPtr>()->prompt(), QString("two"));
    QTest::keyClick(panel_->list(), Qt::Key_Up);
    QCOMPARE(chosen.last().front().value<ResultPtr>()->prompt(), QString("three"));
    const auto before = chosen.count();
    panel_->add(result("five"), false); // a new one does not choose itself
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

void TestHistory::undoAfterNewPictures() {
    click(1);
    panel_->list()->setFocus();
    QTest::keyClick(panel_->list(), Qt::Key_Delete);
    panel_->add(result("five"), true);
    undo_.undo();
    QCOMPARE(prompts(), QStringList({"five", "four", "three", "two", "one"}));
    undo_.redo();
    QCOMPARE(prompts(), QStringList({"five", "four", "two", "one"}));
}

void TestHistory::clearAndUndo() {
    panel_->clearAction()->trigger();
    QCOMPARE(panel_->model().rowCount(), 0);
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

QTEST_MAIN(TestHistory)
#include "tst_history.moc"
