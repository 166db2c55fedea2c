#include "engine/study/sampling/claims.h"

#include "engine/io/printable.h"
#include "scalekv/error.h"
#include "scalekv/write_file.h"

#include <condition_variable>
#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace scalekv {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kMode = 0666;

std::string firstWord(const char* file) {
    std::ifstream stream(file);
    std::string word;
    stream >> word;
    return word;
}

/// Where a process number means something: this start of this machine, and within it this set of processes (a
/// container has one of its own).
std::string machineName() {
    char name[256]{};
    ::gethostname(name, sizeof name - 1);
    std::error_code unknown;
    return std::string(name) + "/" + firstWord("/proc/sys/kernel/random/boot_id") + "/" +
           fs::read_symlink("/proc/self/ns/pid", unknown).string();
}

/// When a process was started: its number may be another's by now. Empty where there is none.
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

void touch(const fs::path& file) {
    ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0); // a network's file system writes its own time
}

fs::path generation(const fs::path& folder, std::size_t unit, int number) {
    return folder / (std::to_string(unit) + "." + std::to_string(number));
}

} // namespace

struct Claims::Claim::Keeper {
    Keeper(fs::path claim, std::chrono::milliseconds every)
        : file(std::move(claim)), thread([this, every](const std::stop_token& stop) {
              std::unique_lock lock(mutex);
              while (!stopped.wait_for(lock, stop, every, [&stop] { return stop.stop_requested(); }))
                  touch(file);
          }) {}
    ~Keeper() {
        thread.request_stop();
        thread.join();
        ::unlink(file.c_str());
    }
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    fs::path file;
    std::mutex mutex; ///< of nothing but the wait
    std::condition_variable_any stopped;
    std::jthread thread;
};

Claims::Claim::Claim(std::unique_ptr<Keeper> keeper) : keeper_(std::move(keeper)) {}
Claims::Claim::~Claim() = default;

Claims::Claims(fs::path folder, Times times) : folder_(std::move(folder)), times_(times) {
    if (!makeFolder())
        throw Error(pathText(folder_) + ": this folder cannot be made.");
    std::random_device random;
    clock_ = folder_ / (".clock-" + std::to_string(random()));
}

bool Claims::makeFolder() const {
    std::error_code problem;
    fs::create_directories(folder_, problem);
    return fs::is_directory(folder_, problem);
}

Claims::~Claims() {
    ::unlink(clock_.c_str());
}

std::chrono::file_clock::time_point Claims::now() const {
    const int file = ::open(clock_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, kMode);
    if (file >= 0) {
        ::futimens(file, nullptr);
        ::close(file);
    }
    std::error_code problem;
    const auto time = fs::last_write_time(clock_, problem);
    return problem ? std::chrono::file_clock::now() : time;
}

bool Claims::isDead(const fs::path& claim) const {
    std::error_code problem;
    const auto touched = fs::last_write_time(claim, problem);
    if (problem)
        return false; // given back just now: its work is done, or another's turn comes
    std::ifstream stream(claim);
    std::string machine, process, start;
    stream >> machine >> process >> start;
    if (stream && machine == machineName() && startOf(process) != start)
        return true;
    return now() - touched > times_.dead;
}

std::unique_ptr<Claims::Claim> Claims::take(std::size_t unit) {
    const std::string process = std::to_string(::getpid());
    const std::string owner = machineName() + "\n" + process + "\n" + startOf(process) + "\n";
    if (!makeFolder()) // another process may have found all done, and cleared it away
        throw Error(pathText(folder_) + ": this folder is gone and cannot be made.");
    for (int number = 1;; ++number) {
        const fs::path claim = generation(folder_, unit, number);
        if (createFile(claim, owner))
            return std::unique_ptr<Claim>(new Claim(std::make_unique<Claim::Keeper>(claim, times_.touch)));
        if (!isDead(claim))
            return nullptr;
    }
}

int Claims::held() const {
    std::set<std::string> units;
    std::error_code problem;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_, problem)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with('.'))
            units.insert(name.substr(0, name.find('.')));
    }
    return int(units.size());
}

void Claims::clear() {
    std::error_code problem;
    fs::remove_all(folder_, problem);
}

} // namespace scalekv
