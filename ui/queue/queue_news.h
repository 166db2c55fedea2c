#pragma once

#include "ui/shell/desk.h"

#include <QObject>

namespace scalekv::ui {

/// Says in the window's message bar what keeps the queue from going on, and offers what can be done about it.
class QueueNews : public QObject {
    Q_OBJECT
public:
    explicit QueueNews(const Desk& desk, QObject* parent = nullptr);

Q_SIGNALS:
    /// The user wants to see the queue.
    void showRequested();

private:
    void refresh();
    void say(widgets::MessageBar::Kind kind, const QString& text);
    /// The first that is held, and not by the user; 0: none.
    int firstHeld() const;

    const Desk desk_;
    QString said_;
    bool gaveUp_ = false; ///< the queue has paused of itself
};

} // namespace scalekv::ui
