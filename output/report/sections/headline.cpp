#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/notes.hpp"
#include "output/report/sections/sections.hpp"
#include "output/report/svg.hpp"
#include "output/statistics/over_replicates.hpp"
#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

using Kind = Statistic::Kind;
using Index = std::optional<std::size_t>;

/// A text that stays in one line.
std::string unbroken(const std::string& text) { return "<span class=\"unbroken\">" + escape(text) + "</span>"; }

/// Words and a number beneath another.
std::string beneath(const std::string& words, const std::string& number) {
  return "<br><span class=\"note\">" + escape(words) + " " + number + "</span>";
}

/// Axes at most of arms, visits and replicates; of arms all that there are.
bool is_headline(const Results& results, const ResultTally& tally) {
  for (const ResultAxis& axis : tally.axes)
    if (axis.kind != ResultAxisKind::arm && axis.kind != ResultAxisKind::visit &&
        axis.kind != ResultAxisKind::replicate)
      return false;
  if (tally.pair.size() == 2) return true;
  const Index arms = arm_axis(tally);
  return arms ? tally.axes[*arms].labels.size() == results.arms.size() : results.arms.size() == 1;
}

/// A tally at the last visit at which somebody was evaluable.
class Headline {
 public:
  explicit Headline(const ResultTally& tally) : tally_(tally), arm_(arm_axis(tally)) {
    for (std::size_t a = 0; a < tally.axes.size(); ++a)
      if (tally.axes[a].kind == ResultAxisKind::visit) visit_ = a;
    if (!visit_) return;
    for (at_ = tally.axes[*visit_].labels.size() - 1; at_ > 0; --at_)
      if (cells(std::nullopt).evaluable > 0) break;
  }

  std::string name() const { return escape(tally_.title.empty() ? tally_.name : tally_.title); }

  /// What of it, in whom, when.
  std::string measure() const {
    return escape(what() + (tally_.among.empty() ? "" : ", in those who meet its condition") +
                  (tally_.from.empty() ? "" : ", from " + tally_.from) + when());
  }

  std::string cell(std::size_t arm, const std::string& name) const {
    if (tally_.pair.size() == 2) return name == tally_.pair[1] ? of_pairs() : "–";
    const Pooled pooled = cells(arm);
    if (pooled.evaluable == 0) return "–";
    if (applies({Kind::itt}, tally_.kind)) return of_share(pooled, arm);
    if (applies({Kind::survival}, tally_.kind)) return of_times(pooled);
    if (is_of_doses()) return of_mean(pooled);
    const auto at = [&](double p) { return short_number(value_of(tally_, pooled, {Kind::quantile, p})); };
    return unbroken(at(0.5) + " (" + at(0.25) + " – " + at(0.75) + ")");
  }

 private:
  Pooled cells(Index arm) const {
    std::vector<Index> fixed(tally_.axes.size());
    if (arm_ && arm) fixed[*arm_] = *arm;
    if (visit_) fixed[*visit_] = at_;
    return pool_cells(tally_, fixed);
  }

  /// Few different numbers, which quantiles from a histogram have only to the width of its bins.
  bool is_of_doses() const { return tally_.subject == Subject::dose && applies({Kind::mean}, tally_.kind); }

  Statistic of_event() const {
    return {.kind = tally_.outcomes.size() > 2 ? Kind::incidence : Kind::survival, .cause = ""};
  }

  std::string what() const {
    if (tally_.pair.size() == 2) {
      const bool is_of_numbers = applies({Kind::mean}, tally_.kind);
      return (is_of_numbers && has_unit(tally_.unit) ? tally_.unit + ", " : std::string()) +
             "difference within patients, " + tally_.pair[1] + " minus " + tally_.pair[0] +
             (is_of_numbers ? ", mean and its 95 % interval" : "");
    }
    if (applies({Kind::itt}, tally_.kind))
      return tally_.estimand == Estimand::itt ? "of all randomised" : "of those evaluable";
    if (applies({Kind::survival}, tally_.kind))
      return of_event().kind == Kind::incidence ? "cumulative incidence" : "share without the event";
    const std::string statistic = is_of_doses() ? "mean and its 95 % interval" : "median and quartiles";
    return has_unit(tally_.unit) ? tally_.unit + ", " + statistic : statistic;
  }

  std::string when() const {
    if (visit_) return ", at " + tally_.axes[*visit_].labels[at_];
    if (!tally_.times.empty()) return ", by day " + short_number(tally_.times.back());
    return tally_.visit.empty() ? "" : tally_.visit == "end" ? ", at the end" : ", at visit " + tally_.visit;
  }

  /// With the difference to the first arm.
  std::string of_share(const Pooled& pooled, std::size_t arm) const {
    const bool is_itt = tally_.estimand == Estimand::itt;
    const Estimate share = estimate(tally_, pooled, {is_itt ? Kind::itt : Kind::proportion});
    std::string text = with_interval(share);
    if (is_itt && pooled.evaluable < pooled.randomised)
      text += beneath("of those evaluable", unbroken(percent(value_of(tally_, pooled, {Kind::proportion}))));
    if (arm == 0 || !arm_) return text;
    const Estimate difference = difference_from(cells(0), tally_, pooled);
    return std::isnan(difference.value) ? text : text + beneath("difference", points(difference));
  }

  std::string of_times(const Pooled& pooled) const {
    const Estimate share = estimate(tally_, pooled, of_event());
    if (of_event().kind == Kind::incidence) return with_interval(share);  // its median would be that of any cause
    const double median = value_of(tally_, pooled, {Kind::quantile, 0.5});
    return with_interval(share) +
           (std::isnan(median) ? "" : beneath("median", unbroken("day " + short_number(median))));
  }

  std::string of_mean(const Pooled& pooled) const {
    const Estimate mean = estimate(tally_, pooled, {Kind::mean});
    if (std::isnan(mean.interval.low)) return unbroken(short_number(mean.value));
    return unbroken(short_number(mean.value) + " (" + short_number(mean.interval.low) + " – " +
                    short_number(mean.interval.high) + ")");
  }

  std::string of_pairs() const {
    const Pooled all = cells(std::nullopt);
    if (applies({Kind::mean}, tally_.kind)) return all.evaluable > 0 ? of_mean(all) : "–";
    Estimate difference = estimate(tally_, all, {Kind::difference});
    if (!(difference.value == 0 && difference.standard_error == 0)) return points(difference);
    difference.interval = {kNaN, kNaN};  // it would have no width
    return points(difference) + beneath("patients who differ", unbroken(fmt::format("0 of {}", all.evaluable)));
  }

  static std::string with_interval(const Estimate& share) {
    const Interval& i = share.interval;
    if (std::isnan(i.low)) return unbroken(percent(share.value));
    return unbroken(fmt::format("{} ({:.1f}–{:.1f})", percent(share.value), 100 * i.low, 100 * i.high));
  }

  /// A difference of shares in percentage points.
  static std::string points(const Estimate& e) {
    if (std::isnan(e.value)) return "–";
    const std::string value = unbroken(fmt::format("{:+.1f} points", 100 * e.value));
    if (std::isnan(e.interval.low)) return value;
    return value + " " + unbroken(fmt::format("({:+.1f} to {:+.1f})", 100 * e.interval.low, 100 * e.interval.high));
  }

  const ResultTally& tally_;
  Index arm_, visit_;
  std::size_t at_ = 0;
};

}  // namespace

Section headline_section(const Results& results) {
  if (!withheld(results).empty()) return {};
  Table table{{"Endpoint", "measure"}, {}};
  for (const ArmResult& arm : results.arms) table.heading.push_back(">" + arm.name);
  std::size_t found = 0;
  bool is_of_lives = false, has_itt = false, has_condition = false, has_for_good = false;
  for (const ResultTally* tally : in_scenario_order(results)) {
    if (!is_headline(results, *tally) || ++found > kMostHeadlines) continue;
    ResultTally together = without_replicates(*tally);
    const bool is_for_good =
        together.is_cumulative && together.estimand == Estimand::itt && applies({Kind::itt}, tally->kind);
    if (is_for_good) together.estimand = Estimand::on_treatment;  // missing is not "without it" here
    const Headline headline(together);
    is_of_lives = is_of_lives || tally->is_of_lives;
    has_condition = has_condition || !tally->among.empty();
    has_itt = has_itt || (together.estimand == Estimand::itt && applies({Kind::itt}, tally->kind));
    has_for_good = has_for_good || is_for_good;
    table.rows.push_back({headline.name(), headline.measure()});
    for (std::size_t a = 0; a < results.arms.size(); ++a)
      table.rows.back().push_back(headline.cell(a, results.arms[a].name));
  }
  if (table.rows.empty()) return {};
  std::string caption =
      "Results that the scenario counts by arm, or by arm and visit, in its order, each at its last visit; in brackets "
      "95 % intervals of the simulation, of medians the quartiles.";
  if (has_itt) caption += " Of all randomised: who is missing counts as without the event.";
  if (has_for_good)
    caption +=
        " What holds for good once it has happened is of those evaluable: it may have happened to the missing, too.";
  if (has_condition) caption += " Conditions stand with the tables below.";
  if (results.arms.size() > 1) caption += " Differences are to " + results.arms[0].name + ", in percentage points.";
  if (is_of_lives)
    caption += " Arms are lives of the same patients: only a tally of pairs has intervals of their differences.";
  if (results.replicates > 1) caption += fmt::format(" All {} replicates together.", results.replicates);
  if (found > kMostHeadlines)
    caption += fmt::format(" The first {} of {}; the others are in the sections below.", kMostHeadlines, found);
  return {"answer", "Main results", rows_html(table, caption)};
}

}  // namespace vt::report
