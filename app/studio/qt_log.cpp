#include "app/studio/qt_log.h"

#include <QString>

#include <spdlog/spdlog.h>

namespace scalekv::app {
namespace {

spdlog::level::level_enum levelOf(QtMsgType type) {
    switch (type) {
    case QtDebugMsg:
        return spdlog::level::debug;
    case QtInfoMsg:
        return spdlog::level::info;
    case QtWarningMsg:
        return spdlog::level::warn;
    case QtCriticalMsg:
        return spdlog::level::err;
    case QtFatalMsg:
        break;
    }
    return spdlog::level::critical;
}

void handle(QtMsgType type, const QMessageLogContext& /*context*/, const QString& message) {
    spdlog::log(levelOf(type), "Qt: {}", message.toStdString());
}

} // namespace

void logQtMessages() {
    qInstallMessageHandler(handle);
}

} // namespace scalekv::app
