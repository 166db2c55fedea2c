#pragma once

#include <cstddef>

/// Which addresses belong to which mapped file, for a signal handler to look up: no locks, no allocation. The
/// one list of the process, since a signal handler belongs to the process, too.
namespace scalekv::mapped_ranges {

/// `name` must live until remove(). Where there are too many files already, this one is not listed.
void add(const void* begin, std::size_t size, const char* name);
void remove(const void* begin);

/// The name of the file that `address` lies in, or null. May be called in a signal handler: the file that
/// a fault happens in is in use, so its entry does not go away meanwhile.
const char* nameAt(const void* address);

} // namespace scalekv::mapped_ranges
