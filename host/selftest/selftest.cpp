#include "host/selftest/selftest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>

#include "host/campaign/workers/isa.hpp"
#include "host/cli/run_support.hpp"
#include "host/problems.hpp"

namespace vt {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// Of those who can be counted.
std::int64_t with(const SelfTest& test, SelfVerdict verdict) {
  return std::ranges::count(test.checks, verdict, &SelfCheck::verdict);
}

std::string builds_text() {
  std::string text;
  for (const CpuBuild& build : cpu_builds())
    text += fmt::format("{}{}{}", text.empty() ? "" : ", ", build.name, build.runs_here ? "" : " (not here)");
  return text;
}

}  // namespace

bool SelfTest::is_passed() const {
  return std::ranges::none_of(checks, [](const SelfCheck& one) { return one.verdict == SelfVerdict::failed; }) &&
         std::ranges::any_of(checks, [](const SelfCheck& one) { return one.verdict == SelfVerdict::passed; });
}

SelfTest self_test(const std::string& folder, const std::function<void(const SelfCheck&)>& tell,
                   const std::atomic<bool>& stop) {
  SelfTest test;
  describe_build(test.provenance, "");
  test.provenance.started_utc = utc_now();
  const Clock::time_point begin = Clock::now();
  const auto do_group = [&](const std::string& id, const std::string& what, const auto& group) {
    const Clock::time_point start = Clock::now();
    std::vector<SelfCheck> checks;
    try {
      checks = group();
    } catch (const Interrupted&) {
      throw;
    } catch (const ScenarioError& error) {
      for (const Problem& problem : error.problems()) {
        checks.push_back({id, what, "no mistake", to_string(problem), ""});
        checks.back().advice = "the scenarios that come with the program are damaged: install it anew";
      }
    } catch (const std::exception& error) {
      checks.push_back({id, what, "that it can be done", error.what(), ""});
      checks.back().advice = "remove the cause that is named, and run the selftest again";
    }
    for (SelfCheck& check : checks) {
      check.seconds = seconds_since(start) / static_cast<double>(checks.size());
      tell(check);
      test.checks.push_back(std::move(check));
    }
  };
  do_group("surroundings", "libraries and folder", [&] { return check_surroundings(folder); });
  do_group("arithmetic", "random numbers, functions and statistics", [] { return check_arithmetic(); });
  do_group("pharmacokinetics", "concentrations", [&] { return check_pharmacokinetics(stop); });
  do_group("trial", "a trial whose result is known", [&] { return check_trial(known_trial(), folder, stop); });
  test.provenance.finished_utc = utc_now();
  test.provenance.wall_seconds = seconds_since(begin);
  test.facts = {{"version", test.provenance.software_version},
                {"commit", test.provenance.git_commit},
                {"compiler", test.provenance.compiler},
                {"compiled with", test.provenance.build_flags},
                {"machine", test.provenance.host},
                {"cores that may be used", fmt::format("{}", usable_cores())},
                {"builds for processors", builds_text()},
                {"HDF5", hdf5_version()}};
  return test;
}

std::string summary_of(const SelfTest& test) {
  const std::int64_t failed = with(test, SelfVerdict::failed), absent = with(test, SelfVerdict::not_here);
  return fmt::format("{}: {} checks passed, {} failed{}, in {:.1f} s", test.is_passed() ? "passed" : "failed",
                     with(test, SelfVerdict::passed), failed,
                     absent == 0 ? "" : fmt::format(", {} of what is not here", absent), test.provenance.wall_seconds);
}

}  // namespace vt
