// For who has no prompt: a surprise, the examples, and all that a small model knows.

#include "tests/ui/dialogs.h"
#include "tests/ui/form_window.h"
#include "tests/ui/menus.h"
#include "tests/ui/studio_fixture.h"

#include "scalekv/model_files.h"
#include "ui/generate/vocabulary_dialog.h"

#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSet>
#include <QSettings>
#include <QSignalSpy>

using namespace scalekv;
using ui::VocabularyDialog;

class TestPromptIdeas : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void init() { QSettings().clear(); }
    void surprises();
    void surpriseIsOneStep();
    void surpriseWithoutVocabulary();
    void surpriseWithOneThing();
    void nothingToOffer();
    void unknownWordsOfTheDemo();

    void everyPromptCanBeChosen();
    void beginsAtThePrompt_data();
    void beginsAtThePrompt();
    void search_data();
    void search();
    void keysWalk();
    void taken_data();
    void taken();
    void doubleClickTakes();
    void givenUp();
    void withoutColours();
    void fitsIntoASmallWindow();

private:
    static ui::ModelSummary demo();
    /// Opens the dialog as a person does and acts in it.
    static void browse(FormWindow& studio, const std::function<void(VocabularyDialog&)>& act);
};

namespace {

QListWidget* objectsIn(const QDialog& dialog) {
    return dialog.findChild<QListWidget*>("objects");
}

QListWidget* coloursIn(const QDialog& dialog) {
    return dialog.findChild<QListWidget*>("colours");
}

QLineEdit* searchIn(const QDialog& dialog) {
    return dialog.findChild<QLineEdit*>("vocabularySearch");
}

QStringList seen(const QListWidget* list) {
    QStringList names;
    for (int row = 0; row < list->count(); ++row)
        if (!list->item(row)->isHidden())
            names += list->item(row)->text();
    return names;
}

QPoint placeOf(QListWidget* list, const QString& name) {
    QListWidgetItem* item = list->findItems(name, Qt::MatchExactly).value(0);
    list->scrollToItem(item);
    return list->visualItemRect(item).center();
}

Vocabulary smallOne() {
    Vocabulary vocabulary;
    vocabulary.objects = {"fox", "flying saucer", "green apple", "owl", "red apple"};
    vocabulary.aliases = {{"flying saucer", {"ufo"}}};
    vocabulary.colours = {"red", "green", "teal"};
    vocabulary.prompts = {"an owl on a red background", "a {object} on a {colour} background"};
    return vocabulary;
}

} // namespace

ui::ModelSummary TestPromptIdeas::demo() {
    ui::ModelSummary model = largeModel();
    model.path = StudioFixture::demoPath();
    model.files = findModel(model.path.toStdString());
    return model;
}

void TestPromptIdeas::browse(FormWindow& studio, const std::function<void(VocabularyDialog&)>& act) {
    WhenOpened<VocabularyDialog> opened([&](VocabularyDialog& dialog) {
        QCoreApplication::processEvents(); // a menu that closes makes its own window the active one
        dialog.activateWindow();
        const bool active = QTest::qWaitForWindowActive(&dialog);
        act(dialog);
        if (dialog.isVisible()) {
            dialog.reject();
            QVERIFY(active);
            QFAIL("The dialog was not ended.");
        }
    });
    QStringList entries;
    QVERIFY2(chooseInMenu(studio.find<QToolButton>("examples"), "Browse what it knows…", &entries),
             qPrintable(entries.join('/')));
    QVERIFY(opened.met());
    studio.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&studio.window));
}

void TestPromptIdeas::surprises() {
    const ui::ModelSummary model = demo();
    FormWindow studio(model);
    auto* dice = studio.find<QToolButton>("surprise");
    auto* unknown = studio.find<QLabel>("unknownWords");
    QSet<QString> prompts;
    for (int i = 0; i < 40; ++i) {
        const QString before = studio.prompt();
        QTest::mouseClick(dice, Qt::LeftButton);
        QVERIFY(studio.prompt() != before); // never the same twice running
        QVERIFY2(studio.prompt().endsWith(" background"), qPrintable(studio.prompt()));
        QVERIFY2(unknown->isHidden(), qPrintable(unknown->text())); // all of it is known
        prompts.insert(studio.prompt());
    }
    QVERIFY2(prompts.size() > 30, qPrintable(QString::number(prompts.size()))); // of 1344
    QVERIFY(!studio.find<QToolButton>("surprise")->toolTip().isEmpty());
}

void TestPromptIdeas::surpriseIsOneStep() {
    FormWindow studio(demo());
    studio.type(studio.find<QPlainTextEdit>("prompt"), "mine");
    studio.outside->setFocus();
    const int steps = studio.undo.count();
    QTest::mouseClick(studio.find<QToolButton>("surprise"), Qt::LeftButton);
    const QString first = studio.prompt();
    QTest::mouseClick(studio.find<QToolButton>("surprise"), Qt::LeftButton);
    const QString second = studio.prompt();
    QCOMPARE(studio.undo.count(), steps + 2);
    studio.outside->setFocus();
    studio.press(QKeySequence::Undo);
    QCOMPARE(studio.prompt(), first);
    studio.press(QKeySequence::Undo);
    QCOMPARE(studio.prompt(), QString("mine"));
    studio.press(QKeySequence::Redo);
    studio.press(QKeySequence::Redo);
    QCOMPARE(studio.prompt(), second);
}

void TestPromptIdeas::surpriseWithoutVocabulary() {
    FormWindow studio(largeModel());
    auto* dice = studio.find<QToolButton>("surprise");
    QVERIFY(dice->isEnabled());
    QString last;
    for (int i = 0; i < 6; ++i) {
        QTest::mouseClick(dice, Qt::LeftButton);
        QVERIFY(studio.prompt() == "a lake" || studio.prompt() == "a hill");
        QVERIFY(studio.prompt() != last);
        last = studio.prompt();
    }
    QStringList entries;
    QVERIFY(!chooseInMenu(studio.find<QToolButton>("examples"), "Browse what it knows…", &entries));
    QCOMPARE(entries, QStringList({"a lake", "a hill"}));
}

void TestPromptIdeas::surpriseWithOneThing() {
    ui::ModelSummary model = largeModel();
    model.files.examples = {"the only one"};
    FormWindow studio(model);
    for (int i = 0; i < 3; ++i) {
        QTest::mouseClick(studio.find<QToolButton>("surprise"), Qt::LeftButton);
        QCOMPARE(studio.prompt(), QString("the only one"));
    }
    QCOMPARE(studio.undo.count(), 1);
}

void TestPromptIdeas::nothingToOffer() {
    ui::ModelSummary model = largeModel();
    model.files.examples.clear();
    model.files.vocabulary.objects = {"fox"}; // but not how its prompts read
    FormWindow studio(model);
    auto* dice = studio.find<QToolButton>("surprise");
    QVERIFY(dice->isVisible() && !dice->isEnabled());
    QVERIFY(dice->toolTip().contains("nothing"));
    QVERIFY(!studio.find<QToolButton>("examples")->isVisible());
}

void TestPromptIdeas::unknownWordsOfTheDemo() {
    FormWindow studio(demo());
    auto* unknown = studio.find<QLabel>("unknownWords");
    auto* prompt = studio.find<QPlainTextEdit>("prompt");
    studio.outside->setFocus();
    prompt->setPlainText("an owl and a zeppelin");
    QVERIFY2(unknown->isVisible() && unknown->text().contains("“zeppelin”"), qPrintable(unknown->text()));
    studio.form->setModel(largeModel()); // which says nothing of its words
    QVERIFY(unknown->isHidden());
}

void TestPromptIdeas::everyPromptCanBeChosen() {
    const Vocabulary vocabulary = demo().files.vocabulary;
    VocabularyDialog dialog(vocabulary, {});
    QCOMPARE(objectsIn(dialog)->count(), 112);
    QCOMPARE(coloursIn(dialog)->count(), 12);
    QSet<QString> prompts;
    for (int object = 0; object < 112; ++object)
        for (int colour = 0; colour < 12; ++colour) {
            objectsIn(dialog)->setCurrentRow(object);
            coloursIn(dialog)->setCurrentRow(colour);
            prompts.insert(dialog.prompt());
            QVERIFY(unknownWords(vocabulary, dialog.prompt().toStdString()).empty());
        }
    QCOMPARE(prompts.size(), 1344);
    const QListWidgetItem* saucer = objectsIn(dialog)->findItems("flying saucer", Qt::MatchExactly).value(0);
    QVERIFY(saucer && saucer->toolTip().contains("ufo"));
}

void TestPromptIdeas::beginsAtThePrompt_data() {
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<QString>("chosen");
    QTest::newRow("its own") << "a red apple on a green background"
                             << "a red apple on a green background";
    QTest::newRow("with an article") << "an  owl on a teal background"
                                     << "an owl on a teal background";
    QTest::newRow("something else") << "a lake"
                                    << "a fox on a red background";
    QTest::newRow("nothing") << ""
                             << "a fox on a red background";
}

void TestPromptIdeas::beginsAtThePrompt() {
    QFETCH(QString, prompt);
    QFETCH(QString, chosen);
    const VocabularyDialog dialog(smallOne(), prompt);
    QCOMPARE(dialog.prompt(), chosen);
    QCOMPARE(dialog.findChild<QLabel*>("composedPrompt")->text(), chosen);
}

void TestPromptIdeas::search_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("objects");
    QTest::addColumn<QStringList>("colours");
    QTest::addColumn<QString>("prompt");
    const QStringList allObjects{"fox", "flying saucer", "green apple", "owl", "red apple"};
    const QStringList allColours{"red", "green", "teal"};
    QTest::newRow("nothing") << "" << allObjects << allColours << "an owl on a teal background";
    QTest::newRow("an object") << "fox" << QStringList{"fox"} << allColours << "a fox on a teal background";
    QTest::newRow("capitals") << "FoX" << QStringList{"fox"} << allColours << "a fox on a teal background";
    QTest::newRow("a part") << "app" << QStringList{"green apple", "red apple"} << allColours
                            << "a green apple on a teal background";
    QTest::newRow("two words") << " red  apple" << QStringList{"red apple"} << allColours
                               << "a red apple on a teal background";
    QTest::newRow("another name") << "ufo" << QStringList{"flying saucer (ufo)"} << allColours
                                  << "a flying saucer on a teal background";
    QTest::newRow("a colour") << "tea" << allObjects << QStringList{"teal"} << "an owl on a teal background";
    QTest::newRow("both") << "fox green" << QStringList{"fox", "green apple"} << QStringList{"green"}
                          << "a fox on a green background";
    QTest::newRow("unknown") << "zeppelin" << allObjects << allColours << "an owl on a teal background";
}

void TestPromptIdeas::search() {
    QFETCH(QString, text);
    QFETCH(QStringList, objects);
    QFETCH(QStringList, colours);
    QFETCH(QString, prompt);
    VocabularyDialog dialog(smallOne(), "an owl on a teal background");
    dialog.show();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    QVERIFY(searchIn(dialog)->hasFocus());
    QTest::keyClicks(searchIn(dialog), text);
    QCOMPARE(seen(objectsIn(dialog)), objects);
    QCOMPARE(seen(coloursIn(dialog)), colours);
    QCOMPARE(dialog.prompt(), prompt);
    QCOMPARE(dialog.findChild<QLabel*>("composedPrompt")->text(), prompt);
    const QString note = dialog.findChild<QLabel*>("vocabularyNote")->text();
    QCOMPARE(note.contains("nothing"), text == "zeppelin");
    searchIn(dialog)->clear();
    QCOMPARE(seen(objectsIn(dialog)).size(), 5);
    QCOMPARE(dialog.prompt(), prompt); // what was found stays chosen
}

void TestPromptIdeas::keysWalk() {
    VocabularyDialog dialog(smallOne(), {});
    dialog.show();
    QVERIFY(QTest::qWaitForWindowActive(&dialog));
    QTest::keyClicks(searchIn(dialog), "apple");
    QTest::keyClick(searchIn(dialog), Qt::Key_Down); // without leaving the field, past what is hidden
    QCOMPARE(dialog.prompt(), QString("a red apple on a red background"));
    QTest::keyClick(searchIn(dialog), Qt::Key_Up);
    QCOMPARE(dialog.prompt(), QString("a green apple on a red background"));
    QTest::keyClick(searchIn(dialog), Qt::Key_Tab);
    QVERIFY(objectsIn(dialog)->hasFocus());
    QTest::keyClick(objectsIn(dialog), Qt::Key_Tab);
    QVERIFY(coloursIn(dialog)->hasFocus());
    QTest::keyClick(coloursIn(dialog), Qt::Key_End);
    QCOMPARE(dialog.prompt(), QString("a green apple on a teal background"));
    QTest::keyClick(coloursIn(dialog), Qt::Key_Return);
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
}

void TestPromptIdeas::taken_data() {
    QTest::addColumn<bool>("generates");
    QTest::addColumn<QString>("how");
    for (const bool generates : {false, true})
        for (const char* how : {"search", "list", "button"})
            QTest::addRow("%s%s", how, generates ? ", generates" : "") << generates << QString(how);
}

void TestPromptIdeas::taken() {
    QFETCH(bool, generates);
    QFETCH(QString, how);
    FormWindow studio(demo());
    studio.form->setPrompt("a fox on a green background");
    QSignalSpy generate(studio.form, &ui::GenerateForm::generateRequested);
    browse(studio, [&](VocabularyDialog& dialog) {
        QCOMPARE(dialog.prompt(), QString("a fox on a green background"));
        QTest::keyClicks(searchIn(dialog), "octo");
        const auto modifiers = generates ? Qt::ControlModifier : Qt::NoModifier;
        if (how == "search")
            QTest::keyClick(searchIn(dialog), Qt::Key_Return, modifiers);
        else if (how == "list")
            QTest::keyClick(coloursIn(dialog), Qt::Key_Enter, modifiers | Qt::KeypadModifier);
        else
            QTest::mouseClick(dialog.findChild<QPushButton*>(generates ? "generatePrompt" : "usePrompt"),
                              Qt::LeftButton);
    });
    QCOMPARE(studio.prompt(), QString("an octopus on a green background"));
    QCOMPARE(generate.count(), generates ? 1 : 0);
    QCOMPARE(studio.undo.count(), 1);
    studio.outside->setFocus();
    studio.press(QKeySequence::Undo);
    QCOMPARE(studio.prompt(), QString("a fox on a green background"));
}

void TestPromptIdeas::doubleClickTakes() {
    FormWindow studio(demo());
    browse(studio, [&](VocabularyDialog& dialog) {
        QListWidget *objects = objectsIn(dialog), *colours = coloursIn(dialog);
        QTest::mouseClick(colours->viewport(), Qt::LeftButton, {}, placeOf(colours, "pink"));
        const QPoint whale = placeOf(objects, "whale");
        QTest::mouseClick(objects->viewport(), Qt::LeftButton, {}, whale);
        QTest::mouseDClick(objects->viewport(), Qt::LeftButton, {}, whale);
    });
    QCOMPARE(studio.prompt(), QString("a whale on a pink background"));
}

void TestPromptIdeas::givenUp() {
    FormWindow studio(demo());
    studio.form->setPrompt("mine");
    browse(studio, [&](VocabularyDialog& dialog) { QTest::keyClick(&dialog, Qt::Key_Escape); });
    QCOMPARE(studio.prompt(), QString("mine"));
    QCOMPARE(studio.undo.count(), 0);
}

void TestPromptIdeas::withoutColours() {
    Vocabulary vocabulary = smallOne();
    vocabulary.colours.clear();
    vocabulary.prompts = {"a picture of a {object}"};
    VocabularyDialog dialog(vocabulary, "a picture of a fox");
    dialog.show();
    QVERIFY(!coloursIn(dialog)->isVisible());
    QTest::keyClicks(searchIn(dialog), "green");
    QCOMPARE(dialog.prompt(), QString("a picture of a green apple"));
}

void TestPromptIdeas::fitsIntoASmallWindow() {
    VocabularyDialog dialog(demo().files.vocabulary, {});
    dialog.show();
    QVERIFY(dialog.height() <= 600 && dialog.width() <= 900); // of 1280 × 720
    QVERIFY(dialog.minimumSizeHint().height() <= 400);
}

QTEST_MAIN(TestPromptIdeas)
#include "tst_prompt_ideas.moc"
