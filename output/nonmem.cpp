#include "output/nonmem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>
#include <tuple>

namespace vt {
namespace {

constexpr double kDay_h = 24, kMorningAfterStart_h = 6;

/// A rate of the day under the name that NONMEM's models have for it.
struct Parameter {
  std::string_view rate, column;
};
constexpr Parameter kParameters[] = {
    {"clearance", "CL"},           {"volume", "V"},           {"intercompartmental_clearance", "Q"},
    {"peripheral_volume", "VP"},   {"absorption_rate", "KA"}, {"transit_rate", "KTR"},
    {"absorption_duration", "D1"}, {"bioavailability", "F1"}, {"lag", "ALAG1"},
};
/// Names by which NONMEM or rxode2 know something else than a covariate.
constexpr std::string_view kReserved[] = {"ADDL", "CALL", "CENS", "CONT", "DAT1",  "DAT2",  "DAT3",   "DATE",  "DROP",
                                          "DUR",  "DVID", "II",   "L1",   "L2",    "LIMIT", "METHOD", "MRG_",  "PCMT",
                                          "RAW_", "RPT_", "SKIP", "SS",   "XVID1", "XVID2", "XVID3",  "XVID4", "XVID5"};
constexpr std::string_view kFirst[] = {"ID", "TIME", "EVID", "AMT", "RATE", "CMT", "DV", "MDV"};

/// A dose, a concentration or, with neither, the parameters alone: an observation without a value, as an event of
/// another type (EVID 2) turns its compartment on, which NONMEM refuses for the central one and mrgsolve needs one for.
struct Row {
  double time_h = 0;
  std::optional<double> amount_mg = std::nullopt, concentration = std::nullopt;
  std::size_t day = 0;  ///< whose rates stand
};

class Table {
 public:
  explicit Table(const Results& results) : results_(results), rates_(results.rates) {
    for (const std::string_view name : kFirst) names_.emplace_back(name);
    for (const Parameter& one : kParameters) {
      const auto found = std::ranges::find(rates_.names, one.rate);
      if (found == rates_.names.end()) continue;
      parameters_.push_back(static_cast<std::size_t>(found - rates_.names.begin()));
      names_.emplace_back(one.column);
    }
    for (const char* const name : {"S", "PATIENT", "ARM"}) names_.emplace_back(name);
    const PatientColumns& table = results.columns;
    for (std::size_t c = 0; c < table.names.size(); ++c) {
      if (table.kinds[c] != "covariate") continue;
      covariates_.push_back(c);
      names_.push_back(nonmem_name(table.names[c], names_));
    }
    const bool has_depot = std::ranges::find(names_, "KA") != names_.end();  // else doses enter over D1
    central_ = static_cast<int>(has_depot ? 2 + rates_.stages : 1);
    rate_ = has_depot ? 0 : -2;
  }

  std::string text() {
    std::string out = fmt::format("{}\n", fmt::join(names_, ","));
    for (std::size_t p = 0; p < rates_.patients.size(); ++p)
      for (const Row& row : rows_of(p)) add(p, row, out);
    return out;
  }

 private:
  double rate_on(std::size_t patient, std::size_t name, std::size_t day) const {
    return rates_.values[(patient * rates_.names.size() + name) * rates_.days.size() + day];
  }

  bool changes_on(std::size_t patient, std::size_t day) const {
    return std::ranges::any_of(
        parameters_, [&](std::size_t name) { return rate_on(patient, name, day) != rate_on(patient, name, day - 1); });
  }

  /// After the first day's start.
  double hours_to(double day, double after_morning_h) const {
    return (day - rates_.days.front()) * kDay_h + (kMorningAfterStart_h + after_morning_h);
  }
  /// The day whose rates stand up to a time: at midnight that of the day that ends.
  std::size_t day_up_to(double time_h) const {
    return std::min(static_cast<std::size_t>(std::ceil(time_h / kDay_h)) - 1, rates_.days.size() - 1);
  }

  /// In the order of time, at one time those of the day that ends first. Where rates change there are two rows, one
  /// with the old and one with the new ones, so that it does not matter whether a program holds the last row's values
  /// or takes the next one's.
  std::vector<Row> rows_of(std::size_t p) const {
    const std::uint64_t patient = rates_.patients[p];
    std::vector<Row> rows = {{}};
    for (std::size_t day = 1; day < rates_.days.size(); ++day) {
      if (!changes_on(p, day)) continue;
      rows.push_back({.time_h = static_cast<double>(day) * kDay_h, .day = day - 1});
      rows.push_back({.time_h = static_cast<double>(day) * kDay_h, .day = day});
    }
    const auto doses = std::ranges::lower_bound(results_.doses, patient, {}, &DoseRow::patient);
    for (auto dose = doses; dose != results_.doses.end() && dose->patient == patient; ++dose) {
      const double time = hours_to(static_cast<double>(dose->day), dose->hour);
      const auto day = static_cast<std::size_t>(static_cast<double>(dose->day) - rates_.days.front());
      if (dose->taken_mg > 0) rows.push_back({.time_h = time, .amount_mg = dose->taken_mg, .day = day});
    }
    const ConcentrationTimes& times = results_.concentrations;
    const auto recorded = std::ranges::find(times.patients, patient);
    const auto place = static_cast<std::size_t>(recorded - times.patients.begin());
    for (std::size_t d = 0; recorded != times.patients.end() && d < times.days.size(); ++d)
      for (std::size_t h = 0; h < times.hours.size(); ++h) {
        const double time = hours_to(times.days[d], times.hours[h]);
        const double value = times.values[(place * times.days.size() + d) * times.hours.size() + h];
        if (!std::isnan(value)) rows.push_back({.time_h = time, .concentration = value, .day = day_up_to(time)});
      }
    std::ranges::stable_sort(
        rows, [](const Row& a, const Row& b) { return std::tie(a.time_h, a.day) < std::tie(b.time_h, b.day); });
    return rows;
  }

  void add(std::size_t p, const Row& row, std::string& out) const {
    auto end = std::back_inserter(out);
    const bool is_dose = row.amount_mg.has_value();
    fmt::format_to(end, "{},{},{},{},{},{},", p + 1, row.time_h, is_dose ? 1 : 0, row.amount_mg.value_or(0),
                   is_dose ? rate_ : 0, is_dose ? 1 : central_);
    fmt::format_to(end, "{},{}", row.concentration ? fmt::format("{}", *row.concentration) : ".",
                   row.concentration ? 0 : 1);
    double volume_L = 1;
    for (const std::size_t name : parameters_) {
      const double rate = rate_on(p, name, row.day);
      if (rates_.names[name] == "volume") volume_L = rate;
      fmt::format_to(end, ",{}", rate);
    }
    constexpr double ng_per_mL = 1000;  // of a mg/L
    fmt::format_to(end, ",{}", volume_L / (ng_per_mL * rates_.exposure_scale));
    const std::uint64_t patient = rates_.patients[p];
    const PatientColumns& table = results_.columns;
    const bool is_in_table = patient >= table.first && patient - table.first < table.patients;
    const auto place = static_cast<std::size_t>(patient - table.first);
    fmt::format_to(end, ",{},{}", patient, is_in_table ? fmt::format("{}", table.arm[place] + 1) : ".");
    for (const std::size_t c : covariates_) {
      const double x = table.values[place * table.lives_each() * table.names.size() + c];
      fmt::format_to(end, ",{}", std::isfinite(x) ? fmt::format("{}", x) : ".");
    }
    out += '\n';
  }

  const Results& results_;
  const DailyRates& rates_;
  std::vector<std::string> names_;
  std::vector<std::size_t> parameters_, covariates_;
  int central_ = 1, rate_ = 0;
};

}  // namespace

std::string nonmem_name(const std::string& name, const std::vector<std::string>& taken) {
  constexpr std::size_t longest = 20;
  std::string plain;
  for (const char c : name)
    plain += std::isalnum(static_cast<unsigned char>(c)) != 0
                 ? static_cast<char>(std::toupper(static_cast<unsigned char>(c)))
                 : '_';
  if (plain.empty() || std::isalpha(static_cast<unsigned char>(plain[0])) == 0) plain.insert(0, "X");
  std::string one = plain.substr(0, longest);
  const auto is_taken = [&] {
    return std::ranges::find(taken, one) != taken.end() || std::ranges::find(kReserved, one) != std::end(kReserved);
  };
  for (int i = 2; is_taken(); ++i) {
    const std::string number = fmt::format("_{}", i);
    one = plain.substr(0, longest - number.size()) + number;
  }
  return one;
}

bool is_nonmem_table(std::string_view heading) {
  return heading.starts_with(fmt::format("{},", fmt::join(kFirst, ",")));
}

std::string nonmem_table(const Results& results) { return Table(results).text(); }

}  // namespace vt
