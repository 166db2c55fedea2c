#pragma once

#include "ui/generate/typing_run.h"

#include <QMap>
#include <QObject>
#include <QVariant>
#include <QVector>

#include <functional>
#include <type_traits>

class QUndoStack;
class QWidget;

namespace scalekv::ui {

/// Makes undo steps of what the user does in the fields of a form. Consecutive edits of one field are one
/// step, until the keyboard's focus or another field ends it. What the program changes is none.
///
/// It is the only history of these fields: a line edit's own would know nothing of the other fields, and
/// would undo in another order than the window's. So its keys are kept from the fields, and reach the
/// window's actions.
class FormHistory : public QObject {
    Q_OBJECT
public:
    using Values = QMap<int, QVariant>; ///< contents by field

    explicit FormHistory(QUndoStack& undo, QObject* parent = nullptr);

    /// Follows a field: `read` and `write` are its getter and setter, for all that can stand in it, right or
    /// wrong. `what` goes on after "Undo".
    template <typename Field, typename Changed, typename Read, typename Write>
    void follow(Field* field, const QString& what, Changed changed, Read read, Write write) {
        using Value = std::remove_cvref_t<std::invoke_result_t<Read, Field*>>;
        const int index = add(
            field, what, [=] { return QVariant::fromValue<Value>(std::invoke(read, field)); },
            [=](const QVariant& value) { std::invoke(write, field, value.template value<Value>()); });
        connect(field, changed, this, [this, index] { noteEdit(index); });
    }

    /// All that `change` does to the fields is one step.
    void makeStep(const QString& what, const std::function<void()>& change);
    /// The program's own changes.
    void withoutStep(const std::function<void()>& change);
    /// Changes that belong to the edit which is going on: they become a part of its step.
    void withinEdit(const std::function<void()>& change);

    /// For the undo commands: puts `values` into their fields and returns what stood there.
    Values exchange(const Values& values);
    Values current(const Values& ofThese) const;

Q_SIGNALS:
    /// Undo or redo changed this field (the first, if several).
    void restored(QWidget* field);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Field {
        QWidget* widget;
        QString what;
        std::function<QVariant()> read;
        std::function<void(const QVariant&)> write;
        QVariant known; ///< what stood there after the last change
        TypingRun typing;
    };

    int add(QWidget* widget, const QString& what, std::function<QVariant()> read,
            std::function<void(const QVariant&)> write);
    void noteEdit(int field);
    /// What stood in those fields that have changed since the last call.
    Values takeChanges();

    QUndoStack& undo_;
    QVector<Field> fields_;
    bool quiet_ = false;
    int run_ = 0; ///< edits of one run and field are one step
};

} // namespace scalekv::ui
