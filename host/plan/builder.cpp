#include "host/plan/builder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/plan/check_names.hpp"
#include "host/plan/observables.hpp"
#include "kernels/course/course.hpp"
#include "kernels/formula/machine.hpp"
#include "kernels/numerics/philox.hpp"
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
    for (const ObservableName& entry : observable_names())
      if (is_family(entry)) names.push_back(entry.name.substr(0, entry.name.find('.') + 1) + event.name);
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
                                            "scenarios/reference.md lists them){}",
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
  for (const QuantityEntry& one : kQuantities)
    if (one.source == source && one.looks_back) plan_.pharmacokinetics.keeps_last_day = 1;
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
  build_population();
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
