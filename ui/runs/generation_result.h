#pragma once

#include "scalekv/generation.h"
#include "scalekv/recipe.h"
#include "scalekv/report.h"
#include "scalekv/scale_bits.h"
#include "ui/text/picture_stem.h"

#include <QImage>
#include <QMetaType>
#include <QSize>
#include <QString>
#include <QVector>

#include <memory>

namespace scalekv::ui {

/// The picture as it was after one scale.
struct ScaleFrame {
    QImage picture;
    ScaleReport report;
};

/// A finished picture with its history. Never changed once made, so it is shared between threads and panels.
struct GenerationResult {
    Recipe recipe;
    QString modelPath; ///< empty for a picture opened from a file
    QVector<ScaleFrame> frames;
    std::vector<ScaleBits> bits; ///< of every scale; empty for a picture opened from a file
    GenerationPlan plan;         ///< what it was to hold; empty for a picture opened from a file
    RgbImage image;              ///< the final picture as it is written to files
    GenerationReport report; ///< its images are moved to `image`; all zero for a picture opened from a file
    bool opened = false;     ///< came from a file

    QImage picture() const { return frames.isEmpty() ? QImage() : frames.back().picture; }
    /// Of its pixels, which are nearly all there is.
    qint64 bytes() const {
        auto sum = static_cast<qint64>(image.pixels.size());
        for (const ScaleFrame& frame : frames)
            sum += frame.picture.sizeInBytes();
        return sum;
    }
    /// What its files are called, without ending.
    QString fileStem() const { return pictureStem(request()); }
    const GenerationRequest& request() const { return recipe.request; }
    QString prompt() const {
        return recipe.request.prompts.empty() ? QString()
                                              : QString::fromStdString(recipe.request.prompts.front());
    }
};

using ResultPtr = std::shared_ptr<const GenerationResult>;

} // namespace scalekv::ui

Q_DECLARE_METATYPE(scalekv::ui::ResultPtr)
