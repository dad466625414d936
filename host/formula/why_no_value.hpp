#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "kernels/formula/program.hpp"

namespace vt {

/// The step at which a compiled formula lost its value, with the numbers in it: "0 to the power of -4".
///
/// instructions, constants: the program's own. values: its register file, observables in their slots. Empty where the
/// formula has a value.
std::string why_no_value(const Program& program, std::span<const Instruction> instructions,
                         std::span<const double> constants, std::span<const double> values);

}  // namespace vt
