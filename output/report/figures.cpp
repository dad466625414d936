#include "output/report/figures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/tally/kinds.hpp"

namespace vt::report {
namespace {

bool counts_the_same(const ResultTally& a, const ResultTally& b) {
  return a.kind == b.kind && a.score == b.score && a.visit == b.visit && a.among == b.among && a.from == b.from &&
         a.estimand == b.estimand && a.outcomes == b.outcomes && a.pair == b.pair && a.thresholds == b.thresholds;
}

bool has_axis(const ResultTally& tally, const ResultAxis& wanted) {
  return std::ranges::any_of(tally.axes, [&](const ResultAxis& axis) {
    return axis.name == wanted.name && axis.kind == wanted.kind && axis.labels == wanted.labels;
  });
}

constexpr std::size_t kAxesShown = 3;  ///< beyond, some are pooled
constexpr std::size_t kMostDataRows = 600;

}  // namespace

Subject subject_of(const ResultTally& tally) {
  const bool is_effect = tally.kind->subject == Subject::time_to_event || tally.subject == Subject::response ||
                         tally.subject == Subject::safety;
  const auto is_by_exposure = [](const ResultAxis& axis) {
    return axis.subject == Subject::exposure && axis.labels.size() > 1;
  };
  if (is_effect && std::ranges::any_of(tally.axes, is_by_exposure)) return Subject::exposure_response;
  return tally.kind->subject != Subject::other ? tally.kind->subject : tally.subject;
}

std::vector<Figure> figures_of(const ResultTally& tally, const std::vector<Comparison>& rows, std::size_t first_id) {
  if (tally.kind->figures == nullptr) return {};
  std::vector<Figure> figures = tally.kind->figures(tally, rows, first_id);
  for (Figure& figure : figures) {
    if (figure.subject == Subject::other) figure.subject = subject_of(tally);
    if (figure.data.rows.size() <= kMostDataRows) continue;
    figure.caption += fmt::format(" The table has the first {} of {} rows; all are in the results file.", kMostDataRows,
                                  figure.data.rows.size());
    figure.data.rows.resize(kMostDataRows);
  }
  return figures;
}

bool is_shown_by_another(const std::vector<ResultTally>& tallies, std::size_t which) {
  const ResultTally& tally = tallies[which];
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    const ResultTally& other = tallies[i];
    const bool is_more = other.axes.size() > tally.axes.size() && other.axes.size() <= kAxesShown;
    const bool is_twin = other.axes.size() == tally.axes.size() && i < which;
    if (i == which || !(is_more || is_twin) || !counts_the_same(tally, other)) continue;
    if (std::ranges::all_of(tally.axes, [&](const ResultAxis& axis) { return has_axis(other, axis); })) return true;
  }
  return false;
}

std::vector<Figure> figures_among(const std::vector<ResultTally>& tallies, std::size_t which,
                                  const std::vector<Comparison>& rows, std::size_t first_id) {
  std::vector<Figure> figures = figures_of(tallies[which], rows, first_id);
  if (is_shown_by_another(tallies, which))
    std::erase_if(figures, [](const Figure& figure) { return !figure.has_published; });
  return figures;
}

}  // namespace vt::report
