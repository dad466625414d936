#pragma once
#include "kernels/vocabulary/domain.hpp"
#include "kernels/vocabulary/subjects.hpp"

/// \file What formulas of visits, rules and tallies can read of a patient, beside quantities of models
/// (kernels/models) and what a laboratory reports (kernels/vocabulary/laboratory.hpp): the one table of these names.
/// Covariates, parameters and tests are the user's.

namespace vt {

/// Where an observable of the visit formulas comes from.
enum class Source : std::uint32_t {
  day,
  month,
  arm,
  daily_dose_mg,
  on_hold,
  days_on_hold,
  times_held,
  days_on_dose,
  doses_taken_percent,
  dose_changes,
  days_since_change,
  trough_true,
  mean_trough,         ///< index: days
  mean_concentration,  ///< index: days
  auc_24h,
  average_concentration,
  relative_exposure,
  peak,
  hours_above,
  auc_from_dose,
  peak_from_dose,
  trough_free,
  average_free_concentration,
  metabolite_trough,
  metabolite_auc_24h,
  ph_percent_true,
  last,      ///< index: of the Result
  previous,  ///< index: of the Result
  lowest,    ///< index: of the Result
  highest,   ///< index: of the Result
  dose_intensity_mg,
  trough_below_limit,
  cost_so_far,
  trough_after_h,
  predicted_trough_prior,
  predicted_trough_map,
  predicted_trough_log_linear,
  test,  ///< index: of the test
  relative_dose_intensity,
  interacting_drug,
  left,
  on_treatment,
  bcr_abl_share,
  model,  ///< index: of the quantity, among those of kernels/models/models.hpp
  exposure_days,
  event,   ///< whether the event of this index has happened
  day_of,  ///< its day
  severe,
  active,
  second_drug,
  memory,
  kept,
  grade,        ///< of the episode of an event that goes on
  worst_grade,  ///< of its episodes so far
  times,        ///< its episodes so far
  days_since_hold,
  days_with,  ///< days of its episodes so far
  interacting_drug_now,
  comedication,  ///< index: which
  fired,         ///< index: of the rule
  times_fired,
  day_fired,
  leukaemic_cells,
  white_cells_true,
  lowest_within,   ///< index: result_window
  highest_within,  ///< index: result_window
  results_within,  ///< index: result_window
  count
};
/// What an event has to have for an attribute of it.
enum class EventNeed : std::uint32_t { nothing, grades, duration };
/// A name that formulas of visits, rules and tallies may use. Behind a dot stands what it is an attribute of: the NAME
/// of an event, a PERPETRATOR or a RULE.
struct QuantityEntry {
  std::string_view name, unit;
  Subject subject;
  InTime in_time;
  Domain domain;
  Domain usual;  ///< over which quantile groups are formed
  std::string_view meaning, defined;
  Source source;
  bool can_be_remembered;   ///< may be asked for at a past visit: name @ 'day 29'
  bool looks_back = false;  ///< needs the last day's concentrations
  EventNeed need = EventNeed::nothing;
};

inline constexpr QuantityEntry kQuantities[] = {
    {"day", "day", Subject::other, InTime::never_falls, kAnything, kUsual, "days since day 0", "always", Source::day,
     false},
    {"month", "month", Subject::other, InTime::never_falls, kAnything, kUsual,
     "months since day 0; N or more exactly from the day of 'month N' on", "always", Source::month, false},
    {"arm", "1", Subject::other, InTime::constant, kAnything, kUsual,
     "the patient's arm, compared with a name: arm == '400 mg BID', arm != 'placebo'; recorded as its place among "
     "the "
     "arms, from 0 on",
     "always", Source::arm, false},
    {"daily_dose_mg", "mg", Subject::dose, InTime::varies, kFromZero, kUsual,
     "daily dose of the prescribed regimen, also while on hold", "always", Source::daily_dose_mg, true},
    {"on_hold", "1", Subject::dose, InTime::varies, kShare, kUsual, "1 while any rule holds the drug", "always",
     Source::on_hold, true},
    {"days_on_hold", "day", Subject::dose, InTime::never_falls, kFromZero, kUsual, "days on hold so far", "always",
     Source::days_on_hold, true},
    {"times_held", "1", Subject::dose, InTime::never_falls, kFromZero, kUsual, "holds begun so far", "always",
     Source::times_held, true},
    {"days_since_hold", "day", Subject::dose, InTime::varies, kFromZero, kUsual, "days since the last hold ended",
     "once a hold has ended, while none goes on", Source::days_since_hold, true},
    {"days_on_dose", "day", Subject::dose, InTime::never_falls, kFromZero, kUsual,
     "days since the first dose that were not on hold, up to the end of the treatment with the first drug",
     "from the first dose", Source::days_on_dose, false},
    {"doses_taken_percent", "%", Subject::adherence, InTime::varies, kFromZero, kUsualPercent,
     "doses taken of those prescribed", "after the first dose", Source::doses_taken_percent, true},
    {"dose_changes", "1", Subject::dose, InTime::never_falls, kFromZero, kUsual,
     "changes of the prescribed dose or interval so far; a hold is none", "always", Source::dose_changes, true},
    {"days_since_change", "day", Subject::dose, InTime::varies, kFromZero, kUsual, "days since the last change of dose",
     "after the first change", Source::days_since_change, true},
    {"trough_below_limit", "1", Subject::exposure, InTime::varies, kShare, kUsual,
     "1 if the last measured trough was below the limit of quantification", "once measured", Source::trough_below_limit,
     true},
    {"trough_after_h", "h", Subject::exposure, InTime::varies, kFromZero, kUsualPercent,
     "hours from the dose to the sample of the last measured trough: to the last planned intake before it, with "
     "prediction.history to the last dose taken",
     "once measured, unless nothing was taken", Source::trough_after_h, true},
    {"predicted_trough_prior", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "trough of the present dose at steady state in the typical patient of [prediction] with this patient's "
     "covariates, without any level",
     "from the first dose", Source::predicted_trough_prior, true},
    {"predicted_trough_map", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "trough of the present dose at steady state: most likely value (MAP) from [prediction] and the last levels",
     "with a level on file", Source::predicted_trough_map, true},
    {"predicted_trough_log_linear", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "trough of the present dose from the last level alone, with the half-life of [prediction]",
     "with a level on file from behind the prior's peak", Source::predicted_trough_log_linear, true},
    {"trough_true", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "model concentration at today's nominal morning dose, with the exposure scale", "from day 1", Source::trough_true,
     true},
    {"mean_trough_Nd", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "mean of trough_true over the last N mornings, today's included (N from 1 to 84, as in mean_trough_28d); over "
     "those from the day after the first dose on while they are fewer",
     "from that day", Source::mean_trough, true},
    {"mean_concentration_Nd", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "mean of average_concentration over the last N days, yesterday included (N from 1 to 84); over those from the "
     "first dose on while they are fewer",
     "from the day after the first dose", Source::mean_concentration, true},
    {"auc_24h", "ng*h/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "area under the curve of the last day, which begins 6 h before its nominal morning dose, with the exposure "
     "scale",
     "from day 1", Source::auc_24h, true},
    {"average_concentration", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "average over the last day, with the exposure scale", "from day 1", Source::average_concentration, true},
    {"relative_exposure", "1", Subject::exposure, InTime::varies, kFromZero, kUsualRatio,
     "average concentration of the last day over the reference, without the exposure scale", "from day 1",
     Source::relative_exposure, true},
    {"peak", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "largest model concentration of the last day, with the exposure scale", "from day 1", Source::peak, true, true},
    {"hours_above", "h", Subject::exposure, InTime::varies, kHours, kUsualPercent,
     "hours of the last day with a model concentration above pk.threshold", "from day 1, with pk.threshold",
     Source::hours_above, true, true},
    {"auc_from_dose", "ng*h/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "area under the curve of the 24 hours from the time of the last day's first intake on, taken or not, before any "
     "of today's doses: AUC from 0 to 24 h of a first dose, AUC over the interval of a dose once daily",
     "from day 1", Source::auc_from_dose, true, true},
    {"peak_from_dose", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "largest model concentration (Cmax) of those 24 hours, with the exposure scale", "from day 1",
     Source::peak_from_dose, true, true},
    {"trough_free", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "as trough_true, of the drug that is not bound", "from day 1", Source::trough_free, true},
    {"average_free_concentration", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "average over the last day of what is not bound at each moment, with the exposure scale", "from day 1",
     Source::average_free_concentration, true, true},
    {"metabolite_trough", "ng/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "model concentration of the metabolite at today's nominal morning dose, with the exposure scale",
     "from day 1, with a metabolite", Source::metabolite_trough, true},
    {"metabolite_auc_24h", "ng*h/mL", Subject::exposure, InTime::varies, kFromZero, kUsual,
     "as auc_24h, of the metabolite", "from day 1, with a metabolite", Source::metabolite_auc_24h, true},
    {"ph_percent_true", "%", Subject::response, InTime::varies, kPercent, kUsualPercent,
     "model share of Ph-positive metaphases", "with a response model", Source::ph_percent_true, true},
    {"bcr_abl_share", "1", Subject::response, InTime::varies, kShare, kUsualShare,
     "model BCR-ABL over its value at diagnosis, at most 1", "with a response model", Source::bcr_abl_share, true},
    {"leukaemic_cells", "1", Subject::response, InTime::varies, kFromZero, kUsualShare,
     "model leukaemic cells over those at diagnosis, by number: see response.normal_ratio; without that bcr_abl_share",
     "with a response model", Source::leukaemic_cells, true},
    {"white_cells_true", "1e9/L", Subject::safety, InTime::varies, kWhiteCells, kUsualCount,
     "model white cells: normal ones, by their neutrophils, and response.white_cells_at_start times leukaemic_cells",
     "with neutrophils", Source::white_cells_true, true},
    {"on_second_drug", "1", Subject::dose, InTime::never_falls, kShare, kUsual,
     "1 from the day on which the patient was switched to the second drug", "always", Source::second_drug, true},
    {"exposure_days", "day", Subject::exposure, InTime::never_falls, kFromZero, kUsual,
     "relative exposure added up over the days since the first dose", "from the first dose", Source::exposure_days,
     true},
    {"dose_intensity_mg", "mg", Subject::dose, InTime::varies, kFromZero, kUsual,
     "daily dose prescribed since the first dose on average, days on hold "
     "counting 0",
     "from the day after the first dose", Source::dose_intensity_mg, true},
    {"cost_so_far", "1", Subject::other, InTime::never_falls, kFromZero, kUsual,
     "cost of the samples so far, in the unit of the assays' costs", "always", Source::cost_so_far, true},
    {"relative_dose_intensity", "%", Subject::dose, InTime::varies, kFromZero, kUsualPercent,
     "taken since the first dose of what the arm's first regimen would have been, also after leaving",
     "from the day after the first dose", Source::relative_dose_intensity, true},
    {"interacting_drug", "1", Subject::other, InTime::constant, kShare, kUsual,
     "1 for patients who take a comedication of the scenario at some time", "always", Source::interacting_drug, false},
    {"interacting_drug_now", "1", Subject::other, InTime::varies, kShare, kUsual,
     "1 on days on which the patient takes any of these comedications", "always", Source::interacting_drug_now, true},
    {"comedication.PERPETRATOR", "1", Subject::other, InTime::varies, kShare, kUsual,
     "1 on days on which the patient takes this comedication", "always", Source::comedication, false},
    {"fired.RULE", "1", Subject::other, InTime::never_falls, kShare, kUsual,
     "1 once the rule has fired for the patient, from the next visit on", "always", Source::fired, false},
    {"times_fired.RULE", "1", Subject::other, InTime::never_falls, kFromZero, kUsual,
     "how many times the rule has fired, before today's visits", "always", Source::times_fired, false},
    {"day_fired.RULE", "day", Subject::other, InTime::never_falls, kAnything, kUsual,
     "day on which the rule fired the last time, before today's visits", "once it has fired", Source::day_fired, false},
    {"on_treatment", "1", Subject::dose, InTime::varies, kShare, kUsual,
     "1 from the first dose until an event ends the treatment, also while on hold", "always", Source::on_treatment,
     false},
    {"event.NAME", "1", Subject::other, InTime::never_falls, kShare, kUsual,
     "1 from the day on which the event of that name has happened", "always", Source::event, false},
    {"day_of.NAME", "day", Subject::other, InTime::constant, kAnything, kUsual,
     "day of the event of that name, the first time", "once it has happened", Source::day_of, false},
    {"times.NAME", "1", Subject::other, InTime::never_falls, kFromZero, kUsual,
     "how many times that event has happened", "always", Source::times, false},
    {"grade.NAME", "1", Subject::safety, InTime::varies, kGrade, kUsual,
     "grade of that event, 1 to 4, while it is active; 0 otherwise", "always", Source::grade, false, false,
     EventNeed::grades},
    {"worst_grade.NAME", "1", Subject::safety, InTime::never_falls, kGrade, kUsual,
     "highest grade of that event so far; 0 before it has happened", "always", Source::worst_grade, false, false,
     EventNeed::grades},
    {"days_with.NAME", "day", Subject::other, InTime::never_falls, kFromZero, kUsual,
     "days on which that event has been active, today included; of events with a duration or a recovery", "always",
     Source::days_with, false, false, EventNeed::duration},
    {"severe.NAME", "1", Subject::safety, InTime::never_falls, kShare, kUsual,
     "1 once that event has been of grade 3 or 4", "always", Source::severe, false},
    {"active.NAME", "1", Subject::other, InTime::varies, kShare, kUsual,
     "1 from the day of that event until it is over, each time", "always", Source::active, false},
};

/// Which of 64 sources, from `first` on, are attributes of events, as bits.
constexpr std::uint64_t attributes_of_events(int first) {
  std::uint64_t bits = 0;
  for (const QuantityEntry& one : kQuantities)
    if (const int place = static_cast<int>(one.source) - first; one.name.ends_with(".NAME") && place >= 0 && place < 64)
      bits |= std::uint64_t{1} << place;
  return bits;
}
inline constexpr std::uint64_t kOfEvents = attributes_of_events(0), kFurtherOfEvents = attributes_of_events(64);
static_assert(static_cast<int>(Source::count) <= 128, "each has a bit");

}  // namespace vt
