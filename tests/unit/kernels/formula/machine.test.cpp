#include "kernels/formula/machine.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using vt::FormulaStatus;
using vt::Instruction;
using vt::Op;
constexpr int lanes = 64;

Instruction with_constant(Op op, int dst, int a, int constant) {
  return {static_cast<std::uint8_t>(static_cast<int>(op) | vt::kConstantOperand), static_cast<std::uint8_t>(dst),
          static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(constant)};
}
Instruction plain(Op op, int dst, int a, int b) {
  return {static_cast<std::uint8_t>(op), static_cast<std::uint8_t>(dst), static_cast<std::uint8_t>(a),
          static_cast<std::uint8_t>(b)};
}

/// Observables 0 and 1 of 64 patients; 2 and 3 are temporaries.
template <int L>
struct Machine {
  vt::Values<L, 4> values{};
  double result[L];
  std::uint64_t status[L];
  void run(const vt::Program& p, const std::vector<Instruction>& i, const std::vector<double>& c) {
    vt::execute(p, i.data(), c.data(), values, result, status);
  }
};

double number(int lane, int slot) {
  constexpr double all[] = {0.0, -0.0, 1.0, -1.0, 0.3, -2.5, 3.0, 710.0, 1e-310, 1e200, -1e200};
  return all[slot == 0 ? lane % 11 : lane / 6 % 11];
}

TEST(FormulaMachine, EveryOperationHasTheSameBitsInSixtyFourLanesAndInOne) {
  for (int code = 0; code <= static_cast<int>(Op::expit); ++code)
    for (const bool is_constant : {false, true}) {
      const Op op = static_cast<Op>(code);
      vt::Program p;
      p.n_instructions = 2;
      p.result_slot = 2;
      const std::vector<Instruction> instructions{plain(Op::add, 2, 0, 1),
                                                  is_constant ? with_constant(op, 2, 0, 0) : plain(op, 2, 0, 1)};
      Machine<lanes> many;
      for (int lane = 0; lane < lanes; ++lane) {
        many.values.defined[lane] = static_cast<std::uint64_t>(lane) & 3u;
        for (int slot = 0; slot < 2; ++slot) many.values.value[slot][lane] = number(lane, slot);
      }
      many.run(p, instructions, {-1.5});
      for (int lane = 0; lane < lanes; ++lane) {
        Machine<1> one;
        one.values.defined[0] = static_cast<std::uint64_t>(lane) & 3u;
        for (int slot = 0; slot < 2; ++slot) one.values.value[slot][0] = number(lane, slot);
        one.run(p, instructions, {-1.5});
        EXPECT_EQ(vt::bits_of(one.result[0]), vt::bits_of(many.result[lane])) << code << " in lane " << lane;
        EXPECT_EQ(one.status[0], many.status[lane]) << code << " in lane " << lane;
      }
    }
}

TEST(FormulaMachine, ReadsItsProgramAtItsOffsetsInTheTables) {
  vt::Program p;
  p.first_instruction = 1;
  p.n_instructions = 1;
  p.first_constant = 2;
  p.result_slot = 2;
  Machine<1> m;
  m.values.value[0][0] = 5.0;
  m.run(p, {with_constant(Op::add, 0, 0, 0), with_constant(Op::multiply, 2, 0, 1)}, {100.0, 100.0, 100.0, 3.0});
  EXPECT_EQ(m.result[0], 15.0);
}

TEST(FormulaMachine, UndefinedGoesBeforeDomainErrorAndBothLeaveZero) {
  vt::Program p;
  p.n_instructions = 1;
  p.result_slot = 2;
  p.needs = 1;
  const std::vector<Instruction> divide{plain(Op::divide, 2, 0, 1)};
  Machine<1> m;
  m.values.value[0][0] = 5.0;
  m.run(p, divide, {});
  EXPECT_EQ(m.status[0], static_cast<std::uint64_t>(FormulaStatus::undefined));
  EXPECT_EQ(m.result[0], 0.0);
  m.values.defined[0] = 1;
  m.run(p, divide, {});
  EXPECT_EQ(m.status[0], static_cast<std::uint64_t>(FormulaStatus::domain_error));
  EXPECT_EQ(m.result[0], 0.0);
  m.values.value[1][0] = 2.0;
  m.run(p, divide, {});
  EXPECT_EQ(m.status[0], static_cast<std::uint64_t>(FormulaStatus::value));
  EXPECT_EQ(m.result[0], 2.5);
}

TEST(FormulaMachine, ADefinedSlotDecidesBesidesTheMask) {
  vt::Program p;
  p.n_instructions = 1;
  p.defined_slot = 3;
  Machine<1> m;
  m.values.value[0][0] = 5.0;
  const std::vector<Instruction> look_up{plain(Op::defined, 3, 1, 0)};
  m.run(p, look_up, {});
  EXPECT_EQ(m.status[0], static_cast<std::uint64_t>(FormulaStatus::undefined));
  m.values.defined[0] = 2;
  m.run(p, look_up, {});
  EXPECT_EQ(m.status[0], static_cast<std::uint64_t>(FormulaStatus::value));
  EXPECT_EQ(m.result[0], 5.0);
}

}  // namespace
