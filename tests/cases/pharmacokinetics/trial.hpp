#pragma once
/// \file A patient of a small scenario, and what is written down of this patient.

#include <cmath>
#include <stdexcept>
#include <string>

#include "tests/support/scenario_file.hpp"
#include "tests/support/trial.hpp"

namespace vt::test {

/// A trial with one model of pharmacokinetics and no response: the rest of a scenario as text.
inline Results simulate_text(const std::string& text) {
  const ScenarioFile file(text);
  return simulate(read(file.path()));
}

/// A recorded value of the first patient.
inline double daily(const Results& results, const std::string& name, std::int32_t day) {
  const DailyValues& daily = results.daily;
  for (std::size_t v = 0; v < daily.names.size(); ++v)
    if (daily.names[v] == name)
      return daily.values[v * daily.days.size() + static_cast<std::size_t>(day - daily.days.front())];
  throw std::out_of_range("not recorded: " + name);
}

/// A recorded concentration of the first patient.
inline double concentration(const Results& results, double day, double hour) {
  const ConcentrationTimes& times = results.concentrations;
  for (std::size_t d = 0; d < times.days.size(); ++d)
    for (std::size_t h = 0; h < times.hours.size(); ++h)
      if (times.days[d] == day && times.hours[h] == hour) return times.values[d * times.hours.size() + h];
  throw std::out_of_range("not recorded");
}

}  // namespace vt::test
