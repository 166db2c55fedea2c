// What a small model knows is offered while one types, and what it has never seen is named.

#include "ui/generate/prompt_completer.h"
#include "ui/generate/prompt_edit.h"
#include "ui/generate/unknown_words_label.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QTest>
#include <QVBoxLayout>

using namespace scalekv;

class TestPromptWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { window_.reset(); }
    void offersWhatTheWordMayBecome();
    void enterTakesTheChosenOne();
    void tabTakesTheFirst();
    void escapeAndTypingOn();
    void nothingIsOfferedUnasked();
    void unknownWordsAreNamed();
    void aWordBeingTypedIsNotBlamed();
    void withoutVocabularyNothingHappens();

private:
    QWidget* popup() const;
    void type(const QString& text);

    std::unique_ptr<QWidget> window_;
    ui::PromptEdit* edit_ = nullptr;
    ui::PromptCompleter* completer_ = nullptr;
    ui::UnknownWordsLabel* label_ = nullptr;
};

void TestPromptWords::init() {
    window_ = std::make_unique<QWidget>();
    auto* column = new QVBoxLayout(window_.get());
    edit_ = new ui::PromptEdit(3, window_.get());
    label_ = new ui::UnknownWordsLabel(edit_, window_.get());
    completer_ = new ui::PromptCompleter(edit_);
    column->addWidget(edit_);
    column->addWidget(label_);
    Vocabulary vocabulary;
    vocabulary.objects = {"red apple", "palm tree", "fox"};
    vocabulary.aliases = {{"fox", {"vixen"}}};
    vocabulary.colours = {"red", "purple"};
    vocabulary.prompts = {"a {object} on a {colour} background"};
    completer_->setVocabulary(vocabulary);
    label_->setVocabulary(vocabulary);
    window_->show();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    edit_->setFocus();
}

QWidget* TestPromptWords::popup() const {
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (widget->objectName() == "completions")
            return widget;
    return nullptr;
}

/// As a person's keys arrive: at the list while that is open.
void TestPromptWords::type(const QString& text) {
    for (const QChar c : text)
        QTest::keyClick(popup() && popup()->isVisible() ? popup() : edit_, c.toLatin1());
}

void TestPromptWords::offersWhatTheWordMayBecome() {
    type("a pal");
    QCOMPARE(completer_->offered(), QStringList{"palm tree"});
    type("m");
    QCOMPARE(completer_->offered(), QStringList{"palm tree"});
    QCOMPARE(edit_->toPlainText(), QString("a palm"));
}

void TestPromptWords::enterTakesTheChosenOne() {
    type("a palm t");
    QTest::keyClick(popup(), Qt::Key_Down);
    QTest::keyClick(popup(), Qt::Key_Return);
    QCOMPARE(edit_->toPlainText(), QString("a palm tree"));
    QVERIFY(completer_->offered().isEmpty());
    QTRY_VERIFY(edit_->hasFocus()); // and the keyboard is still the prompt's
    type(" on");
    QVERIFY(edit_->toPlainText().startsWith("a palm tree on"));
}

void TestPromptWords::tabTakesTheFirst() {
    type("a vix");
    QTest::keyClick(popup(), Qt::Key_Tab);
    QCOMPARE(edit_->toPlainText(), QString("a vixen"));
    QVERIFY(completer_->offered().isEmpty());
}

void TestPromptWords::escapeAndTypingOn() {
    type("a pur");
    QVERIFY(!completer_->offered().isEmpty());
    // The window's Stop does not hear it: the list claims the key first.
    QKeyEvent claim(QEvent::ShortcutOverride, Qt::Key_Escape, Qt::NoModifier);
    claim.ignore();
    QApplication::sendEvent(popup(), &claim);
    QVERIFY(claim.isAccepted());
    QTest::keyClick(popup(), Qt::Key_Escape);
    QVERIFY(completer_->offered().isEmpty());
    QCOMPARE(edit_->toPlainText(), QString("a pur"));
}

void TestPromptWords::nothingIsOfferedUnasked() {
    edit_->clearFocus();
    edit_->setPlainText("a pal"); // an example, a picture's settings
    QVERIFY(completer_->offered().isEmpty());
}

void TestPromptWords::unknownWordsAreNamed() {
    edit_->clearFocus();
    edit_->setPlainText("a fox on a Purple background");
    QVERIFY2(label_->isVisible() && label_->text().contains("“Purple”"), qPrintable(label_->text()));
    edit_->setPlainText("a fox on a purple background");
    QVERIFY(label_->isHidden());
}

void TestPromptWords::aWordBeingTypedIsNotBlamed() {
    type("a purp");
    QVERIFY(label_->isHidden());
    type("x");
    QVERIFY2(label_->text().contains("“purpx”"), qPrintable(label_->text()));
}

void TestPromptWords::withoutVocabularyNothingHappens() {
    completer_->setVocabulary({});
    label_->setVocabulary({});
    type("a pal xyzzy");
    QVERIFY(completer_->offered().isEmpty());
    QVERIFY(label_->isHidden());
}

QTEST_MAIN(TestPromptWords)
#include "tst_prompt_words.moc"
