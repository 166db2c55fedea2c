#include "ui/generate/form_history.h"

#include "ui/generate/form_commands.h"

#include <QApplication>
#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QScopedValueRollback>
#include <QUndoStack>

namespace scalekv::ui {

FormHistory::FormHistory(QUndoStack& undo, QObject* parent) : QObject(parent), undo_(undo) {
    connect(qApp, &QApplication::focusChanged, this, [this] { ++run_; });
}

int FormHistory::add(QWidget* widget, const QString& what, std::function<QVariant()> read,
                     std::function<void(const QVariant&)> write) {
    const QVariant known = read();
    fields_ += Field{widget, what, std::move(read), std::move(write), known, {}};
    widget->installEventFilter(this);
    for (QWidget* part : widget->findChildren<QWidget*>())
        part->installEventFilter(this);
    return static_cast<int>(fields_.size()) - 1;
}

bool FormHistory::eventFilter(QObject* /*watched*/, QEvent* event) {
    if (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress)
        return false;
    const auto* key = static_cast<QKeyEvent*>(event);
    if (!key->matches(QKeySequence::Undo) && !key->matches(QKeySequence::Redo))
        return false;
    event->ignore(); // not for the field: for the window's actions
    return true;
}

FormHistory::Values FormHistory::takeChanges() {
    Values before;
    for (int i = 0; i < fields_.size(); ++i) {
        const QVariant now = fields_[i].read();
        if (now != fields_[i].known)
            before[i] = std::exchange(fields_[i].known, now);
    }
    return before;
}

void FormHistory::noteEdit(int field) {
    if (quiet_)
        return;
    const Values before = takeChanges();
    if (before.isEmpty())
        return;
    Field& edited = fields_[field];
    // A whole prompt in one step would be too much to lose.
    if (qobject_cast<QPlainTextEdit*>(edited.widget) && before.contains(field) &&
        !edited.typing.goesOn(before[field].toString(), edited.known.toString()))
        ++run_;
    undo_.push(new EditForm(*this, before, tr("changing %1").arg(edited.what), {field, run_}));
}

void FormHistory::makeStep(const QString& what, const std::function<void()>& change) {
    {
        const QScopedValueRollback quiet(quiet_, true);
        change();
    }
    ++run_;
    if (const Values before = takeChanges(); !before.isEmpty())
        undo_.push(new EditForm(*this, before, what, {-1, run_}));
    ++run_;
}

void FormHistory::withoutStep(const std::function<void()>& change) {
    withinEdit(change);
    if (!quiet_)
        takeChanges();
}

void FormHistory::withinEdit(const std::function<void()>& change) {
    const QScopedValueRollback quiet(quiet_, true);
    change();
}

FormHistory::Values FormHistory::current(const Values& ofThese) const {
    Values now;
    for (auto i = ofThese.begin(); i != ofThese.end(); ++i)
        now[i.key()] = fields_[i.key()].read();
    return now;
}

FormHistory::Values FormHistory::exchange(const Values& values) {
    Values before = current(values);
    withoutStep([&] {
        for (auto i = values.begin(); i != values.end(); ++i) {
            if (i.value() != before[i.key()])
                fields_[i.key()].write(i.value());
        }
    });
    ++run_;
    Q_EMIT restored(fields_[values.firstKey()].widget);
    return before;
}

} // namespace scalekv::ui
