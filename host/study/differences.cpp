#include "host/study/differences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "output/statistics/jackknife.hpp"

namespace vt {

namespace {

/// The point that an endpoint's difference is against.
std::size_t other_point(const Design& design, std::size_t point, const std::map<std::size_t, std::size_t>& against) {
  std::size_t other = 0;
  for (std::size_t f = 0; f < design.shape.size(); ++f) {
    const auto level = against.find(f);
    other = other * design.shape[f] +
            (level != against.end() ? level->second : static_cast<std::size_t>(design.points[point][f]));
  }
  return other;
}

/// a − b of independent trials: squares of the distances to the ends of the intervals are added (Newcombe, Stat Med
/// 1998;17:873).
Estimate independent_difference(const Estimate& a, const Estimate& b) {
  const double value = a.value - b.value;
  const double down = std::hypot(a.value - a.interval.low, b.interval.high - b.value);
  const double up = std::hypot(a.interval.high - a.value, b.value - b.interval.low);
  return {value, std::hypot(a.standard_error, b.standard_error), {value - down, value + up}, std::min(a.n, b.n)};
}

/// Works through all points' endpoints.
class Combining {
 public:
  Combining(const StudySpec& study, const Design& design, std::vector<PointParts> parts, Study& found)
      : study_(study), design_(design), parts_(std::move(parts)), found_(found) {}

  void subtract(std::size_t e);
  void add_up(std::size_t e);
  void measure(std::size_t e);

 private:
  std::size_t index_of(const std::string& name) const {
    return static_cast<std::size_t>(std::ranges::find(found_.endpoints, name, &StudyEndpoint::name) -
                                    found_.endpoints.begin());
  }
  bool have_same_parts(std::size_t p, std::size_t other) const {
    return !parts_[p].shares.empty() && parts_[p].shares == parts_[other].shares;
  }
  void note_without_parts(std::size_t e, std::size_t points, const char* what);

  const StudySpec& study_;
  const Design& design_;
  std::vector<PointParts> parts_;
  Study& found_;
};

void Combining::note_without_parts(std::size_t e, std::size_t points, const char* what) {
  if (points > 0)
    found_.notes.push_back(fmt::format(
        "endpoint.{} has {} at {} of {} points (with the same 512 patients or more, or 8 replicates, at each "
        "point and no stop_when they would be those of a comparison within patients)",
        found_.endpoints[e].name, what, points, found_.points.size()));
}

void Combining::subtract(std::size_t e) {
  const auto& against = study_.endpoints[e].against;
  if (against.empty()) return;
  StudyEndpoint& endpoint = found_.endpoints[e];
  const std::vector<Estimate> before = endpoint.estimates;
  std::vector<std::vector<double>> without;
  for (const PointParts& point : parts_)
    without.push_back(point.without.empty() ? std::vector<double>{} : point.without[e]);
  std::size_t independent = 0;
  for (std::size_t p = 0; p < design_.points.size(); ++p) {
    const std::size_t other = other_point(design_, p, against);
    const Estimate &a = before[p], &b = before[other];
    if (endpoint.reasons[p].empty()) endpoint.reasons[p] = endpoint.reasons[other];
    Estimate& difference = endpoint.estimates[p];
    difference = independent_difference(a, b);
    if (!have_same_parts(p, other)) {
      ++independent;
      continue;
    }
    std::vector<double>& parts = parts_[p].without[e];
    for (std::size_t g = 0; g < parts.size(); ++g) parts[g] = without[p][g] - without[other][g];
    const Estimate paired = with_jackknife(a.value - b.value, parts, parts_[p].shares, difference.n);
    const bool is_same_trial = found_.points[p].plan_hash == found_.points[other].plan_hash;
    // Where every part says the same, as with no events at all, they say nothing of what is not known.
    if (paired.standard_error > 0 || is_same_trial) difference = paired;
  }
  note_without_parts(e, independent, "the errors of independent trials");
}

void Combining::add_up(std::size_t e) {
  if (study_.endpoints[e].weights.empty()) return;
  StudyEndpoint& sum = found_.endpoints[e];
  std::size_t bounds = 0;
  for (std::size_t p = 0; p < found_.points.size(); ++p) {
    const std::vector<double>& shares = parts_[p].shares;
    double value = 0, error = 0;
    std::int64_t n = std::numeric_limits<std::int64_t>::max();
    std::vector<double> parts(shares.size());
    for (const auto& [name, weight] : study_.endpoints[e].weights) {
      const std::size_t part = index_of(name);
      const Estimate& estimate = found_.endpoints[part].estimates[p];
      value += weight * estimate.value;
      error += std::fabs(weight) * estimate.standard_error;
      n = std::min(n, estimate.n);
      for (std::size_t g = 0; g < parts.size(); ++g) parts[g] += weight * parts_[p].without[part][g];
      if (const std::string& why = found_.endpoints[part].reasons[p]; sum.reasons[p].empty() && !why.empty())
        sum.reasons[p] = fmt::format("{}: {}", name, why);
    }
    const Estimate exact = with_jackknife(value, parts, shares, n);
    sum.estimates[p] = exact.standard_error > 0 ? exact : with_error(value, error, n);
    bounds += exact.standard_error > 0 || std::isnan(error) ? 0 : 1;
  }
  note_without_parts(e, bounds, "a bound in place of its error");
}

/// The error of a distance, whose rows have the same patients.
void Combining::measure(std::size_t e) {
  if (study_.endpoints[e].rows.empty()) return;
  std::size_t bounds = 0;
  for (std::size_t p = 0; p < found_.points.size(); ++p) {
    Estimate& distance = found_.endpoints[e].estimates[p];
    const PointParts& point = parts_[p];
    const Estimate exact = point.without.empty()
                               ? kNoEstimate
                               : with_jackknife(distance.value, point.without[e], point.shares, distance.n);
    if (exact.standard_error > 0)
      distance = exact;
    else
      bounds += std::isnan(distance.value) ? 0 : 1;
  }
  note_without_parts(e, bounds, "a bound in place of its error");
}

}  // namespace

bool needs_parts(const StudySpec& study) {
  return std::ranges::any_of(study.endpoints, [](const EndpointSpec& e) {
    return !e.against.empty() || !e.weights.empty() || !e.rows.empty();
  });
}

void combine(const StudySpec& study, const Design& design, std::vector<PointParts> parts, Study& found) {
  Combining all(study, design, std::move(parts), found);
  for (std::size_t e = 0; e < study.endpoints.size(); ++e) all.subtract(e);
  for (std::size_t e = 0; e < study.endpoints.size(); ++e) all.measure(e);
  for (std::size_t e = 0; e < study.endpoints.size(); ++e) all.add_up(e);
}

}  // namespace vt
