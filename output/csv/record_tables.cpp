#include <fmt/format.h>

#include "output/csv/cells.hpp"
#include "output/csv/patients_csv.hpp"
#include "output/csv/trial_tables.hpp"

namespace vt {
namespace {

constexpr std::string_view kDecisions = "patient,day [day],rule,action,before [mg],after [mg]";
constexpr std::string_view kDaily = "patient,day [day],";
constexpr std::string_view kDoses = "patient,day [day],hour [h],prescribed [mg],taken [mg],entered [mg]";
constexpr std::string_view kConcentrations = "patient,day [day],hour [h],concentration [ng/mL]";

std::string decisions_csv(const Results& results) {
  if (!results.has_decisions) return "";
  std::string out = fmt::format("{}\n", kDecisions);
  for (const DecisionRow& row : results.decisions)
    out += csv_row({csv_count(row.patient), csv_count(row.day), row.rule, row.action, csv_number(row.before_mg),
                    csv_number(row.after_mg)});
  return out;
}

/// A row for each patient and day, a column for each name. \param values [patient][name][day]
std::string by_day(const std::vector<std::uint64_t>& patients, const std::vector<double>& days,
                   const std::vector<std::string>& names, const std::vector<std::string>& units,
                   const std::vector<double>& values) {
  std::vector<std::string> heading = {"patient", "day [day]"};
  for (std::size_t v = 0; v < names.size(); ++v) heading.push_back(csv_heading(names[v], units[v]));
  std::string out = csv_row(heading);
  for (std::size_t p = 0; p < patients.size(); ++p)
    for (std::size_t d = 0; d < days.size(); ++d) {
      std::vector<std::string> row = {csv_count(patients[p]), csv_number(days[d])};
      for (std::size_t v = 0; v < names.size(); ++v)
        row.push_back(csv_number(values[(p * names.size() + v) * days.size() + d]));
      out += csv_row(row);
    }
  return out;
}

std::string daily_csv(const Results& results) {
  const DailyValues& daily = results.daily;
  return daily.names.empty() ? "" : by_day(daily.patients, daily.days, daily.names, daily.units, daily.values);
}

std::string concentrations_csv(const Results& results) {
  const ConcentrationTimes& times = results.concentrations;
  if (times.days.empty()) return "";
  std::string out = fmt::format("{}\n", kConcentrations);
  std::size_t at = 0;
  for (const std::uint64_t patient : times.patients)
    for (const double day : times.days)
      for (const double hour : times.hours)
        out += csv_row({csv_count(patient), csv_number(day), csv_number(hour), csv_number(times.values[at++])});
  return out;
}

std::string doses_csv(const Results& results) {
  if (!results.has_doses) return "";
  std::string out = fmt::format("{}\n", kDoses);
  for (const DoseRow& dose : results.doses)
    out += csv_row({csv_count(dose.patient), csv_count(dose.day), csv_number(dose.hour), csv_number(dose.prescribed_mg),
                    csv_number(dose.taken_mg), csv_number(dose.entered_mg)});
  return out;
}

std::string rates_csv(const Results& results) {
  const DailyRates& rates = results.rates;
  return results.has_doses ? by_day(rates.patients, rates.days, rates.names, rates.units, rates.values) : "";
}

}  // namespace

const TrialTable kRecordTables[6] = {
    {"doses.csv", kDoses, doses_csv},
    {"rates.csv", kDaily, rates_csv},
    {"decisions.csv", kDecisions, decisions_csv},
    {"daily.csv", kDaily, daily_csv},
    {"concentrations.csv", kConcentrations, concentrations_csv},
    {"patients.csv", kPatientsHeading, patients_csv},
};

}  // namespace vt
