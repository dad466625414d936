#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "host/plan/tallies/quantile_range.hpp"
#include "host/plan/tallies/tally_builder.hpp"
#include "host/scenario/tallies/kinds.hpp"
#include "kernels/drug/doses/regimens.hpp"
#include "kernels/numerics/real.hpp"
#include "output/hdf5/names.hpp"
#include "output/tally/kinds.hpp"

namespace vt {

namespace {

/// A range from 0 on has no lowest octave: it gets as many as these bytes hold, and one of equal bins below them.
constexpr std::uint64_t kBytesFromZero = std::uint64_t{8} << 20;
constexpr std::uint32_t kFewestFromZero = 17, kMostFromZero = 64;
constexpr std::uint32_t kEqualBins = 512;

/// Exponent e with 2^e ≤ x < 2^(e+1); x > 0 and normal.
std::int32_t octave_of(double x) { return static_cast<std::int32_t>(bits_of(x) >> 52 & 0x7ff) - 1023; }

double power_of_two(std::int32_t exponent) { return from_bits(static_cast<std::uint64_t>(exponent + 1023) << 52); }

/// Exponent of the lowest octave that lies above `high`, or begins there.
std::int32_t octave_above(double high) {
  const std::int32_t last = octave_of(high);
  return high == power_of_two(last) ? last : last + 1;
}

/// First octave and number of octaves that cover [low, high], 0 < low < high.
std::pair<std::int32_t, std::uint32_t> octaves(double low, double high) {
  const std::int32_t first = octave_of(low);
  return {first, static_cast<std::uint32_t>(std::max(1, octave_above(high) - first))};
}

std::string identifier(std::string_view text) {
  std::string name;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain)
      name += c;
    else if (!name.empty() && name.back() != '_')
      name += '_';
  }
  constexpr std::size_t longest = schema::kLongestName / 2;
  if (name.size() > longest) name.resize(longest);
  while (!name.empty() && name.back() == '_') name.pop_back();
  return name.empty() ? "value" : name;
}

/// Ascending values in words: with six digits, or with as many as tell them apart.
std::vector<std::string> words_for_each(const std::vector<double>& values) {
  std::vector<std::string> words;
  for (const double value : values) words.push_back(fmt::format("{:g}", value));
  if (std::ranges::adjacent_find(words) == words.end()) return words;
  for (std::size_t i = 0; i < values.size(); ++i) words[i] = fmt::format("{}", values[i]);
  return words;
}

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

std::string unit_of(std::string_view formula) {
  const ObservableName* entry = find_observable(formula.substr(0, formula.find_first_of(" @")));
  return entry ? std::string(entry->unit) : "1";
}

void name_bins(const AxisSpec& spec, ResultAxis& names) {
  names.kind = ResultAxisKind::bins;
  const std::vector<std::string> edges = words_for_each(spec.edges);
  for (std::size_t i = 0; i <= edges.size(); ++i) {
    if (edges.empty())
      names.labels.emplace_back("all");
    else if (i == 0)
      names.labels.push_back("< " + edges[0]);
    else if (i == edges.size())
      names.labels.push_back(">= " + edges[i - 1]);
    else
      names.labels.push_back(edges[i - 1] + " to " + edges[i]);
  }
  names.labels.emplace_back("not measured");
}

/// Hours after the day's first intake.
ResultAxis time_axis(const std::vector<double>& hours) {
  ResultAxis axis;
  axis.name = "time";
  axis.kind = ResultAxisKind::values;
  axis.unit = "h";
  axis.title = "hours after the first intake";
  axis.values = hours;
  for (const std::string& hour : words_for_each(hours)) axis.labels.push_back(hour + " h");
  return axis;
}

}  // namespace

/// The daily doses that a rule with a formula can come to, by the arithmetic of kernels/course/decisions.hpp.
void TallyBuilder::add_computed_doses(const RuleSpec& rule, const AxisSpec& axis, std::vector<double>& daily_mg) {
  constexpr double most_values = 256;
  if (!rule.dose.is_set()) return;
  if (!(rule.strength_mg > 0.0) || rule.highest_mg / rule.strength_mg > most_values) {
    parts_.problems.add(axis.where,
                        fmt::format("an axis daily_dose_mg where rule '{}' can give any dose (it has too many "
                                    "values); write bins(daily_dose_mg, 350, 450) or round_to in the rule",
                                    rule.name));
    return;
  }
  for (const Regimen& regimen : parts_.regimens.all()) {
    const double n = regimen.doses_a_day;
    const double least = rule.lowest_mg / n, most = rule.highest_mg / n;
    for (double tablets = 0; tablets <= most / rule.strength_mg + 1; ++tablets)
      daily_mg.push_back(n * clamp(twelve_digits(tablets * rule.strength_mg), least, most));
  }
}

std::optional<Axis> TallyBuilder::build_axis(const AxisSpec& spec, const TallySpec& tally, ResultAxis& names,
                                             std::uint64_t& reads) {
  Axis axis{};
  const std::string what = fmt::format("an axis of tally '{}'", tally.name);
  names.title = spec.text;
  if (spec.form == AxisForm::arm) {
    axis.kind = AxisKind::arm;
    names.kind = ResultAxisKind::arm;
    names.name = entry_of(spec.form).name;
    for (const ArmSpec& arm : parts_.scenario.arms) names.labels.push_back(arm.name);
  } else if (spec.form == AxisForm::visit) {
    axis.kind = AxisKind::visit;
    names.kind = ResultAxisKind::visit;
    names.name = entry_of(spec.form).name;
    names.unit = "day";
    if (parts_.scenario.visits.empty()) return std::nullopt;
    if (tally.at.value == "end") return std::nullopt;
    const VisitSpec& visit = parts_.scenario.visits[visit_kind(parts_.scenario, tally.at.value)];
    names.labels = visit.labels;
    names.values.assign(visit.days.begin(), visit.days.end());
    if (!tally.hours.empty())
      for (double& day : names.values) day -= 1;  // taken on the next morning
  } else if (spec.form == AxisForm::daily_dose) {
    axis.kind = AxisKind::values;
    axis.source = parts_.formulas.visit_formula(std::string(entry_of(spec.form).name), spec.where, what, &reads);
    names.name = entry_of(spec.form).name;
    names.kind = ResultAxisKind::values;
    names.unit = "mg";
    for (const Regimen& regimen : parts_.regimens.all()) {
      if (regimen.own_dose == 0)
        names.values.push_back(regimen.daily_dose_mg);
      else
        for (const double mg : parts_.regimens.own_doses_mg(regimen))
          names.values.push_back(regimen.daily_dose_mg * mg);
    }
    for (const RuleSpec& rule : parts_.scenario.rules) add_computed_doses(rule, spec, names.values);
    std::ranges::sort(names.values);
    names.values.erase(std::unique(names.values.begin(), names.values.end(), is_same_dose), names.values.end());
    axis.edges = parts_.built.buffer.add(names.values);
    for (const std::string& dose : words_for_each(names.values)) names.labels.push_back(dose + " mg");
    names.labels.emplace_back("not measured");
    names.values.push_back(std::numeric_limits<double>::quiet_NaN());
  } else if (spec.form == AxisForm::bins) {
    axis.kind = AxisKind::bins;
    axis.source =
        parts_.formulas.visit_formula(spec.source.value, spec.source.where, what, &reads, IfUndefined::is_not_measured);
    axis.edges = parts_.built.buffer.add(spec.edges);
    names.name = identifier(spec.source.value);
    names.unit = unit_of(spec.source.value);
    name_bins(spec, names);
  } else {
    axis.kind = AxisKind::octaves;
    axis.source =
        parts_.formulas.visit_formula(spec.source.value, spec.source.where, what, &reads, IfUndefined::is_not_measured);
    const auto [low, high] = quantile_range(spec, parts_.scenario, parts_.problems);
    std::tie(axis.first_octave, axis.octaves) = octaves(low, high);
    names.name = identifier(spec.source.value);
    names.kind = ResultAxisKind::octaves;
    names.unit = unit_of(spec.source.value);
    names.groups = entry_of(spec.form).groups;
    names.first_octave = axis.first_octave;
    names.octaves = axis.octaves;
    axis.count = kBinsPerOctave * axis.octaves + 1;
    return axis;
  }
  axis.count = static_cast<std::uint32_t>(names.labels.size());
  return axis;
}

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
  names.title = spec.title.empty() ? spec.name : spec.title;
  names.score = spec.score.value;
  names.visit = spec.at.value;
  names.unit = !kind.unit.empty() ? kind.unit : !spec.unit.empty() ? spec.unit : unit_of(spec.score.value);
  names.kind = find_result_kind(kind.results);
  names.estimand = spec.estimand;
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
                                                IfUndefined::is_not_evaluable);
    parts_.formulas.check_memories(tally.score, first_day, last_day, spec.score.where);
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
        fmt::format("tally '{}' needs {} MB (one tally may take {} MB); drop its axis '{}' or give bins with edges",
                    spec.name, bytes >> 20, kTallyBytes >> 20,
                    spec.by[static_cast<std::size_t>(largest - tally.axis)].text));
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
