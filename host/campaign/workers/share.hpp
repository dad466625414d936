#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "host/campaign/workers/engine.hpp"
#include "host/campaign/workers/open_work.hpp"
#include "host/campaign/workers/worker.hpp"

namespace vt {

/// Share that is done, in [0, 1]. Called from one thread at a time.
using Progress = std::function<void(double done)>;

/// The run was stopped before its end (exit code 75; 130 at the second signal).
class Interrupted : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What one thread does, and what it has found.
class Hand {
 public:
  virtual ~Hand() = default;
  /// \throws DeviceError, Interrupted, and then none of it is done
  virtual void work(Take take) = 0;
  /// What was found since it was last taken, as bytes, for another process.
  virtual std::string found() = 0;
  /// What found() would have beside what does not grow.
  virtual std::size_t bytes_found() const { return 0; }
  /// The same, put where it belongs in this process. Called by one thread at a time.
  virtual void hand_over() = 0;
};

/// Called by one thread at a time; false: there is no need yet.
struct Saving {
  std::function<bool()> is_due;
  std::function<void()> save;
};

/// Work that is shared out, over some numbers.
struct Job {
  std::string about;  ///< for other processes, which make the same hands from it
  OpenWork open;
  std::uint64_t least = 1, least_gpu = 1;  ///< numbers that are worth a take
  std::uint64_t most = ~std::uint64_t{0};  ///< of a take
  std::function<std::unique_ptr<Hand>(const Seat&)> hire{};
  std::function<void(std::string_view found)> accept{};  ///< what a hand elsewhere has found
  Progress progress{};
  Saving saving{};  ///< or empty
};

/// What became of a job.
struct Shared {
  Crew crew;
  std::vector<std::string> notes;  ///< of seats that failed, whose work others have done
};

class Team;

/// Has a job done, a thread at each seat, the caller at the first; and by the other processes of the team, if there is
/// one. Takes are so long as they can be while all end at about the same time. A seat that fails gives its take back
/// and leaves. Ends early where `stop` is true: what was found until then is handed over.
/// \throws DeviceError where no seat is left; what any hand threw
Shared share(Job& job, const std::vector<Seat>& seats, const std::atomic<bool>& stop, Team* team = nullptr);

}  // namespace vt
