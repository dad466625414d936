#include "output/study/study_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/study/csv_parts.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

constexpr std::string_view kPointColumns = ",endpoint,unit,value,standard_error,low,high,n,reason,patients,failed";
constexpr std::string_view kIndexColumns = "endpoint,index,factor,other_factor,n,value";

/// Levels that are no numbers go by their labels.
bool is_number(const StudyFactor& factor) {
  return std::ranges::none_of(factor.values, [](double x) { return std::isnan(x); });
}

/// The rows of one index, which is of every factor, or of every two.
std::string rows_of(const StudySensitivity& one, std::string_view index, const std::vector<double>& values,
                    const std::string& n) {
  std::string out;
  const std::size_t k = one.names.size();
  const bool is_of_two = index.starts_with("S2");
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!is_of_two || i % k > i / k)
      out +=
          fmt::format("{},{},{},{},{},{}\n", csv_text(one.endpoint), index, csv_text(one.names[is_of_two ? i / k : i]),
                      is_of_two ? csv_text(one.names[i % k]) : "", n, csv_number(values[i]));
  return out;
}

}  // namespace

bool is_study_table(std::string_view heading) {
  return heading == kIndexColumns || (heading.starts_with("point,") && heading.ends_with(kPointColumns)) ||
         is_power_table(heading) || is_optimum_table(heading);
}

std::string csv_factors(const Study& study) {
  std::string out;
  for (const StudyFactor& factor : study.factors)
    out += ',' + csv_text(is_number(factor) && has_unit(factor.unit) ? fmt::format("{} [{}]", factor.name, factor.unit)
                                                                     : factor.name);
  return out;
}

std::string csv_levels(const Study& study, const StudyPoint& point) {
  std::string out;
  for (std::size_t f = 0; f < study.factors.size(); ++f) {
    const StudyFactor& factor = study.factors[f];
    const double x = point.coordinates[f];
    const auto level = static_cast<std::size_t>(x);
    out += ',' + (factor.labels.empty() ? csv_number(x)
                  : is_number(factor)   ? csv_number(factor.values[level])
                                        : csv_text(factor.labels[level]));
  }
  return out;
}

std::string points_csv(const Study& study) {
  if (study.endpoints.empty()) return "";
  std::string out = fmt::format("point{}{}\n", csv_factors(study), kPointColumns);
  for (std::size_t p = 0; p < study.points.size(); ++p) {
    const StudyPoint& point = study.points[p];
    const std::string start = fmt::format("{}{}", p, csv_levels(study, point));
    for (const StudyEndpoint& endpoint : study.endpoints) {
      const Estimate& e = endpoint.estimates[p];
      out += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", start, csv_text(endpoint.name), csv_text(endpoint.unit),
                         csv_number(e.value), csv_number(e.standard_error), csv_number(e.interval.low),
                         csv_number(e.interval.high), e.n, csv_text(endpoint.reasons[p]), point.patients, point.failed);
    }
  }
  return out;
}

std::string sensitivity_csv(const Study& study) {
  if (study.sensitivity.empty()) return "";
  std::string out = fmt::format("{}\n", kIndexColumns);
  for (const StudySensitivity& one : study.sensitivity) {
    for (const auto& [name, values] : indices_of(one)) out += rows_of(one, name, *values, "");
    for (const ConvergenceTable& table : kConvergenceTables)
      for (std::size_t i = 0; i < (one.convergence.*table.rows).size(); ++i)
        out += rows_of(one, table.name, (one.convergence.*table.rows)[i], fmt::format("{}", one.convergence.n[i]));
  }
  return out;
}

}  // namespace vt
