#include "ui/shell/undo_offer.h"

#include "ui/shell/message_subjects.h"

#include <QAction>
#include <QCoreApplication>

namespace scalekv::ui {

void sayUndoable(const Desk& desk, const QString& text) {
    desk.messages.showMessage(widgets::MessageBar::Kind::Info, subjects::kLastStep, text);
    QObject::connect(desk.messages.offer(QCoreApplication::translate("UndoOffer", "Undo")),
                     &QAction::triggered, &desk.undo, &QUndoStack::undo);
}

} // namespace scalekv::ui
