#include "ui/generate/unknown_words_label.h"

#include "ui/generate/prompt_edit.h"

#include <QFocusEvent>

namespace scalekv::ui {

UnknownWordsLabel::UnknownWordsLabel(PromptEdit* prompt, QWidget* parent) : QLabel(parent), prompt_(prompt) {
    setObjectName(QStringLiteral("unknownWords"));
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    hide();
    connect(prompt, &QPlainTextEdit::textChanged, this, &UnknownWordsLabel::look);
    connect(prompt, &QPlainTextEdit::cursorPositionChanged, this, &UnknownWordsLabel::look);
    prompt->installEventFilter(this); // a word is no longer being typed once the keyboard is elsewhere
}

void UnknownWordsLabel::setVocabulary(const Vocabulary& vocabulary) {
    vocabulary_ = vocabulary;
    QStringList objects;
    for (const std::string& object : vocabulary.objects)
        objects += QString::fromStdString(object);
    QStringList colours;
    for (const std::string& colour : vocabulary.colours)
        colours += QString::fromStdString(colour);
    setToolTip(objects.isEmpty()
                   ? QString()
                   : QStringLiteral("<p>%1</p><p>%2</p>")
                         .arg(tr("Objects: %1").arg(objects.join(QStringLiteral(", "))).toHtmlEscaped(),
                              tr("Colours: %1").arg(colours.join(QStringLiteral(", "))).toHtmlEscaped()));
    look();
}

bool UnknownWordsLabel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusOut &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason)
        QMetaObject::invokeMethod(this, &UnknownWordsLabel::look, Qt::QueuedConnection);
    return QLabel::eventFilter(watched, event);
}

void UnknownWordsLabel::look() {
    const std::string text = prompt_->toPlainText().toStdString();
    // A word that is being typed may still become one that is known.
    const std::string typed =
        prompt_->hasFocus() ? prompt_->toPlainText().left(prompt_->textCursor().position()).toStdString()
                            : std::string();
    const bool mayGrow = !completions(vocabulary_, typed).empty();
    const std::vector<std::string_view> before = wordsOf(typed);
    std::vector<std::string_view> words = unknownWords(vocabulary_, text);
    if (mayGrow && !before.empty())
        std::erase(words, before.back());
    setVisible(!words.empty());
    setText(textOf(words));
}

QString UnknownWordsLabel::textOf(const std::vector<std::string_view>& words) {
    QStringList quoted;
    for (const std::string_view word : words)
        quoted += QStringLiteral("“%1”").arg(QString::fromUtf8(word.data(), qsizetype(word.size())));
    return quoted.isEmpty() ? QString()
                            : tr("This model has never seen %1: it draws something between what it knows.")
                                  .arg(quoted.join(QStringLiteral(", ")));
}

} // namespace scalekv::ui
