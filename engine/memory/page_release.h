#pragma once

#include <cstddef>

namespace scalekv {

/// Tells the system that the contents of a piece of memory are no longer needed: its whole pages cost nothing
/// until they are written again. The piece stays allocated; what it holds afterwards is undefined. Does
/// nothing where the system cannot.
void releasePages(void* begin, std::size_t bytes);

} // namespace scalekv
