#include "app/cli/progress_line.h"

#include "scalekv/unit_text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>

namespace scalekv::cli {
namespace {

constexpr auto kRedrawGap = std::chrono::milliseconds(100);
constexpr int kUsualWidth = 80;
constexpr int kLongestBar = 40;
constexpr int kShortestBar = 8;

int terminalWidth() {
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return kUsualWidth;
}

std::string bar(double done, int width) {
    const int filled = int(std::lround(done * width));
    return "[" + std::string(std::size_t(filled), '=') + std::string(std::size_t(width - filled), ' ') + "] ";
}

} // namespace

ProgressLine::ProgressLine(Mode mode) : terminal_(isatty(STDERR_FILENO) == 1), shown_(mode == Mode::Shown) {}

ProgressLine::~ProgressLine() {
    clear();
}

void ProgressLine::show(double done, const std::string& text) {
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || !terminal_ || (drawn_ && now - lastDrawn_ < kRedrawGap))
        return;
    lastDrawn_ = now;
    drawn_ = true;
    done = std::clamp(done, 0.0, 1.0);
    // The last column stays free: writing there makes some terminals wrap.
    const int columns = terminalWidth() - 1;
    std::string line = std::to_string(int(std::floor(done * 100))) + " %  " + text;
    const int room = columns - int(line.size()) - 3;
    if (room >= kShortestBar)
        line.insert(0, bar(done, std::min(room, kLongestBar)));
    line.resize(std::min(line.size(), std::size_t(std::max(columns, 0))));
    std::cerr << '\r' << line << "\x1b[K" << std::flush;
}

void ProgressLine::show(const Progress& progress, const std::string& text) {
    show(progress.done, text + ", " + durationText(progress.secondsLeft) + " left");
}

void ProgressLine::milestone(const std::string& text) {
    if (shown_ && !terminal_)
        std::cerr << text << '\n' << std::flush;
}

void ProgressLine::clear() {
    if (drawn_)
        std::cerr << "\r\x1b[K" << std::flush;
    drawn_ = false;
}

} // namespace scalekv::cli
