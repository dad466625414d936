// A formula: the first byte seeds the patients' observables, the rest is the text. What the compiler takes, 64 lanes
// compute like the slow reading of the language (tests/reference/naive_formula.hpp), bit for bit.
#include <cmath>
#include <exception>
#include <limits>
#include <random>

#include "host/formula/formula.hpp"
#include "kernels/formula/machine.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/reference/naive_formula.hpp"

namespace {

using namespace vt;

constexpr int kLanes = 64;
constexpr int kNames = 8;  ///< v0 … v7

const std::map<std::string, double> kConstants{{"k0", 0.0}, {"k1", 2.0}, {"k2", -1.5}, {"k3", 70.0}};

std::map<std::string, int> slots() {
  std::map<std::string, int> found;
  for (int i = 0; i < kNames; ++i) found["v" + std::to_string(i)] = i;
  return found;
}

std::optional<Symbol> symbol(std::string_view name) {
  static const std::map<std::string, int> of_names = slots();
  if (const auto slot = of_names.find(std::string(name)); slot != of_names.end())
    return Symbol{Symbol::Kind::slot, 0.0, slot->second};
  if (const auto constant = kConstants.find(std::string(name)); constant != kConstants.end())
    return Symbol{Symbol::Kind::constant, constant->second, 0};
  return std::nullopt;
}

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const auto& [name, slot] : slots()) names.push_back(name);
  for (const auto& [name, value] : kConstants) names.push_back(name);
  return names;
}

/// What is not defined holds anything at all.
void fill(Values<kLanes, kVisitSlots>& values, std::mt19937_64& random) {
  constexpr double odd[] = {0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 710.0, -710.0, 1e300, -1e300, 1e-300, 5e-324, 0x1p52, 3.5};
  constexpr double rubbish[] = {0.0, 1e308, std::numeric_limits<double>::infinity(),
                                std::numeric_limits<double>::quiet_NaN()};
  for (int lane = 0; lane < kLanes; ++lane) {
    values.defined[lane] = 0;
    for (int slot = 0; slot < kNames; ++slot) {
      const bool is_defined = random() % 8 != 0;
      values.defined[lane] |= std::uint64_t{is_defined} << slot;
      const double ordinary = static_cast<double>(random() % 100'000) * 0.004 - 100;
      values.value[slot][lane] = !is_defined         ? rubbish[random() % 4]
                                 : random() % 3 == 0 ? odd[random() % std::size(odd)]
                                                     : ordinary;
    }
  }
}

Program program_of(const CompiledFormula& formula) {
  Program program;
  program.n_instructions = static_cast<std::uint32_t>(formula.instructions.size());
  program.result_slot = static_cast<std::uint32_t>(formula.result_slot);
  program.needs = formula.needs;
  program.defined_slot = static_cast<std::uint32_t>(formula.defined_slot);
  program.is_set = 1;
  return program;
}

std::optional<reference::NaiveFormula> naive_reading(const std::string& text) {
  try {
    return reference::NaiveFormula(text, slots(), kConstants);
  } catch (const std::exception&) {  // its language has no underscores in numbers and no quotes
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Problems problems;
  const Position where{"f", 1, 1};
  const std::optional<CompiledFormula> formula =
      compile_formula(text, where, symbol, known_names, kVisitObservables, kVisitSlots, problems);
  fuzz::require(formula.has_value() == problems.empty(), "either a program or a problem", text);
  fuzz::require_readable(problems);
  (void)implied_by(text), (void)names_in_formula(text), (void)offset_in_formula(text, "v0");
  (void)in_time(text, [](std::string_view) { return Going{}; });
  for (std::size_t i = 1; formula && i < formula->instructions.size(); ++i)  // which operation follows which
    fuzz::counters[(static_cast<std::size_t>(formula->instructions[i - 1].op) * 64 +
                    static_cast<std::size_t>(formula->instructions[i].op)) %
                   std::size(fuzz::counters)] = 1;
  constexpr std::size_t deepest = 2000;  // of the slow reading, which calls itself
  if (!formula || size > deepest) return 0;
  static Values<kLanes, kVisitSlots> values;
  std::mt19937_64 random(data[0]);
  fill(values, random);
  static const bool is_planted = std::getenv("VTRIAL_PLANTED") != nullptr;  // fuzz.py --self-test
  const std::optional<reference::NaiveFormula> naive = naive_reading(text);
  std::pair<double, FormulaStatus> expected[kLanes];
  if (naive)
    for (int lane = 0; lane < kLanes; ++lane) {
      double own[kNames];
      for (int slot = 0; slot < kNames; ++slot) own[slot] = values.value[slot][lane];
      expected[lane] = (*naive)({own, values.defined[lane]});
      if (is_planted) expected[lane].first = std::nextafter(expected[lane].first, HUGE_VAL);
    }
  double result[kLanes];
  std::uint64_t status[kLanes];
  execute(program_of(*formula), formula->instructions.data(), formula->constants.data(), values, result, status);
  for (int lane = 0; lane < kLanes; ++lane) {
    fuzz::require(std::isfinite(result[lane]), "a result is a finite number", text);
    if (!naive) continue;
    fuzz::require(status[lane] == static_cast<std::uint64_t>(expected[lane].second), "the status of the slow reading",
                  text);
    fuzz::require(bits_of(result[lane]) == bits_of(expected[lane].first), "the bits of the slow reading", text);
  }
  return 0;
}
