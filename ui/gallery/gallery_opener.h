#pragma once

#include "ui/shell/desk.h"

#include <QObject>

#include <functional>

namespace scalekv::ui {

/// Brings pictures of the gallery among the runs, with all that is known of them, so that other places can
/// show them.
class GalleryOpener : public QObject {
    Q_OBJECT
public:
    explicit GalleryOpener(const Desk& desk, QObject* parent = nullptr);

    /// Reads a picture in the background, unless it is among the runs already, and then calls `then`.
    void open(const QString& path, std::function<void(const ResultPtr& run)> then);

private:
    ResultPtr known(const QString& path) const;

    const Desk desk_;
};

} // namespace scalekv::ui
