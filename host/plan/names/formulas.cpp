#include "host/plan/names/formulas.hpp"

#include <fmt/format.h>

#include "host/scenario/sections.hpp"
#include "kernels/formula/machine.hpp"
#include "kernels/random/streams.hpp"

namespace vt {

Program Formulas::add(const std::optional<CompiledFormula>& formula) {
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

Program Formulas::add_site(const std::optional<CompiledFormula>& formula, const Lookup& look_up,
                           const std::string& what, const std::string& text, bool is_of_visits) {
  Program program = add(formula);
  if (!formula) return program;
  if (sites_.empty()) sites_.push_back({"a number", "", false, {}, {}});
  program.site = static_cast<std::uint32_t>(sites_.size());
  FormulaSite site{what, text, is_of_visits, program, {}};
  for (const std::string& name : formula->names)
    if (const auto symbol = look_up(name); symbol && symbol->kind == Symbol::Kind::slot)
      site.inputs.push_back({name, static_cast<std::uint32_t>(symbol->slot)});
  sites_.push_back(std::move(site));
  return program;
}

Program Formulas::constant_program(double value, int first_temporary) {
  CompiledFormula formula;
  formula.result_slot = first_temporary;
  const auto load = static_cast<std::uint8_t>(static_cast<std::uint8_t>(Op::load) | kConstantOperand);
  formula.instructions = {{load, static_cast<std::uint8_t>(formula.result_slot), 0, 0}};
  formula.constants = {value};
  return add(formula);
}

std::optional<Symbol> Formulas::patient_symbol(std::string_view name) const {
  const auto found = patient_names_.find(name);
  if (found == patient_names_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Formulas::patient_names() const {
  std::vector<std::string> names;
  for (const auto& [name, symbol] : patient_names_) names.push_back(name);
  return names;
}

std::vector<std::string> Formulas::visit_names() const {
  std::vector<std::string> names = patient_names();
  for (const ObservableName& entry : observable_names())
    if (!is_family(entry)) names.emplace_back(entry.name);
  for (const ObservableName& entry : observable_names())
    for (const std::string& member : members(family_of(entry)))
      names.push_back(entry.name.substr(0, entry.name.find('.') + 1) +
                      (is_identifier(member) ? member : fmt::format("'{}'", member)));
  for (const TestSpec& test : scenario_.tests) names.push_back(test.name);
  for (const ArmSpec& arm : scenario_.arms) names.push_back("arm=" + arm.name);
  return names;
}

Program Formulas::patient_formula(const std::string& text, const Position& where, const std::string& what) {
  return patient_formula(text, where, what, [this](std::string_view name) { return patient_symbol(name); });
}

Program Formulas::patient_formula(const std::string& text, const Position& where, const std::string& what,
                                  const Lookup& look_up) {
  return add_site(
      compile_formula(
          text, where, look_up, [this] { return patient_names(); }, kPatientObservables, kPatientSlots, problems_),
      look_up, what, text, false);
}

Program Formulas::visit_formula(const std::string& text, const Position& where, const std::string& what,
                                std::uint64_t* reads, const Undefined& undefined) {
  const auto look_up = [&](std::string_view name) {
    const auto symbol = visit_symbol(name, where);
    if (reads && symbol && symbol->kind == Symbol::Kind::slot) *reads |= std::uint64_t{1} << symbol->slot;
    return symbol;
  };
  const auto formula = compile_formula(
      text, where, look_up, [this] { return visit_names(); }, kVisitObservables, kVisitSlots, problems_);
  if (formula) note_impossible(*formula, where);
  if (formula) note_lacking(*formula, where, what, undefined);
  return add_site(formula, look_up, what, text, true);
}

std::uint32_t Formulas::new_patient_slot(const Position& where) {
  if (patient_slots_ == kPatientObservables) {
    if (!std::exchange(told_of_slots_, true))
      problems_.add(where, fmt::format("too many covariates, random effects and formulas per patient (at most {}); "
                                       "write numbers into the formulas that use them",
                                       kPatientObservables));
    return 0;
  }
  return patient_slots_++;
}

std::uint32_t Formulas::derive(const Program& formula, const Position& where) {
  const std::uint32_t slot = new_patient_slot(where);
  derived_.push_back({formula, slot, 0});
  return slot;
}

std::uint32_t Formulas::derive_from_table(int column, const Position& where) {
  const std::uint32_t slot = derive({}, where);
  derived_.back().column = static_cast<std::uint32_t>(column + 1);
  return slot;
}

std::uint32_t Formulas::formula_slot(const Expression& formula, const std::string& what) {
  if (formula.formula.empty()) return kNoSlot;
  return derive(patient_formula(formula.formula, formula.where, what), formula.where);
}

std::uint32_t Formulas::constant_slot(double value) {
  const auto [place, is_new] = constant_slots_.try_emplace(bits_of(value), 0);
  if (is_new) {
    place->second = new_patient_slot({});
    derived_.push_back({constant_program(value), place->second, 0});
  }
  return place->second;
}

std::uint32_t Formulas::stream(const std::string& kind, const std::string& name, const Position& where) {
  const std::string full = kind + ":" + name;
  const std::uint32_t hash = hash_of(full) | 0x80000000u;
  const auto [place, is_new] = streams_.try_emplace(hash, full);
  if (!is_new && place->second != full)
    problems_.add(where, fmt::format("'{}' and '{}' would share their random numbers (their names have the same hash); "
                                     "rename one of them",
                                     full, place->second));
  return hash;
}

void Formulas::looks_back(Source source) {
  for (const QuantityEntry& one : kQuantities)
    if (one.source == source && one.looks_back) plan_.drug.pharmacokinetics.keeps_last_day = 1;
  if (source == Source::trough_after_h) plan_.prediction.keeps_levels = 1;
}

void Formulas::note_reads(std::uint32_t visit_kinds, std::uint64_t reads) {
  for (std::size_t k = 0; k < kMaxVisitKinds; ++k)
    if (visit_kinds >> k & 1) plan_.reads[k] |= reads;
}

void Formulas::finish(PlanBuffer& buffer, std::vector<PatientName>& patient_names) {
  for (const auto& [name, symbol] : patient_names_)
    if (symbol.kind == Symbol::Kind::slot) patient_names.push_back({name, static_cast<std::uint32_t>(symbol.slot)});
  for (const Observable& observable : observables_) looks_back(observable.source);
  for (const Memory& memory : memories_) looks_back(memory.source);
  plan_.instructions = buffer.add(instructions_);
  plan_.constants = buffer.add(constants_);
  plan_.derived = buffer.add(derived_);
  plan_.kept_slots = buffer.add(kept_slots_);
  plan_.observables = buffer.add(observables_);
  plan_.memories = buffer.add(memories_);
  plan_.sites = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(sites_.size()));
}

}  // namespace vt
