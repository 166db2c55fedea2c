#include "engine/study/sampling/claims.h"

#include "engine/io/printable.h"
#include "scalekv/error.h"
#include "scalekv/write_file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <sys/types.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

std::string firstWord(const char* file) {
    std::ifstream stream(file);
    std::string word;
    stream >> word;
    return word;
}

/// Where a process number means something: this start of this machine, and within it this set of processes (a
/// container has one of its own).
std::string machineKey() {
    std::error_code unknown;
    return firstWord("/proc/sys/kernel/random/boot_id") + "/" +
           fs::read_symlink("/proc/self/ns/pid", unknown).string();
}

/// When a process was started: its number may be another's by now. Empty where that is not to be seen.
std::string startOf(const std::string& process) {
    std::ifstream stream("/proc/" + process + "/stat");
    std::string line;
    std::getline(stream, line);
    // The program's name, in brackets, may hold anything.
    std::istringstream fields(line.substr(std::min(line.rfind(')') + 1, line.size())));
    std::string field;
    constexpr int kStart = 20; // the 22nd field, counted from the third
    for (int n = 0; n < kStart; ++n)
        fields >> field;
    return fields ? field : std::string();
}

/// Whether a process of this machine is gone. Others' processes may be hidden from us, but not whether there
/// is one of that number.
bool isGone(const std::string& process, const std::string& start) {
    pid_t number = 0;
    const auto [end, problem] = std::from_chars(process.data(), process.data() + process.size(), number);
    if (problem != std::errc() || end != process.data() + process.size() || number <= 0)
        return false;
    if (::kill(number, 0) != 0 && errno == ESRCH)
        return true;
    const std::string now = startOf(process);
    return !now.empty() && now != start;
}

/// What a claim's name says.
struct Name {
    std::size_t unit = 0;
    int generation = 0;
};
fs::path file(const fs::path& folder, const Name& name) {
    return folder / (std::to_string(name.unit) + "." + std::to_string(name.generation));
}
std::optional<Name> nameOf(const fs::path& claim) {
    const std::string text = claim.filename().string();
    const char* end = text.data() + text.size();
    Name name;
    const auto unit = std::from_chars(text.data(), end, name.unit);
    if (unit.ec != std::errc() || unit.ptr == end || *unit.ptr != '.')
        return {};
    const auto generation = std::from_chars(unit.ptr + 1, end, name.generation);
    if (generation.ec != std::errc() || generation.ptr != end)
        return {};
    return name;
}

std::vector<fs::path> entries(const fs::path& folder) {
    std::vector<fs::path> all;
    std::error_code problem;
    for (fs::directory_iterator entry(folder, problem); !problem && entry != fs::directory_iterator();
         entry.increment(problem))
        all.push_back(entry->path());
    return all;
}

} // namespace

struct Claims::Claim::Keeper {
    Keeper(fs::path where, Name claimed, std::chrono::milliseconds every)
        : folder(std::move(where)), name(claimed), thread([this, every](const std::stop_token& stop) {
              std::unique_lock lock(mutex);
              while (!stopped.wait_for(lock, stop, every, [&stop] { return stop.stop_requested(); }))
                  ::utimensat(AT_FDCWD, file(folder, name).c_str(), nullptr, 0);
          }) {}
    ~Keeper() {
        thread.request_stop();
        thread.join();
        // Its own last: who finds an older one gone looks whether there is a newer.
        for (int generation = 1; generation <= name.generation; ++generation)
            ::unlink(file(folder, {name.unit, generation}).c_str());
    }
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    fs::path folder;
    Name name;
    std::mutex mutex; ///< of nothing but the wait
    std::condition_variable_any stopped;
    std::jthread thread; ///< last: it uses all of the above
};

Claims::Claim::Claim(std::unique_ptr<Keeper> keeper) : keeper_(std::move(keeper)) {}
Claims::Claim::~Claim() = default;

Claims::Claims(fs::path folder, Times times) : folder_(std::move(folder)), times_(times) {
    makeFolder();
}

void Claims::makeFolder() const {
    std::error_code problem;
    fs::create_directories(folder_, problem);
    if (!fs::is_directory(folder_, problem))
        throw Error(pathText(folder_) + ": this folder cannot be made.");
}

bool Claims::isDead(const fs::path& claim) {
    std::error_code problem;
    const auto touched = fs::last_write_time(claim, problem);
    if (problem)
        return false; // given back just now: its work is done, or another's turn comes
    std::ifstream stream(claim);
    std::string machine, process, start;
    if (stream >> machine >> process >> start && machine == machineKey() && isGone(process, start))
        return true;
    const auto now = std::chrono::steady_clock::now();
    const auto seen = seen_.try_emplace(claim, Seen{touched, now}).first;
    if (seen->second.touched != touched)
        seen->second = {touched, now};
    return now - seen->second.since > times_.dead;
}

std::unique_ptr<Claims::Claim> Claims::take(std::size_t unit) {
    makeFolder();
    const std::string process = std::to_string(::getpid());
    const std::string owner = machineKey() + "\n" + process + "\n" + startOf(process) + "\n";
    Name name{unit, 1};
    while (!createFile(file(folder_, name), owner)) {
        if (!isDead(file(folder_, name)))
            return nullptr;
        ++name.generation;
    }
    std::unique_ptr<Claim> claim(new Claim(std::make_unique<Claim::Keeper>(folder_, name, times_.touch)));
    // An older generation may have been given back under a newer one that lives.
    for (const fs::path& other : entries(folder_))
        if (const auto its = nameOf(other);
            its && its->unit == unit && its->generation > name.generation && !isDead(other))
            return nullptr;
    return claim;
}

int Claims::held() {
    std::vector<std::size_t> units;
    for (const fs::path& claim : entries(folder_))
        if (const auto name = nameOf(claim); name && !isDead(claim))
            units.push_back(name->unit);
    std::sort(units.begin(), units.end());
    return int(std::unique(units.begin(), units.end()) - units.begin());
}

void Claims::clear() {
    for (const fs::path& claim : entries(folder_))
        if (nameOf(claim))
            ::unlink(claim.c_str());
    seen_.clear();
}

} // namespace scalekv
