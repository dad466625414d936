#include "host/campaign/looks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/campaign/collect.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/tally/kinds.hpp"

namespace vt {

namespace {

bool is_measured(const ResultTally& tally, std::size_t cell) {
  const std::vector<std::size_t> sizes = axis_sizes(tally);
  for (std::size_t a = sizes.size(), rest = cell; a-- > 0; rest /= sizes[a])
    if (tally.axes[a].labels[rest % sizes[a]] == "not measured") return false;
  return true;
}

}  // namespace

std::uint64_t next_look(std::uint64_t done, std::uint64_t most) {
  std::uint64_t look = 10'000;
  while (look <= done && look < most) look *= 2;
  return std::min(look, most);
}

double largest_error(const ResultTally& tally) {
  if (has_octaves(tally)) return largest_error(collapse_quantiles(tally));
  double largest = 0;
  for (std::size_t cell = 0; cell < tally.cells(); ++cell) {
    if (tally.randomised[cell] == 0 || !is_measured(tally, cell)) continue;
    const double error = tally.kind->error(tally, single_cell(tally, cell));
    largest = std::isfinite(error) ? std::max(largest, error) : std::numeric_limits<double>::infinity();
  }
  return largest;
}

bool is_known(const BuiltPlan& built, const std::vector<std::uint64_t>& words) {
  ResultTally tally = built.tallies[built.stopping->tally];
  fill(tally, tally_plans(built.buffer.plan())[built.stopping->tally], words.data());
  return largest_error(tally) <= built.stopping->standard_error;
}

std::string how_it_ended(const BuiltPlan& built, std::uint64_t patients, bool is_enough) {
  return fmt::format("{} of {} patients were simulated: {} cell of '{}' has a standard error above {}", patients,
                     built.buffer.plan().patients, is_enough ? "no" : "a", built.tallies[built.stopping->tally].name,
                     built.stopping->standard_error);
}

}  // namespace vt
