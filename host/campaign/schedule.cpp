#include "host/campaign/schedule.hpp"

namespace vt {

namespace {

constexpr std::uint64_t kFewestParts = 8, kMostParts = 32;

/// Where part p of `count` equal parts of `all` begins.
std::uint64_t begin_of(std::uint64_t p, std::uint64_t count, std::uint64_t all) { return all * p / count; }

}  // namespace

Parts parts_of(std::uint64_t patients, std::uint64_t replicates) {
  if (replicates >= kFewestParts) return {std::min(replicates, kMostParts), true};
  const std::uint64_t cohorts = patients / kCohort;
  return cohorts >= kFewestParts ? Parts{std::min(cohorts, kMostParts), false} : Parts{};
}

std::pair<std::uint64_t, std::uint64_t> replicates_of(const Parts& parts, std::size_t part, std::uint64_t replicates) {
  return {begin_of(part, parts.count, replicates), begin_of(part + 1, parts.count, replicates)};
}

WorkSchedule::WorkSchedule(const Units& units, const Units& trial, const Parts& parts, const Intervals& done)
    : units_(units), trial_(trial) {
  if (parts.count <= 1) add_missing(units, 0, done);
  for (std::size_t p = 0; parts.count > 1 && p < parts.count; ++p) {
    Units some = units;
    if (parts.by_replicate) {
      const auto [begin, end] = replicates_of(parts, p, trial.replicates);
      some.first_replicate = std::max(begin, units.first_replicate);
      const std::uint64_t last = std::min(end, units.first_replicate + units.replicates);
      some.replicates = last - std::min(last, some.first_replicate);
      add_missing(some, p, done);
    } else {
      const std::uint64_t cohorts = trial.patients / kCohort;
      const std::uint64_t begin = trial.first + kCohort * begin_of(p, parts.count, cohorts);
      const std::uint64_t end = p + 1 == parts.count ? trial.first + trial.patients
                                                     : trial.first + kCohort * begin_of(p + 1, parts.count, cohorts);
      some.first = std::max(begin, units.first);
      const std::uint64_t last = std::min(end, units.first + units.patients);
      some.patients = last - std::min(last, some.first);
      some.replicates = 1;  // so that the rows of a unit lie together
      for (std::uint64_t r = 0; r < units.replicates; ++r, ++some.first_replicate) add_missing(some, p, done);
    }
  }
}

void WorkSchedule::add_missing(const Units& units, std::size_t part, const Intervals& done) {
  if (done.empty()) return add(units, part);
  const std::uint64_t all = trial_.patients, offset = units.first - trial_.first;
  for (std::uint64_t r = units.first_replicate; r < units.first_replicate + units.replicates; ++r) {
    const std::uint64_t row = (r - trial_.first_replicate) * all;
    for (const auto& [begin, end] : done.missing(row + offset, row + offset + units.patients))
      add({trial_.first + begin - row, end - begin, 1, units.block, r}, part);
  }
}

void WorkSchedule::add(const Units& units, std::size_t part) {
  if (units.patients * units.replicates > 0) pieces_.push_back({units, part, count() + units.count()});
}

WorkSchedule::Unit WorkSchedule::at(std::uint64_t i) const {
  const auto piece = std::ranges::upper_bound(pieces_, i, {}, &Piece::end);
  const WorkUnit work = piece->units.at(i - (piece->end - piece->units.count()));
  const std::uint64_t replicate = work.first / kNextReplicate, patient = work.first % kNextReplicate;
  return {work, piece->part, (replicate - units_.first_replicate) * units_.patients + patient - units_.first,
          (replicate - trial_.first_replicate) * trial_.patients + patient - trial_.first};
}

void WorkSchedule::note(const Unit& unit, Intervals& done) const {
  for (std::uint64_t r = 0; r < unit.work.replicates; ++r) {
    const std::uint64_t begin = unit.place + r * trial_.patients;
    done.add(begin, begin + unit.work.count);
  }
}

}  // namespace vt
