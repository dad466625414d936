#include "output/hdf5/write_tally.hpp"

#include <cmath>
#include <functional>
#include <limits>

#include "output/hdf5/schema.hpp"
#include "output/statistics/estimate.hpp"

namespace vt::hdf5 {
namespace {

const std::vector<double> kQuantiles = {0.05, 0.25, 0.5, 0.75, 0.95};

std::string unit_or_one(const std::string& unit) { return unit.empty() ? "1" : unit; }

/// A tally's group while it is being written: the coordinates that its tables are attached to.
class TallyGroup {
 public:
  TallyGroup(hid_t tallies, const ResultTally& tally)
      : tally_(tally), group_(create_group(tallies, tally_group_name(tally.name))), sizes_(axis_sizes(tally)) {}

  void write_attributes() {
    put(group_, "name", tally_.name);
    put(group_, "kind", tally_.kind == ResultKind::number ? "number" : "proportion");
    put(group_, "long_name", tally_.title);
    put(group_, "score", tally_.score);
    put(group_, "units", unit_or_one(tally_.unit));
    put(group_, "visit", tally_.visit);
    std::string names;
    for (const ResultAxis& axis : tally_.axes) names += (names.empty() ? "" : " ") + axis.name;
    put(group_, "axes", names);
    if (tally_.kind == ResultKind::proportion) return;
    put(group_, "range_low", tally_.low);
    put(group_, "range_high", tally_.high);
    put(group_, "scale", tally_.scale);
    put(group_, "first_octave", std::int64_t{tally_.binning.first_octave});
    put(group_, "octaves", std::int64_t{tally_.binning.octaves});
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
                   const std::string& long_name, const Handle* last_scale = nullptr, std::size_t last_size = 0) {
    Shape shape(sizes_);
    if (last_scale != nullptr) shape.push_back(last_size);
    const Handle data = write(group_, name, shape, values);
    put(data, "units", unit);
    put(data, "long_name", long_name);
    if (!coordinates_.empty()) put(data, "coordinates", coordinates_);
    for (std::size_t a = 0; a < scales_.size(); ++a) attach(data, scales_[a], static_cast<unsigned>(a));
    if (last_scale != nullptr) attach(data, *last_scale, static_cast<unsigned>(scales_.size()));
  }

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
    attach(data, scales_.back(), 0);
    coordinates_ += (coordinates_.empty() ? "" : " ") + name;
  }

  const ResultTally& tally_;
  Handle group_;
  Shape sizes_;
  std::vector<Handle> scales_;
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
      quantiles.push_back(estimate(group.tally(), cell, Statistic{Kind::quantile, p}).value);
    }
  }
  const Handle scale = write_scale(group.id(), "quantile", kQuantiles);
  put(scale, "units", "1");
  put(scale, "long_name", "share of patients below");
  group.write_table("quantiles", quantiles, unit, "quantiles, linear within histogram bins", &scale, kQuantiles.size());
}

void write_histogram(TallyGroup& group) {
  const ResultTally& tally = group.tally();
  std::vector<double> edges;
  for (std::uint64_t b = 0; b < tally.binning.bins(); ++b) edges.push_back(tally.binning.edge(b));
  const Handle scale = write_scale(group.id(), "bin", edges);
  put(scale, "units", unit_or_one(tally.unit));
  put(scale, "long_name", "left edge of the bin; it ends where the next one starts");
  group.write_table("histogram", tally.histogram, "1", "patients in each bin", &scale, edges.size());
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
  for (const ResultAxis& axis : tally.axes) group.write_axis(axis);
  for (const auto& [name, member, words] : schema::kCommonTables) group.write_table(name, tally.*member, "1", words);
  const std::vector<Pooled> cells = single_cells(tally);
  if (tally.kind == ResultKind::proportion) {
    for (const auto& [name, member, words] : schema::kProportionTables)
      group.write_table(name, tally.*member, "1", words);
    write_shares(group, cells);
    return;
  }
  for (const auto& [name, member, words] : schema::kNumberTables) group.write_table(name, tally.*member, "1", words);
  write_histogram(group);
  write_numbers(group, cells);
}

}  // namespace vt::hdf5
