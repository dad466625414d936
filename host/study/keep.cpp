#include "host/study/keep.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/study/keep_tallies.hpp"
#include "output/study/study_file.hpp"

namespace vt {

namespace {

std::string size_text(std::uint64_t bytes) {
  const auto size = static_cast<double>(bytes);
  return bytes < kMostKeptBytes ? fmt::format("{:.3g} MB", size * 1e-6)
                                : fmt::format("{:.3g} GiB", size / static_cast<double>(kMostKeptBytes));
}

/// Dimensions that stand before those of the tallies, and what goes with them.
std::vector<std::string> names_over_points(const StudySpec& study) {
  if (study.design != DesignKind::grid) return {"point"};
  std::vector<std::string> names;
  for (const FactorSpec& factor : study.factors)
    for (const char* ending : {"", kLevelValues}) names.push_back(factor.name + ending);
  return names;
}

}  // namespace

KeptTables::KeptTables(const StudySpec& study, const Design& design, const FileText& text_of)
    : study_(study), design_(design) {
  if (!study.keeps_tallies) return;
  Problems told_elsewhere;
  std::optional<PointTrial> trial = TrialMaker(study, text_of).make(design.points.at(0), false, told_elsewhere);
  if (trial) first_ = std::move(trial->built.tallies);
  std::ranges::sort(first_, {}, &ResultTally::name);
}

void KeptTables::look_at(std::size_t point, const std::vector<ResultTally>& tallies) {
  if (!study_.keeps_tallies) return;
  const std::lock_guard lock(mutex_);
  const auto set_apart = [&](const std::string& tally, const std::string& how) {
    const auto [at, is_new] = apart_.try_emplace(tally, Apart{point, how});
    if (!is_new && point < at->second.point) at->second = {point, how};
  };
  for (const ResultTally& tally : first_) {
    const auto same = std::ranges::find(tallies, tally.name, &ResultTally::name);
    if (same == tallies.end())
      set_apart(tally.name, "is not there");
    else if (const std::string what = what_differs(tally, *same); !what.empty())
      set_apart(tally.name, what + " than at the first point");
  }
  for (const ResultTally& tally : tallies)
    if (std::ranges::find(first_, tally.name, &ResultTally::name) == first_.end())
      set_apart(tally.name, "is there, and not at the first point");
}

std::vector<std::string> KeptTables::names(Problems& problems) const {
  for (const auto& [tally, apart] : apart_)
    problems.note(study_.where_kept,
                  fmt::format("study.keep leaves out tally '{}' (at {} it {}); run a point by itself to have it", tally,
                              point_text(study_, design_.points[apart.point]), apart.how));
  std::vector<std::string> names;
  std::uint64_t bytes = 0;
  const ResultTally* largest = nullptr;
  for (const ResultTally& tally : first_) {
    if (apart_.contains(tally.name)) continue;
    names.push_back(tally.name);
    bytes += kept_bytes(tally);
    if (largest == nullptr || kept_bytes(tally) > kept_bytes(*largest)) largest = &tally;
    for (const std::string& name : names_over_points(study_))
      if (std::ranges::count(kept_datasets(tally), name) > 0)
        problems.add(study_.where_kept,
                     fmt::format("study.keep would give two tables in the group of tally '{0}' the name '{1}' (one of "
                                 "the study's points, one of the tally); rename factor or tally's axis",
                                 tally.name, name));
  }
  const std::size_t points = design_.points.size();
  if (points * bytes > kMostKeptBytes)
    problems.add(study_.where_kept,
                 fmt::format("study.keep would keep {} of counts ({} points × {}, of which '{}' has {}; 1 GiB is the "
                             "most); take fewer points, remove tallies or narrow their range",
                             size_text(points * bytes), points, size_text(bytes), largest->name,
                             size_text(kept_bytes(*largest))));
  return names;
}

std::uint64_t kept_bytes(const StudySpec& study, const std::vector<ResultTally>& tallies, std::size_t points) {
  std::uint64_t bytes = 0;
  for (const ResultTally& tally : tallies)
    if (std::ranges::count(study.kept_tallies, tally.name) > 0) bytes += kept_bytes(tally);
  return points * bytes;
}

}  // namespace vt
