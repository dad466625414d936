#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "host/campaign/checkpoint.hpp"
#include "host/campaign/workers/engine.hpp"
#include "host/campaign/workers/share.hpp"
#include "host/plan/build_plan.hpp"
#include "kernels/run.hpp"
#include "output/results.hpp"

namespace vt {

/// One of several runs that do a campaign's work between them, without knowing of each other.
struct RunPart {
  std::uint64_t number = 1, of = 1;
};

/// What other runs have left, which is put together instead of simulating anything.
struct Joining {
  std::vector<SavedWork> works;
  bool is_partial = false;  ///< it does not matter that some is missing
};

/// Some is missing of what was to be put together; says how much.
class Incomplete : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Answered;

struct RunOptions {
  Backend backend = Backend::automatic;
  int threads = 0;  ///< 0 = one per core
  /// Patients that a core takes at a time, at least, as far as they take less than half a second: a stop waits for
  /// them. No number depends on it.
  std::uint64_t block = 512;
  std::uint64_t first = 0;    ///< index of the first patient; a later one simulates the same patients as a larger run
  bool keep_records = false;  ///< raw row per patient (Results::records)
  bool in_parts = false;      ///< tell also what the trial gives without each part of it
  Checkpoint* checkpoint = nullptr;  ///< or null; where what is done is saved. Not with keep_records
  bool resumes = false;              ///< goes on from there
  Team* team = nullptr;              ///< or null; other processes that work, too
  std::optional<RunPart> part{};     ///< what else there is is not done
  Answered* answered = nullptr;      ///< or null; what is known of a study, which grows
  const Joining* joining = nullptr;  ///< or null
  std::string identity{};            ///< of all that the work follows from; all processes of a team have the same
  const Engine* engine = nullptr;    ///< or null: one is made of backend and threads
};

/// A trial's results. And for each of its parts (host/campaign/places.hpp) the tallies and tests without it, and its
/// share of the patients: nothing where the trial is too small for parts, or may end early.
struct TrialFound {
  Results results;
  std::vector<Results> without;
  std::vector<double> shares;
};

/// Simulates every patient of the plan. `stop`, once true, ends the run once all have done what they have in hand.
///
/// \throws DeviceError, Interrupted
TrialFound run_trial(BuiltPlan built, const Engine& engine, const RunOptions& options, const Progress& progress,
                     const std::atomic<bool>& stop);
/// \throws Incomplete, too
Results run(BuiltPlan built, const RunOptions& options, const Progress& progress, const std::atomic<bool>& stop);

/// In a process that does not lead: does what it is given of the trial. \throws DeviceError
void follow_trial(BuiltPlan built, const Engine& engine, const RunOptions& options, const std::atomic<bool>& stop);

/// Several trials, on a GPU side by side where none of them has to be looked at in between. Every one finds what it
/// finds alone. \param engine  one seat
std::vector<TrialFound> run_together(std::vector<BuiltPlan> trials, const Engine& engine, const RunOptions& options,
                                     const std::atomic<bool>& stop);

}  // namespace vt
