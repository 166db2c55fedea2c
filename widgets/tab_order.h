#pragma once

class QWidget;

namespace scalekv::widgets {

/// Makes Tab go through everything within `part` as its layouts have it: top to bottom, in a row from the
/// left. Without it the order is that in which the widgets were made. No compound widget may have a
/// focus proxy: where it comes in Qt's chain, the focus would jump to its proxy.
void tabAsDrawn(QWidget* part);

} // namespace scalekv::widgets
