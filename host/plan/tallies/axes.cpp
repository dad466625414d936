#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "host/plan/names/words.hpp"
#include "host/plan/tallies/binning.hpp"
#include "host/plan/tallies/quantile_range.hpp"
#include "host/plan/tallies/subjects.hpp"
#include "host/plan/tallies/tally_builder.hpp"
#include "kernels/drug/doses/regimens.hpp"
#include "output/hdf5/names.hpp"

namespace vt {

namespace {

constexpr std::uint64_t kMostReplicateCells = kTallyBytes / 8;  ///< no tally holds more

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

std::string title_of(const AxisSpec& spec) {
  const AxisEntry& form = entry_of(spec.form);
  if (!form.takes_value) return words_of(form.name);
  return form.groups > 0 ? fmt::format("{} of {}", form.name, words_of(spec.source.value))
                         : words_of(spec.source.value);
}

}  // namespace

std::string unit_of(std::string_view formula) {
  const ObservableName* entry = find_observable(formula.substr(0, formula.find_first_of(" @")));
  return entry ? std::string(entry->unit) : "1";
}

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
  names.title = title_of(spec);
  names.subject = spec.form == AxisForm::daily_dose ? Subject::dose : subject_of(parts_.scenario, spec.source.value);
  if (spec.form == AxisForm::arm) {
    axis.kind = AxisKind::arm;
    names.kind = ResultAxisKind::arm;
    names.name = entry_of(spec.form).name;
    for (const ArmSpec& arm : parts_.scenario.arms) names.labels.push_back(arm.name);
  } else if (spec.form == AxisForm::replicate) {
    axis.kind = AxisKind::replicate;
    names.kind = ResultAxisKind::replicate;
    names.name = entry_of(spec.form).name;
    for (std::uint64_t r = 0; r < parts_.scenario.replicates && r <= kMostReplicateCells; ++r) {
      names.labels.push_back(fmt::format("{}", r));
      names.values.push_back(static_cast<double>(r));
    }
  } else if (spec.form == AxisForm::visit) {
    axis.kind = AxisKind::visit;
    names.kind = ResultAxisKind::visit;
    names.name = entry_of(spec.form).name;
    names.unit = "day";
    if (parts_.scenario.visits.empty()) return std::nullopt;
    if (tally.at.value == "end") return std::nullopt;
    const VisitSpec& visit = parts_.scenario.visits[visit_kind(parts_.scenario, tally.at.value)];
    if (visit.labels.empty()) {
      parts_.problems.add(spec.where, fmt::format("{} is the visit, but '{}' has no day up to day {}, the trial's last; "
                                                  "give it one, or take the tally away",
                                                  what, visit.name, parts_.scenario.duration_day));
      return std::nullopt;
    }
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
    axis.source = parts_.formulas.visit_formula(spec.source.value, spec.source.where, what, &reads,
                                                {IfUndefined::is_not_measured, tally.among.value});
    axis.edges = parts_.built.buffer.add(spec.edges);
    names.name = identifier(spec.source.value);
    names.unit = unit_of(spec.source.value);
    name_bins(spec, names);
  } else {
    axis.kind = AxisKind::octaves;
    axis.source = parts_.formulas.visit_formula(spec.source.value, spec.source.where, what, &reads,
                                                {IfUndefined::is_not_measured, tally.among.value});
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

}  // namespace vt
