#pragma once
#include <chrono>
#include <string>

namespace vt {

/// Progress on standard error: a bar with the time left on a terminal, otherwise a line for every tenth.
class ProgressBar {
 public:
  ProgressBar(std::string what, bool quiet);
  ~ProgressBar();
  void show(double done);

 private:
  std::string what_;
  bool quiet_, terminal_;
  int last_ = -1;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace vt
