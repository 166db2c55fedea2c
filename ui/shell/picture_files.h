#pragma once

#include "ui/runs/generation_result.h"

#include <QObject>

namespace scalekv::ui {

/// The name a picture is saved under: `path`, with ".png" behind it unless it ends so. Another program would
/// trust an ending that says something else.
QString pngPath(const QString& path);

/// Writes and reads pictures on the thread pool: packing a large PNG takes longer than the window may stand
/// still.
class PictureFiles : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Writes a finished picture with its recipe to pngPath(path). Ends with saved or saveFailed.
    void save(const ResultPtr& result, const QString& path);
    /// Writes the picture of one scale, without a recipe: the recipe makes another picture.
    void saveFrame(const QImage& picture, const QString& path);
    /// Ends with opened, withoutRecipe or openFailed.
    void open(const QString& path);

Q_SIGNALS:
    void saved(const QString& path);
    void saveFailed(const QString& path, const QString& message);
    void opened(const scalekv::ui::ResultPtr& result, const QString& path);
    void withoutRecipe(const QString& path);
    void openFailed(const QString& path, const QString& message);

private:
    /// `write` takes the path and gives an error message, empty when all is well.
    template <typename Write>
    void run(const QString& path, Write write);
};

} // namespace scalekv::ui
