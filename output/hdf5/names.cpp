#include "output/hdf5/names.hpp"

#include "output/hdf5/schema.hpp"

namespace vt::schema {
namespace {

/// Beside the tables of schema.hpp, what write_tally.cpp adds.
const std::vector<std::string_view>& further(ResultKind kind) {
  static const std::vector<std::string_view> proportion = {"proportion", "proportion_low", "proportion_high",
                                                           "itt",        "itt_low",        "itt_high"};
  static const std::vector<std::string_view> number = {"mean",
                                                       "mean_standard_error",
                                                       "sd",
                                                       "quantile",
                                                       "quantiles",
                                                       "bin",
                                                       "histogram",
                                                       "threshold",
                                                       "above",
                                                       "attainment",
                                                       "attainment_low",
                                                       "attainment_high",
                                                       "octave",
                                                       "unit"};
  static const std::vector<std::string_view> time = {"outcome",
                                                     "time",
                                                     "cause",
                                                     "counts",
                                                     "at_risk",
                                                     "survival",
                                                     "survival_low",
                                                     "survival_high",
                                                     "survival_standard_error",
                                                     "incidence",
                                                     "incidence_low",
                                                     "incidence_high",
                                                     "incidence_standard_error",
                                                     "rmst",
                                                     "rmst_standard_error",
                                                     "median"};
  static const std::vector<std::string_view> paired = {"outcome", "counts", "difference", "difference_standard_error"};
  switch (kind) {
    case ResultKind::proportion:
      return proportion;
    case ResultKind::number:
      return number;
    case ResultKind::time_to_event:
      return time;
    case ResultKind::paired:
      return paired;
  }
  return proportion;
}

}  // namespace

std::vector<std::string> tally_datasets(ResultKind kind) {
  std::vector<std::string> names(further(kind).begin(), further(kind).end());
  for (const TallyTable& table : kCommonTables) names.emplace_back(table.name);
  if (kind == ResultKind::proportion)
    for (const TallyTable& table : kProportionTables) names.emplace_back(table.name);
  if (kind == ResultKind::number)
    for (const TallyTable& table : kNumberTables) names.emplace_back(table.name);
  if (kind == ResultKind::number)
    for (const TallyTable& table : kOctaveTables) names.emplace_back(table.name);
  return names;
}

std::vector<std::string> axis_datasets(const ResultAxis& axis) {
  std::vector<std::string> names = {axis.name};
  if (!axis.values.empty()) names.push_back(coordinate_name(axis));
  if (axis.groups > 0)
    for (const char* suffix : {"_low", "_high", "_patients", "_share"}) names.push_back(axis.name + suffix);
  return names;
}

}  // namespace vt::schema
