#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "host/plan/tallies/binning.hpp"
#include "host/plan/tallies/subjects.hpp"
#include "host/plan/tallies/tally_builder.hpp"
#include "host/scenario/tallies/kinds.hpp"
#include "output/hdf5/names.hpp"
#include "output/tally/kinds.hpp"

namespace vt {

namespace {

/// A range from 0 on has no lowest octave: it gets as many as these bytes hold, and one of equal bins below them.
constexpr std::uint64_t kBytesFromZero = std::uint64_t{8} << 20;
constexpr std::uint32_t kFewestFromZero = 17, kMostFromZero = 64;
constexpr std::uint32_t kEqualBins = 512;
constexpr std::uint32_t kAfterOwn = 1u << 16;  ///< more tallies than any file has

/// Gives an axis a name under which none of its datasets is in `taken`, and takes them: one that is not free gets the
/// place of the axis behind it. Returns whether it was free.
bool take_free_name(ResultAxis& axis, std::size_t place, std::set<std::string>& taken) {
  const std::string wanted = axis.name;
  const auto is_taken = [&](const std::string& name) { return taken.contains(name); };
  for (; std::ranges::any_of(schema::axis_datasets(axis), is_taken); ++place)
    axis.name = fmt::format("{}_{}", wanted, place);
  for (std::string& name : schema::axis_datasets(axis)) taken.insert(std::move(name));
  return axis.name == wanted;
}

}  // namespace

void TallyBuilder::set_range(const TallySpec& spec, RangeUse use, TallyPlan& tally, ResultTally& names) {
  tally.low = names.low = spec.low;
  tally.high = names.high = spec.high;
  tally.thresholds = parts_.built.buffer.add(spec.thresholds);
  names.thresholds = spec.thresholds;
  if (use == RangeUse::bounds) return;
  const double largest = greater(spec.high, -spec.low);
  if (spec.low > 0.0) {
    std::tie(tally.first_octave, tally.octaves) = octaves(spec.low, largest);
  } else {
    constexpr std::uint64_t words_per_octave = kSumWords + kBinsPerOctave;
    const std::uint64_t cells = std::max<std::uint64_t>(tally.cells, 1);  // 0 behind a mistake
    const std::uint64_t fitting = kBytesFromZero / (8 * words_per_octave * cells);
    tally.octaves = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(fitting, kFewestFromZero, kMostFromZero));
    tally.linear = 1;
    tally.first_octave = octave_above(largest) - static_cast<std::int32_t>(tally.octaves - 1);
  }
  tally.scale = names.scale = power_of_two(kNumberBits - octave_above(largest));
  names.binning = {.first_octave = tally.first_octave, .octaves = tally.octaves, .linear = tally.linear};
  if (use == RangeUse::octaves) {
    tally.bin_shift = spec.for_means ? kCoarseShift : 0;
    names.binning.per_octave = kBinsPerOctave >> tally.bin_shift;
    return;
  }
  tally.octaves = tally.linear = 0;
  tally.equal_bins = kEqualBins;
  tally.bins_per_unit = kEqualBins / (spec.high - spec.low);
  names.binning = {.from = spec.low, .width = (spec.high - spec.low) / kEqualBins, .equal = kEqualBins};
}

void TallyBuilder::build_tally(const TallySpec& spec) {
  const TallyKindEntry& kind = kind_of(spec);
  TallyPlan tally{};
  ResultTally names;
  names.name = spec.name;
  // Those of the file itself before those of its bases: they are what it was written for.
  const bool is_of_a_base = spec.where.file != parts_.scenario.path;
  names.order = static_cast<std::uint32_t>(parts_.built.tallies.size()) + (is_of_a_base ? kAfterOwn : 0);
  names.title = spec.title.empty() ? spec.name : spec.title;
  names.score = spec.score.value;
  names.visit = spec.at.value;
  names.unit = !kind.unit.empty() ? kind.unit : !spec.unit.empty() ? spec.unit : unit_of(spec.score.value);
  names.kind = find_result_kind(kind.results);
  names.estimand = spec.estimand;
  names.subject = !spec.hours.empty()   ? Subject::exposure
                  : kind.takes("event") ? subject_of_events(parts_.scenario, spec.events)
                                        : subject_of(parts_.scenario, spec.score.value);
  // Under `composite` who has stopped has no response any more, whatever the score says.
  names.is_cumulative = kind.takes("score") && !kind.takes("range") && spec.estimand != Estimand::composite &&
                        is_cumulative(parts_.scenario, spec.score.value);
  tally.kind = static_cast<std::uint32_t>(&kind - kTallyKinds);
  tally.estimand = spec.estimand;
  tally.visit_kind = spec.at.value == "end" ? kAtEnd : visit_kind(parts_.scenario, spec.at.value);
  std::int32_t first_day = parts_.plan.last_day, last_day = parts_.plan.last_day;
  if (tally.visit_kind != kAtEnd && tally.visit_kind < parts_.scenario.visits.size() &&
      !parts_.scenario.visits[tally.visit_kind].days.empty()) {
    first_day = parts_.scenario.visits[tally.visit_kind].days.front();
    last_day = parts_.scenario.visits[tally.visit_kind].days.back();
  }
  std::uint64_t reads = 0;
  if (kind.takes("score") && spec.hours.empty()) {
    check_unit(spec);
    tally.score = parts_.formulas.visit_formula(spec.score.value, spec.score.where,
                                                fmt::format("the score of tally '{}'", spec.name), &reads,
                                                {IfUndefined::is_not_evaluable, spec.among.value});
    parts_.formulas.check_memories(tally.score, first_day, last_day, spec.score.where);
    parts_.formulas.note_looked(tally.score, {.last_day = last_day}, spec.score.where);
  }
  if (spec.among.is_set()) {
    tally.among = parts_.formulas.visit_formula(spec.among.value, spec.among.where,
                                                fmt::format("the condition 'among' of tally '{}'", spec.name), &reads);
    parts_.formulas.check_memories(tally.among, first_day, last_day, spec.among.where);
    parts_.formulas.note_looked(tally.among, {.last_day = last_day}, spec.among.where);
    names.among = spec.among.value;
  }
  if (spec.by.size() > kMaxAxes) {
    parts_.problems.add(
        spec.where, fmt::format("tally '{}' has {} axes (at most {}); drop some", spec.name, spec.by.size(), kMaxAxes));
    return;
  }
  tally.cells = 1;
  const std::vector<std::string> tables = schema::tally_datasets(names.kind);
  std::set<std::string> taken(tables.begin(), tables.end());
  if (!spec.hours.empty())
    for (std::string& name : schema::axis_datasets(time_axis(spec.hours))) taken.insert(std::move(name));
  for (const AxisSpec& by : spec.by) {
    check_axis(by, spec);
    ResultAxis axis_names;
    const auto axis = build_axis(by, spec, axis_names, reads);
    if (!axis) return;
    parts_.formulas.check_memories(axis->source, first_day, last_day, by.where);
    parts_.formulas.note_looked(axis->source, {.last_day = last_day}, by.source.where);
    const std::string wanted = axis_names.name;
    if (!take_free_name(axis_names, names.axes.size() + 1, taken))
      parts_.problems.note(by.where,
                           fmt::format("the axis {} of tally '{}' is called {} in the results ('{}' is a table or "
                                       "another axis there)",
                                       by.text, spec.name, axis_names.name, wanted));
    tally.axis[tally.n_axes++] = *axis;
    tally.cells *= axis->count;
    names.axes.push_back(std::move(axis_names));
  }
  if (!spec.hours.empty()) {
    tally.hours = parts_.built.buffer.add(spec.hours);
    tally.cells *= spec.hours.size();
    parts_.plan.drug.pharmacokinetics.keeps_last_day = 1;
    names.unit = "ng/mL";
    names.axes.push_back(time_axis(spec.hours));
  }
  if (tally.visit_kind != kAtEnd) parts_.formulas.note_reads(1u << tally.visit_kind, reads);
  if (kind.takes("event")) set_times(spec, tally, names);
  if (kind.takes("pair")) set_pair(spec, tally, names);
  if (kind.takes("range")) set_range(spec, kind.range, tally, names);
  if (names.kind->outcomes != nullptr) names.outcomes = names.kind->outcomes(names);
  for (const CountTable& table : count_tables(names.kind))
    tally.words_per_cell += static_cast<std::uint32_t>(per_cell(table.axes, names));
  if (tally.visit_kind == kAtEnd) parts_.plan.ends_tallied = 1;
  const std::uint64_t bytes = tally.cells * tally.words_per_cell * 8;
  if (bytes > kTallyBytes) {
    const auto largest = std::max_element(tally.axis, tally.axis + tally.n_axes,
                                          [](const Axis& a, const Axis& b) { return a.count < b.count; });
    parts_.problems.add(
        spec.where,
        fmt::format("tally '{}' needs {} MB (one tally may take {} MB); drop its axis '{}' or {}", spec.name,
                    bytes >> 20, kTallyBytes >> 20, spec.by[static_cast<std::size_t>(largest - tally.axis)].text,
                    largest->kind == AxisKind::replicate ? "run fewer replicates" : "give bins with edges"));
    return;
  }
  tally.first_word = parts_.plan.tally_words;
  parts_.plan.tally_words += tally.cells * tally.words_per_cell;
  tallies_.push_back(tally);
  parts_.built.tallies.push_back(std::move(names));
}

void TallyBuilder::build() {
  for (const TallySpec& spec : parts_.scenario.tallies) build_tally(spec);
  if (parts_.plan.tally_words * 8 > kAllTallyBytes)
    parts_.problems.add(parts_.scenario.tallies.front().where,
                        fmt::format("the tallies need {} MB together (at most {} MB); drop a tally or an axis",
                                    parts_.plan.tally_words >> 17, kAllTallyBytes >> 20));
  build_analyses();
  parts_.plan.tallies = parts_.built.buffer.add(tallies_);
  parts_.plan.columns = parts_.built.buffer.add(columns_);
}

namespace {

void set_stopping(PlanParts& parts) {
  const StopSpec& spec = parts.scenario.stop_when;
  if (!spec.is_set()) return;
  for (std::size_t t = 0; t < parts.built.tallies.size(); ++t)
    if (parts.built.tallies[t].name == spec.tally.value) parts.built.stopping = Stopping{t, spec.standard_error};
}

}  // namespace

void build_tallies(PlanParts& parts) {
  TallyBuilder(parts).build();
  set_stopping(parts);
}

}  // namespace vt
