#include "output/hdf5/read_tally.hpp"

#include <algorithm>

#include "output/hdf5/schema.hpp"

namespace vt::hdf5 {

namespace {

/// No tally has more patients; sums of counts below it cannot overflow.
constexpr std::int64_t kMostCounted = std::int64_t{1} << 60;

ResultAxis read_axis(hid_t group, const std::string& name) {
  ResultAxis axis;
  axis.name = name;
  axis.kind = dataset_attribute(group, name, "kind");
  axis.title = dataset_attribute(group, name, "long_name");
  axis.unit = dataset_attribute(group, name, "value_units");
  axis.labels = read_texts(group, name);
  const std::string values = schema::coordinate_name(axis);
  if (has(group, values)) axis.values = read_numbers(group, values);
  require(axis.values.empty() || axis.values.size() == axis.labels.size(), values + " does not match its axis");
  if (axis.kind != "quantiles") return axis;
  axis.group_patients = read_integers(group, name + "_patients");
  const std::vector<double> low = read_numbers(group, name + "_low");
  const std::size_t cells = axis.labels.size();
  require(cells >= 2 && low.size() == cells && axis.group_patients.size() == cells, name + " is not a proper axis");
  axis.groups = static_cast<std::uint32_t>(cells - 1);
  axis.cuts.assign(low.begin() + 1, low.end() - 1);
  return axis;
}

void read_number(hid_t group, ResultTally& tally) {
  tally.low = number_attribute(group, "range_low");
  tally.high = number_attribute(group, "range_high");
  tally.scale = number_attribute(group, "scale");
  tally.binning.first_octave = static_cast<std::int32_t>(integer_attribute(group, "first_octave"));
  tally.binning.octaves = static_cast<std::uint32_t>(integer_attribute(group, "octaves"));
  tally.binning.linear = static_cast<std::uint32_t>(integer_attribute(group, "linear_octaves"));
  if (has_attribute(group, "equal_bins")) {
    tally.binning.equal = static_cast<std::uint32_t>(integer_attribute(group, "equal_bins"));
    tally.binning.from = number_attribute(group, "bins_from");
    tally.binning.width = number_attribute(group, "bin_width");
  }
  if (has(group, "threshold")) {
    tally.thresholds = read_numbers(group, "threshold");
    tally.above = read_integers(group, "above");
    require_counts(tally.above, "above");
  }
  for (const auto& table : schema::kNumberTables) tally.*table.member = read_integers(group, table.name);
  for (const auto& table : schema::kOctaveTables) tally.*table.member = read_integers(group, table.name);
  tally.histogram = read_integers(group, "histogram");
  require_counts(tally.clamped, "clamped");
  require_counts(tally.histogram, "histogram");
}

}  // namespace

void require(bool is_so, const std::string& otherwise) {
  if (!is_so) throw Failure(otherwise);
}

void require_counts(const std::vector<std::int64_t>& counts, const std::string& name) {
  std::int64_t total = 0;
  for (const std::int64_t n : counts) {
    require(n >= 0 && n < kMostCounted - total, name + " holds impossible counts");
    total += n;
  }
}

ResultTally read_tally(hid_t tallies, const std::string& name) {
  const Handle group = open_group(tallies, name);
  ResultTally tally;
  tally.name = text_attribute(group, "name");
  tally.title = text_attribute(group, "long_name");
  tally.score = text_attribute(group, "score");
  tally.unit = text_attribute(group, "units");
  tally.visit = text_attribute(group, "visit");
  const std::string kind = text_attribute(group, "kind");
  const auto known = parse_result_kind(kind);
  require(known.has_value(), "tally of unknown kind '" + kind + "'");
  tally.kind = *known;
  if (has_attribute(group, "estimand")) {
    const EstimandEntry* entry = find_named(kEstimands, text_attribute(group, "estimand"));
    require(entry != nullptr, "tally with an unknown estimand");
    tally.estimand = entry->estimand;
  }
  if (has_attribute(group, "pair_first"))
    tally.pair = {text_attribute(group, "pair_first"), text_attribute(group, "pair_second")};

  const std::string axes = text_attribute(group, "axes");
  for (std::size_t at = 0; at < axes.size();) {
    const std::size_t end = std::min(axes.find(' ', at), axes.size());
    tally.axes.push_back(read_axis(group, axes.substr(at, end - at)));
    at = end + 1;
  }
  for (const auto& table : schema::kCommonTables) tally.*table.member = read_integers(group, table.name);
  require_counts(tally.randomised, "randomised");
  require_counts(tally.evaluable, "evaluable");
  if (tally.kind == ResultKind::number) {
    read_number(group, tally);
  } else if (tally.kind != ResultKind::proportion) {
    tally.outcomes = read_texts(group, "outcome");
    if (tally.kind == ResultKind::time_to_event) {
      tally.times = read_numbers(group, "time");
      tally.is_within_day = integer_attribute(group, "within_day") != 0;
    }
    tally.counts = read_integers(group, "counts");
    require_counts(tally.counts, "counts");
  } else {
    for (const auto& table : schema::kProportionTables) tally.*table.member = read_integers(group, table.name);
    require_counts(tally.events, "events");
  }
  const std::string flaw = shape_flaw(tally);
  require(flaw.empty(), "tally '" + tally.name + "': " + flaw);
  return tally;
}

}  // namespace vt::hdf5
