#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "output/study/study.hpp"
#include "output/text.hpp"

namespace vt::test {

inline StudyFactor levels(const std::string& name, std::size_t n) {
  StudyFactor factor{name, "some." + name, "1", false, {}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    factor.values.push_back(static_cast<double>(i));
    factor.labels.push_back(short_number(factor.values.back()));
  }
  return factor;
}

inline StudyEndpoint endpoint(const std::string& name, bool is_share, Goal goal) {
  StudyEndpoint e;
  e.name = name, e.title = "title of " + name, e.unit = is_share ? "1" : "mg", e.is_share = is_share, e.goal = goal;
  return e;
}

inline void answer_all(Study& study) {
  for (std::size_t p = 0; p < study.points.size(); ++p) {
    const double x = static_cast<double>(p) / static_cast<double>(study.points.size());
    for (std::size_t e = 0; e < study.endpoints.size(); ++e) {
      study.endpoints[e].estimates.push_back(with_error(e == 0 ? x : x * x, 0.01, 100));
      study.endpoints[e].reasons.emplace_back();
    }
  }
}

/// A grid of factors "f0", "f1", … with so many levels each, and two goals.
inline Study grid(const std::vector<std::size_t>& shape) {
  Study study;
  study.title = "A sweep", study.design = "grid", study.patients = 100, study.shape = shape;
  std::size_t points = 1;
  for (const std::size_t n : shape) {
    study.factors.push_back(levels("f" + short_number(static_cast<double>(study.factors.size())), n));
    points *= n;
  }
  for (std::size_t p = 0; p < points; ++p) {
    StudyPoint point{std::vector<double>(shape.size()), p, "", 0};
    for (std::size_t f = shape.size(), rest = p; f-- > 0; rest /= shape[f])
      point.coordinates[f] = static_cast<double>(rest % shape[f]);
    study.points.push_back(point);
  }
  study.endpoints = {endpoint("gain", true, Goal::maximise), endpoint("harm", false, Goal::minimise)};
  answer_all(study);
  return study;
}

/// 40 points that were drawn, of three factors, with indices of the two endpoints.
inline Study drawn(const std::string& design, const StudySensitivity& indices) {
  Study study;
  study.title = "Drawn", study.design = design, study.patients = 100;
  for (const char* name : {"slope", "shift", "noise"}) study.factors.push_back({name, "a.b", "mg", true, {}, {}});
  for (std::size_t p = 0; p < 40; ++p) {
    const double x = static_cast<double>(p) / 40;
    study.points.push_back({{x, 1 - x, x * x}, p, "", 0});
  }
  study.endpoints = {endpoint("gain", true, Goal::none), endpoint("harm", false, Goal::none)};
  answer_all(study);
  if (std::isnan(indices.noise)) return study;
  study.sensitivity = {indices, indices};
  for (StudySensitivity& one : study.sensitivity) one.names = {"slope", "shift", "noise"};
  return study;
}

}  // namespace vt::test
