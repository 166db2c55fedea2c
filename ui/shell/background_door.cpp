#include "ui/shell/background_door.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>
#include <QStandardPaths>

namespace scalekv::ui {
namespace {

constexpr int kPatience = 2000; // milliseconds

QString doorPath(const QString& house) {
    QString folder = QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation);
    if (folder.isEmpty())
        folder = QDir::tempPath();
    // Short, for the system allows a hundred characters.
    const QByteArray name =
        QCryptographicHash::hash(house.toUtf8(), QCryptographicHash::Sha1).toHex().left(12);
    return QDir(folder).filePath(QStringLiteral("scalekv-studio.") + QString::fromLatin1(name));
}

} // namespace

BackgroundDoor::BackgroundDoor(const QString& house, QObject* parent)
    : QObject(parent), house_(house), server_(new QLocalServer(this)) {
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

bool BackgroundDoor::open() {
    if (server_->listen(doorPath(house_)))
        return true;
    QLocalSocket socket;
    socket.connectToServer(doorPath(house_));
    if (socket.waitForConnected(kPatience))
        return false;                             // somebody is there
    QLocalServer::removeServer(doorPath(house_)); // one that was killed left it
    return server_->listen(doorPath(house_));
}

void BackgroundDoor::close() {
    server_->close();
}

bool BackgroundDoor::knock(const QString& house) {
    QLocalSocket socket;
    socket.connectToServer(doorPath(house));
    return socket.waitForConnected(kPatience) && socket.waitForReadyRead(kPatience) &&
           !socket.readAll().isEmpty();
}

} // namespace scalekv::ui
