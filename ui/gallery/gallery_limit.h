#pragma once

#include "ui/shell/desk.h"

#include <QObject>

namespace scalekv::ui {

/// Watches how much the gallery may take. Nothing goes by itself: it says what would go first.
class GalleryLimit : public QObject {
    Q_OBJECT
public:
    explicit GalleryLimit(const Desk& desk, QObject* parent = nullptr);

    /// In bytes; 0: none.
    static qint64 limit();
    void setLimit(qint64 bytes);
    /// How much is too much; 0: nothing.
    qint64 excess() const;
    /// What would still be too much with an empty trash.
    qint64 excessBesidesTrash() const;

Q_SIGNALS:
    /// The user wants to see what would go first.
    void wanted();
    void limitChanged();

private:
    enum class Told { Nothing, EmptyTrash, TooMuch };
    void check();

    const Desk desk_;
    Told told_ = Told::Nothing; ///< since it was last within the limit
};

} // namespace scalekv::ui
