#include "output/hdf5/write_tally.hpp"

#include <cmath>
#include <functional>
#include <limits>

#include "output/hdf5/scales.hpp"
#include "output/hdf5/schema.hpp"
#include "output/statistics/estimate.hpp"
#include "output/statistics/survival.hpp"

namespace vt::hdf5 {
namespace {

const std::vector<double> kQuantiles = {0.05, 0.25, 0.5, 0.75, 0.95};

std::string unit_or_one(const std::string& unit) { return unit.empty() ? "1" : unit; }

/// An axis behind those of the tally: bins, quantiles, times.
struct LastAxis {
  Handle scale;
  std::size_t size;
};

template <class T>
LastAxis write_last_axis(hid_t group, const std::string& name, const std::vector<T>& values, const std::string& unit,
                         const std::string& long_name) {
  LastAxis axis{write_scale(group, name, values), values.size()};
  if (!unit.empty()) put(axis.scale, "units", unit);
  put(axis.scale, "long_name", long_name);
  return axis;
}

/// A tally's group while it is being written: the coordinates that its tables are attached to.
class TallyGroup {
 public:
  TallyGroup(hid_t tallies, const ResultTally& tally)
      : tally_(tally), group_(create_group(tallies, tally_group_name(tally.name))), sizes_(axis_sizes(tally)) {}

  void write_attributes() {
    put(group_, "name", tally_.name);
    put(group_, "kind", to_string(tally_.kind));
    put(group_, "long_name", tally_.title);
    put(group_, "score", tally_.score);
    put(group_, "units", unit_or_one(tally_.unit));
    put(group_, "visit", tally_.visit);
    std::string names;
    for (const ResultAxis& axis : tally_.axes) names += (names.empty() ? "" : " ") + axis.name;
    put(group_, "axes", names);
    put(group_, "estimand", std::string(name_of(tally_.estimand)));
    if (tally_.pair.size() == 2) put(group_, "pair_first", tally_.pair[0]), put(group_, "pair_second", tally_.pair[1]);
    if (tally_.kind == ResultKind::time_to_event) put(group_, "within_day", std::int64_t{tally_.is_within_day});
    if (tally_.kind != ResultKind::number) return;
    put(group_, "range_low", tally_.low);
    put(group_, "range_high", tally_.high);
    put(group_, "scale", tally_.scale);
    put(group_, "first_octave", std::int64_t{tally_.binning.first_octave});
    put(group_, "octaves", std::int64_t{tally_.binning.octaves});
    put(group_, "linear_octaves", std::int64_t{tally_.binning.linear});
    if (tally_.binning.equal == 0) return;
    put(group_, "bins_from", tally_.binning.from);
    put(group_, "bin_width", tally_.binning.width);
    put(group_, "equal_bins", std::int64_t{tally_.binning.equal});
  }

  void write_axis(const ResultAxis& axis) {
    scales_.push_back(write_scale(group_, axis.name, axis.labels));
    put(scales_.back(), "kind", axis.kind);
    put(scales_.back(), "long_name", axis.title);
    put(scales_.back(), "value_units", axis.unit);
    const std::string unit = unit_or_one(axis.unit);
    if (!axis.values.empty()) along(axis, schema::coordinate_name(axis), coordinate(axis), unit, axis.title);
    if (axis.kind != "quantiles") return;
    std::vector<double> low(axis.labels.size(), kNaN), high = low, share = low;
    double measured = 0;
    for (std::size_t g = 0; g <= axis.cuts.size(); ++g) measured += static_cast<double>(axis.group_patients[g]);
    for (std::size_t g = 0; g <= axis.cuts.size(); ++g) {
      if (g > 0) low[g] = axis.cuts[g - 1];
      if (g < axis.cuts.size()) high[g] = axis.cuts[g];
      share[g] = static_cast<double>(axis.group_patients[g]) / measured;
    }
    along(axis, axis.name + "_low", low, unit, "lower limit of the group");
    along(axis, axis.name + "_high", high, unit, "upper limit of the group, not included");
    along(axis, axis.name + "_patients", axis.group_patients, "1", "patients in the group, each counted once");
    along(axis, axis.name + "_share", share, "1", "share of the patients measured");
  }

  template <class T>
  void write_table(const std::string& name, const std::vector<T>& values, const std::string& unit,
                   const std::string& long_name, const std::vector<const LastAxis*>& last = {}) {
    Shape shape(sizes_);
    for (const LastAxis* axis : last) shape.push_back(axis->size);
    const Handle data = write(group_, name, shape, values);
    put(data, "units", unit);
    put(data, "long_name", long_name);
    if (!coordinates_.empty()) put(data, "coordinates", coordinates_);
    std::vector<const Handle*> scales;
    for (const Handle& scale : scales_) scales.push_back(&scale);
    for (const LastAxis* axis : last) scales.push_back(&axis->scale);
    attachments_.attach(data, scales);
  }

  /// A table along one of the axes behind those of the tally.
  template <class T>
  void write_along(const LastAxis& axis, const std::string& name, const std::vector<T>& values, const std::string& unit,
                   const std::string& long_name) {
    const Handle data = write(group_, name, {axis.size}, values);
    put(data, "units", unit);
    put(data, "long_name", long_name);
    attachments_.attach(data, {&axis.scale});
  }

  void finish() { attachments_.finish(); }

  const ResultTally& tally() const { return tally_; }
  hid_t id() const { return group_; }

 private:
  /// A table along one axis only.
  template <class T>
  void along(const ResultAxis& axis, const std::string& name, const std::vector<T>& values, const std::string& unit,
             const std::string& long_name) {
    const Handle data = write(group_, name, {axis.labels.size()}, values);
    put(data, "units", unit);
    put(data, "long_name", long_name);
    attachments_.attach(data, {&scales_.back()});
    coordinates_ += (coordinates_.empty() ? "" : " ") + name;
  }

  const ResultTally& tally_;
  Handle group_;
  Shape sizes_;
  std::vector<Handle> scales_;
  SharedScales attachments_{group_};
  std::string coordinates_;
};

std::vector<Pooled> single_cells(const ResultTally& tally) {
  std::vector<Pooled> cells;
  cells.reserve(tally.cells());
  for (std::size_t cell = 0; cell < tally.cells(); ++cell) cells.push_back(single_cell(tally, cell));
  return cells;
}

using Derive = std::function<double(const Estimate&)>;

void write_derived(TallyGroup& group, const std::vector<Pooled>& cells, const char* name, Statistic::Kind kind,
                   const std::string& long_name, const Derive& what) {
  std::vector<double> values;
  values.reserve(cells.size());
  for (const Pooled& cell : cells) values.push_back(what(estimate(group.tally(), cell, Statistic{kind})));
  group.write_table(name, values, is_share(Statistic{kind}) ? "1" : unit_or_one(group.tally().unit), long_name);
}

void write_shares(TallyGroup& group, const std::vector<Pooled>& cells) {
  const auto write_one = [&](const std::string& name, Statistic::Kind kind, const std::string& words) {
    write_derived(group, cells, name.c_str(), kind, words, [](auto& e) { return e.value; });
    write_derived(group, cells, (name + "_low").c_str(), kind, "95 % Wilson interval, lower end",
                  [](auto& e) { return e.interval.low; });
    write_derived(group, cells, (name + "_high").c_str(), kind, "95 % Wilson interval, upper end",
                  [](auto& e) { return e.interval.high; });
  };
  write_one("proportion", Statistic::Kind::proportion, "events / evaluable");
  write_one("itt", Statistic::Kind::itt, "events / randomised: missing counts as no event");
}

void write_numbers(TallyGroup& group, const std::vector<Pooled>& cells) {
  using Kind = Statistic::Kind;
  const std::string unit = unit_or_one(group.tally().unit);
  write_derived(group, cells, "mean", Kind::mean, "mean", [](auto& e) { return e.value; });
  write_derived(group, cells, "mean_standard_error", Kind::mean, "Monte-Carlo standard error of the mean",
                [](auto& e) { return e.standard_error; });
  write_derived(group, cells, "sd", Kind::sd, "standard deviation", [](auto& e) { return e.value; });
  std::vector<double> quantiles;
  for (const Pooled& cell : cells) {
    for (const double p : kQuantiles) {
      quantiles.push_back(value_of(group.tally(), cell, Statistic{Kind::quantile, p}));
    }
  }
  const LastAxis axis = write_last_axis(group.id(), "quantile", kQuantiles, "1", "share of patients below");
  group.write_table("quantiles", quantiles, unit, "quantiles, linear within histogram bins", {&axis});
}

/// Target attainment: counts and shares at or above each threshold.
void write_attainment(TallyGroup& group, const std::vector<Pooled>& cells) {
  const ResultTally& tally = group.tally();
  if (tally.thresholds.empty()) return;
  const LastAxis axis =
      write_last_axis(group.id(), "threshold", tally.thresholds, unit_or_one(tally.unit), "threshold of attainment");
  group.write_table("above", tally.above, "1", "values at or above the threshold", {&axis});
  std::vector<double> value, low, high;
  for (const Pooled& cell : cells)
    for (const double threshold : tally.thresholds) {
      const Estimate e = estimate(tally, cell, Statistic{Statistic::Kind::above, threshold});
      value.push_back(e.value), low.push_back(e.interval.low), high.push_back(e.interval.high);
    }
  group.write_table("attainment", value, "1", "above / evaluable", {&axis});
  group.write_table("attainment_low", low, "1", "95 % Wilson interval, lower end", {&axis});
  group.write_table("attainment_high", high, "1", "95 % Wilson interval, upper end", {&axis});
}

void write_histogram(TallyGroup& group) {
  const ResultTally& tally = group.tally();
  std::vector<double> edges;
  for (std::uint64_t b = 0; b < tally.binning.bins(); ++b) edges.push_back(tally.binning.edge(b));
  const LastAxis axis = write_last_axis(group.id(), "bin", edges, unit_or_one(tally.unit),
                                        "left edge of the bin; it ends where the next one starts");
  group.write_table("histogram", tally.histogram, "1", "patients in each bin", {&axis});
}

/// The exact sums, which every octave has of its own.
void write_sums(TallyGroup& group) {
  const ResultTally& tally = group.tally();
  const std::uint64_t octaves = tally.binning.summed_octaves(), bins = tally.binning.bins() / octaves;
  std::vector<double> edges, units;
  for (std::uint64_t o = 0; o < octaves; ++o)
    edges.push_back(tally.binning.edge(o * bins)), units.push_back(tally.step(o));
  const std::string unit = unit_or_one(tally.unit);
  const LastAxis axis = write_last_axis(group.id(), "octave", edges, unit, "lower edge of the octave");
  group.write_along(axis, "unit", units, unit, "value of one unit of q in the octave");
  for (const auto& [name, member, words] : schema::kOctaveTables)
    group.write_table(name, tally.*member, "1", words, {&axis});
}

void write_curve(TallyGroup& group, const std::string& name, const std::string& words,
                 const std::vector<const LastAxis*>& axes, const std::vector<TimeCurve>& curves) {
  const auto table = [&](const std::string& suffix, std::vector<double> TimeCurve::*member,
                         const std::string& long_name) {
    std::vector<double> values;
    for (const TimeCurve& curve : curves) values.insert(values.end(), (curve.*member).begin(), (curve.*member).end());
    group.write_table(name + suffix, values, "1", long_name, axes);
  };
  table("", &TimeCurve::value, words);
  table("_standard_error", &TimeCurve::standard_error, "Monte-Carlo standard error");
  table("_low", &TimeCurve::low, "95 % interval, lower end");
  table("_high", &TimeCurve::high, "95 % interval, upper end");
}

/// Counts of a time to event, and the curves that follow from them.
void write_times(TallyGroup& group, const std::vector<Pooled>& cells) {
  const ResultTally& tally = group.tally();
  const LastAxis outcome = write_last_axis(group.id(), "outcome", tally.outcomes, "", "what ended the patient's time");
  const LastAxis time =
      write_last_axis(group.id(), "time", tally.times, "day", "end of the interval in which it happened");
  const std::vector<std::string> causes(tally.outcomes.begin(), tally.outcomes.end() - 1);
  const LastAxis cause = write_last_axis(group.id(), "cause", causes, "", "the event and its competitors");
  group.write_table("counts", tally.counts, "1", "patients by outcome and interval", {&outcome, &time});
  std::vector<double> at_risk;
  std::vector<TimeCurve> survival, incidence;
  for (const Pooled& cell : cells) {
    const RiskTable table = risk_table(tally, cell);
    at_risk.insert(at_risk.end(), table.at_risk.begin(), table.at_risk.end());
    survival.push_back(kaplan_meier(table));
    for (std::size_t c = 0; c < causes.size(); ++c) incidence.push_back(cumulative_incidence(table, c));
  }
  group.write_table("at_risk", at_risk, "1", "patients at risk at the start of the interval", {&time});
  write_curve(group, "survival", "share without any of the causes (Kaplan-Meier)", {&time}, survival);
  write_curve(group, "incidence", "cumulative incidence of a cause (Aalen-Johansen)", {&cause, &time}, incidence);
  using Kind = Statistic::Kind;
  const auto derived = [&](const char* name, const Statistic& s, const std::string& words, const Derive& what) {
    std::vector<double> values;
    for (const Pooled& cell : cells) values.push_back(what(estimate(tally, cell, s)));
    group.write_table(name, values, "day", words);
  };
  derived("rmst", Statistic{Kind::rmst}, "mean time without any of the causes, up to the last time",
          [](auto& e) { return e.value; });
  derived("rmst_standard_error", Statistic{Kind::rmst}, "Monte-Carlo standard error",
          [](auto& e) { return e.standard_error; });
  derived("median", Statistic{Kind::quantile, 0.5}, "time by which half have had any of the causes",
          [](auto& e) { return e.value; });
}

/// The contingency table of a pair, and the difference it shows.
void write_pair(TallyGroup& group, const std::vector<Pooled>& cells) {
  const ResultTally& tally = group.tally();
  const LastAxis outcome = write_last_axis(group.id(), "outcome", tally.outcomes, "", "in which life the score held");
  group.write_table("counts", tally.counts, "1", "patients", {&outcome});
  write_derived(group, cells, "difference", Statistic::Kind::difference, "share in the second life minus the first",
                [](auto& e) { return e.value; });
  write_derived(group, cells, "difference_standard_error", Statistic::Kind::difference, "Monte-Carlo standard error",
                [](auto& e) { return e.standard_error; });
}

void write_tables(TallyGroup& group, const ResultTally& tally) {
  for (const ResultAxis& axis : tally.axes) group.write_axis(axis);
  for (const auto& [name, member, words] : schema::kCommonTables) group.write_table(name, tally.*member, "1", words);
  const std::vector<Pooled> cells = single_cells(tally);
  if (tally.kind == ResultKind::proportion) {
    for (const auto& [name, member, words] : schema::kProportionTables)
      group.write_table(name, tally.*member, "1", words);
    write_shares(group, cells);
    return;
  }
  if (tally.kind == ResultKind::time_to_event) return write_times(group, cells);
  if (tally.kind == ResultKind::paired) return write_pair(group, cells);
  for (const auto& [name, member, words] : schema::kNumberTables) group.write_table(name, tally.*member, "1", words);
  write_sums(group);
  write_histogram(group);
  write_numbers(group, cells);
  write_attainment(group, cells);
}

}  // namespace

std::string tally_group_name(const std::string& tally) {
  std::string name = tally;
  for (char& c : name) {
    if (c == '/' || c == '\0') c = '_';
  }
  if (name.empty() || name[0] == '.') name.insert(0, 1, '_');
  return name;
}

void write_tally(hid_t tallies, const ResultTally& tally) {
  TallyGroup group(tallies, tally);
  group.write_attributes();
  write_tables(group, tally);
  group.finish();
}

}  // namespace vt::hdf5
