#include <fmt/format.h>

#include "output/study/csv_parts.hpp"
#include "output/study/study_csv.hpp"

namespace vt {

namespace {

constexpr std::string_view kBestColumns =
    ",endpoint,unit,value,standard_error,low,high,n,reason,optimised_value,optimised_standard_error,optimised_low,"
    "optimised_high,optimised_n,patients,failed";

std::string best_cells(const Estimate& e) {
  return fmt::format("{},{},{},{},{}", csv_number(e.value), csv_number(e.standard_error), csv_number(e.interval.low),
                     csv_number(e.interval.high), e.n);
}

}  // namespace

bool is_optimum_table(std::string_view heading) {
  return heading.starts_with("best,point,") && heading.ends_with(kBestColumns);
}

std::string optimum_csv(const Study& study) {
  if (!study.optimum) return "";
  std::string out = fmt::format("best,point{}{}\n", csv_factors(study), kBestColumns);
  for (std::size_t i = 0; i < study.optimum->best.size(); ++i) {
    const BestPoint& best = study.optimum->best[i];
    const std::string start = fmt::format("{},{}{}", i + 1, best.point, csv_levels(study, study.points[best.point]));
    for (std::size_t e = 0; e < study.endpoints.size(); ++e) {
      const StudyEndpoint& endpoint = study.endpoints[e];
      out += fmt::format("{},{},{},{},{},{},{},{}\n", start, csv_text(endpoint.name), csv_text(endpoint.unit),
                         best_cells(best.fresh[e]), csv_text(best.reasons[e]),
                         best_cells(endpoint.estimates[best.point]), best.patients, best.failed);
    }
  }
  return out;
}

}  // namespace vt
