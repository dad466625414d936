#include "output/tally/outcomes.hpp"

#include <fmt/format.h>

#include <numeric>

namespace vt {

void hash_outcomes(Sha256& hash, const ResultTally& tally) {
  hash.integer(tally.outcomes.size());
  for (const std::string& outcome : tally.outcomes) hash.text(outcome);
  hash.numbers(tally.times);
  hash.integer(tally.is_within_day ? 1 : 0);
  hash.integers(tally.counts);
}

void add_outcome_words(ResultTally& tally, std::span<const std::int64_t> words) {
  tally.counts.insert(tally.counts.end(), words.begin(), words.end());
}

Pooled no_outcomes(const ResultTally& tally) {
  Pooled pooled;
  pooled.counts.resize(tally.counts_per_cell());
  return pooled;
}

void add_outcomes(Pooled& to, const ResultTally& tally, std::size_t cell) {
  for (std::size_t i = 0; i < to.counts.size(); ++i) to.counts[i] += tally.counts[cell * to.counts.size() + i];
}

std::vector<std::string> outcome_row(const ResultTally& tally, const Pooled& p) {
  std::vector<std::string> row = {fmt::format("{}", p.evaluable)};
  const auto each = static_cast<std::ptrdiff_t>(p.counts.size() / tally.outcomes.size());
  for (auto first = p.counts.begin(); first != p.counts.end(); first += each)
    row.push_back(fmt::format("{}", std::accumulate(first, first + each, std::int64_t{0})));
  return row;
}

}  // namespace vt
