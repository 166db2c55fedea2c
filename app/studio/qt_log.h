#pragma once

namespace scalekv::app {

/// Sends Qt's own messages to the same log as the program's.
void logQtMessages();

} // namespace scalekv::app
