#include "output/hdf5/read_records.hpp"

#include <algorithm>

#include "output/hdf5/names.hpp"

namespace vt::hdf5 {
namespace {

std::vector<std::uint64_t> read_patients(hid_t group) {
  constexpr double most = 9007199254740992.0;  // 2^53: whole numbers of a float64
  std::vector<std::uint64_t> patients;
  for (const double x : read_numbers(group, "patient")) {
    require(x >= 0 && x < most, "a recorded patient has no number");
    patients.push_back(static_cast<std::uint64_t>(x));
  }
  return patients;
}

}  // namespace

void read_daily(hid_t records, DailyValues& daily) {
  if (!has(records, "daily")) return;
  const Handle group = open_group(records, "daily");
  daily.patients = read_patients(group);
  daily.days = read_numbers(group, "day");
  for (const std::string& name : names_as_written(group))
    if (std::ranges::find(schema::kDailyScales, name) == std::end(schema::kDailyScales)) daily.names.push_back(name);
  const std::size_t days = daily.days.size(), names = daily.names.size();
  daily.values.resize(daily.patients.size() * names * days);
  for (std::size_t v = 0; v < names; ++v) {
    daily.units.push_back(dataset_attribute(group, daily.names[v], "units"));
    const std::vector<double> table = read_numbers(group, daily.names[v]);
    require(table.size() == daily.patients.size() * days, "/records/daily/" + daily.names[v] + " has another size");
    for (std::size_t p = 0; p < daily.patients.size(); ++p)
      std::copy_n(table.begin() + static_cast<std::ptrdiff_t>(p * days), days,
                  daily.values.begin() + static_cast<std::ptrdiff_t>((p * names + v) * days));
  }
}

void read_concentrations(hid_t records, ConcentrationTimes& times) {
  if (!has(records, "concentrations")) return;
  const Handle group = open_group(records, "concentrations");
  times.patients = read_patients(group);
  times.days = read_numbers(group, "day");
  times.hours = read_numbers(group, "hour");
  times.values = read_numbers(group, "concentration");
  require(times.values.size() == times.patients.size() * times.days.size() * times.hours.size(),
          "/records/concentrations/concentration has another size");
}

}  // namespace vt::hdf5
