#pragma once

#include <QObject>

class QLocalServer;

namespace scalekv::ui {

/// A program that finishes its work without a window can be asked to show it again, by starting the program
/// once more.
class BackgroundDoor : public QObject {
    Q_OBJECT
public:
    /// `house`: the folder of the program's data, whose door it is.
    explicit BackgroundDoor(const QString& house, QObject* parent = nullptr);

    /// From now on, one may knock. False: another program in the background has the door, or there can be
    /// none.
    bool open();
    void close();
    /// Whether somebody has heard it, and shows the window.
    static bool knock(const QString& house);

Q_SIGNALS:
    void knocked();

private:
    QString house_;
    QLocalServer* server_;
};

} // namespace scalekv::ui
