#include "output/study/study_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/text.hpp"

namespace vt {

namespace {

constexpr std::string_view kPointColumns = ",endpoint,unit,value,standard_error,low,high,n,reason,patients,failed";
constexpr std::string_view kIndexColumns = "endpoint,index,factor,other_factor,n,value";

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string number_or_nothing(double x) { return std::isfinite(x) ? fmt::format("{}", x) : ""; }

/// Levels that are no numbers go by their labels.
bool is_number(const StudyFactor& factor) {
  return std::ranges::none_of(factor.values, [](double x) { return std::isnan(x); });
}

std::string where_in(const StudyFactor& factor, double x) {
  if (factor.labels.empty()) return number_or_nothing(x);
  const auto level = static_cast<std::size_t>(x);
  return is_number(factor) ? number_or_nothing(factor.values[level]) : quoted(factor.labels[level]);
}

/// The rows of one index, which is of every factor, or of every two.
std::string rows_of(const StudySensitivity& one, std::string_view index, const std::vector<double>& values,
                    const std::string& n) {
  std::string out;
  const std::size_t k = one.names.size();
  const bool is_of_two = index.starts_with("S2");
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!is_of_two || i % k > i / k)
      out += fmt::format("{},{},{},{},{},{}\n", quoted(one.endpoint), index, quoted(one.names[is_of_two ? i / k : i]),
                         is_of_two ? quoted(one.names[i % k]) : "", n, number_or_nothing(values[i]));
  return out;
}

}  // namespace

bool is_study_table(std::string_view heading) {
  return heading == kIndexColumns || (heading.starts_with("point,") && heading.ends_with(kPointColumns));
}

std::string points_csv(const Study& study) {
  std::string out = "point";
  for (const StudyFactor& factor : study.factors)
    out += ',' + quoted(is_number(factor) && has_unit(factor.unit) ? fmt::format("{} [{}]", factor.name, factor.unit)
                                                                   : factor.name);
  out += fmt::format("{}\n", kPointColumns);
  for (std::size_t p = 0; p < study.points.size(); ++p) {
    const StudyPoint& point = study.points[p];
    std::string start = fmt::format("{}", p);
    for (std::size_t f = 0; f < study.factors.size(); ++f)
      start += ',' + where_in(study.factors[f], point.coordinates[f]);
    for (const StudyEndpoint& endpoint : study.endpoints) {
      const Estimate& e = endpoint.estimates[p];
      out += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", start, quoted(endpoint.name), quoted(endpoint.unit),
                         number_or_nothing(e.value), number_or_nothing(e.standard_error),
                         number_or_nothing(e.interval.low), number_or_nothing(e.interval.high), e.n,
                         quoted(endpoint.reasons[p]), point.patients, point.failed);
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
