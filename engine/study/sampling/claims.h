#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>

namespace scalekv {

/// Who of several processes draws what, by files in a folder that all of them see; no process need know of
/// another. A claim is a file "UNIT.GENERATION" that exactly one process can create. Its owner touches it now
/// and then. One that has not been touched for long, or whose process is gone from this machine, is the
/// dead's: the next generation may be claimed. So a claim is never taken away from under anybody, and the
/// worst that a wrong guess costs is that something is drawn twice, with the same result.
class Claims {
public:
    struct Times {
        std::chrono::milliseconds touch{10000};
        std::chrono::milliseconds dead{60000}; ///< without a touch, by the clock of the folder's file system
    };

    /// The folder is made where it is not there. Throws Error.
    Claims(std::filesystem::path folder, Times times);
    explicit Claims(std::filesystem::path folder) : Claims(std::move(folder), Times{}) {}
    ~Claims();
    Claims(const Claims&) = delete;
    Claims& operator=(const Claims&) = delete;

    /// Held as long as it lives.
    class Claim {
    public:
        ~Claim();
        Claim(const Claim&) = delete;
        Claim& operator=(const Claim&) = delete;

    private:
        friend class Claims;
        struct Keeper;
        explicit Claim(std::unique_ptr<Keeper> keeper);
        std::unique_ptr<Keeper> keeper_;
    };
    /// Null where somebody who is alive holds it. Throws Error where the folder cannot be written to.
    std::unique_ptr<Claim> take(std::size_t unit);

    /// How many processes hold one.
    int held() const;

    /// Takes away what no living process needs, when all is done.
    void clear();

private:
    bool makeFolder() const;
    bool isDead(const std::filesystem::path& claim) const;
    std::chrono::file_clock::time_point now() const;

    std::filesystem::path folder_;
    std::filesystem::path clock_; ///< a file of our own, whose time the file system writes
    Times times_;
};

} // namespace scalekv
