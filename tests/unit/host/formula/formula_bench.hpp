#pragma once
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/formula/formula.hpp"
#include "kernels/formula/machine.hpp"

namespace vt::test {

/// A value, or the word for why there is none.
struct Answer {
  std::optional<double> value;
  FormulaStatus status;
  bool operator==(const Answer&) const = default;
};
inline Answer undefined() { return {std::nullopt, FormulaStatus::undefined}; }
inline Answer domain_error() { return {std::nullopt, FormulaStatus::domain_error}; }
inline Answer value(double x) { return {x, FormulaStatus::value}; }

using Observables = std::map<std::string, std::optional<double>>;

/// Compiles formulas over named observables (slots in alphabetical order from `first_slot`) and constants.
struct Bench {
  Observables observables;
  std::map<std::string, double> constants = {};
  int first_slot = 0;
  int slots = 48;
  static constexpr int first_temporary = 32;

  std::optional<Symbol> find(std::string_view name) const {
    if (const auto found = observables.find(std::string(name)); found != observables.end())
      return Symbol{Symbol::Kind::slot, 0.0, first_slot + static_cast<int>(std::distance(observables.begin(), found))};
    if (const auto found = constants.find(std::string(name)); found != constants.end())
      return Symbol{Symbol::Kind::constant, found->second, 0};
    return std::nullopt;
  }

  std::optional<CompiledFormula> compile(std::string_view text, Problems& problems, const Position& where = {}) const {
    std::vector<std::string> names;
    for (const auto& observable : observables) names.push_back(observable.first);
    for (const auto& constant : constants) names.push_back(constant.first);
    return compile_formula(
        text, where, [this](std::string_view name) { return find(name); }, [&] { return names; },
        std::max(first_temporary, first_slot), slots, problems);
  }

  /// Throws ScenarioError if the text is not a Formula.
  CompiledFormula compiled(std::string_view text) const {
    Problems problems;
    const auto formula = compile(text, problems);
    if (!formula) throw ScenarioError(problems.sorted());
    return *formula;
  }

  Answer evaluate(std::string_view text) const {
    const CompiledFormula formula = compiled(text);
    Values<1, 128> values{};
    for (const auto& [name, x] : observables) {
      const int slot = find(name)->slot;
      values.value[slot][0] = x.value_or(1e9);
      if (x && slot < 64) values.defined[0] |= std::uint64_t{1} << slot;
    }
    Program program;
    program.n_instructions = static_cast<std::uint32_t>(formula.instructions.size());
    program.result_slot = static_cast<std::uint32_t>(formula.result_slot);
    program.needs = formula.needs;
    program.defined_slot = static_cast<std::uint32_t>(formula.defined_slot);
    double result[1];
    std::uint64_t status[1];
    execute(program, formula.instructions.data(), formula.constants.data(), values, result, status);
    const FormulaStatus outcome = static_cast<FormulaStatus>(status[0]);
    return {outcome == FormulaStatus::value ? std::optional(result[0]) : std::nullopt, outcome};
  }

  /// The problems of a text, one per line, at line 1 of "f" with its opening quote in column `quote`.
  std::string problems_of(std::string_view text, int quote = 10) const {
    Problems problems;
    compile(text, problems, {"f", 1, quote});
    return ScenarioError(problems.sorted()).what();
  }
};

}  // namespace vt::test
