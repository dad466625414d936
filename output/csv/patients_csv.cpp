#include "output/csv/patients_csv.hpp"

#include <fmt/format.h>

#include "output/csv/cells.hpp"

namespace vt {
namespace {

std::string arm_of(const Results& results, std::size_t place, std::size_t life) {
  const PatientColumns& columns = results.columns;
  const std::int64_t arm = columns.arm[place];
  if (arm == PatientColumns::kNotIncluded) return "not included";
  if (arm == PatientColumns::kFailed) return "could not be computed";
  if (arm == PatientColumns::kMissing) return "missing";
  if (!columns.lives.empty()) return csv_text(columns.lives[life]);
  return csv_text(results.arms.at(static_cast<std::size_t>(arm)).name);
}

}  // namespace

std::string patients_csv(const Results& results) {
  const PatientColumns& columns = results.columns;
  if (!columns.is_there()) return "";
  std::string out = "replicate,patient,arm";
  for (std::size_t c = 0; c < columns.names.size(); ++c)
    out += ',' + csv_text(columns.units[c].empty() ? columns.names[c]
                                                   : fmt::format("{} [{}]", columns.names[c], columns.units[c]));
  out += '\n';
  const std::size_t names = columns.names.size(), lives = columns.lives_each();
  for (std::size_t place = 0; place < columns.arm.size(); ++place)
    for (std::size_t life = 0; life < lives; ++life) {
      out += fmt::format("{},{},{}", place / columns.patients, columns.first + place % columns.patients,
                         arm_of(results, place, life));
      for (std::size_t c = 0; c < names; ++c)
        out += ',' + csv_number(columns.values[(place * lives + life) * names + c]);
      out += '\n';
    }
  return out;
}

}  // namespace vt
