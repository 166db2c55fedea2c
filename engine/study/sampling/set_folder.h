#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace scalekv {

/// The pictures of a set that lie in its folder.
class SetFolder {
public:
    SetFolder(std::filesystem::path folder, std::size_t pictures);

    std::filesystem::path file(std::size_t picture) const;
    /// Which are there. One look at the folder, and a fresh one: what a network's file system remembers of
    /// single names may be old.
    std::vector<bool> present() const;
    std::size_t count() const;

    /// Takes files of [first, last) away that have a picture's name and are none to their end: what a full
    /// disk, a broken copy or another program left. Our own are written whole. What cannot be read stays.
    void removeBroken(std::size_t first, std::size_t last) const;

private:
    std::filesystem::path folder_;
    std::size_t pictures_;
};

} // namespace scalekv
