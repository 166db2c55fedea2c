#pragma once

#include "scalekv/png.h"
#include "ui/runs/generation_result.h"

#include <QFuture>
#include <QImage>
#include <QMimeData>

namespace scalekv::ui {

/// A picture for the clipboard or a drag: as an image, and as a PNG file (with its recipe, if it has one) in
/// a temporary folder, so that it can be dropped on a file manager. The file is written in the background
/// from the start; only who asks for it before it is there has to wait.
class PictureMimeData : public QMimeData {
    Q_OBJECT
public:
    PictureMimeData(const QImage& picture, const PngText& text, const QString& file);
    /// A run's finished picture, in a file of its name in `folder`.
    PictureMimeData(const ResultPtr& run, const QString& folder);

    /// Whose finished picture it is: a drop within the window takes the run itself. Null: of none.
    const ResultPtr& run() const { return run_; }

    QStringList formats() const override;
    bool hasFormat(const QString& mimeType) const override;

protected:
    QVariant retrieveData(const QString& mimeType, QMetaType type) const override;

private:
    QImage picture_;
    QString file_;
    ResultPtr run_;
    QFuture<bool> written_;
};

} // namespace scalekv::ui
