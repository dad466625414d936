#include "host/campaign/workers/seat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

constexpr std::uint64_t kLookedAt = 4096;  ///< patients who are simulated on the CPU, too
constexpr std::uint64_t kFewest = 4096;    ///< patients of a unit that is not made smaller

class CheckedGpu {
 public:
  CheckedGpu(std::string name, RunTogether run, RunUnit cpu)
      : name_(std::move(name)), run_(std::move(run)), cpu_(cpu) {}

  void run(std::span<const PlanUnit> units) {
    if (units.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      if (!is_looked_at_) compare(units[0]);
      is_looked_at_ = true;
      if (!flaw_.empty()) throw DeviceError(flaw_);
    }
    run_what_fits(units);
  }

 private:
  void compare(const PlanUnit& first) {
    const Plan& plan = *first.plan;
    const WorkUnit some{first.unit.first, std::min(first.unit.count, kLookedAt), 1};
    std::vector<std::uint64_t> here(all_words(plan)), there(all_words(plan));
    const PlanUnit one{&plan, some, there.data(), nullptr};
    run_({&one, 1});
    cpu_(plan, some, here.data(), nullptr);
    std::size_t differ = 0;
    for (std::size_t i = 0; i < here.size(); ++i) differ += here[i] != there[i];
    if (differ > 0)
      flaw_ = fmt::format(
          "{}: {} of the {} counts of its first {} patients are not those of the CPU; nothing of it is used, and "
          "neither the device nor this build should be trusted",
          name_, differ, here.size(), some.count);
  }

  void run_what_fits(std::span<const PlanUnit> units) {
    try {
      return run_(units);
    } catch (const DeviceMemoryError&) {
      if (units.size() == 1 && units[0].unit.count * units[0].unit.replicates <= kFewest) throw;
    }
    if (units.size() > 1) {
      const std::size_t half = units.size() / 2;
      run_what_fits(units.first(half));
      return run_what_fits(units.subspan(half));
    }
    const auto [first, second] = halves(units[0]);
    run_what_fits({&first, 1});
    run_what_fits({&second, 1});
  }

  static std::pair<PlanUnit, PlanUnit> halves(const PlanUnit& one) {
    PlanUnit first = one, second = one;
    if (one.unit.replicates > 1) {
      first.unit.replicates = one.unit.replicates / 2;
      second.unit.replicates -= first.unit.replicates;
      second.unit.first += first.unit.replicates * kNextReplicate;
    } else {
      first.unit.count = one.unit.count / 2;
      second.unit.count -= first.unit.count;
      second.unit.first += first.unit.count;
    }
    if (one.records != nullptr) second.records += first.unit.count * first.unit.replicates;
    return {first, second};
  }

  const std::string name_;
  const RunTogether run_;
  const RunUnit cpu_;
  std::mutex mutex_;
  bool is_looked_at_ = false;
  std::string flaw_;
};

}  // namespace

Seat gpu_seat(const std::string& name, RunTogether run, RunUnit cpu) {
  const auto gpu = std::make_shared<CheckedGpu>(name, std::move(run), cpu);
  Seat seat{name};
  seat.together = [gpu](std::span<const PlanUnit> units) { gpu->run(units); };
  seat.run = [gpu](const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records) {
    const PlanUnit one{&plan, unit, words, records};
    gpu->run({&one, 1});
  };
  return seat;
}

}  // namespace vt
