#include "host/explain/explain.hpp"

#include <fmt/format.h>

#include "host/explain/parts.hpp"
#include "host/explain/words.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

/// Patient-years that one core simulates in a second, as measured with the TOPS trial (tests/bench/measurements.md).
constexpr double kYearsPerSecond = 17'000;

std::string block(const char* title, const std::string& lines) {
  return lines.empty() ? "" : fmt::format("\n{}\n{}", title, lines);
}

std::string needs(const BuiltPlan& built) {
  const Plan& plan = built.buffer.plan();
  const double days = static_cast<double>(plan.last_day - plan.first_day);
  const double years = static_cast<double>(plan.patients * plan.replicates) * days / 365.25;
  return fmt::format(
      "  {:.3g} patient-years: in the order of {:.2g} core-seconds (at {:.0f} patient-years per second and core)\n"
      "  {:.1f} kB of plan, {:.1f} MB of counts for each thread; not more for more patients\n  plan hash {:016x}\n",
      years, years / kYearsPerSecond, kYearsPerSecond, static_cast<double>(plan.bytes) * 1e-3,
      static_cast<double>(all_words(plan)) * 8e-6, built.hash);
}

std::string files(const Scenario& s) {
  std::string out;
  for (const std::string& file : s.files) out += fmt::format("  {}\n", file);
  return out;
}

}  // namespace

std::string explain(const Scenario& s, const BuiltPlan& built) {
  return (s.title.empty() ? s.path : s.title) + '\n' + block("Files, each adding to those before", files(s)) +
         block("Trial", words::trial(s)) + block("Arms", words::arms(s)) + block("Visits", words::visits(s)) +
         block("Rules", words::rules(s)) + block("Events", words::events(s)) + block("Patients", words::population(s)) +
         block("Adherence", words::adherence(s)) + block("Comedications", words::interactions(s)) +
         block("Models", words::models(s)) + block("Tallies", words::tallies(s)) +
         block("Statistics", words::analyses(s)) + block("Written down", words::record(s)) +
         block("What a run needs", needs(built));
}

}  // namespace vt
