#pragma once
/// \file Time to event: survival, cumulative incidence of competing causes, restricted mean. From patients' own times
/// or from the counts of a life table; checked against R's package survival (tests/reference/survival.R).

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "output/statistics/estimate.hpp"

namespace vt {

/// What happened at each of the ascending times: those at risk just before it, events by cause, patients censored.
/// Events come before censoring at the same time.
struct RiskTable {
  std::vector<double> time;
  std::vector<double> at_risk;
  std::vector<std::vector<double>> events;  ///< [cause][time]
  std::vector<double> censored;
  std::vector<double> earlier = {};  ///< days by which events came on average before the time they count at; else empty
  double before(std::size_t i) const { return earlier.empty() ? 0 : earlier[i]; }
  double total_events(std::size_t i) const;  ///< of all causes at time[i]
};

/// \param time of each patient, in any order  \param cause 0 = censored, 1 … causes = what happened
/// \throws std::invalid_argument if the vectors differ in length or a cause is beyond `causes`
RiskTable risk_table(std::span<const double> time, std::span<const int> cause, int causes = 1);

/// \param events [cause][time]  \param censored [time]; everybody is in one of the counts
RiskTable risk_table(std::vector<double> time, std::vector<std::vector<double>> events, std::vector<double> censored);

/// Of a tally's cells: its outcomes but the last are the causes. Events of a hazard happened at any hour of the 24 h
/// before the start of the day they count at, those that a visit finds at that time; those of an interval of several
/// days on any day of it. All lie evenly there.
RiskTable risk_table(const ResultTally&, const Pooled&);

/// Which of the tally's causes bears a name; "" is its event.
std::optional<std::size_t> cause_of(const ResultTally&, std::string_view name);

/// A step function right-continuous at `time`; before the first one it is 1 (survival) or 0 (incidence).
struct TimeCurve {
  bool falls = false;  ///< survival falls from 1, incidence rises from 0
  std::vector<double> time{}, value{}, standard_error{}, low{}, high{};  ///< 95 % interval
  std::vector<double> earlier{};                                         ///< as of the risk table
};

/// Kaplan–Meier: the chance to have had no event of any cause. Greenwood's standard error; the interval is that of
/// log(−log S), NaN where S is 0 or 1. Kaplan & Meier 1958, J Am Stat Assoc 53:457.
TimeCurve kaplan_meier(const RiskTable&);

/// Aalen–Johansen: the chance that a cause has come by then, while the others may come first. The standard error is
/// Greenwood's for the multinomial increments (equal to the infinitesimal jackknife); the interval is that of
/// log(−log(1 − F)). Aalen & Johansen 1978, Scand J Stat 5:141. \param cause 0 … causes − 1
TimeCurve cumulative_incidence(const RiskTable&, std::size_t cause);

/// The curve's value at a time.
Estimate at_time(const TimeCurve&, double time);

/// The time when the curve crosses p (survival: the first t with S(t) ≤ p; incidence: with F(t) ≥ p), NaN if it never
/// does; where a step lies at p itself, the middle of that step. The interval is where the curve's own limits cross.
/// Where events came `earlier` than they count, evenly between two times, the curve is taken to be straight between
/// them.
Estimate time_at(const TimeCurve&, double p);

/// Area under the Kaplan–Meier curve up to a time, with its standard error; events before that time count when they
/// came. NaN if the last patient at risk was censored before.
Estimate restricted_mean(const RiskTable&, double until);

}  // namespace vt
