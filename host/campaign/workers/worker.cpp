#include "host/campaign/workers/worker.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <deque>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace vt {

namespace {

constexpr std::size_t kStackBytes = std::size_t{8} << 20;  ///< ten times of what a cohort needs

void* call(void* work) {
  (*static_cast<std::function<void()>*>(work))();
  return nullptr;
}

}  // namespace

Worker::Worker(std::function<void()> work) : work_(std::move(work)) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  const int error = pthread_create(&thread_, &attributes, call, &work_);
  pthread_attr_destroy(&attributes);
  if (error != 0) flaw_ = std::generic_category().message(error);
}

Worker::~Worker() {
  if (flaw_.empty()) pthread_join(thread_, nullptr);
}

Crew share_out(std::uint64_t count, int threads, const std::atomic<bool>& stop,
               const std::function<void(const Next&)>& work) {
  std::atomic<std::uint64_t> taken = 0;
  std::mutex mutex;
  std::exception_ptr problem;
  const Next next = [&]() -> std::optional<std::uint64_t> {
    if (stop) return std::nullopt;
    const std::uint64_t i = taken++;
    return i < count ? std::optional(i) : std::nullopt;
  };
  const auto take_part = [&] {
    try {
      work(next);
    } catch (...) {
      const std::lock_guard lock(mutex);
      problem = std::current_exception();
      taken = count;
    }
  };
  Crew crew;
  {
    std::deque<Worker> others;
    for (; crew.threads < threads; ++crew.threads) {
      crew.flaw = others.emplace_back(take_part).flaw();
      if (!crew.flaw.empty()) break;
    }
    take_part();
  }
  if (problem) std::rethrow_exception(problem);
  return crew;
}

void with_large_stack(const std::function<void()>& work) {
  std::exception_ptr problem;
  std::string flaw;
  {
    const Worker worker([&] {
      try {
        work();
      } catch (...) {
        problem = std::current_exception();
      }
    });
    flaw = worker.flaw();
  }
  if (problem) std::rethrow_exception(problem);
  if (flaw.empty()) return;
  rlimit stack{};
  if (getrlimit(RLIMIT_STACK, &stack) != 0 || stack.rlim_cur < kStackBytes)
    throw std::runtime_error(
        fmt::format("no thread can be started ({}), and this one's stack has only {} kB; raise one "
                    "of the limits (ulimit -u, ulimit -s)",
                    flaw, stack.rlim_cur / 1024));
  work();
}

}  // namespace vt
