#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "host/scenario/written.hpp"
#include "kernels/plan_models.hpp"
#include "kernels/vocabulary/drug_models.hpp"

/// \file Doses, models and habits, as written.

namespace vt {

/// dose and interval. A scenario writes { dose = "400 mg", every = "24 h" }, or { schedule = [{ from, … }, …] }.
struct RegimenSpec {
  double dose_mg = 0;
  double every_h = 24;  ///< 24, 12 or 8, or several days
  Position where;
  Expression own_dose;  ///< a formula over the patient's covariates and parameters, in the place of dose_mg
  double least_mg = 0, most_mg = 0;        ///< of own_dose; 0 = no limit
  std::vector<double> tablets_mg;          ///< own_dose is rounded to a sum of these
  std::int32_t on_days = 0, off_days = 0;  ///< cycles; 0 = none
  std::int32_t from_day = 0;               ///< a step of a schedule
  double from_mg = 0;                      ///< behind a hold: the daily dose before it; 0 = any
  std::vector<RegimenSpec> schedule;       ///< by date
  bool is_set() const { return where.line > 0 || dose_mg > 0; }
};

/// Intakes on a day with doses.
int intakes_a_day(const RegimenSpec&);
/// Days from one day with doses to the next, apart from cycles.
std::int32_t days_apart(const RegimenSpec&);
/// Of the days, the share with doses.
double share_of_days(const RegimenSpec&);
/// "400 mg every 24 h, 4 days on, 3 days off"
std::string in_words(const RegimenSpec&);

struct TrendSpec {
  double change = 0;
  double time_constant_day = 1;
  bool is_set = false;
};

/// Structural model plus its entries by key (host/scenario/toml/keys.hpp).
struct ModelSpec {
  std::string model;  ///< "" = this part is not simulated
  std::map<std::string, Expression> entries;
  std::map<std::string, TrendSpec> trends;        ///< pk: clearance_trend, bioavailability_trend, volume_trend …
  AbsorptionModel absorption{};                   ///< pk
  bool free_drug_acts = false;                    ///< pk: response_driver = "free"
  bool follows_concentration = false;             ///< blood counts: input = "concentration"
  bool has_brake_window = false;                  ///< leukaemia: immune_form = "window"
  BelowLimit below_limit = BelowLimit::censored;  ///< prediction
  Position where;
};

struct InteractionSpec {
  std::string perpetrator;
  double fraction = 1;    ///< of patients who take it
  Expression taken_when;  ///< those for whom this formula is not 0, of the fraction; not set = all
  double start_day = 0, stop_day = 1e9;
  Expression start, stop;                                 ///< formulas of the patient that take the place of the days
  double course_days = 0, every_days = 0;                 ///< intermittent courses; every 0: one from start to stop
  double clearance_ratio = 1, bioavailability_ratio = 1;  ///< at full effect
  double metabolite_clearance_ratio = 1;                  ///< the same
  double liver_half_life_h = 48, gut_half_life_h = 24;    ///< of onset and offset
  Origin origin;
  Position where;
};

struct AdherenceSpec {
  std::string model;        ///< of kAdherenceModels
  bool has_habits = false;  ///< of the patient's own, in `habits`; else the probabilities `taken_…` hold for all
  ModelSpec habits;
  double taken_once_daily = 1, taken_twice_daily = 1, taken_three_times_daily = 1;
  double miss_odds_once_daily = 1, miss_odds_twice_daily = 1, miss_odds_three_times_daily = 1;
  double jitter_sd_once_daily_h = 0, jitter_sd_twice_daily_h = 0, jitter_sd_three_times_daily_h = 0;
  Origin origin;
  Position where;
};

}  // namespace vt
