#pragma once

#include "ui/generation_result.h"

#include <QObject>

#include <functional>

namespace scalekv::ui {

/// Writes and reads pictures on the thread pool: packing a large PNG takes longer than the window may stand
/// still.
class PictureFiles : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Writes a finished picture with its recipe. Ends with saved or saveFailed.
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
    /// `write` gives an error message, empty when all is well.
    void run(const QString& path, const std::function<QString()>& write);
};

} // namespace scalekv::ui
