#pragma once
/// \file The patients and the results of tests/reference/survival.R.

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace vt::test {

inline std::ifstream open_reference(const std::string& name) {
  std::ifstream file(std::string(VTRIAL_SOURCE_DIR) + "/tests/reference/" + name);
  if (!file) throw std::runtime_error("cannot read " + name);
  return file;
}

inline std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  return cells;
}

struct Patients {
  std::vector<double> time, age, exposure;
  std::vector<int> arm, stratum, cause, responds;
};

inline Patients read_patients() {
  Patients p;
  std::ifstream file = open_reference("survival_patients.csv");
  std::string line;
  std::getline(file, line);
  if (line != "arm,stratum,age,exposure,time,cause,responds") throw std::runtime_error("other columns: " + line);
  while (std::getline(file, line)) {
    const auto cells = split(line);
    p.arm.push_back(std::stoi(cells[0])), p.stratum.push_back(std::stoi(cells[1]));
    p.age.push_back(std::stod(cells[2])), p.exposure.push_back(std::stod(cells[3]));
    p.time.push_back(std::stod(cells[4])), p.cause.push_back(std::stoi(cells[5]));
    p.responds.push_back(std::stoi(cells[6]));
  }
  return p;
}

/// Name → values in the order of their index; NaN where R has NA.
inline std::map<std::string, std::vector<double>> read_expected() {
  std::map<std::string, std::vector<double>> expected;
  std::ifstream file = open_reference("survival_results.csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const auto cells = split(line);
    expected[cells[0]].push_back(cells[2] == "NA" ? std::stod("nan") : std::stod(cells[2]));
  }
  return expected;
}

}  // namespace vt::test
