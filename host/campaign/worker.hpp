#pragma once
#include <pthread.h>

#include <functional>
#include <string>

namespace vt {

/// A thread whose stack holds a cohort's trial, whatever limit the shell has set.
class Worker {
 public:
  explicit Worker(std::function<void()> work);  ///< `work` must not throw
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();  ///< waits for the end

  /// Why there is no such thread; "" if there is.
  const std::string& flaw() const { return flaw_; }

 private:
  std::function<void()> work_;
  pthread_t thread_{};
  std::string flaw_;
};

/// Does `work` in a Worker, or, where none can start, in this thread.
/// \throws std::runtime_error, also if this thread's stack is then too small
void with_large_stack(const std::function<void()>& work);

}  // namespace vt
