#include "ui/generate/prompt_completer.h"

#include "ui/generate/prompt_edit.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QCoreApplication>
#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QStringListModel>

#include <algorithm>

namespace scalekv::ui {
namespace {

constexpr int kMostShown = 8;

} // namespace

PromptCompleter::PromptCompleter(PromptEdit* edit)
    : QObject(edit), edit_(edit), completer_(new QCompleter(this)), model_(new QStringListModel(this)) {
    completer_->setModel(model_);
    completer_->setWidget(edit);
    completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    completer_->setMaxVisibleItems(kMostShown);
    completer_->popup()->setObjectName(QStringLiteral("completions"));
    connect(completer_, qOverload<const QString&>(&QCompleter::activated), this, &PromptCompleter::take);
    connect(edit, &QPlainTextEdit::textChanged, this, &PromptCompleter::offer);
    // What was offered was for the end of what stands before the cursor.
    connect(edit, &QPlainTextEdit::cursorPositionChanged, this, [this] {
        if (typed() != offeredFor_)
            completer_->popup()->hide();
    });
    completer_->popup()->installEventFilter(this);
    edit->installEventFilter(this);
}

QStringList PromptCompleter::offered() const {
    return completer_->popup()->isVisible() ? model_->stringList() : QStringList();
}

std::string PromptCompleter::typed() const {
    return edit_->toPlainText().left(edit_->textCursor().position()).toStdString();
}

void PromptCompleter::offer() {
    // Only what a person types asks for words: not a prompt that is put here, nor what was just taken.
    if (taking_ || edit_->isReplacing() || !edit_->hasFocus() || vocabulary_.empty())
        return;
    const std::string text = typed();
    offeredFor_ = text;
    completions_ = completions(vocabulary_, text);
    QStringList names;
    for (const Completion& completion : completions_)
        names += QString::fromStdString(completion.text);
    model_->setStringList(names);
    if (names.isEmpty()) {
        completer_->popup()->hide();
        return;
    }
    QRect place = edit_->cursorRect();
    QAbstractItemView* popup = completer_->popup();
    place.setWidth(
        std::max(180, popup->sizeHintForColumn(0) + popup->verticalScrollBar()->sizeHint().width()));
    completer_->complete(place);
}

void PromptCompleter::take(const QString& text) {
    const auto found =
        std::find_if(completions_.begin(), completions_.end(), [&](const Completion& completion) {
            return QString::fromStdString(completion.text) == text;
        });
    if (found == completions_.end())
        return;
    const QScopedValueRollback taking(taking_, true);
    QTextCursor cursor = edit_->textCursor();
    const int end = cursor.position();
    cursor.setPosition(static_cast<int>(QString::fromStdString(typed().substr(0, found->begin)).size()));
    cursor.setPosition(end, QTextCursor::KeepAnchor);
    cursor.insertText(text);
    edit_->setTextCursor(cursor);
    edit_->setFocus();
}

/// Of the list, which has the keyboard while it is open; QCompleter itself would give these keys to the
/// prompt.
bool PromptCompleter::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && completer_->popup()->isVisible() &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept(); // Escape closes the list; it is not yet the window's Stop
        return true;
    }
    if (event->type() != QEvent::KeyPress || watched == edit_)
        return QObject::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    QAbstractItemView* popup = completer_->popup();
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    QModelIndex chosen = popup->currentIndex();
    if (key->key() == Qt::Key_Tab && !chosen.isValid())
        chosen = completer_->completionModel()->index(0, 0); // with Enter that would be a surprise
    if ((key->key() == Qt::Key_Tab || (enter && key->modifiers() == Qt::NoModifier)) && chosen.isValid()) {
        const QString text = chosen.data().toString();
        popup->hide();
        take(text);
        return true;
    }
    const bool isCommand = key->modifiers().testFlag(Qt::ControlModifier);
    if (enter || isCommand)
        popup->hide(); // and the prompt has it
    if (isCommand) {   // the window's shortcuts are not heard while a list is open
        auto* again = new QKeyEvent(QEvent::KeyPress, key->key(), key->modifiers(), key->text());
        QCoreApplication::postEvent(edit_, again);
        return true;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace scalekv::ui
