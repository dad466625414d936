#pragma once
#include <cstdint>

namespace vt {

/// One step of a compiled Formula: value[dst] = op(value[a], value[b]), or with a constant as second operand.
struct Instruction {
  std::uint8_t op, dst, a, b;
};

/// A compiled Formula: a run of instructions and of constants in the Plan's tables.
struct Program {
  std::uint32_t first_instruction = 0;
  std::uint32_t n_instructions = 0;
  std::uint32_t first_constant = 0;
  std::uint32_t result_slot = 0;   ///< where the value stands afterwards
  std::uint64_t needs = 0;         ///< observables (bit = slot) without which the result is undefined
  std::uint32_t defined_slot = 0;  ///< slot holding 1.0 where the result is defined; 0 = `needs` alone decides
  std::uint32_t is_set = 0;        ///< 0: no formula was given
  std::uint32_t site = 0;          ///< its number among the formulas of the scenario; 0: a number written as such
  std::uint32_t unused = 0;
};

/// What came of a Formula for one patient.
enum class FormulaStatus : std::uint64_t { value = 0, undefined = 1, domain_error = 2 };

/// Slots of the register file: observables first, temporaries after them.
inline constexpr int kVisitObservables = 64;
inline constexpr int kVisitSlots = 80;
inline constexpr int kPatientObservables = 112;
inline constexpr int kPatientSlots = 128;

}  // namespace vt
