#include "tests/ui/dialogs.h"
#include "tests/ui/studio_fixture.h"

#include "ui/generate/generate_form.h"
#include "ui/generate/picture_stage.h"
#include "ui/runs/run_list.h"

#include <QAbstractButton>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>

using namespace scalekv;
using ui::EngineSession;

/// The end of the program, and what the foot of the window says until then.
class TestQuit : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void asksWhileAPictureIsMade_data();
    void asksWhileAPictureIsMade();
    void doesNotAskWhenIdle();
    void remarksPass();
};

void TestQuit::asksWhileAPictureIsMade_data() {
    QTest::addColumn<bool>("quits");
    QTest::newRow("yes") << true;
    QTest::newRow("no") << false;
}

void TestQuit::asksWhileAPictureIsMade() {
    QFETCH(bool, quits);
    StudioFixture studio;
    QVERIFY(QTest::qWaitForWindowActive(&studio.window()));
    QVERIFY(studio.waitForModel());
    studio.prepare("a lion");
    studio.chooseSize("0.25M");
    QSignalSpy finished(&studio.session(), &EngineSession::finished);
    QSignalSpy scales(&studio.session(), &EngineSession::scaleStarted);
    studio.clickGenerate();
    QVERIFY(scales.wait(StudioFixture::kPatience));
    int asked = 0;
    WhenOpened<QMessageBox> question([&](QMessageBox& box) {
        ++asked;
        QCOMPARE(box.text(), QString("A picture is being made."));
        QVERIFY(box.informativeText().contains("begins anew at the next start"));
        clickButton(box, quits ? "Stop and quit" : "Cancel");
    });
    QTest::keyClick(&studio.window(), Qt::Key_Q, Qt::ControlModifier);
    QCOMPARE(asked, 1);
    QCOMPARE(studio.window().isVisible(), !quits);
    if (!quits) {
        QVERIFY(studio.waitUntilIdle());
        QCOMPARE(finished.count(), 1); // nothing was stopped
    }
}

void TestQuit::doesNotAskWhenIdle() {
    StudioFixture studio;
    QVERIFY(QTest::qWaitForWindowActive(&studio.window()));
    QVERIFY(studio.waitForModel());
    bool asked = false;
    WhenOpened<QMessageBox> question([&](QMessageBox& box) {
        asked = true;
        box.reject();
    });
    QTest::keyClick(&studio.window(), Qt::Key_Q, Qt::ControlModifier);
    QVERIFY(!studio.window().isVisible());
    QVERIFY(!asked);
}

void TestQuit::remarksPass() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    QVERIFY(studio.generate("a fox"));
    auto& window = studio.window();
    const QString usual = window.stateText();
    QVERIFY(usual.startsWith("Finished"));
    studio.stage()->copyPicture();
    QCOMPARE(window.stateText(), QString("Copied the picture."));
    QTest::keyClicks(studio.find<QPlainTextEdit>("prompt"), "y");
    QCOMPARE(window.stateText(), usual); // the copy is an old story
    studio.stage()->copyPicture();
    window.undoStack().undo();
    QCOMPARE(window.stateText(), usual);

    const auto says = [&](const QString& beginning) {
        return QTest::qWaitFor([&] { return window.stateText().startsWith(beginning); },
                               StudioFixture::kPatience);
    };
    window.pictures().save(studio.stage()->shownResult(), studio.temporaryPath("a.png"));
    QVERIFY(says("Saved"));
    window.pictures().save(studio.stage()->shownResult(), studio.temporaryPath("no/such/folder/a.png"));
    QVERIFY(says(usual)); // "Saved a.png" would read as if this had been
}

QTEST_MAIN(TestQuit)
#include "tst_quit.moc"
