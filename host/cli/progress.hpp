#pragma once
#include <chrono>
#include <string>

#include "host/cli/time_left.hpp"

namespace vt {

/// Progress on standard error: a bar with the time left on a terminal, otherwise, of what takes longer than a few
/// seconds, a line for every tenth.
class ProgressBar {
 public:
  ProgressBar(std::string what, bool quiet);
  ~ProgressBar();
  void show(double done);

 private:
  void draw(double done, double seconds);
  std::string what_;
  bool quiet_, terminal_, is_drawn_ = false;
  int tenth_ = 0;
  double drawn_at_ = -1;  ///< s
  TimeLeft left_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace vt
