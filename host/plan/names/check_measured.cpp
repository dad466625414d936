#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "host/plan/names/formulas.hpp"
#include "host/plan/names/visit_days.hpp"
#include "host/scenario/models/model_sections.hpp"
#include "kernels/tally/layout.hpp"

/// \file Formulas that read what no visit gives: a result that nobody measures, or not in time.

namespace vt {

namespace {

/// What has to be measured before a name has a value.
struct Measured {
  std::string_view word;                     ///< in `measure`; "": the name needs no measurement
  const ReportedQuantity* result = nullptr;  ///< null: a test
  std::size_t samples = 1;
  bool is_count = false;               ///< it has a value without a result, too: 0
  std::int32_t last_day = kNever - 1;  ///< after which it is not looked at
};

/// Why there never is a value, and what would mend it.
struct Lack {
  std::string why, mend;
  bool is_of_days = false;  ///< it is measured, but too late
};

Measured of_result(std::uint32_t result, Source source, std::int32_t last_day) {
  const ReportedQuantity& one = kReported[result];
  return {.word = entry_of(one.measure).name,
          .result = &one,
          .samples = source == Source::previous ? 2u : 1u,
          .is_count = source == Source::results_within,
          .last_day = last_day};
}

Measured measured_for(const Scenario& scenario, Source source, std::uint32_t index, std::int32_t last_day) {
  switch (source) {
    case Source::last:
    case Source::previous:
    case Source::lowest:
    case Source::highest:
      return of_result(index, source, last_day);
    case Source::lowest_within:
    case Source::highest_within:
    case Source::results_within:
      return of_result(index & ((1u << kWindowShift) - 1), source, last_day);
    case Source::trough_below_limit:
    case Source::trough_after_h:
    case Source::predicted_trough_map:
    case Source::predicted_trough_log_linear:
      return of_result(static_cast<std::uint32_t>(Result::trough), source, last_day);
    case Source::test:
      return {.word = scenario.tests[index].name, .last_day = last_day};
    default:
      return {};
  }
}

/// The section of the model whose quantity has this place among all.
std::string_view section_of_quantity(std::uint32_t place) {
  std::string_view section;
  std::uint32_t next = 0;
  for_each_model(Models{}, [&]<class M>() {
    for (std::size_t i = 0; i < std::size(M::quantities); ++i)
      if (next++ == place) section = M::section;
  });
  return section;
}

/// The section, and the key in it or "", without which a quantity is not there.
struct ModelNeed {
  std::string_view section, key = "";
};
ModelNeed model_needed(Source source, std::uint32_t index) {
  switch (source) {
    case Source::model:
      return {section_of_quantity(index)};
    case Source::ph_percent_true:
    case Source::bcr_abl_share:
    case Source::leukaemic_cells:
      return {"response"};
    case Source::white_cells_true:
      return {"blood_counts.neutrophils"};
    case Source::predicted_trough_prior:
    case Source::predicted_trough_map:
    case Source::predicted_trough_log_linear:
      return {"prediction"};
    case Source::hours_above:
      return {"pk", "threshold"};
    case Source::metabolite_trough:
    case Source::metabolite_auc_24h:
      return {"pk", "metabolite_clearance"};
    default:
      return {};
  }
}

/// Also where --set alone has given what stands in the table.
bool is_described(const ModelSpec& model) {
  return model.where.line != 0 || !model.entries.empty() || !model.model.empty();
}

/// A quantity of a model that the scenario does not have.
std::optional<Lack> lack_of_model(const Scenario& scenario, Source source, std::uint32_t index) {
  const ModelNeed need = model_needed(source, index);
  if (need.section.empty()) return std::nullopt;
  const ModelSpec* model = find_model(scenario, need.section);
  if (model == nullptr || !is_described(*model))
    return Lack{fmt::format("the scenario has no [{}]", need.section), "describe it"};
  if (need.key.empty() || find_entry(*model, need.key) != nullptr) return std::nullopt;
  return Lack{fmt::format("the scenario has no {}.{}", need.section, need.key), "give it"};
}

std::string names_of_visits(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const VisitSpec& visit : scenario.visits) names.push_back(visit.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// A value that no patient of any arm has, whatever the days: nothing gives it.
std::optional<Lack> lack_of_all(const Scenario& scenario, const AssayPlan& assays, const Measured& value) {
  const bool is_measured =
      std::ranges::any_of(scenario.visits, [&](const VisitSpec& visit) { return has_measure(visit, value.word); });
  if (!is_measured && scenario.visits.empty())
    return Lack{"there is no visit", fmt::format("add a [[visit]] with measure = [\"{}\"]", value.word)};
  if (!is_measured)
    return Lack{
        fmt::format("no visit measures {}", value.word),
        fmt::format("write \"{}\" into measure of a visit (there are: {})", value.word, names_of_visits(scenario))};
  if (value.result == nullptr) return std::nullopt;
  const ModelSpec* model = find_model(scenario, value.result->section);
  if (!value.result->section.empty() && (model == nullptr || !is_described(*model)))
    return Lack{fmt::format("the scenario has no [{}]", value.result->section), "describe it"};
  if (value.result->result == Result::control_copies && !(assays.pcr_copies > 0.0))
    return Lack{"no copies are counted without assays.pcr_copies", "give it a value above 0"};
  return std::nullopt;
}

/// Why no visit that measures it takes place: of those with days, else of others.
Lack never_there(const Scenario& scenario, const Measured& value) {
  const VisitSpec* found = nullptr;
  for (const VisitSpec& visit : scenario.visits) {
    const bool waits = visit.is_on_order || !visit.on_result.empty();
    if (has_measure(visit, value.word) && (found == nullptr || !waits)) found = &visit;
  }
  const std::string why = fmt::format("visit '{}', which measures {}, never takes place", found->name, value.word);
  if (found->is_on_order)
    return {why, fmt::format("give the arm a rule that does 'sample' with sample = \"{}\", or measure it elsewhere",
                             found->name)};
  if (!found->on_result.empty())
    return {why, fmt::format("measure {}, for whose results it waits, or measure it elsewhere", found->on_result)};
  return {why, found->missed < 1 ? "give it a day within the trial" : "let fewer be missed", true};
}

/// First day of the n-th result: of samples on different days, or as many as there are visits beside the calendar.
std::int32_t first_known(const Scenario& scenario, const AssayPlan& assays, const VisitDays& days,
                         const Measured& value) {
  std::set<std::int32_t> known;
  bool is_called = false;
  for (std::size_t k = 0; k < scenario.visits.size(); ++k) {
    const VisitSpec& visit = scenario.visits[k];
    if (days.first[k] == kNever || !has_measure(visit, value.word)) continue;
    std::int32_t wait = value.result != nullptr ? assays.wait_days[static_cast<int>(value.result->result)] : 0;
    if (visit.is_late && value.result != nullptr && value.result->measure == Measure::trough) wait = std::max(wait, 1);
    known.insert(days.first[k] + wait);
    for (const std::int32_t day : visit.days) known.insert(day + wait);
    is_called = is_called || days.is_called[k] != 0;
  }
  if (known.empty()) return kNever;
  return is_called                      ? *known.begin()
         : known.size() < value.samples ? kNever
                                        : *std::next(known.begin(), value.samples - 1);
}

/// Whether patients of an arm never have a value by the last day on which it is looked at.
std::optional<Lack> lack_in(const Scenario& scenario, const AssayPlan& assays, const VisitDays& days,
                            const Measured& value) {
  Measured once = value;
  once.samples = 1;
  const std::int32_t known = first_known(scenario, assays, days, value);
  if (known == kNever && first_known(scenario, assays, days, once) == kNever) return never_there(scenario, value);
  if (known == kNever) return Lack{fmt::format("{} is measured only once", value.word), "measure it again", true};
  if (known <= value.last_day) return std::nullopt;
  return Lack{
      fmt::format("it is known from day {} on at the earliest, and looked at until day {}", known, value.last_day),
      "measure it earlier, or look at it later", true};
}

/// Whether it is an attribute of an event: its index is that.
bool asks_of_events(Source source) {
  return std::ranges::any_of(observable_names(), [&](const ObservableName& entry) {
    return entry.source == source && family_of(entry) == Family::events;
  });
}

/// An arm for whose patients a formula is looked at.
struct ArmDays {
  const std::string& name;
  const VisitDays& days;
};

/// What lacks, and the arms in which it does where others have it.
struct Lacking {
  std::optional<Lack> lack;
  std::string arms;
  bool is_had = false;  ///< in another arm
};

Lacking find_lacking(const Scenario& scenario, const AssayPlan& assays, const Observable& read, const Measured& value,
                     const std::vector<ArmDays>& arms) {
  if (auto lack = lack_of_model(scenario, read.source, read.index)) return {std::move(lack), "", false};
  if (value.word.empty()) return {};
  if (auto lack = lack_of_all(scenario, assays, value)) return {std::move(lack), "", false};
  Lacking found;
  std::size_t n = 0;
  for (const ArmDays& arm : arms) {
    auto here = lack_in(scenario, assays, arm.days, value);
    found.is_had = found.is_had || !here;
    if (!here) continue;
    found.arms += fmt::format("{}'{}'", n++ == 0 ? "" : ", ", arm.name);
    found.lack = std::move(here);
  }
  found.arms = found.is_had ? fmt::format(" in arm{} {}", n == 1 ? "" : "s", found.arms) : "";
  return found;
}

}  // namespace

const VisitDays& Formulas::visit_days(std::size_t arm) {
  days_.reserve(scenario_.arms.size());  // they are referred to
  while (days_.size() <= arm) days_.push_back(visit_days_in(scenario_, plan_.assays, scenario_.arms[days_.size()]));
  return days_[arm];
}

void Formulas::note_looked(const Program& program, const Looked& looked, const Position& where) {
  if (program.site != 0) looked_at_.push_back({program, looked, where});
}

void Formulas::check_measured() {
  for (const LookedAt& one : looked_at_)
    if (one.looked.event == 0 || !is_idle(one.looked.event - 1)) check_measured(one.program, one.looked, one.where);
}

/// Whether nothing follows from an event: nobody asks for it, and it changes nothing.
bool Formulas::is_idle(std::uint32_t event) const {
  const EventSpec& spec = scenario_.events[event];
  if (spec.is_fatal || spec.ends_treatment || spec.ends_trial || spec.switches_drug) return false;
  const auto is_it = [&](const Text& name) { return name.value == spec.name; };
  const auto asks = [&](const TallySpec& tally) {
    return std::ranges::any_of(tally.events, is_it) || std::ranges::any_of(tally.competing, is_it) || is_it(tally.from);
  };
  const auto reads = [&](const Observable& one) {
    return one.source == Source::memory ? memories_[one.index].event == event + 1
                                        : asks_of_events(one.source) && one.index == event;
  };
  return std::ranges::none_of(scenario_.tallies, asks) && std::ranges::none_of(observables_, reads) &&
         std::ranges::none_of(scenario_.events, [&](const EventSpec& other) { return is_it(other.after); });
}

void Formulas::check_measured(const Program& program, const Looked& looked, const Position& where) {
  const FormulaSite& site = sites_[program.site];
  std::vector<ArmDays> arms;
  for (std::size_t a = 0; a < scenario_.arms.size() && a < kMaxArms; ++a) {
    const bool is_meant = (looked.arms >> a & 1) != 0;
    if (is_meant && (looked.at == nullptr || first_of(scenario_, *looked.at, visit_days(a)) <= plan_.last_day))
      arms.push_back({scenario_.arms[a].name, visit_days(a)});
  }
  std::set<std::string_view> told;
  for (const PatientName& input : site.inputs) {
    Observable read = observables_[input.slot];
    std::int32_t last_day = std::min(looked.last_day, plan_.last_day);
    if (read.source == Source::memory) {
      const Memory& memory = memories_[read.index];
      if (memory.event == 0) last_day = std::min(last_day, memory.known_on);
      read = {memory.source, memory.index};
    }
    const Measured value = measured_for(scenario_, read.source, read.index, last_day);
    const Lacking found = find_lacking(scenario_, plan_.assays, read, value, arms);
    if (!found.lack || (found.is_had && !looked.is_of_each_arm)) continue;
    if (!told.insert(value.word.empty() ? std::string_view(input.name) : value.word).second) continue;
    Position place = where;
    if (const auto offset = offset_in_formula(site.text, input.name); offset && place.column > 0)
      place.column += 1 + static_cast<int>(*offset);
    const bool is_needed = (program.needs >> input.slot & 1) != 0 && !value.is_count;
    const std::string name = as_written(input.name), why = fmt::format("({}); {}", found.lack->why, found.lack->mend);
    if (is_needed && !found.is_had && !found.lack->is_of_days)
      problems_.add(place, fmt::format("{} never has a value: it needs {} {}", site.what, name, why));
    else if (is_needed)
      problems_.note(place, fmt::format("{} never has a value{}: it needs {} {}", site.what, found.arms, name, why));
    else
      problems_.note(place, fmt::format("{} reads {}, which {}{} {}", site.what, name,
                                        value.is_count ? "is always 0" : "never has a value", found.arms, why));
  }
}

}  // namespace vt
