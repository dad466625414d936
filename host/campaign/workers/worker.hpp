#pragma once
#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
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

/// The next number, or nothing.
using Next = std::function<std::optional<std::uint64_t>()>;

/// How many threads worked, and why there were no more.
struct Crew {
  int threads = 1;
  std::string flaw;
};

/// Has several threads, the caller's among them, call work(next), which hands out 0 … count − 1, each once, until there
/// are none left, `stop` is true, or one of them has thrown. Fewer threads than wanted do the same work.
/// \throws what one of them threw
Crew share_out(std::uint64_t count, int threads, const std::atomic<bool>& stop,
               const std::function<void(const Next&)>& work);

/// Does `work` in a Worker, or, where none can start, in this thread.
/// \throws std::runtime_error, also if this thread's stack is then too small
void with_large_stack(const std::function<void()>& work);

}  // namespace vt
