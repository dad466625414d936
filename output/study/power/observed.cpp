#include "output/study/power/observed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/text.hpp"

namespace vt {

namespace {

/// The smallest of the sorted values that a share p of them does not exceed.
double quantile_of(const std::vector<double>& sorted, double p) {
  const auto place = static_cast<std::size_t>(std::ceil(p * static_cast<double>(sorted.size()) - 1e-9));
  return sorted[std::clamp<std::size_t>(place, 1, sorted.size()) - 1];
}

}  // namespace

std::vector<Predicted> predict(const PublishedCount& observed, const std::vector<PowerResult>& results) {
  constexpr double half = 0.5;  // of an event, where arms have other sizes
  std::vector<Predicted> all;
  for (const PowerResult& result : results) {
    if (result.is_null || result.design != observed.design) continue;
    std::vector<double> counts;
    for (const PlayedTrial& trial : result.trials)
      if (trial.patients[observed.arm] > 0)
        counts.push_back(static_cast<double>(trial.events[observed.arm] * observed.patients) /
                         static_cast<double>(trial.patients[observed.arm]));
    Predicted predicted;
    predicted.point = result.point;
    if (!counts.empty()) {
      std::ranges::sort(counts);
      const auto n = std::ssize(counts);
      const auto off = [&](double count) { return count - static_cast<double>(observed.events); };
      predicted.low = quantile_of(counts, 0.025), predicted.median = quantile_of(counts, 0.5);
      predicted.high = quantile_of(counts, 0.975);
      predicted.below = share_of(std::ranges::count_if(counts, [&](double c) { return off(c) <= -half; }), n, 1);
      predicted.same =
          share_of(std::ranges::count_if(counts, [&](double c) { return std::fabs(off(c)) < half; }), n, 1);
    }
    all.push_back(predicted);
  }
  return all;
}

std::string words_for(const PublishedCount& observed, const Predicted& predicted) {
  return fmt::format(
      "{} of {} observed; simulated {} to {} (95 % of the trials), median {}; {} of them have fewer, {} as many",
      observed.events, observed.patients, short_number(predicted.low), short_number(predicted.high),
      short_number(predicted.median), percent(predicted.below.value), percent(predicted.same.value));
}

}  // namespace vt
