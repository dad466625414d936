#pragma once
#include <map>
#include <string>

#include "host/formula/formula.hpp"
#include "host/plan/build_plan.hpp"
#include "host/plan/names/observables.hpp"
#include "host/plan/names/visit_days.hpp"

namespace vt {

/// An entry of a model by its key, or null.
inline const Expression* find_entry(const ModelSpec& model, std::string_view key) {
  const auto found = model.entries.find(std::string(key));
  return found == model.entries.end() ? nullptr : &found->second;
}

/// What follows where a formula has no value for a patient.
enum class IfUndefined { does_not_hold, is_not_evaluable, is_not_measured };
struct Undefined {
  IfUndefined then = IfUndefined::does_not_hold;
  std::string_view among = {};  ///< a condition: the formula is looked at where that holds
};

/// For whom a formula is looked at, and until when.
struct Looked {
  std::uint64_t arms = ~std::uint64_t{0};  ///< bits
  std::int32_t last_day = kNever;
  const std::vector<Text>* at = nullptr;  ///< visits, of which one has to take place
  bool is_of_each_arm = false;            ///< that it says nothing of one arm is told, too
  std::uint32_t event = 0;                ///< 1 + index of the event that it finds; 0: of none
};

/// "trough @ 'day 29'" of "trough@day 29".
std::string as_written(const std::string& name);

/// Formulas become programs here, and names slots: of the patient phase, and of visits.
class Formulas {
 public:
  /// What is found on the way is noted in `plan` (what has to be kept for observables) and `sites` (for messages).
  Formulas(const Scenario& scenario, Problems& problems, Plan& plan, std::vector<FormulaSite>& sites)
      : scenario_(scenario), problems_(problems), plan_(plan), sites_(sites) {}

  /// `what` names it in messages: "the hazard of event 'progression'".
  Program patient_formula(const std::string& text, const Position& where, const std::string& what);
  /// The same with other meanings of names.
  Program patient_formula(const std::string& text, const Position& where, const std::string& what,
                          const Lookup& look_up);
  /// Adds the slots that it names to `reads`.
  Program visit_formula(const std::string& text, const Position& where, const std::string& what,
                        std::uint64_t* reads = nullptr, const Undefined& undefined = {});
  Program constant_program(double value, int first_temporary = kPatientObservables);

  std::optional<Symbol> patient_symbol(std::string_view name) const;
  void name_patient_value(const std::string& name, const Symbol& symbol) { patient_names_[name] = symbol; }
  std::uint32_t new_patient_slot(const Position& where);
  /// The slot of a value that is computed for each patient, behind those there are.
  std::uint32_t derive(const Program& formula, const Position& where);
  std::uint32_t derive_from_table(int column, const Position& where);
  /// The slot of a formula's value; kNoSlot if there is no formula.
  std::uint32_t formula_slot(const Expression& formula, const std::string& what);
  std::uint32_t constant_slot(double value);
  std::uint32_t derived() const { return static_cast<std::uint32_t>(derived_.size()); }
  /// Of random numbers.
  std::uint32_t stream(const std::string& kind, const std::string& name, const Position& where);

  // check_formulas.cpp, check_measured.cpp, visit_names.cpp
  std::vector<std::string> visit_names() const;
  Observable observable_of(const ObservableName& entry, std::string_view name, const Position& where);
  /// That of a name such as "day_of.progression" or "fired.RULE"; nothing if there is no such event, rule or drug.
  std::optional<Observable> member_observable(std::string_view name, const Position& where);
  const std::vector<Observable>& observables() const { return observables_; }
  void check_memories(const Program& program, std::int32_t first_day, std::int32_t last_day, const Position& where);
  /// To be looked at by check_measured.
  void note_looked(const Program& program, const Looked& looked, const Position& where);
  /// What formulas read though no visit gives it, or not in time; once all names are known.
  void check_measured();
  /// Notes whether the last day's concentrations, or levels, are needed.
  void looks_back(Source source);
  void note_reads(std::uint32_t visit_kinds, std::uint64_t reads);

  /// The tables of all of it, into the Plan, and the names of the patient phase.
  void finish(PlanBuffer& buffer, std::vector<PatientName>& patient_names);

 private:
  Program add(const std::optional<CompiledFormula>& formula);
  Program add_site(const std::optional<CompiledFormula>& formula, const Lookup& look_up, const std::string& what,
                   const std::string& text, bool is_of_visits);
  std::vector<std::string> patient_names() const;
  std::optional<Symbol> visit_symbol(std::string_view name, const Position& where);
  std::optional<Symbol> member_symbol(std::string_view name, const Position& where);
  std::vector<std::string> members(Family family) const;
  void check_event(const ObservableName& entry, const EventSpec& event, std::string_view name, const Position& where);
  std::optional<Symbol> arm_symbol(std::string_view name) const;
  std::optional<Symbol> past_value(std::string_view name, std::size_t at_sign, const Position& where);
  std::optional<Symbol> value_at_event(const ObservableName& entry, std::string_view name, std::size_t at_sign,
                                       const Position& where);
  Symbol remembered(std::string_view name, const Memory& memory, const Position& where);
  int observable_slot(const std::string& name, Observable observable, const Position& where);
  /// Bits of the kinds of visit on a day at which an observable can be looked up, all of them known on the same day.
  std::uint32_t visits_of(const ObservableName& entry, std::string_view name, std::int32_t day, std::int32_t known_on,
                          const Position& where);
  std::int32_t wait_days(const VisitSpec& visit, const ObservableName& entry) const;
  /// That the results of the last days have to be kept, as many as there can be.
  void keep_results(const ObservableName& entry, std::string_view name, std::uint32_t days, const Position& where);
  /// Conditions that say nothing of patients of whom more was to be expected.
  void note_lacking(const CompiledFormula& formula, const Position& where, const std::string& what,
                    const Undefined& undefined);
  /// Whether the visit of a past value can be missed.
  bool may_be_missed(const std::string& name) const;
  void note_impossible(const CompiledFormula& formula, const Position& where);

  const VisitDays& visit_days(std::size_t arm);
  void check_measured(const Program& program, const Looked& looked, const Position& where);
  bool is_idle(std::uint32_t event) const;

  const Scenario& scenario_;
  Problems& problems_;
  Plan& plan_;
  std::vector<FormulaSite>& sites_;
  std::vector<Instruction> instructions_;
  std::vector<double> constants_;
  std::map<std::string, Symbol, std::less<>> patient_names_;
  std::map<std::uint64_t, std::uint32_t> constant_slots_;  ///< by the bits of the value
  std::map<std::string, int, std::less<>> visit_slots_;
  std::map<std::uint32_t, std::string> streams_;
  std::vector<Observable> observables_;
  std::vector<Memory> memories_;
  std::map<std::uint32_t, std::uint32_t> windows_;  ///< longest of each Result whose last results are kept, in days
  std::vector<std::uint32_t> kept_slots_;
  std::vector<Derived> derived_;
  struct LookedAt {
    Program program;
    Looked looked;
    Position where;
  };
  std::vector<LookedAt> looked_at_;
  std::vector<VisitDays> days_;  ///< by arm, as far as they were asked for
  std::uint32_t patient_slots_ = 0;
  bool told_of_slots_ = false;  ///< that there are no more
};

}  // namespace vt
