#pragma once

#include "scalekv/png.h"
#include "scalekv/run_file.h"

#include <QString>

#include <optional>
#include <string>

namespace scalekv::gallery {

/// A picture that is to be kept.
struct NewPicture {
    RgbImage image;
    PngText text;
    QString stem; ///< what its files are called, without ending, where that is free
    std::optional<KeptRun> run = {};
};

/// The text of a PNG under which a stopped generation says how far it came: "5/10" scales.
inline constexpr char kReachedKey[] = "scalekv-reached";

/// Throws Error, which names it, where nothing can be put into a gallery's folder.
void checkFolder(const QString& folder);

/// Writes it into the folder under a free name, first what is known of its run, so that a picture that is
/// there has all of it. Of many programs in one folder each takes a name of its own. Returns the picture's
/// name. Throws Error: nothing of it is there then.
QString keepPicture(const QString& folder, const NewPicture& picture, qint64 mostRunBytes);

/// The files of a picture, as bytes.
struct PictureFiles {
    std::string png;
    std::optional<std::string> run = {}, marks = {};
};

/// The same of files, under `name` ("NAME.png") where that is free.
QString keepFiles(const QString& folder, const QString& name, const PictureFiles& files);

} // namespace scalekv::gallery
