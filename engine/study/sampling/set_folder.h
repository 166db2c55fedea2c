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
    bool has(std::size_t picture) const;
    /// One look at the folder.
    std::size_t count() const;
    std::vector<bool> present() const;

    /// Takes files away that have a picture's name and are none to their end: what a full disk, a broken copy
    /// or another program left. Our own are written whole.
    void removeBroken() const;
    /// Takes away what killed processes left half written: hidden, and older than any that is being written.
    void removeLeftovers() const;

private:
    std::filesystem::path folder_;
    std::size_t pictures_;
};

} // namespace scalekv
