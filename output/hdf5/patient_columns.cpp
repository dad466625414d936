#include "output/hdf5/patient_columns.hpp"

#include <fmt/format.h>

#include <optional>

#include "output/hdf5/write_tally.hpp"

namespace vt::hdf5 {
namespace {

std::vector<double> numbers_from(std::uint64_t first, std::uint64_t count) {
  std::vector<double> numbers;
  for (std::uint64_t i = 0; i < count; ++i) numbers.push_back(static_cast<double>(first + i));
  return numbers;
}

}  // namespace

void write_columns(hid_t file, const Results& results) {
  const PatientColumns& columns = results.columns;
  if (!columns.is_there()) return;
  const Handle group = create_group(file, "patients");
  if (columns.is_recorded) put(group, "recorded", std::int64_t{1});
  (void)write_scale(group, "column", columns.names);
  const std::vector<std::size_t> of_patients = {columns.replicates(), columns.patients};
  const Handle replicate = write_scale(group, "replicate", numbers_from(0, of_patients[0]));
  const Handle patient = write_scale(group, "patient", numbers_from(columns.first, of_patients[1]));
  const Handle arm = write(group, "arm_number", of_patients, columns.arm);
  put(arm, "long_name",
      fmt::format("number of the arm in /arms, from 0; {}: not included, {}: could not be computed, {}: missing",
                  PatientColumns::kNotIncluded, PatientColumns::kFailed, PatientColumns::kMissing));
  put(arm, "units", "1");
  attach(arm, replicate, 0);
  attach(arm, patient, 1);
  const std::size_t names = columns.names.size(), rows = columns.values.size() / names;
  std::vector<std::size_t> shape = of_patients;
  if (!columns.lives.empty()) shape.push_back(columns.lives.size());
  const std::optional<Handle> lives =
      columns.lives.empty() ? std::nullopt : std::optional<Handle>(write_scale(group, "arm", columns.lives));
  for (std::size_t c = 0; c < names; ++c) {
    std::vector<double> values(rows);
    for (std::size_t i = 0; i < rows; ++i) values[i] = columns.values[i * names + c];
    const Handle table = write(group, tally_group_name(columns.names[c]), shape, values);
    put(table, "long_name", columns.formulas[c]);
    const bool is_known = !columns.units[c].empty() || columns.kinds[c] != "covariate";  // whose units nobody states
    if (is_known) put(table, "units", columns.units[c].empty() ? "1" : columns.units[c]);
    put(table, "kind", columns.kinds[c]);
    if (!columns.meanings[c].empty()) put(table, "flag_meanings", columns.meanings[c]);
    attach(table, replicate, 0);
    attach(table, patient, 1);
    if (lives) attach(table, *lives, 2);
  }
}

void read_columns(hid_t file, Results& results) {
  if (!has(file, "patients")) return;
  const Handle group = open_group(file, "patients");
  PatientColumns& columns = results.columns;
  columns.names = read_texts(group, "column");
  columns.is_recorded = has_attribute(group, "recorded") && integer_attribute(group, "recorded") != 0;
  columns.arm = read_integers(group, "arm_number");
  if (has(group, "arm")) columns.lives = read_texts(group, "arm");
  const std::vector<double> patients = read_numbers(group, "patient");
  columns.patients = patients.size();
  require(columns.patients > 0 && columns.patients <= results.patients &&
              columns.arm.size() == columns.patients * read_numbers(group, "replicate").size() &&
              columns.arm.size() <= results.patients * results.replicates,
          "/patients are others than the trial's");
  columns.first = static_cast<std::uint64_t>(patients[0]);
  const std::size_t names = columns.names.size(), rows = columns.arm.size() * columns.lives_each();
  columns.values.resize(rows * names);
  for (std::size_t c = 0; c < names; ++c) {
    const std::string name = tally_group_name(columns.names[c]);
    const std::vector<double> values = read_numbers(group, name);
    require(values.size() == rows, "the columns of /patients differ in length");
    for (std::size_t i = 0; i < rows; ++i) columns.values[i * names + c] = values[i];
    columns.formulas.push_back(dataset_attribute(group, name, "long_name"));
    const std::string unit = dataset_attribute_or(group, name, "units", "1");
    columns.units.push_back(unit == "1" ? "" : unit);
    columns.kinds.push_back(dataset_attribute_or(group, name, "kind", "column"));
    columns.meanings.push_back(dataset_attribute_or(group, name, "flag_meanings", ""));
  }
}

}  // namespace vt::hdf5
