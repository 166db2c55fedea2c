#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>

namespace scalekv {

/// Who of several processes draws what, by files in a folder that all of them see; no process need know of
/// another. A claim is a file "UNIT.GENERATION" that exactly one process can create. Its owner touches it now
/// and then. One that this process has not seen touched for long, by its own clock, or whose process is gone
/// from this machine, is the dead's: then the next generation may be claimed. Nobody's claim is taken away,
/// and the worst that a wrong guess costs is that something is drawn twice, with the same result. Not for
/// several threads.
class Claims {
public:
    struct Times {
        std::chrono::milliseconds touch{10000};
        std::chrono::milliseconds dead{60000}; ///< without a touch
    };

    /// The folder is made where it is not there. Throws Error.
    Claims(std::filesystem::path folder, Times times);
    explicit Claims(std::filesystem::path folder) : Claims(std::move(folder), Times{}) {}

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

    /// How many units are held by processes that are not known to be dead.
    int held();

    /// Takes all claims away, when all is done. The folder stays, for others that look into it at this
    /// moment.
    void clear();

private:
    struct Seen {
        std::filesystem::file_time_type touched;
        std::chrono::steady_clock::time_point since; ///< when this process saw that first
    };

    void makeFolder() const;
    bool isDead(const std::filesystem::path& claim);

    std::filesystem::path folder_;
    Times times_;
    std::map<std::filesystem::path, Seen> seen_; ///< claims of others
};

} // namespace scalekv
