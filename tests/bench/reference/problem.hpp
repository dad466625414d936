#pragma once
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// \file What the reference programs share: the problems P1 to P3 as tests/bench/inputs.py writes them, and how results
/// are handed back. Units h, mg, L; counts in 10⁹/L.

namespace bench {

inline constexpr int kDays = 365;
inline constexpr double kDose_mg = 400, kInterval_h = 24;

/// Friberg et al., J Clin Oncol 2002;20:4713, one lineage; the drug takes slope·C of the proliferation.
inline constexpr double kMeanTransit_h = 125, kFeedback = 0.16, kBaseline = 5, kSlope_L_per_mg = 0.08;
inline constexpr double kTransit_per_h = 4 / kMeanTransit_h;

struct Patient {
  double clearance_L_per_h, volume_L, absorption_per_h;
  std::vector<char> taken = std::vector<char>(kDays, 1);  ///< by day
};

struct Problem {
  bool has_neutrophils = false;
  std::vector<Patient> patients;
};

struct Arguments {
  std::string folder, problem, output;
  std::size_t patients = 10'000;
  double tolerance = 1e-6;
  bool hoisted = false;  ///< exponentials once for each patient: uses that all intervals between doses are alike
};

/// usage: PROGRAM FOLDER p1|p2|p3 [--patients N] [--tolerance X] [--output FILE] [--hoisted]
inline Arguments read_arguments(int argc, char** argv) {
  if (argc < 3)
    throw std::runtime_error(
        "usage: PROGRAM FOLDER p1|p2|p3 [--patients N] [--tolerance X] [--output FILE] [--hoisted]");
  Arguments arguments{argv[1], argv[2], "", 10'000, 1e-6, false};
  for (int i = 3; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--hoisted") {
      arguments.hoisted = true;
      continue;
    }
    if (i + 1 == argc) throw std::runtime_error(name + " needs a value");
    const std::string value = argv[++i];
    if (name == "--patients")
      arguments.patients = std::stoul(value);
    else if (name == "--tolerance")
      arguments.tolerance = std::stod(value);
    else if (name == "--output")
      arguments.output = value;
    else
      throw std::runtime_error("unknown: " + name);
  }
  return arguments;
}

/// Numbers of the lines behind the header.
inline std::vector<std::vector<double>> read_csv(const std::string& path, std::size_t below_id) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::vector<double>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::vector<double> row;
    for (const char* at = line.c_str(); *at;) {
      char* end = nullptr;
      row.push_back(std::strtod(at, &end));
      at = *end ? end + 1 : end;
    }
    if (row[0] >= static_cast<double>(below_id)) break;
    rows.push_back(row);
  }
  return rows;
}

inline Problem read_problem(const Arguments& arguments) {
  Problem problem;
  problem.has_neutrophils = arguments.problem == "p2";
  for (const auto& row : read_csv(arguments.folder + "/patients.csv", arguments.patients))
    problem.patients.push_back({row[1], row[2], row[3]});
  if (arguments.problem == "p3") {
    for (Patient& patient : problem.patients) patient.taken.assign(kDays, 0);
    for (const auto& row : read_csv(arguments.folder + "/doses.csv", arguments.patients))
      problem.patients[static_cast<std::size_t>(row[0])].taken[static_cast<std::size_t>(row[1])] = 1;
  }
  return problem;
}

/// Solves every patient with `solve(patient, outputs)`, which writes kDays numbers: ng/mL (P1, P3) or 10⁹/L (P2) just
/// before the doses of days 1 to 365. Prints patient-years, seconds of processor time and patient-years per second of
/// the solving alone; writes the outputs as doubles, patient by patient.
template <class Solve>
int run(const Arguments& arguments, const Problem& problem, const Solve& solve) {
  std::vector<double> outputs(problem.patients.size() * kDays);
  const std::clock_t begin = std::clock();
  for (std::size_t i = 0; i < problem.patients.size(); ++i) solve(problem.patients[i], &outputs[i * kDays]);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  const double years = static_cast<double>(problem.patients.size()) * kDays / 365.25;
  std::printf("%.17g %.17g %.17g\n", years, seconds, years / seconds);
  if (!arguments.output.empty()) {
    std::ofstream file(arguments.output, std::ios::binary);
    file.write(reinterpret_cast<const char*>(outputs.data()),
               static_cast<std::streamsize>(outputs.size() * sizeof(double)));
    if (!file.flush()) throw std::runtime_error("cannot write " + arguments.output);
  }
  return 0;
}

/// main() of a reference program.
template <class Main>
int report_errors(const Main& main_function) {
  try {
    return main_function();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}

}  // namespace bench
