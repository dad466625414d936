#include "host/formula/why_no_value.hpp"

#include <fmt/format.h>

#include <vector>

#include "kernels/formula/machine.hpp"

namespace vt {
namespace {

constexpr int kSlots = 256;

std::string in_words(Op op, double a, double b) {
  switch (op) {
    case Op::divide:
      return fmt::format("{:.6g} divided by {:.6g}", a, b);
    case Op::divide_from:
      return fmt::format("{:.6g} divided by {:.6g}", b, a);
    case Op::power:
      return fmt::format("{:.6g} to the power of {:.6g}", a, b);
    case Op::power_from:
      return fmt::format("{:.6g} to the power of {:.6g}", b, a);
    case Op::log:
      return fmt::format("the logarithm of {:.6g}", a);
    case Op::sqrt:
      return fmt::format("the square root of {:.6g}", a);
    case Op::exp:
      return fmt::format("exp({:.6g})", a);
    default:
      return fmt::format("a result beyond all numbers, from {:.6g} and {:.6g}", a, b);
  }
}

}  // namespace

std::string why_no_value(const Program& program, std::span<const Instruction> instructions,
                         std::span<const double> constants, std::span<const double> values) {
  Values<1, kSlots> machine{};
  for (std::size_t slot = 0; slot < values.size(); ++slot) machine.value[slot][0] = values[slot];
  machine.defined[0] = ~std::uint64_t{0};
  std::vector<std::string> cause(kSlots);  ///< of the error that a slot holds
  for (const Instruction& step : instructions) {
    const Op op = static_cast<Op>(step.op & ~kConstantOperand);
    const bool has_constant = (step.op & kConstantOperand) != 0;
    const double a = machine.value[step.a][0], b = has_constant ? constants[step.b] : machine.value[step.b][0];
    const std::string of_b = has_constant ? "" : cause[step.b];
    std::string found = op <= Op::either ? (cause[step.a].empty() ? of_b : cause[step.a]) : cause[step.a];
    if (op == Op::load) found = of_b;
    if (op == Op::choose && cause[step.a].empty()) found = a != 0.0 ? cause[step.dst] : of_b;
    formula::execute_instruction(step, constants.data(), machine);
    const bool is_number = formula::is_number(machine.value[step.dst][0]);
    cause[step.dst] = is_number ? "" : (found.empty() ? in_words(op, a, b) : found);
  }
  return cause[program.result_slot];
}

}  // namespace vt
