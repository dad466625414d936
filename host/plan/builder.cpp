#include "host/plan/builder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/plan/check_names.hpp"
#include "host/plan/observables.hpp"
#include "kernels/formula/machine.hpp"
#include "kernels/numerics/philox.hpp"
#include "kernels/patient/course.hpp"
#include "kernels/patient/results.hpp"
#include "output/hdf5/names.hpp"

namespace vt {
namespace {

/// Every dose is taken at its nominal time, whatever is drawn.
bool takes_all_in_time(const Regimen& regimen) {
  const std::uint64_t always = bernoulli_threshold(1.0);
  return std::ranges::all_of(
      regimen.intake, [=](const Intake& intake) { return intake.jitter_sd_h == 0.0 && intake.taken_below >= always; });
}

}  // namespace

Program PlanBuilder::add(const std::optional<CompiledFormula>& formula) {
  Program program;
  if (!formula) return program;
  program.first_instruction = static_cast<std::uint32_t>(instructions_.size());
  program.n_instructions = static_cast<std::uint32_t>(formula->instructions.size());
  program.first_constant = static_cast<std::uint32_t>(constants_.size());
  program.result_slot = static_cast<std::uint32_t>(formula->result_slot);
  program.needs = formula->needs;
  program.defined_slot = static_cast<std::uint32_t>(formula->defined_slot);
  program.is_set = 1;
  instructions_.insert(instructions_.end(), formula->instructions.begin(), formula->instructions.end());
  constants_.insert(constants_.end(), formula->constants.begin(), formula->constants.end());
  return program;
}

Program PlanBuilder::add_site(const std::optional<CompiledFormula>& formula, const Lookup& look_up,
                              const std::string& what, const std::string& text, bool is_of_visits) {
  Program program = add(formula);
  if (!formula) return program;
  if (built_.formulas.empty()) built_.formulas.push_back({"a number", "", false, {}, {}});
  program.site = static_cast<std::uint32_t>(built_.formulas.size());
  FormulaSite site{what, text, is_of_visits, program, {}};
  for (const std::string& name : formula->names)
    if (const auto symbol = look_up(name); symbol && symbol->kind == Symbol::Kind::slot)
      site.inputs.push_back({name, static_cast<std::uint32_t>(symbol->slot)});
  built_.formulas.push_back(std::move(site));
  return program;
}

Program PlanBuilder::constant_program(double value, int first_temporary) {
  CompiledFormula formula;
  formula.result_slot = first_temporary;
  const auto load = static_cast<std::uint8_t>(static_cast<std::uint8_t>(Op::load) | kConstantOperand);
  formula.instructions = {{load, static_cast<std::uint8_t>(formula.result_slot), 0, 0}};
  formula.constants = {value};
  return add(formula);
}

std::optional<Symbol> PlanBuilder::patient_symbol(std::string_view name) const {
  const auto found = patient_names_.find(name);
  if (found == patient_names_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> PlanBuilder::patient_names() const {
  std::vector<std::string> names;
  for (const auto& [name, symbol] : patient_names_) names.push_back(name);
  return names;
}

std::vector<std::string> PlanBuilder::visit_names() const {
  std::vector<std::string> names = patient_names();
  for (const ObservableName& entry : observable_names())
    if (!is_family(entry)) names.emplace_back(entry.name);
  for (const EventSpec& event : scenario_.events)
    for (const char* family : {"event.", "day_of.", "times.", "grade.", "worst_grade.", "severe.", "active."})
      names.push_back(family + event.name);
  for (const TestSpec& test : scenario_.tests) names.push_back(test.name);
  for (const ArmSpec& arm : scenario_.arms) names.push_back("arm=" + arm.name);
  return names;
}

Program PlanBuilder::patient_formula(const std::string& text, const Position& where, const std::string& what) {
  const auto look_up = [this](std::string_view name) { return patient_symbol(name); };
  return add_site(compile_formula(text, where, look_up, patient_names(), kPatientObservables, kPatientSlots, problems_),
                  look_up, what, text, false);
}

Program PlanBuilder::visit_formula(const std::string& text, const Position& where, const std::string& what,
                                   std::uint64_t* reads) {
  const auto look_up = [&](std::string_view name) {
    const auto symbol = visit_symbol(name, where);
    if (reads && symbol && symbol->kind == Symbol::Kind::slot) *reads |= std::uint64_t{1} << symbol->slot;
    return symbol;
  };
  const auto formula = compile_formula(text, where, look_up, visit_names(), kVisitObservables, kVisitSlots, problems_);
  if (formula) note_impossible(*formula, where);
  return add_site(formula, look_up, what, text, true);
}

int PlanBuilder::observable_slot(const std::string& name, Observable observable, const Position& where) {
  if (const auto found = visit_slots_.find(name); found != visit_slots_.end()) return found->second;
  const int slot = static_cast<int>(observables_.size());
  if (slot == kVisitObservables) {
    problems_.add(where, fmt::format("too many observables (rules and tallies may use {} different ones); "
                                     "drop a formula that needs '{}'",
                                     kVisitObservables, name));
    return 0;
  }
  observables_.push_back(observable);
  visit_slots_[name] = slot;
  return slot;
}

Observable PlanBuilder::observable_of(const ObservableName& entry, std::string_view name) {
  if (entry.source == Source::mean_trough) plan_.sums_troughs = 1;
  if (entry.source == Source::mean_concentration) plan_.sums_concentrations = 1;
  if (entry.source == Source::exposure_days) plan_.sums_concentrations = 1;
  const std::uint32_t days = window_days(entry, name);
  return {entry.source, days ? days : entry.index};
}

std::optional<Symbol> PlanBuilder::visit_symbol(std::string_view name, const Position& where) {
  if (const std::size_t at_sign = name.find('@'); at_sign != std::string_view::npos)
    return past_value(name, at_sign, where);
  if (const auto arm = arm_symbol(name)) return arm;
  if (const auto event = event_symbol(name, where)) return event;
  Symbol symbol{Symbol::Kind::slot, 0.0, 0};
  if (const ObservableName* entry = find_observable(name); entry && !is_family(*entry)) {
    symbol.slot = observable_slot(std::string(name), observable_of(*entry, name), where);
    return symbol;
  }
  for (std::uint32_t t = 0; t < scenario_.tests.size(); ++t)
    if (scenario_.tests[t].name == name) {
      symbol.slot = observable_slot(std::string(name), {Source::test, t}, where);
      return symbol;
    }
  const auto patient = patient_symbol(name);
  if (!patient || patient->kind == Symbol::Kind::constant) return patient;
  if (!visit_slots_.contains(name) && kept_slots_.size() == kMaxKept) {
    problems_.add(where, fmt::format("too many covariates and parameters in rules and tallies (at most {}); drop '{}'",
                                     kMaxKept, name));
    return patient;
  }
  const auto kept = static_cast<std::uint32_t>(kept_slots_.size());
  symbol.slot = observable_slot(std::string(name), {Source::kept, kept}, where);
  if (symbol.slot == static_cast<int>(observables_.size()) - 1 && observables_.back().source == Source::kept &&
      observables_.back().index == kept)
    kept_slots_.push_back(static_cast<std::uint32_t>(patient->slot));
  return symbol;
}

namespace {

/// Whether an observable can be looked up at a visit: it measures it, or it is one that needs no measurement.
bool measures(const VisitSpec& visit, Source source) {
  const auto wants = [&](std::string_view what) {
    for (const Text& measure : visit.measure)
      if (measure.value == what) return true;
    return false;
  };
  switch (source) {
    case Source::trough:
      return wants("trough");
    case Source::bcr_abl_is:
    case Source::control_copies:
      return wants("bcr_abl");
    case Source::ddpcr_is:
    case Source::ddpcr_copies:
      return wants("ddpcr");
    case Source::tumour_size:
    case Source::tumour_density:
      return wants("imaging");
    case Source::ph_percent:
      return wants("cytogenetics");
    case Source::anc:
    case Source::platelets:
    case Source::haemoglobin:
      return wants("blood_count");
    case Source::pill_count:
      return wants("pill_count");
    default:
      return true;
  }
}

}  // namespace

/// Days from a sample at this visit until an observable shows it.
std::int32_t PlanBuilder::wait_days(const VisitSpec& visit, Source source) const {
  const Result result = result_of(source);
  if (result == Result::count) return 0;
  const std::int32_t delay = plan_.assays.wait_days[static_cast<int>(result)];
  return visit.is_late && source == Source::trough ? std::max(1, delay) : delay;
}

std::uint32_t PlanBuilder::visits_of(const ObservableName& entry, std::string_view name, std::int32_t day,
                                     std::int32_t known_on, const Position& where) {
  std::uint32_t kinds = 0;
  for (std::uint32_t k = 0; k < scenario_.visits.size(); ++k) {
    const VisitSpec& visit = scenario_.visits[k];
    if (std::ranges::find(visit.days, day) == visit.days.end() || !measures(visit, entry.source)) continue;
    kinds |= std::uint32_t{1} << k;
    if (day + wait_days(visit, entry.source) != known_on)
      problems_.add(where, fmt::format("'{}' has two meanings (of that day's visits one looks before the dose, another "
                                       "after it); move one of them to another day",
                                       name));
  }
  return kinds;
}

std::optional<Symbol> PlanBuilder::past_value(std::string_view name, std::size_t at_sign, const Position& where) {
  const std::string observable(name.substr(0, at_sign)), label(name.substr(at_sign + 1));
  const ObservableName* entry = find_observable(observable);
  if (!entry || !entry->can_be_remembered) return std::nullopt;
  if (const auto known = visit_slots_.find(name); known != visit_slots_.end())
    return Symbol{Symbol::Kind::slot, 0.0, known->second};
  for (const VisitSpec& visit : scenario_.visits) {
    for (std::size_t i = 0; i < visit.labels.size(); ++i) {
      if (visit.labels[i] != label || !measures(visit, entry->source)) continue;
      if (memories_.size() == kMaxMemories) {
        problems_.add(where, fmt::format("too many past values (at most {}); drop '{}'", kMaxMemories, name));
        return Symbol{Symbol::Kind::slot, 0.0, 0};
      }
      const auto memory = static_cast<std::uint32_t>(memories_.size());
      const std::int32_t known_on = visit.days[i] + wait_days(visit, entry->source);
      memories_.push_back({entry->source, visits_of(*entry, name, visit.days[i], known_on, where), visit.days[i],
                           observable_of(*entry, observable).index, known_on,
                           static_cast<std::uint32_t>(result_of(entry->source))});
      return Symbol{Symbol::Kind::slot, 0.0, observable_slot(std::string(name), {Source::memory, memory}, where)};
    }
  }
  problems_.add(where, fmt::format("no visit on '{}' measures {} (a past value is taken at a scheduled visit); "
                                   "add the day to a visit or choose one of its days",
                                   label, observable));
  return Symbol{Symbol::Kind::slot, 0.0, 0};
}

std::uint32_t PlanBuilder::new_patient_slot(const Position& where) {
  if (patient_slots_ == kPatientObservables) {
    problems_.add(where, fmt::format("too many covariates, random effects and formulas per patient (at most {}); "
                                     "write numbers into the formulas that use them",
                                     kPatientObservables));
    return 0;
  }
  return patient_slots_++;
}

std::uint32_t PlanBuilder::constant_slot(double value) {
  const auto [place, is_new] = constant_slots_.try_emplace(bits_of(value), 0);
  if (is_new) {
    place->second = new_patient_slot({});
    derived_.push_back({constant_program(value), place->second, 0});
  }
  return place->second;
}

std::uint32_t PlanBuilder::stream(const std::string& kind, const std::string& name, const Position& where) {
  const std::string full = kind + ":" + name;
  std::uint32_t hash = 0x811c9dc5u;
  for (const char c : full) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193u;
  hash |= 0x80000000u;
  const auto [place, is_new] = streams_.try_emplace(hash, full);
  if (!is_new && place->second != full)
    problems_.add(where, fmt::format("'{}' and '{}' would share their random numbers (their names have the same hash); "
                                     "rename one of them",
                                     full, place->second));
  return hash;
}

/// Values of every day. They need no slots of formulas: the names of the table of observables alone can be recorded.
void PlanBuilder::build_recording() {
  const RecordSpec& spec = scenario_.record;
  built_.recording.patients = spec.patients;
  built_.recording.decisions = spec.decisions;
  std::vector<Observable> recorded;
  for (const Text& name : spec.daily) {
    const ObservableName* entry = find_observable(name.value);
    const auto of_event = event_observable(name.value, name.where);
    if (entry == nullptr || (is_family(*entry) && !of_event)) {
      std::vector<std::string> known;
      for (const std::string& one : visit_names())
        if (!patient_symbol(one)) known.push_back(one);
      problems_.add(name.where, fmt::format("record.daily names '{}' (only observables can be recorded; "
                                            "scenarios/README.md lists them){}",
                                            name.value, did_you_mean(name.value, known)));
      continue;
    }
    if (std::ranges::find(schema::kDailyScales, name.value) != std::end(schema::kDailyScales))
      problems_.add(name.where, fmt::format("record.daily names '{}' (which is an axis of the recorded values: it is "
                                            "there without being asked for); leave it out",
                                            name.value));
    recorded.push_back(of_event ? *of_event : observable_of(*entry, name.value));
    looks_back(entry->source);
    built_.recording.names.push_back(name.value);
    built_.recording.units.emplace_back(entry->unit);
  }
  plan_.recorded = built_.buffer.add(recorded);
  built_.recording.days = spec.days;
  built_.recording.hours = spec.hours;
  plan_.recorded_days = built_.buffer.add(spec.days);
  plan_.recorded_hours = built_.buffer.add(spec.hours);
  if (!spec.days.empty()) plan_.pharmacokinetics.keeps_last_day = 1;
}

namespace {

std::uint64_t hash_words(std::span<const std::uint64_t> words) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::uint64_t word : words) {
    hash = (hash ^ word) * 0x100000001b3u;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

void PlanBuilder::looks_back(Source source) {
  switch (source) {
    case Source::peak:
    case Source::hours_above:
    case Source::auc_from_dose:
    case Source::peak_from_dose:
    case Source::average_free_concentration:
      plan_.pharmacokinetics.keeps_last_day = 1;
      break;
    default:
      break;
  }
}

std::optional<BuiltPlan> PlanBuilder::build() {
  const std::size_t before = problems_.size();
  check_names(scenario_, problems_);
  constexpr std::uint64_t most_patients =
      0xffffffffu;  // below 2³², fixed-point sums cannot overflow (build_tallies.cpp)
  plan_.lives = scenario_.allocation == "counterfactual" ? static_cast<std::uint32_t>(scenario_.arms.size()) : 1;
  const std::uint64_t times = std::max<std::uint64_t>(1, scenario_.replicates * std::max(1u, plan_.lives));
  if (scenario_.patients > most_patients / times)
    problems_.add({scenario_.path, 1, 1},
                  fmt::format("{} patients in {} replicates and {} lives each (at most {} in all, so that no sum can "
                              "overflow); run fewer at a time",
                              scenario_.patients, scenario_.replicates, plan_.lives, most_patients));
  plan_.seed = scenario_.seed;
  plan_.patients = scenario_.patients;
  plan_.replicates = scenario_.replicates;
  plan_.first_day = scenario_.first_day;
  plan_.last_day = scenario_.duration_day;
  build_table();
  build_covariates();
  build_random_effects();
  build_parameters();
  build_criteria();
  build_traits();
  build_pharmacokinetics();
  build_adherence();
  build_interactions();
  build_disease();
  build_assays();
  build_prediction();
  build_tests();
  build_calendar();
  build_rules();
  build_events();
  build_arms();
  build_dose_records();
  check_prediction();
  plan_.pharmacokinetics.carries_over = may_carry_over() ? 1 : 0;
  limit_input();
  build_tallies();
  build_recording();
  set_stopping();
  build_analyses();
  note_pauses();
  collect_sources();
  if (problems_.size() != before) return std::nullopt;

  for (const auto& [name, symbol] : patient_names_)
    if (symbol.kind == Symbol::Kind::slot)
      built_.patient_names.push_back({name, static_cast<std::uint32_t>(symbol.slot)});
  PlanBuffer& buffer = built_.buffer;
  plan_.instructions = buffer.add(instructions_);
  plan_.constants = buffer.add(constants_);
  plan_.covariates = buffer.add(covariates_);
  plan_.random_effects = buffer.add(random_effects_);
  plan_.derived = buffer.add(derived_);
  plan_.kept_slots = buffer.add(kept_slots_);
  if (plan_.adherence.missing == Missing::by_schedule && std::ranges::all_of(regimens_, takes_all_in_time))
    plan_.adherence.missing = Missing::never;
  plan_.regimens = buffer.add(regimens_);
  plan_.schedules = buffer.add(schedules_);
  plan_.own_doses = buffer.add(own_doses_);
  for (const Observable& observable : observables_) looks_back(observable.source);
  for (const Memory& memory : memories_) looks_back(memory.source);
  plan_.observables = buffer.add(observables_);
  plan_.memories = buffer.add(memories_);
  plan_.tallies = buffer.add(tallies_);
  plan_.columns = buffer.add(columns_);
  plan_.sites = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(built_.formulas.size()));
  plan_.failure_places =
      std::max({plan_.sites, static_cast<std::uint32_t>(covariates_.size()), static_cast<std::uint32_t>(kTraits),
                static_cast<std::uint32_t>(kMaxOwnDoses), static_cast<std::uint32_t>(BodyState::count)});
  buffer.finish(plan_);
  built_.hash = hash_words(buffer.words());
  return std::move(built_);
}

std::optional<BuiltPlan> build_plan(const Scenario& scenario, Problems& problems) {
  return PlanBuilder(scenario, problems).build();
}

}  // namespace vt
