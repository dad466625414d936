#pragma once
#include "kernels/models/model.hpp"
#include "kernels/numerics/elementary.hpp"

/// \file Neutrophils and platelets. A lineage of blood cells: proliferating cells, three transit stages, circulating
/// cells, with feedback (Friberg et al., J Clin Oncol 2002;20:4713), beside cells that the leukaemic clone still makes.

namespace vt {

inline constexpr int kLineages = 2;  ///< neutrophils, platelets

struct BloodPlan {
  std::uint32_t steps_per_day;
  std::uint32_t follows_concentration;  ///< within the day; otherwise the day's average acts
  std::uint32_t is_linear;              ///< the exponent is 1 in everybody
};

inline namespace VT_ISA {

struct BloodTraits {
  double baseline, transit_per_day, feedback_power, effect, exponent, clone_cells;
  double feedback_of_one;  ///< logarithm to base 2 of the feedback that a count of 1 would cause: γ·log2 baseline
};

/// Counts in 10⁹/L. `feedback` is (baseline/x)^γ, `clone` the clone's cells, both at this moment.
struct Blood {
  double proliferating, transit1, transit2, transit3, circulating, feedback, clone;
};

/// What the passage of a patient's cells takes from a step of `length`; times are in units of a stage's transit time.
struct Passage {
  double length;
  double kept, kept_half;  ///< share of a stage's cells that are still in it after a step, and after half a step
  double came, came_half;  ///< circulating after (half) a step of what proliferating cells of 1 have sent out
  /// In the first to third transit after a step, for each of: proliferating cells at the step's start, their change per
  /// unit of time there, the cells at its end, their change there. Between the ends they follow the cubic.
  double into[3][4];
};

/// What all lineages share of a day: the logarithm of the exposure to base 2; the clone's cells over those at the start
/// (blood_day.hpp) at the day's end and in its middle.
struct BloodDay {
  double log_exposure, clone_share, clone_share_at_noon;
};

/// The forcing of a step: the share of proliferation that the drug takes away at its start, middle and end; the clone's
/// share in its middle and at its end.
struct BloodForcing {
  double lost_at_start, lost_in_middle, lost_at_end, clone_in_middle, clone_at_end;
};

/// The count that drives the feedback: the clone's cells are counted up to the normal baseline.
VT_HD double felt_count(double circulating, double clone, double baseline) {
  return greater(circulating, lesser(circulating + clone, baseline));
}

VT_HD double feedback(const BloodTraits& t, double felt) {
  return coarse_exp2(fma(-t.feedback_power, coarse_log2(felt), t.feedback_of_one));
}

/// The passage through a step, `length` in transit times. The integrals over the step by Gauss and Legendre's rule with
/// eight points: 1e-12 of the whole for steps as long as up to two stages.
VT_HD Passage passage(double length) {
  constexpr double point[8] = {0x1.454e34f5339a0p-6, 0x1.a06d536d82f88p-4, 0x1.e5dad4f9af698p-3, 0x1.a214dac30e32fp-2,
                               0x1.2ef5929e78e68p-1, 0x1.86894ac19425ap-1, 0x1.cbf255924fa0fp-1, 0x1.f5d58e5856633p-1};
  constexpr double weight[8] = {0x1.9ea1d04ca0393p-5, 0x1.c76fb531d2b91p-4, 0x1.413c50a255611p-3, 0x1.736360b19933fp-3,
                                0x1.736360b19933fp-3, 0x1.413c50a255611p-3, 0x1.c76fb531d2b91p-4, 0x1.9ea1d04ca0393p-5};
  const double half = 0.5 * length;
  Passage w = {length, exp(-length), exp(-half), 0.0, 0.0, {}};
  w.came = 1.0 - w.kept * fma(length, fma(half, fma(length, 0x1.5555555555555p-2, 1.0), 1.0), 1.0);
  w.came_half = 1.0 - w.kept_half * fma(half, fma(0.5 * half, fma(half, 0x1.5555555555555p-2, 1.0), 1.0), 1.0);
  VT_UNROLL
  for (int i = 0; i < 8; ++i) {
    const double s = point[i], left = (1.0 - s) * length;
    const double cubic[4] = {(1.0 - s) * (1.0 - s) * (1.0 + 2.0 * s), (1.0 - s) * (1.0 - s) * s * length,
                             s * s * (3.0 - 2.0 * s), s * s * (s - 1.0) * length};
    double there = weight[i] * length * exp(-left);
    VT_UNROLL
    for (int stage = 0; stage < 3; ++stage) {
      VT_UNROLL
      for (int j = 0; j < 4; ++j) w.into[stage][j] = fma(there, cubic[j], w.into[stage][j]);
      there = there * left * (stage == 0 ? 1.0 : 0.5);
    }
  }
  return w;
}

/// Circulating cells a while after `s`, when `kept` of each stage are still in it and `came` have arrived of what
/// proliferating cells of 1 have sent out; these change by `rate` of themselves per unit of time, so that they count
/// with the mean of e^(rate·u) over when those who arrive have left: 1 + x/5 + x²/30 for x = rate·time.
VT_HD double arrived(const Blood& s, double time, double kept, double came, double rate) {
  const double then =
      fma(time, fma(0.5 * time, fma(0x1.5555555555555p-2 * time, s.transit1, s.transit2), s.transit3), s.circulating);
  const double growth = rate * time;
  const double mean = fma(0.2 * growth, fma(growth, 0x1.5555555555555p-3, 1.0), 1.0);
  return fma(kept, then, came * s.proliferating * mean);
}

/// A step as the proliferating cells feel it: their growth per unit of time at its start and its end, and over all of
/// it, there as a power of 2; what circulates at its end.
struct Growth {
  double rate, next_rate, whole;
  double circulating, feedback, clone;
};

inline constexpr double kSixthOfLog2e = 0x1.ec709dc3a03fdp-3;

/// The growth by Simpson's rule. The feedback feels the cells that were on their way when the step began, and those
/// sent out since at the rate of the step's start.
VT_HD Growth growth(const Blood& s, const BloodTraits& t, const Passage& w, const BloodForcing& f) {
  const double clone_half = t.clone_cells * f.clone_in_middle, clone = t.clone_cells * f.clone_at_end;
  const double rate = fma(1.0 - f.lost_at_start, s.feedback, -1.0);
  const double half_way = arrived(s, 0.5 * w.length, w.kept_half, w.came_half, rate);
  const double circulating = arrived(s, w.length, w.kept, w.came, rate);
  const double felt_half = felt_count(half_way, clone_half, t.baseline);
  const double felt = felt_count(circulating, clone, t.baseline);
  const double feedback_half = feedback(t, felt_half), next_feedback = feedback(t, felt);
  const double rate_half = fma(1.0 - f.lost_in_middle, feedback_half, -1.0);
  const double next_rate = fma(1.0 - f.lost_at_end, next_feedback, -1.0);
  const double whole = w.length * kSixthOfLog2e * fma(4.0, rate_half, rate + next_rate);
  return {rate, next_rate, whole, circulating, next_feedback, clone};
}

/// The cells after a step that circulate, all others as they were and the clone, too.
VT_HD Blood counted(const Blood& s, const Passage& w, const BloodForcing& f) {
  const double rate = fma(1.0 - f.lost_at_start, s.feedback, -1.0);
  Blood then = s;
  then.circulating = arrived(s, w.length, w.kept, w.came, rate);
  return then;
}

/// One step: the transit stages exactly, given the cubic of the proliferating cells; what circulates as it was felt. Of
/// fourth order but for kinks of what is felt, which cost the square of the step.
VT_HD Blood grow(const Blood& s, const Passage& w, const Growth& g) {
  const double next = s.proliferating * coarse_exp2(g.whole);
  const double change = s.proliferating * g.rate, next_change = next * g.next_rate;
  const auto entered = [=](const double(&into)[4]) VT_INLINE {
    return fma(into[0], s.proliferating, fma(into[1], change, fma(into[2], next, into[3] * next_change)));
  };
  const double third = fma(w.length, fma(0.5 * w.length, s.transit1, s.transit2), s.transit3);
  return {next,
          fma(w.kept, s.transit1, entered(w.into[0])),
          fma(w.kept, fma(w.length, s.transit1, s.transit2), entered(w.into[1])),
          fma(w.kept, third, entered(w.into[2])),
          g.circulating,
          g.feedback,
          g.clone};
}

inline constexpr double kLeastExposure = 0x1p-1000;  ///< keeps its logarithm finite
inline constexpr double kNoExposure = -995;          ///< logarithms below it are those of no exposure

/// The clone grows or shrinks at a constant rate within the day.
VT_HD BloodDay blood_day(double exposure, double share_at_start, double share_at_end) {
  return {coarse_log2(greater(exposure, kLeastExposure)), share_at_end, square_root(share_at_start * share_at_end)};
}

/// The forcing of a day that is one step.
VT_HD BloodForcing forced_all_day(double lost, const BloodDay& day) {
  return {lost, lost, lost, day.clone_share_at_noon, day.clone_share};
}

/// The forcing with the clone's shares in the step after `done` of `steps` equal ones of the day.
VT_HD BloodForcing beside_clone(const BloodForcing& f, const BloodDay& day, double done, double steps) {
  const double to_noon = coarse_log2(day.clone_share_at_noon / day.clone_share);
  const double middle = 2.0 * (1.0 - (done + 0.5) / steps), end = 2.0 * (1.0 - (done + 1.0) / steps);
  return {f.lost_at_start, f.lost_in_middle, f.lost_at_end, day.clone_share * coarse_exp2(middle * to_noon),
          day.clone_share * coarse_exp2(end * to_noon)};
}

/// The share of proliferation lost at a relative exposure: effect·ρ^p. Above 1 proliferating cells are killed.
VT_HD double lost_proliferation(const BloodTraits& t, double log_exposure) {
  const double power = coarse_exp2(t.exponent * log_exposure);
  return log_exposure > kNoExposure ? t.effect * power : 0.0;
}

/// The same at a relative concentration, which may be a little below 0 where it stands for a kinked course. `linear`:
/// the exponent is 1.
template <bool linear>
VT_HD double lost_at(const BloodTraits& t, double relative) {
  if constexpr (linear) return t.effect * relative;
  return lost_proliferation(t, coarse_log2(greater(relative, kLeastExposure)));
}

/// The same cells with the clone's cells and the feedback by their definitions. `clone_share`: the clone's, over
/// those at the start.
VT_HD Blood begun(const Blood& s, const BloodTraits& t, double clone_share) {
  const double clone = t.clone_cells * clone_share;
  return {s.proliferating,
          s.transit1,
          s.transit2,
          s.transit3,
          s.circulating,
          feedback(t, felt_count(s.circulating, clone, t.baseline)),
          clone};
}

/// What both lineages have in common.
struct BloodCount {
  static constexpr std::string_view name = "transit";
  static constexpr bool may_follow_concentration = true;  ///< the entry `input` says whether it does

  struct Parameters {
    double baseline, transit_day, feedback, effect, exponent;
    double start, clone;  ///< over the baseline
  };
  static constexpr Parameter<Parameters> parameters[] = {
      {&Parameters::baseline, "baseline", "1e9/L", Need::required, 0, 1e-6, 1e6, Zero::refused},
      {&Parameters::transit_day, "transit", "day", Need::required, 0, 0.1, 1e3, Zero::refused},
      {&Parameters::feedback, "feedback", "", Need::required, 0, 0, 3},
      {&Parameters::effect, "effect", "", Need::required, 0, 0, 1e6},
      {&Parameters::exponent, "exponent", "", Need::optional, 1, 0, 10},
      {&Parameters::start, "start", "", Need::optional, 1, 0, 1},
      {&Parameters::clone, "clone", "", Need::optional, 0, 0, 1e3},
  };
  static constexpr Setting settings[] = {{"steps_per_day", "", 1, 1, 1000, true}};

  using Traits = BloodTraits;
  /// Transit rate is 4 per mean transit time: three transit stages and the circulating cells.
  static VT_HD Traits traits_of(const Parameters& p) {
    return {p.baseline,
            4.0 / p.transit_day,
            p.feedback,
            p.effect,
            p.exponent,
            p.baseline * p.clone,
            p.feedback * coarse_log2(p.baseline)};
  }

  using State = Blood;
  static VT_HD State start(const Parameters& p, const Traits& t, double clone_share) {
    const double cells = t.baseline * p.start;
    return begun({cells, cells, cells, cells, cells, 1.0, 0.0}, t, clone_share);
  }

  static VT_HD double count(const State& now) { return now.circulating + now.clone; }
  static VT_HD double normal(const State& now) { return now.circulating; }
  static constexpr int recorded = 5;
};

struct Neutrophils : BloodCount {
  static constexpr int lineage = 0;
  static constexpr std::string_view section = "blood_counts.neutrophils", title = "neutrophils";
  static constexpr Subject subject = Subject::safety;
  static constexpr ModelQuantity<State> quantities[] = {
      {count, "anc_true", "1e9/L", kNeutrophils, kUsualCount, "model neutrophil count", "with neutrophils"},
      {normal, "anc_normal_true", "1e9/L", kNeutrophils, kUsualCount,
       "model neutrophil count without cells of the leukaemic clone", "with neutrophils"},
  };
  static constexpr Vital<State> vitals[] = {{normal, "the neutrophils"}};
};

struct Platelets : BloodCount {
  static constexpr int lineage = 1;
  static constexpr std::string_view section = "blood_counts.platelets", title = "platelets";
  static constexpr Subject subject = Subject::safety;
  static constexpr ModelQuantity<State> quantities[] = {
      {count, "platelets_true", "1e9/L", kPlatelets, kUsualCount, "model platelet count", "with platelets"},
  };
  static constexpr Vital<State> vitals[] = {{normal, "the platelets"}};
};

}
}  // namespace vt
