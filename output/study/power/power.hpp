#pragma once
/// \file What became of trials of several designs.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/vocabulary/named.hpp"
#include "output/json.hpp"
#include "output/statistics/estimate.hpp"

namespace vt {

/// How a trial ended.
enum class TrialEnding : std::uint8_t { better, worse, futile, undecided };
struct TrialEndingEntry {
  TrialEnding ending;
  std::string_view name, words;
};
inline constexpr TrialEndingEntry kTrialEndings[] = {
    {TrialEnding::better, "better", "an arm is better than the first"},
    {TrialEnding::worse, "worse", "every other arm is worse than the first"},
    {TrialEnding::futile, "futile", "no arm is likely to be found better"},
    {TrialEnding::undecided, "undecided", "nothing is shown at the last look"}};

/// One replicate of a trial.
struct PlayedTrial {
  TrialEnding ending = TrialEnding::undecided;
  std::uint32_t look = 0;              ///< at which it ended, from 0
  std::uint64_t better = 0;            ///< bits of arms found better than the first
  double days = 0;                     ///< from the first entry to the last look
  double z = 0, estimate = 0;          ///< at the last look, of the arm that is best there
  std::vector<std::int64_t> patients;  ///< [arm] who entered
  std::vector<std::int64_t> events;    ///< [arm] events by the last look; responses of all who entered
  bool is_short = false;               ///< fewer patients were simulated than it wanted
};

/// All replicates of a design at one point, as simulated or under the null.
struct PowerResult {
  std::string design;
  std::string curve;  ///< of designs that differ in their size alone: their name; else ""
  std::size_t point = 0;
  bool is_null = false;       ///< every arm does what the first one does
  std::uint64_t planned = 0;  ///< patients
  double margin = 0;          ///< with one, equal arms are not inferior: what is found then is power, too
  double wanted_power = kNaN;
  std::vector<double> looks;        ///< shares of the information
  std::vector<double> bounds;       ///< [look] of z; infinite where nothing is rejected
  std::vector<PlayedTrial> trials;  ///< [replicate]
};

/// Of a point's designs and all of their trials. SHA-256, 64 hexadecimal digits. What enters: output/README.md.
std::string content_hash(std::span<const PowerResult> of_point);

/// Shares of the replicates, with Wilson's intervals, and means over them with normal ones. 95 %.
struct PowerSummary {
  Estimate better, worse, futile;   ///< shares that ended so
  std::vector<Estimate> arm_found;  ///< [arm] share in which it was found better; of the first arm none
  std::vector<Estimate> stopped;    ///< [look] share that ended there
  Estimate patients, days, estimate;
  std::vector<Estimate> patients_in, events_in;  ///< [arm]
  std::int64_t is_short = 0;                     ///< replicates
};
PowerSummary summary_of(const PowerResult&);

/// The size at which a curve has the wanted power: by least squares of the normal quantiles of the power over
/// √patients, weighted by their precision. `low` and `high` are where the line's 95 % band has it, which knows that
/// sizes have the same patients.
struct WantedSize {
  std::string curve;
  std::size_t point = 0;
  double power = 0, patients = kNaN, low = kNaN, high = kNaN;  ///< NaN where no size has it
  double smallest = 0, largest = 0;                            ///< that were simulated; beyond them it is extrapolated
};
std::vector<WantedSize> wanted_sizes(const std::vector<PowerResult>&);

struct Study;
/// "adherence = 0.7, dose = 100 mg": where the factors with values stand; "" where there are none.
std::string place_words(const Study&, std::size_t point);
/// "as simulated", "equal arms", or with a margin "equal arms, not inferior".
std::string truth_words(const PowerResult&);

/// Of a terminal: a line for each design, point and truth; where they ended; sizes that were wanted.
std::string print_power(const Study&);
Json power_json(const Study&);

}  // namespace vt
