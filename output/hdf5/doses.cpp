#include "output/hdf5/doses.hpp"

#include <algorithm>

namespace vt::hdf5 {
namespace {

/// The columns of numbers of /records/doses.
struct DoseColumn {
  const char* name;
  double DoseRow::*member;
  const char* unit;
  const char* long_name;
};
constexpr DoseColumn kDoseColumns[] = {
    {"hour", &DoseRow::hour, "h", "hours after the day's nominal morning dose"},
    {"prescribed", &DoseRow::prescribed_mg, "mg", "dose that was prescribed"},
    {"taken", &DoseRow::taken_mg, "mg", "dose that was taken"},
    {"entered", &DoseRow::entered_mg, "mg", "what of it reaches the body, after the lag"},
};

std::vector<double> numbers_of(const std::vector<std::uint64_t>& whole) { return {whole.begin(), whole.end()}; }

std::vector<std::uint64_t> whole(const std::vector<double>& numbers) { return {numbers.begin(), numbers.end()}; }

}  // namespace

void write_doses(hid_t records, const Results& results) {
  const Handle group = create_group(records, "doses");
  const std::size_t n = results.doses.size();
  std::vector<double> row(n);
  std::vector<std::uint64_t> patient;
  std::vector<std::int64_t> day;
  for (std::size_t i = 0; i < n; ++i) {
    row[i] = static_cast<double>(i);
    patient.push_back(results.doses[i].patient);
    day.push_back(results.doses[i].day);
  }
  if (n > 0) {
    const Handle scale = write_scale(group, "dose", row);
    attach(write(group, "patient", {n}, patient), scale, 0);
    const Handle days = write(group, "day", {n}, day);
    put(days, "units", "day");
    attach(days, scale, 0);
    for (const DoseColumn& column : kDoseColumns) {
      std::vector<double> values;
      for (const DoseRow& dose : results.doses) values.push_back(dose.*column.member);
      const Handle table = write(group, column.name, {n}, values);
      put(table, "units", column.unit);
      put(table, "long_name", column.long_name);
      attach(table, scale, 0);
    }
  }
  const DailyRates& rates = results.rates;
  const Handle daily = create_group(records, "rates");
  put(daily, "absorption", rates.absorption);
  put(daily, "transit_stages", rates.stages);
  put(daily, "exposure_scale", rates.exposure_scale);
  if (rates.patients.empty()) return;
  const Handle patients = write_scale(daily, "patient", numbers_of(rates.patients));
  const Handle days = write_scale(daily, "day", rates.days);
  put(days, "units", "day");
  const std::size_t each = rates.days.size();
  for (std::size_t r = 0; r < rates.names.size(); ++r) {
    std::vector<double> values;
    for (std::size_t p = 0; p < rates.patients.size(); ++p) {
      const auto first = rates.values.begin() + static_cast<std::ptrdiff_t>((p * rates.names.size() + r) * each);
      values.insert(values.end(), first, first + static_cast<std::ptrdiff_t>(each));
    }
    const Handle table = write(daily, rates.names[r], {rates.patients.size(), each}, values);
    put(table, "units", rates.units[r]);
    attach(table, patients, 0);
    attach(table, days, 1);
  }
}

void read_doses(hid_t records, Results& results) {
  results.has_doses = has(records, "doses");
  if (!results.has_doses) return;
  const Handle group = open_group(records, "doses");
  if (has(group, "patient")) {
    const auto patient = read_unsigned(group, "patient");
    const auto day = read_integers(group, "day");
    const auto different = [] { require(false, "the columns of /records/doses differ in length"); };
    if (day.size() != patient.size()) different();
    for (std::size_t i = 0; i < patient.size(); ++i) results.doses.push_back({.patient = patient[i], .day = day[i]});
    for (const DoseColumn& column : kDoseColumns) {
      const std::vector<double> values = read_numbers(group, column.name);
      if (values.size() != patient.size()) different();
      for (std::size_t i = 0; i < patient.size(); ++i) results.doses[i].*column.member = values[i];
    }
  }
  const Handle daily = open_group(records, "rates");
  DailyRates& rates = results.rates;
  rates.absorption = text_attribute(daily, "absorption");
  rates.stages = integer_attribute(daily, "transit_stages");
  rates.exposure_scale = number_attribute(daily, "exposure_scale");
  if (!has(daily, "patient")) return;
  rates.patients = whole(read_numbers(daily, "patient"));
  rates.days = read_numbers(daily, "day");
  for (const std::string& name : names_as_written(daily))
    if (name != "patient" && name != "day") rates.names.push_back(name);
  const std::size_t each = rates.days.size();
  rates.values.resize(rates.patients.size() * rates.names.size() * each);
  for (std::size_t r = 0; r < rates.names.size(); ++r) {
    rates.units.push_back(dataset_attribute(daily, rates.names[r], "units"));
    const std::vector<double> values = read_numbers(daily, rates.names[r]);
    require(values.size() == rates.patients.size() * each, "the tables of /records/rates differ in shape");
    for (std::size_t p = 0; p < rates.patients.size(); ++p)
      std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(p * each), each,
                  rates.values.begin() + static_cast<std::ptrdiff_t>((p * rates.names.size() + r) * each));
  }
}

}  // namespace vt::hdf5
