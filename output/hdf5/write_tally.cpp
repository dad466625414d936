#include "output/hdf5/write_tally.hpp"

#include <algorithm>
#include <concepts>
#include <functional>

#include "output/hdf5/scales.hpp"
#include "output/hdf5/schema.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/tally/kinds.hpp"

namespace vt::hdf5 {
namespace {

std::string unit_or_one(const std::string& unit) { return unit.empty() ? "1" : unit; }

void put_member(hid_t group, const char* name, const double& value) { put(group, name, value); }
template <std::integral T>
void put_member(hid_t group, const char* name, const T& value) {
  put(group, name, static_cast<std::int64_t>(value));
}

/// A tally's group while it is being written: the coordinates that its tables are attached to.
class TallyGroup {
 public:
  TallyGroup(hid_t tallies, const ResultTally& tally)
      : tally_(tally), group_(create_tally_group(tallies, tally)), sizes_(axis_sizes(tally)) {}

  void write_axis(const ResultAxis& axis) {
    scales_.push_back(write_axis_labels(group_, axis));
    const std::string unit = unit_or_one(axis.unit);
    if (!axis.values.empty()) along(axis, schema::coordinate_name(axis), coordinate(axis), unit, axis.title);
    if (axis.kind != ResultAxisKind::quantiles) return;
    const auto [low, high, share] = groups_of(axis);
    along(axis, axis.name + "_low", low, unit, "lower limit of the group");
    along(axis, axis.name + "_high", high, unit, "upper limit of the group, not included");
    along(axis, axis.name + "_patients", axis.group_patients, "1", "patients in the group, each counted once");
    along(axis, axis.name + "_share", share, "1", "share of the patients measured");
  }

  void write_datasets() {
    for (const CountTable& table : kCommonTables) write_dataset(table);
    for (const TallyDataset& dataset : tally_.kind->datasets)
      std::visit([this](const auto& one) { write_dataset(one); }, dataset);
  }

  void finish() { attachments_.finish(); }

 private:
  void write_dataset(const LastAxis* axis) {
    if (axis->size(tally_) == 0) return;
    last_axes_.emplace_back(
        axis, std::visit([&](auto entries) { return write_scale(group_, axis->name, std::invoke(entries, tally_)); },
                         axis->entries));
    describe(last_axes_.back().second, axis->unit, axis->long_name);
  }

  void write_dataset(const AlongAxis& along) {
    const Handle data = write(group_, along.name, {along.axis->size(tally_)}, along.numbers(tally_));
    describe(data, along.unit, along.long_name);
    attachments_.attach(data, {&scale_of(along.axis)});
  }

  void write_dataset(const CountTable& table) {
    if (per_cell(table.axes, tally_) > 0)
      write_table(table.name, tally_.*table.member, DatasetUnit::one, table.long_name, table.axes);
  }

  void write_dataset(const DerivedTables& derived) {
    const std::vector<std::vector<double>> tables = numbers_of(derived, tally_);
    for (std::size_t i = 0; i < tables.size(); ++i)
      write_table(derived.tables[i].name, tables[i], derived.unit, derived.tables[i].long_name, derived.axes);
  }

  template <class T>
  void write_table(const char* name, const std::vector<T>& values, DatasetUnit unit, const char* long_name,
                   const LastAxes& last) {
    Shape shape(sizes_);
    std::vector<const Handle*> scales;
    for (const Handle& scale : scales_) scales.push_back(&scale);
    for (const LastAxis* axis : last) {
      if (axis == nullptr) continue;
      shape.push_back(axis->size(tally_));
      scales.push_back(&scale_of(axis));
    }
    const Handle data = write(group_, name, shape, values);
    describe(data, unit, long_name);
    if (!coordinates_.empty()) put(data, "coordinates", coordinates_);
    attachments_.attach(data, scales);
  }

  void describe(const Handle& data, DatasetUnit unit, const char* long_name) {
    if (unit != DatasetUnit::none)
      put(data, "units", unit == DatasetUnit::one ? "1" : unit == DatasetUnit::day ? "day" : unit_or_one(tally_.unit));
    put(data, "long_name", long_name);
  }

  /// \pre it has been written
  const Handle& scale_of(const LastAxis* axis) const {
    return std::ranges::find(last_axes_, axis, &std::pair<const LastAxis*, Handle>::first)->second;
  }

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
  std::vector<std::pair<const LastAxis*, Handle>> last_axes_;
  SharedScales attachments_{group_};
  std::string coordinates_;
};

}  // namespace

std::string tally_group_name(const std::string& tally) {
  std::string name = tally;
  for (char& c : name) {
    if (c == '/' || c == '\0') c = '_';
  }
  if (name.empty() || name[0] == '.') name.insert(0, 1, '_');
  return name;
}

Handle create_tally_group(hid_t tallies, const ResultTally& tally) {
  Handle group = create_group(tallies, tally_group_name(tally.name));
  put(group, "name", tally.name);
  put(group, "kind", to_string(tally.kind));
  put(group, "long_name", tally.title);
  put(group, "score", tally.score);
  put(group, "units", unit_or_one(tally.unit));
  put(group, "visit", tally.visit);
  std::string names;
  for (const ResultAxis& axis : tally.axes) names += (names.empty() ? "" : " ") + axis.name;
  put(group, "axes", names);
  put(group, "estimand", std::string(name_of(tally.estimand)));
  put(group, "subject", std::string(entry_of(tally.subject).name));
  put(group, "order", std::int64_t{tally.order});
  if (tally.is_cumulative) put(group, "cumulative", std::int64_t{1});
  if (tally.is_of_lives) put(group, "lives", std::int64_t{1});
  if (!tally.among.empty()) put(group, "among", tally.among);
  if (!tally.from.empty()) put(group, "from", tally.from);
  if (tally.pair.size() == 2) put(group, "pair_first", tally.pair[0]), put(group, "pair_second", tally.pair[1]);
  for (const TallyAttribute& attribute : tally.kind->attributes)
    if (attribute.is_there == nullptr || attribute.is_there(tally))
      std::visit([&](auto member) { put_member(group, attribute.name, value_at(tally, member)); }, attribute.member);
  return group;
}

Handle write_axis_labels(hid_t group, const ResultAxis& axis) {
  Handle scale = write_scale(group, axis.name, axis.labels);
  put(scale, "kind", entry_of(axis.kind).name);
  put(scale, "long_name", axis.title);
  put(scale, "value_units", axis.unit);
  put(scale, "subject", std::string(entry_of(axis.subject).name));
  return scale;
}

void write_tally(hid_t tallies, const ResultTally& tally) {
  TallyGroup group(tallies, tally);
  for (const ResultAxis& axis : tally.axes) group.write_axis(axis);
  group.write_datasets();
  group.finish();
}

}  // namespace vt::hdf5
