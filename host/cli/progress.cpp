#include "host/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#include "host/cli/streams.hpp"

namespace vt {

namespace {

bool is_interactive() {
  const char* term = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && !std::getenv("CI") && term && std::string_view(term) != "dumb";
}

std::string left_words(const TimeLeft& left) {
  const std::optional<double> seconds = left.left();
  return seconds ? fmt::format(", {} left", duration_words(*seconds)) : "";
}

}  // namespace

ProgressBar::ProgressBar(std::string what, bool quiet)
    : what_(std::move(what)), quiet_(quiet), terminal_(is_interactive()) {}

ProgressBar::~ProgressBar() {
  if (is_drawn_) say("\r\033[K");
}

void ProgressBar::show(double done) {
  if (quiet_) return;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  left_.at(seconds, done);
  constexpr double between = 0.1, worth_a_line = 3;  // s
  if (terminal_) {
    if (drawn_at_ < 0 || seconds - drawn_at_ >= between || done >= 1) draw(done, seconds);
    return;
  }
  const int tenth = static_cast<int>(done * 10);
  if (tenth == tenth_ || seconds < worth_a_line || done >= 1) return;
  tenth_ = tenth;
  say("{}: {:3.0f} % in {}{}\n", what_, 100 * done, duration_words(seconds), left_words(left_));
}

void ProgressBar::draw(double done, double seconds) {
  constexpr int width = 30;
  const int full = static_cast<int>(done * width);
  say("\r\033[K{} [{:=<{}}{:<{}}] {:.1f} %{}", what_, "", full, "", width - full, 100 * done, left_words(left_));
  drawn_at_ = seconds, is_drawn_ = true;
}

}  // namespace vt
