#include "tests/ui/studio_fixture.h"

#include "scalekv/png.h"
#include "ui/generate/generate_form.h"
#include "ui/generate/history_panel.h"
#include "ui/generate/picture_stage.h"
#include "ui/runs/run_list.h"
#include "widgets/filmstrip.h"
#include "widgets/message_bar.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QDropEvent>
#include <QFile>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>

using namespace scalekv;
using widgets::MessageBar;

/// Pictures that carry their recipe out and bring it back.
class TestStudioRecipes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void saveOpenAndMakeAgain();
    void dropOnTheWindow();
    void undoBringsTheFormBack();
    void withoutRecipe();
    void brokenFile();
    void cannotSave();
    void otherModelsPicture();
};

void TestStudioRecipes::saveOpenAndMakeAgain() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    auto& window = studio.window();
    QVERIFY(studio.generate("a panda on a pink background", "77"));
    const ui::ResultPtr made = studio.stage()->shownResult();
    const QString file = studio.temporaryPath("panda.png");
    window.pictures().save(made, file);
    QVERIFY(
        QTest::qWaitFor([&] { return window.stateText().startsWith("Saved"); }, StudioFixture::kPatience));
    QCOMPARE(QImage(file).convertToFormat(QImage::Format_RGB32), made->picture());

    studio.prepare("something else entirely", "1");
    window.pictures().open(file);
    QVERIFY(
        QTest::qWaitFor([&] { return studio.window().runs().rowCount() == 2; }, StudioFixture::kPatience));
    const GenerationRequest back = studio.form()->request();
    QCOMPARE(back.prompts.front(), std::string("a panda on a pink background"));
    QCOMPARE(back.seed, std::uint64_t(77));
    QCOMPARE(back.size, made->request().size);
    QVERIFY(!studio.form()->newSeedEachTime());
    QCOMPARE(studio.stage()->shownPicture(), made->picture());

    studio.clickGenerate();
    QVERIFY(studio.waitUntilIdle());
    QCOMPARE(studio.window().runs().rowCount(), 3);
    QCOMPARE(studio.stage()->shownPicture(), made->picture()); // the very same picture
}

void TestStudioRecipes::dropOnTheWindow() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    auto& window = studio.window();
    QVERIFY(studio.generate("a tulip on a brown background", "8"));
    const QString file = studio.temporaryPath("tulip.png");
    window.pictures().save(studio.stage()->shownResult(), file);
    QVERIFY(
        QTest::qWaitFor([&] { return window.stateText().startsWith("Saved"); }, StudioFixture::kPatience));
    studio.prepare("x", "1");

    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &drop);
    QVERIFY(
        QTest::qWaitFor([&] { return studio.window().runs().rowCount() == 2; }, StudioFixture::kPatience));
    QCOMPARE(studio.form()->request().seed, std::uint64_t(8));

    QMimeData text;
    text.setText("only text");
    QDragEnterEvent other(QPoint(300, 300), Qt::CopyAction, &text, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&window, &other);
    QVERIFY(!other.isAccepted());
}

void TestStudioRecipes::undoBringsTheFormBack() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    auto& window = studio.window();
    QVERIFY(studio.generate("a robot on a gray background", "12"));
    studio.prepare("my long and precious prompt", "34");
    QListView* list = studio.history()->list();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
    QCOMPARE(studio.form()->request().prompts.front(),
             std::string("my long and precious prompt")); // a click fills nothing
    list->actions().front()->trigger();                   // Use these settings
    QCOMPARE(studio.form()->request().prompts.front(), std::string("a robot on a gray background"));
    QCOMPARE(studio.form()->request().seed, std::uint64_t(12));
    window.undoStack().undo();
    QCOMPARE(studio.form()->request().prompts.front(), std::string("my long and precious prompt"));
    QCOMPARE(studio.form()->request().seed, std::uint64_t(34));
    window.undoStack().redo();
    QCOMPARE(studio.form()->request().seed, std::uint64_t(12));
}

void TestStudioRecipes::withoutRecipe() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    studio.prepare("stays as it is", "5");
    const QString file = studio.temporaryPath("plain.png");
    QImage image(8, 8, QImage::Format_RGB32);
    image.fill(Qt::blue);
    QVERIFY(image.save(file));
    studio.window().pictures().open(file);
    auto* messages = studio.window().messages();
    QVERIFY(QTest::qWaitFor([&] { return !messages->isHidden(); }, StudioFixture::kPatience));
    QCOMPARE(messages->kind(), MessageBar::Kind::Warning);
    QVERIFY(messages->text().contains("plain.png"));
    QCOMPARE(studio.form()->request().prompts.front(), std::string("stays as it is"));
    QCOMPARE(studio.window().runs().rowCount(), 0);
}

void TestStudioRecipes::brokenFile() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    const QString file = studio.temporaryPath("broken.png");
    QFile writer(file);
    QVERIFY(writer.open(QIODevice::WriteOnly));
    writer.write("\x89PNG\r\n\x1a\nnothing good");
    writer.close();
    studio.window().pictures().open(file);
    auto* messages = studio.window().messages();
    QVERIFY(QTest::qWaitFor([&] { return !messages->isHidden(); }, StudioFixture::kPatience));
    QCOMPARE(messages->kind(), MessageBar::Kind::Error);
    QVERIFY2(messages->text().contains("broken.png"), qPrintable(messages->text()));
}

void TestStudioRecipes::cannotSave() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    QVERIFY(studio.generate("a pizza on a red background"));
    studio.window().pictures().save(studio.stage()->shownResult(),
                                    studio.temporaryPath("no/such/folder/x.png"));
    auto* messages = studio.window().messages();
    QVERIFY(QTest::qWaitFor([&] { return !messages->isHidden(); }, StudioFixture::kPatience));
    QCOMPARE(messages->kind(), MessageBar::Kind::Error);
    QVERIFY2(messages->text().startsWith("The picture was not saved"), qPrintable(messages->text()));
    QVERIFY(studio.stage()->shownResult()); // nothing is lost
}

void TestStudioRecipes::otherModelsPicture() {
    StudioFixture studio;
    QVERIFY(studio.waitForModel());
    auto& window = studio.window();
    Recipe recipe;
    recipe.request = studio.form()->request();
    recipe.request.prompts = {"a whale"};
    recipe.request.size = "1M";
    recipe.request.aspectRatio = 2.0;
    recipe.model.name = "Infinity 2B";
    RgbImage image{.width = 4, .height = 8, .pixels = std::vector<std::uint8_t>(4 * 8 * 3, 90)};
    const QString file = studio.temporaryPath("whale.png");
    writePng(file.toStdString(), image, recipeText(recipe));
    const std::string size = studio.form()->request().size;
    window.pictures().open(file);
    QVERIFY(
        QTest::qWaitFor([&] { return studio.window().runs().rowCount() == 1; }, StudioFixture::kPatience));
    QCOMPARE(studio.form()->request().prompts.front(), std::string("a whale"));
    QCOMPARE(studio.form()->request().size, size); // the demo model has no 1M
    QVERIFY2(window.messages()->text().contains("Infinity 2B"), qPrintable(window.messages()->text()));
    QCOMPARE(studio.stage()->filmstrip()->frames().rowCount(), 1);
}

QTEST_MAIN(TestStudioRecipes)
#include "tst_studio_recipes.moc"
