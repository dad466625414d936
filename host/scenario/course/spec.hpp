#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/scenario/drugs/spec.hpp"
#include "kernels/vocabulary/actions.hpp"

/// \file Arms, visits, rules and events, as written.

namespace vt {

struct ArmSpec {
  std::string name;
  std::uint32_t share = 1;
  RegimenSpec regimen;
  std::vector<Text> rules;
  Text ladder;                ///< name of a ladder, or empty
  double leave_per_year = 0;  ///< constant hazard of discontinuation
  Origin origin;
  Position where;
};

struct LadderSpec {
  std::string name;
  std::vector<RegimenSpec> steps;  ///< ascending daily dose
  Position where;
};

struct VisitSpec {
  std::string name;
  std::vector<std::int32_t> days;   ///< ascending, unique
  std::vector<std::string> labels;  ///< as written: "day 29", "month 6"
  std::vector<Text> measure;        ///< trough bcr_abl cytogenetics blood_count, or a test
  double window_h = 3;
  double sample_sd_h = 1.5;
  double missed = 0;         ///< probability that the visit does not take place
  bool is_on_order = false;  ///< has no days: takes place when a rule orders it
  std::string on_result;     ///< has no days: takes place when a result of this measure arrives
  bool is_late = false;      ///< the sample for a trough is drawn after the day's first dose
  double late_low_h = 0, late_high_h = 0;
  Position where;
};

struct RuleSpec {
  std::string name;
  std::vector<Text> at;  ///< names of visits
  Text when, until;
  Expression probability;           ///< not set = always
  std::optional<Action> action;     ///< none where it could not be read
  RegimenSpec regimen;              ///< set
  std::vector<RegimenSpec> resume;  ///< hold: after the first, the second … hold, or by the dose before it
  std::uint32_t steps = 0;          ///< of the ladder: step down, step up; hold: down, behind it; 0 = none
  std::string group;
  double recheck_day = 0;        ///< 0 = none
  std::uint32_t most_times = 0;  ///< 0 = no limit
  std::uint32_t confirm = 1;     ///< visits in a row
  double rest_day = 0;           ///< not within so many days of a change of dose
  Expression dose;               ///< set dose: daily, in mg; multiply dose: the factor
  double strength_mg = 0;        ///< an intake is a multiple of it; 0 = any dose
  double lowest_mg = 0, highest_mg = 0;
  Text sample;        ///< name of the visit that is ordered
  Text comedication;  ///< perpetrator that is started or stopped
  double after_day = 0;
  Expression odds;              ///< set adherence: `taken` or `miss_odds`
  Expression holidays;          ///< set adherence: `holiday_rate` or `holiday_share`
  std::uint32_t adherence = 0;  ///< bits of what it changes (kernels/vocabulary/actions.hpp)
  double lasts_day = 0;         ///< set adherence: so long; 0 = for good
  Origin origin;
  Position where;
};

/// Shares of grades 1 to 4 among those who have an event; all 0: it has no grades.
using GradeShares = std::array<double, kGrades>;

/// What happens to a patient: under a hazard, or where a condition holds.
struct EventSpec {
  std::string name;
  Expression hazard;   ///< events per day, or per `per`; not set: a condition
  double per_day = 1;  ///< unit of the rates
  Text when, only_if;
  std::vector<Text> at;         ///< names of visits; empty: every so many days
  std::int32_t every_day = 7;   ///< length of an interval
  std::int32_t from_day = 0;    ///< not looked for before
  std::uint32_t confirm = 1;    ///< times in a row that `when` has to hold
  bool is_dated_first = false;  ///< on the first of these, not on the last
  Text after;                   ///< name of an event above, or empty
  bool is_fatal = false, ends_treatment = false, ends_trial = false, switches_drug = false;
  GradeShares grades{};
  double duration_day = 0, duration_sd_log = 0;  ///< 0 = as long as the drug is given
  Expression recovery;           ///< rate at which an episode ends; not set: by its duration or with the drug
  Expression easing, worsening;  ///< rates at which its grade falls and rises by one
  Expression recurrence;        ///< chance that it comes back when the drug is given again after a hold; not set: never
  bool recurs_at_rate = false;  ///< `recurrence` is the rate at which it comes back, whatever has ended it
  double recurrence_delay_day = 0;  ///< on average, behind that chance
  GradeShares grades_again{};
  Origin origin;
  Position where;
};

/// A test with two outcomes: whether a condition holds, with errors.
struct TestSpec {
  std::string name;
  Text condition;
  double sensitivity = 1, specificity = 1;
  Origin origin;
  Position where;
};

}  // namespace vt
