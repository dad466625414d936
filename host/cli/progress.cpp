#include "host/cli/progress.hpp"

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

}  // namespace

ProgressBar::ProgressBar(std::string what, bool quiet)
    : what_(std::move(what)), quiet_(quiet), terminal_(is_interactive()) {}

ProgressBar::~ProgressBar() {
  if (terminal_ && !quiet_ && last_ >= 0) say("\r\033[K");
}

void ProgressBar::show(double done) {
  if (quiet_) return;
  const int step = static_cast<int>(done * (terminal_ ? 1000 : 10));
  if (step == last_) return;
  last_ = step;
  const double spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const double left = done > 0 ? spent / done - spent : 0;
  if (!terminal_) {
    say("{}: {:3.0f} %, {:.0f} s left\n", what_, 100 * done, left);
    return;
  }
  constexpr int width = 30;
  const int full = static_cast<int>(done * width);
  say("\r\033[K{} [{:=<{}}{:<{}}] {:.1f} %, {:.0f} s left", what_, "", full, "", width - full, 100 * done, left);
}

}  // namespace vt
