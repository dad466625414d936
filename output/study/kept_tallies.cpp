#include <algorithm>
#include <deque>
#include <functional>

#include "output/hdf5/names.hpp"
#include "output/hdf5/read_tally.hpp"
#include "output/hdf5/schema.hpp"
#include "output/hdf5/write_tally.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/study/file_parts.hpp"
#include "output/study/study_file.hpp"
#include "output/tally/kinds.hpp"

namespace vt {

namespace {

using hdf5::Handle;
using hdf5::put;
using hdf5::require;
using hdf5::Shape;

std::string unit_for(DatasetUnit unit, const ResultTally& tally) {
  return unit == DatasetUnit::day ? "day" : unit == DatasetUnit::score && !tally.unit.empty() ? tally.unit : "1";
}

/// The limits of quantile groups at every point: NaN where a group has none.
struct GroupLimits {
  std::vector<double> low, high, share;  ///< [point][groups + 1]
};
GroupLimits group_limits(const StudyTally& kept, std::size_t axis) {
  const std::size_t groups = kept.tally.axes[axis].labels.size() - 1;
  const std::vector<double>& cuts = kept.cuts[axis];
  const std::vector<std::int64_t>& patients = kept.group_patients[axis];
  GroupLimits limits;
  for (std::size_t p = 0; p * (groups + 1) < patients.size(); ++p) {
    double measured = 0;
    for (std::size_t g = 0; g < groups; ++g) measured += static_cast<double>(patients[p * (groups + 1) + g]);
    const double* cut = cuts.data() + p * (groups - 1);
    for (std::size_t g = 0; g <= groups; ++g) {
      limits.low.push_back(g > 0 && g < groups ? cut[g - 1] : kNaN);
      limits.high.push_back(g + 1 < groups ? cut[g] : kNaN);
      limits.share.push_back(g < groups ? static_cast<double>(patients[p * (groups + 1) + g]) / measured : kNaN);
    }
  }
  return limits;
}

/// A tally's group while it is being written.
class KeptGroup {
 public:
  KeptGroup(hid_t tallies, const Study& study, const StudyTally& kept)
      : kept_(kept),
        tally_(kept.tally),
        group_(hdf5::create_tally_group(tallies, tally_)),
        points_(study_shape(study)),
        scales_(write_study_scales(group_, study)) {}

  void write() {
    const std::size_t n_leading = scales_.size();
    for (const ResultAxis& axis : tally_.axes) scales_.push_back(hdf5::write_axis_labels(group_, axis));
    for (std::size_t a = 0; a < tally_.axes.size(); ++a) write_along(n_leading, a);
    for (const TallyDataset& dataset : tally_.kind->datasets)
      if (const auto* along = std::get_if<AlongAxis>(&dataset)) {
        const Handle& scale = last_scale(*along->axis);
        table(along->name, {along->axis->size(tally_)}, along->numbers(tally_), unit_for(along->unit, tally_),
              along->long_name, {&scale});
      }
    const std::vector<CountTable> tables = count_tables(tally_.kind);
    for (std::size_t t = 0; t < tables.size(); ++t) write_counts(tables[t], kept_.counts[t]);
  }

 private:
  /// Coordinates of an axis, and what its quantile groups are at every point.
  void write_along(std::size_t n_leading, std::size_t a) {
    const ResultAxis& axis = tally_.axes[a];
    const Handle& scale = scales_[n_leading + a];
    const std::string unit = axis.unit.empty() ? "1" : axis.unit;
    if (!axis.values.empty()) {
      coordinates_ += (coordinates_.empty() ? "" : " ") + schema::coordinate_name(axis);
      table(schema::coordinate_name(axis), {axis.labels.size()}, coordinate(axis), unit, axis.title.c_str(), {&scale});
    }
    if (axis.kind != ResultAxisKind::quantiles) return;
    std::vector<const Handle*> scales;
    for (std::size_t d = 0; d < n_leading; ++d) scales.push_back(&scales_[d]);
    scales.push_back(&scale);
    Shape shape = points_;
    shape.push_back(axis.labels.size());
    const GroupLimits limits = group_limits(kept_, a);
    table(axis.name + "_low", shape, limits.low, unit, "lower limit of the group", scales);
    table(axis.name + "_high", shape, limits.high, unit, "upper limit of the group, not included", scales);
    table(axis.name + "_patients", shape, kept_.group_patients[a], "1", "patients in the group, each counted once",
          scales);
    table(axis.name + "_share", shape, limits.share, "1", "share of the patients measured", scales);
  }

  void write_counts(const CountTable& counts, const std::vector<std::int64_t>& values) {
    if (per_cell(counts.axes, tally_) == 0) return;
    std::vector<const Handle*> scales;
    for (const Handle& scale : scales_) scales.push_back(&scale);
    Shape shape = points_;
    for (const std::size_t size : axis_sizes(tally_)) shape.push_back(size);
    for (const LastAxis* axis : counts.axes) {
      if (axis == nullptr) continue;
      shape.push_back(axis->size(tally_));
      scales.push_back(&last_scale(*axis));
    }
    table(counts.name, shape, values, "1", counts.long_name, scales);
  }

  template <class T>
  void table(const std::string& name, const Shape& shape, const std::vector<T>& values, const std::string& unit,
             const char* words, const std::vector<const Handle*>& scales) {
    const Handle data = hdf5::write(group_, name, shape, values);
    put(data, "units", unit);
    put(data, "long_name", words);
    if (!coordinates_.empty() && scales.size() > 1) put(data, "coordinates", coordinates_);
    for (std::size_t d = 0; d < scales.size(); ++d) hdf5::attach(data, *scales[d], static_cast<unsigned>(d));
  }

  /// The scale of an axis behind those of the tally, written when it is first asked for.
  const Handle& last_scale(const LastAxis& axis) {
    auto found = std::ranges::find(last_, &axis, &std::pair<const LastAxis*, Handle>::first);
    if (found != last_.end()) return found->second;
    last_.emplace_back(
        &axis,
        std::visit([&](auto entries) { return hdf5::write_scale(group_, axis.name, std::invoke(entries, tally_)); },
                   axis.entries));
    if (axis.unit != DatasetUnit::none) put(last_.back().second, "units", unit_for(axis.unit, tally_));
    put(last_.back().second, "long_name", axis.long_name);
    return last_.back().second;
  }

  const StudyTally& kept_;
  const ResultTally& tally_;
  Handle group_;
  Shape points_;
  std::vector<Handle> scales_;
  std::deque<std::pair<const LastAxis*, Handle>> last_;  // each stays where it is
  std::string coordinates_;
};

/// Quantile groups of every point, as group_limits() gave them.
void read_groups_of_points(hid_t group, std::size_t points, std::size_t a, StudyTally& kept) {
  const ResultAxis& axis = kept.tally.axes[a];
  const std::size_t cells = axis.labels.size();
  kept.group_patients[a] = hdf5::read_integers(group, axis.name + "_patients");
  const std::vector<double> low = hdf5::read_numbers(group, axis.name + "_low");
  require(low.size() == points * cells && kept.group_patients[a].size() == points * cells,
          axis.name + " is not a proper axis");
  for (std::size_t p = 0; p < points; ++p)
    for (std::size_t g = 1; g + 1 < cells; ++g) kept.cuts[a].push_back(low[p * cells + g]);
}

/// \param factors  whose levels stand beside the tally's own datasets; a tally that has such a name itself is not kept
StudyTally read_kept_tally(hid_t tallies, const std::string& name, std::size_t points,
                           const std::vector<std::string>& factors) {
  const Handle group = hdf5::open_group(tallies, name);
  StudyTally kept;
  kept.tally = hdf5::read_tally_head(group, factors);
  const std::string flaw = axes_flaw(kept.tally);
  require(flaw.empty(), "tally '" + name + "': " + flaw);
  kept.cuts.resize(kept.tally.axes.size());
  kept.group_patients.resize(kept.tally.axes.size());
  for (std::size_t a = 0; a < kept.tally.axes.size(); ++a)
    if (kept.tally.axes[a].kind == ResultAxisKind::quantiles) read_groups_of_points(group, points, a, kept);
  for (const CountTable& table : count_tables(kept.tally.kind)) {
    std::vector<std::int64_t>& counts = kept.counts.emplace_back();
    const std::size_t of_cell = per_cell(table.axes, kept.tally);
    if (of_cell == 0) continue;
    counts = hdf5::read_integers(group, table.name);
    const std::size_t cells = axis_cells(kept.tally), of_point = points == 0 ? 0 : counts.size() / points;
    require(
        counts.size() == points * of_point && of_point % cells == 0 && of_point / cells == (points == 0 ? 0 : of_cell),
        "tally '" + name + "': its table '" + table.name + "' does not match points and axes");
    if (table.counts_patients) hdf5::require_counts(counts, table.name);
  }
  return kept;
}

}  // namespace

std::vector<std::string> kept_datasets(const ResultTally& tally) {
  std::vector<std::string> names;
  for (ResultAxis axis : tally.axes) {
    if (axis.kind == ResultAxisKind::octaves) axis.groups = wanted_groups(axis);
    for (std::string& name : schema::axis_datasets(axis)) names.push_back(std::move(name));
  }
  for (const CountTable& table : count_tables(tally.kind)) {
    if (per_cell(table.axes, tally) == 0) continue;
    names.emplace_back(table.name);
    for (const LastAxis* axis : table.axes)
      if (axis != nullptr) names.emplace_back(axis->name);
  }
  for (const TallyDataset& dataset : tally.kind->datasets)
    if (const auto* along = std::get_if<AlongAxis>(&dataset)) names.emplace_back(along->name);
  return names;
}

void write_kept_tallies(hid_t file, const Study& study) {
  if (study.tallies.empty()) return;
  const Handle tallies = hdf5::create_group(file, "tallies");
  for (const StudyTally& kept : study.tallies) KeptGroup(tallies, study, kept).write();
}

void read_kept_tallies(hid_t file, Study& study) {
  if (!hdf5::has(file, "tallies")) return;
  const Handle tallies = hdf5::open_group(file, "tallies");
  std::vector<std::string> factors;
  for (const StudyFactor& factor : study.factors) factors.push_back(factor.name);
  for (const std::string& name : hdf5::names_as_written(tallies))
    study.tallies.push_back(read_kept_tally(tallies, name, study.points.size(), factors));
}

}  // namespace vt
