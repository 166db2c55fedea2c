#include "tests/ui/studio_fixture.h"

#include "ui/generate/generate_form.h"
#include "ui/generate/history_panel.h"
#include "ui/generate/picture_stage.h"
#include "ui/runs/run_list.h"
#include "widgets/image_view.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QTest>
#include <QTimer>
#include <QUrl>

using namespace scalekv;
using ui::EngineSession;
using widgets::MessageBar;

/// What becomes of pictures once they are made: shown, removed and brought back, saved, opened; and what the
/// window says about it.
class TestStudioPictures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void init();
    void cleanup() { studio_.reset(); }

    void undoInTheMessageUndoesTheRemoval();
    void messageGoesWithTheNextStep();
    void removedPictureLeavesTheStage();
    void clearedWhileItRuns();
    void statusSpeaksOfWhatIsShown();
    void statusSpeaksOfWhatRuns();
    void savingWithdrawsItsError();
    void generatingWithdrawsItsError();
    void loadingWithdrawsItsError();
    void otherErrorsStay();
    void savedAsPng_data();
    void savedAsPng();
    void saveDialogPutsPngBehind();
    void badFiles_data();
    void badFiles();

private:
    ui::MainWindow& window() { return studio_->window(); }
    MessageBar& messages() { return *window().messages(); }
    void click(int row);
    void remove(int row);
    void clickMessage() { QTest::mouseClick(messages().findChild<QPushButton*>(), Qt::LeftButton); }
    QString time() { return studio_->find<QLabel>("time")->text(); }

    std::unique_ptr<StudioFixture> studio_;
};

void TestStudioPictures::init() {
    studio_ = std::make_unique<StudioFixture>();
    QVERIFY(QTest::qWaitForWindowExposed(&studio_->window()));
    QVERIFY(studio_->waitForModel());
}

void TestStudioPictures::click(int row) {
    QListView* list = studio_->history()->list();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(row, 0)).center());
}

void TestStudioPictures::remove(int row) {
    click(row);
    window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window()));
    studio_->history()->list()->setFocus();
    QTest::keyClick(studio_->history()->list(), Qt::Key_Delete);
}

void TestStudioPictures::undoInTheMessageUndoesTheRemoval() {
    QVERIFY(studio_->givePicture("a sun on a blue background"));
    QVERIFY(studio_->givePicture("a fox on a green background"));
    const ui::ResultPtr older = studio_->window().runs().result(1);
    remove(1);
    QCOMPARE(studio_->window().runs().rowCount(), 1);
    QVERIFY(!messages().isHidden());
    clickMessage();
    QCOMPARE(studio_->window().runs().rowCount(), 2);
    QCOMPARE(studio_->window().runs().result(1), older);
    QVERIFY(messages().isHidden());
}

void TestStudioPictures::messageGoesWithTheNextStep() {
    QVERIFY(studio_->givePicture("a sun on a blue background"));
    remove(0);
    QVERIFY(!messages().isHidden());
    window().undoStack().push(new QUndoCommand(QStringLiteral("an edit")));
    QVERIFY(messages().isHidden()); // its Undo would undo the edit
    window().undoStack().undo();
    window().undoStack().undo();
    QCOMPARE(studio_->window().runs().rowCount(), 1);
    remove(0);
    QVERIFY(!messages().isHidden());
    window().undoStack().undo(); // by the menu
    QVERIFY(messages().isHidden());
}

void TestStudioPictures::removedPictureLeavesTheStage() {
    QVERIFY(studio_->givePicture("a sun on a blue background"));
    QVERIFY(studio_->givePicture("a fox on a green background"));
    const ui::ResultPtr older = studio_->window().runs().result(1);
    QVERIFY(studio_->stage()->shownResult() != older);
    remove(0);
    QCOMPARE(studio_->stage()->shownResult(), older); // the one that is left
    QCOMPARE(studio_->history()->current(), older);
    studio_->history()->clearAction()->trigger();
    QVERIFY(!studio_->stage()->shownResult());
    QVERIFY(studio_->stage()->view()->isEmpty());
    QVERIFY(!studio_->stage()->saveAction()->isEnabled());
    QCOMPARE(window().stateText(), QString("Ready"));
    window().undoStack().undo();
    QCOMPARE(studio_->stage()->shownResult(), older);
}

void TestStudioPictures::clearedWhileItRuns() {
    QVERIFY(studio_->givePicture("a sun on a blue background"));
    studio_->prepare("a house on a gray background");
    studio_->chooseSize("0.25M");
    connect(&studio_->session(), &EngineSession::scaleFinished, &window(), [this](const ScaleReport& report) {
        if (report.scale != 1)
            return;
        click(0);
        studio_->history()->clearAction()->trigger();
        QVERIFY(studio_->stage()->isLiveShown());
        QVERIFY(!studio_->stage()->view()->isEmpty());
    });
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    QCOMPARE(studio_->window().runs().rowCount(), 1);
    QCOMPARE(studio_->stage()->shownResult(), studio_->window().runs().result(0));
}

void TestStudioPictures::statusSpeaksOfWhatIsShown() {
    QVERIFY(studio_->generate("a sun on a blue background"));
    QCOMPARE(window().stateText(), QString("Finished: a sun on a blue background"));
    QVERIFY(!time().isEmpty());
    QVERIFY(studio_->generate("a fox on a green background"));
    QCOMPARE(window().stateText(), QString("Finished: a fox on a green background"));
    click(1);
    QCOMPARE(window().stateText(), QString("Finished: a sun on a blue background"));
    // A picture from a file has no time of ours.
    const QString file = studio_->temporaryPath("fox.png");
    window().pictures().save(studio_->window().runs().result(0), file);
    QVERIFY(
        QTest::qWaitFor([&] { return window().stateText().startsWith("Saved"); }, StudioFixture::kPatience));
    window().pictures().open(file);
    QVERIFY(
        QTest::qWaitFor([&] { return studio_->window().runs().rowCount() == 3; }, StudioFixture::kPatience));
    QVERIFY(time().isEmpty());
    QVERIFY(studio_->find<QLabel>("memory")->text().isEmpty());
    click(1);
    QVERIFY(!time().isEmpty());
}

void TestStudioPictures::statusSpeaksOfWhatRuns() {
    QVERIFY(studio_->givePicture("a sun on a blue background"));
    studio_->prepare("a house on a gray background");
    studio_->chooseSize("0.25M");
    QStringList texts, toolTips;
    connect(&studio_->session(), &EngineSession::scaleFinished, &window(), [&](const ScaleReport& report) {
        if (report.scale == 1)
            click(0);
        texts += window().stateText();
        toolTips += studio_->find<QLabel>("time")->toolTip();
    });
    studio_->clickGenerate();
    QVERIFY(studio_->waitUntilIdle());
    for (const QString& text : texts)
        QCOMPARE(text, QString("Generating"));
    for (const QString& toolTip : toolTips)
        QVERIFY2(toolTip.contains("running"), qPrintable(toolTip));
    QVERIFY2(!window().stateText().startsWith("Finished"), qPrintable(window().stateText()));
    QVERIFY(window().stateText().contains("a house on a gray background"));
    QVERIFY2(studio_->find<QLabel>("time")->toolTip().contains("this picture"),
             qPrintable(studio_->find<QLabel>("time")->toolTip()));
}

void TestStudioPictures::savingWithdrawsItsError() {
    QVERIFY(studio_->givePicture("a sun on a blue background"));
    window().pictures().save(studio_->stage()->shownResult(), studio_->temporaryPath("no/folder/x.png"));
    QVERIFY(QTest::qWaitFor([&] { return !messages().isHidden(); }, StudioFixture::kPatience));
    window().pictures().save(studio_->stage()->shownResult(), studio_->temporaryPath("x.png"));
    QVERIFY(QTest::qWaitFor([&] { return messages().isHidden(); }, StudioFixture::kPatience));
}

void TestStudioPictures::generatingWithdrawsItsError() {
    GenerationRequest impossible;
    impossible.prompts = {"a fox"};
    impossible.size = "0.06M";
    impossible.policy.name = "snapkv";
    impossible.policy.budget.tokens = 2;
    window().queue().add({.work = ui::PictureWork{impossible}});
    QTRY_VERIFY(!messages().isHidden());
    studio_->prepare("a fox on a green background");
    studio_->clickGenerate();
    QVERIFY(messages().isHidden());
    QVERIFY(studio_->waitUntilIdle());
    QCOMPARE(studio_->window().runs().rowCount(), 1);
}

void TestStudioPictures::loadingWithdrawsItsError() {
    window().models().open(studio_->temporaryPath("not there"));
    QVERIFY(studio_->waitUntilIdle());
    QCOMPARE(messages().kind(), MessageBar::Kind::Error);
    QVERIFY(!messages().isHidden());
    window().models().open(studio_->otherModel("Another"));
    QVERIFY(studio_->waitUntilIdle());
    QVERIFY(messages().isHidden());
}

void TestStudioPictures::otherErrorsStay() {
    QVERIFY(studio_->givePicture("a sun on a blue background"));
    window().pictures().save(studio_->stage()->shownResult(), studio_->temporaryPath("no/folder/x.png"));
    QVERIFY(QTest::qWaitFor([&] { return !messages().isHidden(); }, StudioFixture::kPatience));
    QVERIFY(studio_->generate("a fox on a green background"));
    QVERIFY(!messages().isHidden()); // the picture is still not saved
    window().models().open(studio_->otherModel("Another"));
    QVERIFY(studio_->waitUntilIdle());
    QVERIFY(!messages().isHidden());
}

void TestStudioPictures::savedAsPng_data() {
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QString>("written");
    QTest::newRow("png") << "a.png"
                         << "a.png";
    QTest::newRow("capitals") << "a.PNG"
                              << "a.PNG";
    QTest::newRow("jpg") << "a.jpg"
                         << "a.jpg.png";
    QTest::newRow("no ending") << "a"
                               << "a.png";
    QTest::newRow("version") << "fox 1.2"
                             << "fox 1.2.png";
}

void TestStudioPictures::savedAsPng() {
    QFETCH(QString, asked);
    QFETCH(QString, written);
    QVERIFY(studio_->givePicture("a sun on a blue background"));
    window().pictures().save(studio_->stage()->shownResult(), studio_->temporaryPath(asked));
    QVERIFY(
        QTest::qWaitFor([&] { return window().stateText().startsWith("Saved"); }, StudioFixture::kPatience));
    QVERIFY2(window().stateText().endsWith(written), qPrintable(window().stateText()));
    QVERIFY(!QImage(studio_->temporaryPath(written), "png").isNull());
    QCOMPARE(QFile::exists(studio_->temporaryPath(asked)), asked == written);
}

void TestStudioPictures::saveDialogPutsPngBehind() {
    QVERIFY(studio_->givePicture("a sun on a blue background"));
    const QString existing = studio_->temporaryPath("fox.jpg.png");
    QFile file(existing);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("mine") == 4);
    file.close();
    bool asked = false, cameBack = false;
    QTimer driver; // answers the dialogs while they run their own event loops
    connect(&driver, &QTimer::timeout, this, [&] {
        if (auto* question = qobject_cast<QMessageBox*>(QApplication::activeModalWidget())) {
            asked = question->text().contains("fox.jpg.png");
            QTest::mouseClick(question->button(QMessageBox::No), Qt::LeftButton);
        } else if (auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget())) {
            if (asked) { // it is there again, for another name
                cameBack = true;
                dialog->reject();
                return;
            }
            auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
            name->setText(studio_->temporaryPath("fox.jpg"));
            QTest::keyClick(name, Qt::Key_Return);
        }
    });
    driver.start(10);
    studio_->stage()->saveAction()->trigger();
    driver.stop();
    QVERIFY(asked);
    QVERIFY(cameBack);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("mine"));
    QVERIFY(!QFile::exists(studio_->temporaryPath("fox.jpg")));
}

void TestStudioPictures::badFiles_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("dropped");
    for (const bool dropped : {false, true}) {
        for (const char* name :
             {"empty.png", "folder.png", "cut.png", "huge.png", "photo.jpg", "missing.png"})
            QTest::addRow("%s, %s", name, dropped ? "dropped" : "opened") << QString(name) << dropped;
    }
}

void TestStudioPictures::badFiles() {
    QFETCH(QString, name);
    QFETCH(bool, dropped);
    QVERIFY(studio_->givePicture("a sun on a blue background"));
    const ui::ResultPtr before = studio_->stage()->shownResult();
    const QString path = studio_->temporaryPath(name);
    QFile file(path);
    if (name == "folder.png") {
        QVERIFY(QDir().mkpath(path));
    } else if (name == "cut.png") {
        window().pictures().save(before, path);
        QVERIFY(QTest::qWaitFor([&] { return window().stateText().startsWith("Saved"); },
                                StudioFixture::kPatience));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.resize(file.size() / 2));
    } else if (name != "missing.png") {
        QVERIFY(file.open(QIODevice::WriteOnly));
        if (name == "huge.png")
            QVERIFY(file.resize(qint64(8) << 30)); // takes no room: nothing is written
        else if (name == "photo.jpg")
            file.write("\xff\xd8\xff\xe0 not a PNG");
    }
    file.close();

    if (dropped) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        // As it comes from outside: Qt passes a drop on only to a window that has accepted its entering.
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window(), &drop);
    } else {
        window().pictures().open(path);
    }
    QVERIFY(QTest::qWaitFor([&] { return !messages().isHidden(); }, StudioFixture::kPatience));
    QVERIFY(studio_->waitUntilIdle());
    QCOMPARE(messages().kind(), MessageBar::Kind::Error);
    QVERIFY2(messages().text().contains(name), qPrintable(messages().text()));
    QVERIFY2(messages().text().endsWith('.'), qPrintable(messages().text()));
    QCOMPARE(studio_->window().runs().rowCount(), 1);
    QCOMPARE(studio_->stage()->shownResult(), before);
    QCOMPARE(studio_->form()->request().prompts.front(), std::string("a sun on a blue background"));
}

QTEST_MAIN(TestStudioPictures)
#include "tst_studio_pictures.moc"
