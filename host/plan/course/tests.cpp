#include <fmt/format.h>

#include <algorithm>

#include "host/plan/plan_parts.hpp"

namespace vt {

void build_tests(PlanParts& parts) {
  std::vector<TestPlan> tests;
  for (const TestSpec& spec : parts.scenario.tests) {
    TestPlan test{};
    std::uint64_t reads = 0;
    test.condition = parts.formulas.visit_formula(spec.condition.value, spec.condition.where,
                                                  fmt::format("the condition of test '{}'", spec.name), &reads);
    parts.formulas.note_reads(~0u, reads);
    const bool is_done = std::ranges::any_of(parts.scenario.visits,
                                             [&](const VisitSpec& visit) { return has_measure(visit, spec.name); });
    if (is_done) parts.formulas.note_looked(test.condition, {}, spec.condition.where);
    test.sensitivity = spec.sensitivity;
    test.specificity = spec.specificity;
    test.stream = parts.formulas.stream("test", spec.name, spec.where);
    tests.push_back(test);
  }
  parts.plan.tests = parts.built.buffer.add(tests);
}

}  // namespace vt
