#include "host/cli/time_left.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vt {

void TimeLeft::at(double seconds, double done) {
  constexpr double at_once = 0.1, shortest_memory = 5;  // s; what is there at once was done by another run
  const double passed = seconds - seconds_;
  if (seconds < at_once) {
    seconds_ = seconds, done_ = done;
    return;
  }
  const double kept = std::exp(-passed / std::max(shortest_memory, seconds / 2));
  recent_seconds_ = recent_seconds_ * kept + passed;
  recent_done_ = recent_done_ * kept + (done - done_);
  seconds_ = seconds, done_ = done;
  const bool is_known = seconds >= kFirstSeconds || done >= kFirstShare;
  if (!is_known || !(recent_done_ > 0)) {
    if (left_) *left_ = std::max(*left_ - passed, 0.0);
    return;
  }
  const double estimate = (1 - done) * recent_seconds_ / recent_done_;
  if (!left_) {
    left_ = estimate;
    return;
  }
  const double expected = std::max(*left_ - passed, 0.0), most = std::pow(kMostChange, passed);
  // Where nothing should be left, but something is, it may be a second for each that has passed.
  left_ = std::clamp(estimate, expected / most, std::max(expected * most, std::min(passed, estimate)));
}

std::string duration_words(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::max(seconds, 0.0)));
  constexpr long long minute = 60, hour = 3600;
  if (whole < minute) return fmt::format("{} s", whole);
  if (whole < hour) return fmt::format("{} min {:02} s", whole / minute, whole % minute);
  return fmt::format("{} h {:02} min", whole / hour, whole % hour / minute);
}

}  // namespace vt
