#include "host/campaign/places.hpp"

#include <algorithm>

namespace vt {

namespace {

constexpr std::uint64_t kFewestParts = 8, kMostParts = 32;

/// Where part p of `count` equal parts of `all` begins.
std::uint64_t begin_of(std::uint64_t p, std::uint64_t count, std::uint64_t all) { return all * p / count; }

/// The part in which number `i` of `all` is.
std::size_t part_with(std::uint64_t i, std::uint64_t count, std::uint64_t all) {
  std::uint64_t part = i * count / all;
  while (begin_of(part + 1, count, all) <= i) ++part;
  return static_cast<std::size_t>(part);
}

}  // namespace

Parts parts_of(std::uint64_t patients, std::uint64_t replicates) {
  if (replicates >= kFewestParts) return {std::min(replicates, kMostParts), true};
  const std::uint64_t cohorts = patients / kCohort;
  return cohorts >= kFewestParts ? Parts{std::min(cohorts, kMostParts), false} : Parts{};
}

std::pair<std::uint64_t, std::uint64_t> replicates_of(const Parts& parts, std::size_t part, std::uint64_t replicates) {
  return {begin_of(part, parts.count, replicates), begin_of(part + 1, parts.count, replicates)};
}

std::size_t Places::part_of(std::uint64_t place) const {
  if (parts_.count <= 1) return 0;
  if (parts_.by_replicate) return part_with(place / patients_, parts_.count, replicates_);
  const std::uint64_t cohorts = patients_ / kCohort;  // the last one of a part may be longer
  return part_with(std::min(place % patients_ / kCohort, cohorts - 1), parts_.count, cohorts);
}

std::uint64_t Places::end_of_part(std::uint64_t place) const {
  const std::size_t part = part_of(place);
  if (parts_.count <= 1) return count();
  if (parts_.by_replicate) return begin_of(part + 1, parts_.count, replicates_) * patients_;
  const std::uint64_t replicate = place / patients_ * patients_;
  if (part + 1 == parts_.count) return replicate + patients_;
  return replicate + kCohort * begin_of(part + 1, parts_.count, patients_ / kCohort);
}

std::uint64_t Places::cut(std::uint64_t begin, std::uint64_t limit, std::uint64_t most) const {
  const std::uint64_t end = std::min({limit, end_of_part(begin), begin + std::clamp<std::uint64_t>(most, 1, count())});
  const std::uint64_t in_replicate = begin % patients_;
  if (in_replicate == 0 && !is_divided_within_replicates() && end - begin >= patients_)
    return begin + (end - begin) / patients_ * patients_;  // whole replicates
  const std::uint64_t last = begin - in_replicate + patients_;
  if (end >= std::min({limit, end_of_part(begin), last})) return std::min(end, last);
  const std::uint64_t rest = (first_ + in_replicate + (end - begin)) % kCohort;  // so that the next one begins a cohort
  return end - begin > rest ? end - rest : end;
}

WorkUnit Places::unit(Take take) const {
  const std::uint64_t replicate = take.begin / patients_, patient = take.begin % patients_;
  const std::uint64_t replicates = std::max<std::uint64_t>(1, take.count() / patients_);
  return {replicate * kNextReplicate + first_ + patient, take.count() / replicates, replicates};
}

std::vector<Take> Places::of_every_replicate(std::uint64_t begin, std::uint64_t end) const {
  if (begin == 0 && end == patients_) return {{0, count()}};
  std::vector<Take> takes;
  for (std::uint64_t r = 0; r < replicates_; ++r) takes.push_back({r * patients_ + begin, r * patients_ + end});
  return takes;
}

std::vector<Take> without(const std::vector<Take>& takes, const Intervals& done) {
  std::vector<Take> left;
  for (const Take& take : takes)
    for (const auto& [begin, end] : done.missing(take.begin, take.end)) left.push_back({begin, end});
  return left;
}

}  // namespace vt
