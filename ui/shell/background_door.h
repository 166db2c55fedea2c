#pragma once

#include <QObject>

class QLocalServer;

namespace scalekv::ui {

/// A program that finishes its work without a window can be asked to show it again, by starting the program
/// once more.
class BackgroundDoor : public QObject {
    Q_OBJECT
public:
    explicit BackgroundDoor(QObject* parent = nullptr);

    /// From now on, one may knock. Of several programs in the background, the last that opened hears it.
    void open();
    void close();
    /// Whether somebody has heard it, and shows the window.
    static bool knock();

Q_SIGNALS:
    void knocked();

private:
    QLocalServer* server_;
};

} // namespace scalekv::ui
