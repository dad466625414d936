#include "output/hdf5/read_tally.hpp"

#include <algorithm>
#include <concepts>
#include <limits>

#include "output/hdf5/schema.hpp"
#include "output/tally/kinds.hpp"

namespace vt::hdf5 {

namespace {

/// No tally has more patients; sums of counts below it cannot overflow.
constexpr std::int64_t kMostCounted = std::int64_t{1} << 60;

/// What a file written before there were subjects, or by a later program, says: other.
Subject subject_called(const std::string& name) {
  const SubjectEntry* entry = find_named(kSubjects, name);
  return entry != nullptr ? entry->subject : Subject::other;
}

ResultAxis read_axis(hid_t group, const std::string& name) {
  ResultAxis axis;
  axis.name = name;
  const std::string kind = dataset_attribute(group, name, "kind");
  const ResultAxisKindEntry* entry = find_named(kResultAxisKinds, kind);
  require(entry != nullptr, "axis of unknown kind '" + kind + "'");
  axis.kind = entry->kind;
  axis.title = dataset_attribute(group, name, "long_name");
  axis.unit = dataset_attribute(group, name, "value_units");
  axis.subject = subject_called(dataset_attribute_or(group, name, "subject", ""));
  axis.labels = read_texts(group, name);
  const std::string values = schema::coordinate_name(axis);
  if (has(group, values)) axis.values = read_numbers(group, values);
  require(axis.values.empty() || axis.values.size() == axis.labels.size(), values + " does not match its axis");
  if (axis.kind != ResultAxisKind::quantiles) return axis;
  require(axis.labels.size() >= 2, name + " is not a proper axis");
  axis.groups = static_cast<std::uint32_t>(axis.labels.size() - 1);
  return axis;
}

void read_groups(hid_t group, ResultAxis& axis) {
  axis.group_patients = read_integers(group, axis.name + "_patients");
  const std::vector<double> low = read_numbers(group, axis.name + "_low");
  const std::size_t cells = axis.labels.size();
  require(low.size() == cells && axis.group_patients.size() == cells, axis.name + " is not a proper axis");
  axis.cuts.assign(low.begin() + 1, low.end() - 1);
}

void get_member(hid_t group, const char* name, double& value) { value = number_attribute(group, name); }
template <std::integral T>
void get_member(hid_t group, const char* name, T& value) {
  value = static_cast<T>(integer_attribute(group, name));
}

void get(hid_t group, const char* name, std::vector<double>& values) { values = read_numbers(group, name); }
void get(hid_t group, const char* name, std::vector<std::string>& values) { values = read_texts(group, name); }

void read_entries(hid_t group, const LastAxis& axis, ResultTally& tally) {
  std::visit(
      [&](auto entries) {
        if constexpr (std::is_member_pointer_v<decltype(entries)>)
          if (has(group, axis.name)) get(group, axis.name, tally.*entries);
      },
      axis.entries);
}

void read_counts(hid_t group, const CountTable& table, ResultTally& tally) {
  if (per_cell(table.axes, tally) == 0) return;
  std::vector<std::int64_t>& counts = tally.*table.member;
  counts = read_integers(group, table.name);
  if (table.counts_patients) require_counts(counts, table.name);
}

}  // namespace

void require_counts(const std::vector<std::int64_t>& counts, const std::string& name) {
  std::int64_t total = 0;
  for (const std::int64_t n : counts) {
    require(n >= 0 && n < kMostCounted - total, name + " holds impossible counts");
    total += n;
  }
}

ResultTally read_tally_head(hid_t group, const std::vector<std::string>& others) {
  ResultTally tally;
  tally.name = text_attribute(group, "name");
  tally.title = text_attribute(group, "long_name");
  tally.score = text_attribute(group, "score");
  tally.unit = text_attribute(group, "units");
  tally.visit = text_attribute(group, "visit");
  const std::string kind = text_attribute(group, "kind");
  tally.kind = find_result_kind(kind);
  require(tally.kind != nullptr, "tally of unknown kind '" + kind + "'");
  if (has_attribute(group, "subject")) tally.subject = subject_called(text_attribute(group, "subject"));
  if (has_attribute(group, "order")) {
    const std::int64_t order = integer_attribute(group, "order");
    require(order >= 0 && order <= std::numeric_limits<std::uint32_t>::max(), "tally with an impossible order");
    tally.order = static_cast<std::uint32_t>(order);
  }
  tally.is_cumulative = has_attribute(group, "cumulative") && integer_attribute(group, "cumulative") != 0;
  tally.is_of_lives = has_attribute(group, "lives") && integer_attribute(group, "lives") != 0;
  if (has_attribute(group, "estimand")) {
    const EstimandEntry* entry = find_named(kEstimands, text_attribute(group, "estimand"));
    require(entry != nullptr, "tally with an unknown estimand");
    tally.estimand = entry->estimand;
  }
  if (has_attribute(group, "among")) tally.among = text_attribute(group, "among");
  if (has_attribute(group, "from")) tally.from = text_attribute(group, "from");
  if (has_attribute(group, "pair_first"))
    tally.pair = {text_attribute(group, "pair_first"), text_attribute(group, "pair_second")};

  const std::string axes = text_attribute(group, "axes");
  for (std::size_t at = 0; at < axes.size();) {
    const std::size_t end = std::min(axes.find(' ', at), axes.size());
    tally.axes.push_back(read_axis(group, axes.substr(at, end - at)));
    at = end + 1;
  }
  for (const TallyAttribute& attribute : tally.kind->attributes)
    if (attribute.is_there == nullptr || has_attribute(group, attribute.name))
      std::visit([&](auto member) { get_member(group, attribute.name, value_at(tally, member)); }, attribute.member);
  for (const TallyDataset& dataset : tally.kind->datasets)
    if (const auto* axis = std::get_if<const LastAxis*>(&dataset))
      if (std::ranges::find(others, (*axis)->name) == others.end()) read_entries(group, **axis, tally);
  return tally;
}

ResultTally read_tally(hid_t tallies, const std::string& name) {
  const Handle group = open_group(tallies, name);
  ResultTally tally = read_tally_head(group);
  for (ResultAxis& axis : tally.axes)
    if (axis.kind == ResultAxisKind::quantiles) read_groups(group, axis);
  for (const CountTable& table : count_tables(tally.kind)) read_counts(group, table, tally);
  const std::string flaw = shape_flaw(tally);
  require(flaw.empty(), "tally '" + tally.name + "': " + flaw);
  return tally;
}

}  // namespace vt::hdf5
