#pragma once

#include <QIcon>
#include <QString>

namespace scalekv::widgets {

/// The line icon `name` of resources/icons. It is drawn in the palette's text colour at the moment of
/// painting, so it follows a change of theme by itself.
QIcon icon(const QString& name);

/// The program's own coloured icon.
QIcon applicationIcon();

} // namespace scalekv::widgets
