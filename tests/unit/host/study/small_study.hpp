#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "host/cli/load.hpp"
#include "host/study/run_study.hpp"
#include "tests/support/plain_trial.hpp"
#include "tests/support/scenario_file.hpp"

namespace vt::test {

/// Everybody alike, so that an average is dose/clearance: 100 mg / (10 L/h · 24 h) = 416.7 ng/mL.
inline const std::string kTrial = std::string(R"toml(
title = "averages"
[trial]
seed = 1
patients = 64
duration = "30 day"
[adherence]
model = "perfect"
[[visit]]
name = "last"
at = ["day 29"]
measure = []
[[tally]]
name = "average"
score = "average_concentration"
range = ["1 ng/mL", "100000 ng/mL"]
at = "last"
by = ["arm"]
[[tally]]
name = "unasked"
score = "trough_true"
range = ["1 ng/mL", "100000 ng/mL"]
at = "last"
[[endpoint]]
name = "average"
tally = "average"
statistic = "mean"
)toml") + kPlainPk + kPlainArm;

inline const std::string kGrid = R"toml(
[study]
kind = "sweep"
[[factor]]
name = "clearance"
key = "pk.clearance"
values = ["5 L/h", "10 L/h", "20 L/h"]
[[factor]]
name = "dose"
key = "arm.a.regimen.dose"
values = ["100 mg", "200 mg"]
)toml";

/// A steady state is missed by e^(−k·t): of the slowest, k = 0.02/h after 29 days, 1e-6; means of a tally by 5e-10.
inline constexpr double kSteady = 2e-6;

inline LoadedStudy loaded(const std::string& text, const std::vector<std::string>& set = {}) {
  const ScenarioFile file(text);
  return load_study(file.path(), set, {}, {}, 2).value();
}

inline Study found(const LoadedStudy& study, int threads = 2, std::uint64_t block = 512) {
  const std::atomic<bool> never = false;
  RunOptions options;
  options.backend = Backend::cpu;
  options.threads = threads;
  options.block = block;
  return run_study(study.study, study.design, study.text_of(), {}, options, {}, never);
}

inline std::string complaint(const std::string& text) {
  try {
    loaded(text);
  } catch (const ScenarioError& error) {
    std::string all;
    for (const Problem& problem : error.problems()) all += problem.text + "\n";
    return all;
  }
  return "";
}

}  // namespace vt::test
