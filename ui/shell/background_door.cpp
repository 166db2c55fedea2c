#include "ui/shell/background_door.h"

#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>
#include <QStandardPaths>

namespace scalekv::ui {
namespace {

constexpr int kPatience = 2000; // milliseconds

QString doorPath() {
    QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    if (folder.isEmpty())
        folder = QDir::tempPath();
    return QDir(folder).filePath(QStringLiteral("scalekv-studio.background"));
}

} // namespace

BackgroundDoor::BackgroundDoor(QObject* parent) : QObject(parent), server_(new QLocalServer(this)) {
    server_->setSocketOptions(QLocalServer::UserAccessOption);
    connect(server_, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket* guest = server_->nextPendingConnection()) {
            guest->write("yes");
            guest->flush();
            guest->disconnectFromServer();
            connect(guest, &QLocalSocket::disconnected, guest, &QObject::deleteLater);
        }
        Q_EMIT knocked();
    });
}

void BackgroundDoor::open() {
    QLocalServer::removeServer(doorPath()); // one that was killed left it
    server_->listen(doorPath());
}

void BackgroundDoor::close() {
    server_->close();
}

bool BackgroundDoor::knock() {
    QLocalSocket socket;
    socket.connectToServer(doorPath());
    return socket.waitForConnected(kPatience) && socket.waitForReadyRead(kPatience) &&
           !socket.readAll().isEmpty();
}

} // namespace scalekv::ui
