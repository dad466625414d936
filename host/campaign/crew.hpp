#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <vector>

#include "host/campaign/campaign.hpp"
#include "host/campaign/failures.hpp"
#include "kernels/run.hpp"

namespace vt {

inline constexpr std::uint64_t kNone = ~std::uint64_t{0};

/// What one worker has found.
struct Share {
  std::vector<std::uint64_t> words;
  std::vector<std::uint64_t> first_failing_unit;  ///< by way to fail
};

/// The work units of a run, replicate after replicate: blocks of patients, or several small replicates.
struct Units {
  std::uint64_t first, patients, replicates, block;
  std::uint64_t first_replicate = 0;
  std::uint64_t per_replicate() const { return (patients + block - 1) / block; }
  std::uint64_t together() const { return std::max<std::uint64_t>(1, block / std::max<std::uint64_t>(1, patients)); }
  std::uint64_t count() const { return per_replicate() * ((replicates + together() - 1) / together()); }
  WorkUnit at(std::uint64_t i) const {
    const std::uint64_t replicate = replicates_before(i), begin = patients_before(i);
    return {(first_replicate + replicate) * kNextReplicate + first + begin, std::min(block, patients - begin),
            std::min(together(), replicates - replicate)};
  }
  std::uint64_t rows_before(std::uint64_t i) const { return replicates_before(i) * patients + patients_before(i); }

 private:
  std::uint64_t replicates_before(std::uint64_t i) const { return i / per_replicate() * together(); }
  std::uint64_t patients_before(std::uint64_t i) const { return i % per_replicate() * block; }
};

/// Threads, the caller's among them, that take units one after another until none is left. Fewer than wanted do the
/// same work.
class Crew {
 public:
  /// \param plain as `run`, without writing anything down
  Crew(const Plan& plan, Runner run, Runner plain, Units units, Record* records, const Progress& progress,
       const std::atomic<bool>& stop)
      : plan_(plan),
        run_(std::move(run)),
        plain_(std::move(plain)),
        units_(units),
        records_(records),
        progress_(progress),
        stop_(stop) {}

  Share work(int threads);

  int threads() const { return threads_; }           ///< that worked
  const std::string& flaw() const { return flaw_; }  ///< why there were no more

 private:
  void work_on(Share& share);
  void do_unit(Share& share, std::uint64_t i);
  /// Patients who failed are in no tally: what they added before they did is subtracted, which is exact, after they
  /// have been simulated once more. \param rows the unit's records, or null
  void take_back_failed(const WorkUnit& unit, const Record* rows, std::vector<std::uint64_t>& words) const;

  const Plan& plan_;
  Runner run_, plain_;
  Units units_;
  Record* records_;
  const Progress& progress_;
  const std::atomic<bool>& stop_;
  std::atomic<std::uint64_t> next_ = 0, done_ = 0;
  std::mutex mutex_;
  std::exception_ptr problem_;
  int threads_ = 0;
  std::string flaw_;
};

}  // namespace vt
