#pragma once

#include <chrono>
#include <filesystem>
#include <string_view>

namespace scalekv {

/// Writes a file whole or not at all: under a temporary name in the same folder, which then takes the place
/// of `path`. Whatever goes wrong, what was there before stays, and no temporary file does
/// (unless the program is killed in that moment: a hidden .scalekv-*.part). A symbolic link
/// stays one (what it points to is replaced), and the new file has the permissions of the old. What is no
/// ordinary file (a pipe, a device, /dev/stdout) is written to as it is. Throws Error that names the file and
/// says why: no room, no permission, no such folder.
void writeFile(const std::filesystem::path& path, std::string_view bytes);

/// The same for a file that must be new: whole, or not at all where something of that name is there already,
/// which returns false. Of several processes, on whatever machines share the folder, exactly one creates it.
bool createFile(const std::filesystem::path& path, std::string_view bytes);

/// Takes away what killed programs left half written in a folder: those temporary files that nobody has
/// touched for so long.
void removeUnfinished(const std::filesystem::path& folder, std::chrono::seconds older);

/// What would keep writeFile() from beginning, told before minutes of work rather than after. Throws Error:
/// no such folder, a folder of this name, or nothing may be written there.
void checkWritable(const std::filesystem::path& path);

} // namespace scalekv
