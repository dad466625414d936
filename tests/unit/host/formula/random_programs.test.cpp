#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <string>

#include "host/formula/formula.hpp"
#include "kernels/formula/machine.hpp"
#include "tests/reference/naive_formula.hpp"
#include "tests/unit/host/formula/random_formula.hpp"

namespace {

using vt::CompiledFormula;
using vt::FormulaStatus;
constexpr int lanes = 64;

struct Names {
  std::map<std::string, int> slots;
  std::map<std::string, double> constants{{"k0", 0.0}, {"k1", 2.0}, {"k2", -1.5}, {"k3", 70.0}};
  Names() {
    for (int i = 0; i < vt::kVisitObservables; ++i) slots["v" + std::to_string(i)] = i;
  }
  std::optional<vt::Symbol> operator()(std::string_view name) const {
    if (const auto slot = slots.find(std::string(name)); slot != slots.end())
      return vt::Symbol{vt::Symbol::Kind::slot, 0.0, slot->second};
    if (const auto constant = constants.find(std::string(name)); constant != constants.end())
      return vt::Symbol{vt::Symbol::Kind::constant, constant->second, 0};
    return std::nullopt;
  }
};

/// Numbers of every size and sign, most of them ordinary.
double random_number(vt::test::RandomFormula& random) {
  static constexpr double special[] = {0.0,    -0.0,  1.0,    -1.0,   0.5,    2.0,    710.0,
                                       -710.0, 1e300, -1e300, 1e-300, 5e-324, 0x1p52, 3.5};
  if (random.below(4) == 0) return special[random.below(std::size(special))];
  const double fraction = static_cast<double>(random.below(1u << 30)) / (1u << 30);
  return (fraction - 0.25) * (random.below(2) == 0 ? 4.0 : 200.0);
}

/// Undefined observables hold anything at all.
template <class Values>
void fill(Values& values, vt::test::RandomFormula& random) {
  for (int lane = 0; lane < lanes; ++lane) {
    values.defined[lane] = 0;
    for (int slot = 0; slot < vt::kVisitObservables; ++slot) {
      const bool is_defined = random.below(8) != 0;
      values.defined[lane] |= std::uint64_t{is_defined} << slot;
      static constexpr double rubbish[] = {0.0, 1e308, std::numeric_limits<double>::infinity(),
                                           std::numeric_limits<double>::quiet_NaN()};
      values.value[slot][lane] = is_defined ? random_number(random) : rubbish[random.below(4)];
    }
  }
}

vt::Program program_of(const CompiledFormula& f) {
  vt::Program p;
  p.n_instructions = static_cast<std::uint32_t>(f.instructions.size());
  p.result_slot = static_cast<std::uint32_t>(f.result_slot);
  p.needs = f.needs;
  p.defined_slot = static_cast<std::uint32_t>(f.defined_slot);
  p.is_set = 1;
  return p;
}

[[gnu::noinline]] void run_64(const CompiledFormula& f, vt::Values<lanes, vt::kVisitSlots>& v, double (&r)[lanes],
                              std::uint64_t (&s)[lanes]) {
  vt::execute(program_of(f), f.instructions.data(), f.constants.data(), v, r, s);
}
[[gnu::noinline]] void run_1(const CompiledFormula& f, vt::Values<1, vt::kVisitSlots>& v, double (&r)[1],
                             std::uint64_t (&s)[1]) {
  vt::execute(program_of(f), f.instructions.data(), f.constants.data(), v, r, s);
}

TEST(RandomPrograms, SixtyFourLanesOneLaneAndTheNaiveReadingAgreeInEveryBit) {
  const Names names;
  vt::test::RandomFormula random(20240229);
  static vt::Values<lanes, vt::kVisitSlots> many;
  std::uint64_t hash = 14695981039346656037u;
  long evaluations = 0, with_status[3] = {0, 0, 0}, refused = 0;
  while (evaluations < 1'100'000) {
    const std::string text = random.text(1 + static_cast<int>(random.below(5)));
    vt::Problems problems;
    const auto compiled = vt::compile_formula(text, {}, names, {}, vt::kVisitObservables, vt::kVisitSlots, problems);
    const vt::reference::NaiveFormula naive(text, names.slots, names.constants);
    fill(many, random);
    const auto observables = [&](int lane) {
      vt::Values<1, vt::kVisitSlots> one{};
      one.defined[0] = many.defined[lane];
      for (int slot = 0; slot < vt::kVisitObservables; ++slot) one.value[slot][0] = many.value[slot][lane];
      return one;
    };
    if (!compiled) {
      ASSERT_NE(problems.sorted().at(0).text.find("never has a value"), std::string::npos)
          << text << problems.sorted()[0].text;
      for (int lane = 0; lane < lanes; ++lane) {
        auto one = observables(lane);
        ASSERT_NE(naive({&one.value[0][0], one.defined[0]}).second, FormulaStatus::value) << text;
      }
      ++refused;
      continue;
    }
    double result[lanes], result_1[1];
    std::uint64_t status[lanes], status_1[1];
    run_64(*compiled, many, result, status);
    for (int lane = 0; lane < lanes; ++lane, ++evaluations) {
      auto one = observables(lane);
      const auto [expected, expected_status] = naive({&one.value[0][0], one.defined[0]});
      run_1(*compiled, one, result_1, status_1);
      ASSERT_EQ(status[lane], static_cast<std::uint64_t>(expected_status)) << text;
      ASSERT_EQ(vt::bits_of(result[lane]), vt::bits_of(expected)) << text;
      ASSERT_EQ(status_1[0], status[lane]) << text;
      ASSERT_EQ(vt::bits_of(result_1[0]), vt::bits_of(expected)) << text;
      ASSERT_EQ(vt::bits_of(compiled->constant.value_or(expected)), vt::bits_of(expected)) << text;
      ++with_status[status[lane]];
      hash = ((hash ^ vt::bits_of(expected)) * 1099511628211u ^ status[lane]) * 1099511628211u;
    }
  }
  for (const long count : with_status) EXPECT_GT(count, 50'000);
  RecordProperty("hash", std::to_string(hash));
  RecordProperty("values", std::to_string(with_status[0]));
  RecordProperty("undefined", std::to_string(with_status[1]));
  RecordProperty("domain_errors", std::to_string(with_status[2]));
  RecordProperty("refused", std::to_string(refused));
}

}  // namespace
