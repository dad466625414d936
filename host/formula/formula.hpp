#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/problems.hpp"
#include "kernels/formula/program.hpp"
#include "kernels/vocabulary/domain.hpp"
#include "kernels/vocabulary/subjects.hpp"

namespace vt {

/// What a name in a Formula stands for: a number known now, or a slot of the register file.
struct Symbol {
  enum class Kind { constant, slot };
  Kind kind = Kind::constant;
  double value = 0.0;
  int slot = 0;
};

/// A name compared with a number, "anc < 1": the name on the left of `sign`, wherever it was written.
struct ComparedName {
  std::string name;
  std::string_view sign;
  double number;
  std::size_t offset;  ///< of the sign in the text
};

/// A name without whose value a formula has none, where that may not be what was meant: within a comparison, `and`,
/// `or` or `not`, outside of defined(), otherwise() and the branches of if().
struct NameInCondition {
  std::string name;
  std::size_t offset;   ///< in the text
  bool is_alternative;  ///< below an `or` or a `not`: the formula might hold without it
  bool is_negated;      ///< below a `not`
};

/// A Formula ready for the Plan's tables; see Program for `needs` and `defined_slot`.
struct CompiledFormula {
  std::vector<Instruction> instructions;
  std::vector<double> constants;  ///< at most 256, indexed by Instruction::b
  int result_slot = 0;
  std::uint64_t needs = 0;
  int defined_slot = 0;
  std::vector<std::string> names;  ///< symbols used, in order of appearance; "trough@day 29" for a past value
  std::vector<ComparedName> comparisons;
  std::vector<NameInCondition> in_conditions;
  std::optional<double> constant;  ///< the value, if it is the same for every patient
};

/// What a mistyped name may have meant; asked for only after a mistake.
using KnownNames = std::function<std::vector<std::string>()>;
using Lookup = std::function<std::optional<Symbol>(std::string_view name)>;

/// Compiles a Formula (the language: host/formula/README.md), or reports why not.
///
/// where: the opening quote of the text in its file, so that problems point into it; no text at no place is a key that
/// was lacking, of which nothing is said.
/// first_temporary, slots: temporaries lie in [first_temporary, slots), slots ≤ 256; slot 0 is never one.
std::optional<CompiledFormula> compile_formula(std::string_view text, const Position& where, const Lookup& lookup,
                                               const KnownNames& known_names, int first_temporary, int slots,
                                               Problems& problems);

/// What is certain wherever a condition holds.
struct Implied {
  std::vector<std::string> known;     ///< names that have a value
  std::vector<std::string> not_zero;  ///< names whose value is not 0
};
/// Of a Formula that can be read; of another, what is certain of the part that can.
Implied implied_by(std::string_view text);

/// How a value may go as the days pass, and between which numbers.
struct Going {
  InTime in_time = InTime::varies;
  Domain domain = kAnything;
};
/// How it goes whether a Formula holds (is not 0), from its names: what never falls holds for good once it does. What
/// cannot be told varies.
InTime in_time(std::string_view text, const std::function<Going(std::string_view)>& of_name);

/// Where in the text of a Formula a name stands first, by the name in CompiledFormula::names.
std::optional<std::size_t> offset_in_formula(std::string_view text, std::string_view name);

/// The names that a Formula uses, once each, in order of appearance; as far as it can be read.
std::vector<std::string> names_in_formula(std::string_view text);

}  // namespace vt
