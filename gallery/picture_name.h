#pragma once

#include <QString>

/// How the files of a picture are called: "NAME.png", "NAME.run" with what is known of its run (see
/// scalekv/run_file.h), and "NAME.png.xmp" with its marks.
namespace scalekv::gallery {

bool isPictureName(const QString& path);
bool isRunName(const QString& path);
bool isMarksName(const QString& path);

QString runPath(const QString& picture);
QString marksPath(const QString& picture);
/// The picture that a run file or marks belong to. Of a run file the ending's case is a guess.
QString pictureOfRun(const QString& run);
QString pictureOfMarks(const QString& marks);

/// A file's path for the engine, byte for byte.
std::string nativePath(const QString& path);

} // namespace scalekv::gallery
