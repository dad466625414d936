#include "host/explain/explain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/explain/cost.hpp"
#include "host/explain/parts.hpp"
#include "host/explain/words.hpp"
#include "host/plan/models/transit_stages.hpp"
#include "kernels/calendar.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

std::string block(const char* title, const std::string& lines) {
  return lines.empty() ? "" : fmt::format("\n{}\n{}", title, lines);
}

std::string needs(const BuiltPlan& built) {
  const Plan& plan = built.buffer.plan();
  const double days = static_cast<double>(plan.last_day - plan.first_day);
  const double years = static_cast<double>(plan.patients * plan.replicates) * days / kDaysPerYear;
  return fmt::format(
      "  {:.3g} patient-years: {}\n"
      "  {:.1f} kB of plan, {:.1f} MB of counts for each thread; not more for more patients\n  plan hash {:016x}\n",
      years, in_words(measure_cost(built)), static_cast<double>(plan.bytes) * 1e-3,
      static_cast<double>(all_words(plan)) * 8e-6, built.hash);
}

/// Steps of the blood counts beside the stages of transit that they should not outlast.
std::string steps(const BuiltPlan& built) {
  std::string out;
  for (int lineage = 0; lineage < 2; ++lineage) {
    const std::vector<double> stages = transit_stages_day(built.buffer.plan(), lineage);
    if (stages.empty()) continue;
    const double step = 1.0 / built.buffer.plan().blood[lineage].steps_per_day;
    const auto shorter = std::ranges::lower_bound(stages, step) - stages.begin();
    out += fmt::format(
        "  {}: steps of {:.3g} day; of the first {} a stage of transit is shorter in {:.2g} % (the shortest {:.3g} "
        "day)\n",
        lineage == 0 ? "neutrophils" : "platelets", step, words::count(stages.size(), "patient"),
        100.0 * static_cast<double>(shorter) / static_cast<double>(stages.size()), stages.front());
  }
  return out;
}

std::string overrides(const Scenario& s) {
  std::string out;
  for (const Override& set : s.overrides)
    out += fmt::format("  {} {} {}\n", set.key, set.multiplies ? "*=" : "=", set.value);
  return out;
}

std::string files(const Scenario& s) {
  std::string out;
  for (const std::string& file : s.files) out += fmt::format("  {}\n", file);
  return out;
}

}  // namespace

std::string explain(const Scenario& s, const BuiltPlan& built) {
  return (s.title.empty() ? s.path : s.title) + '\n' + block("Files, each adding to those before", files(s)) +
         block("Set on the command line", overrides(s)) + block("Trial", words::trial(s)) +
         block("Arms", words::arms(s)) + block("Visits", words::visits(s)) + block("Rules", words::rules(s)) +
         block("Events", words::events(s)) + block("Patients", words::population(s)) +
         block("Adherence", words::adherence(s)) + block("Comedications", words::interactions(s)) +
         block("Models", words::models(s)) + block("Tallies", words::tallies(s)) +
         block("Statistics", words::analyses(s)) + block("Written down", words::record(s)) +
         block("What a run needs", needs(built)) + block("Steps of the blood counts", steps(built));
}

}  // namespace vt
