#pragma once
/// \file The kinds of tallies. All that differs between them stands in one entry for each: NAME.cpp beside this file.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "output/report/figures.hpp"
#include "output/sha256.hpp"
#include "output/tally/contrasts.hpp"
#include "output/tally/datasets.hpp"

namespace vt {

/// A statistic that a kind of tally has.
struct StatisticOfKind {
  Statistic::Kind kind;
  Estimate (*estimate)(const ResultTally&, const Pooled&, const Statistic&);
  double (*value)(const ResultTally&, const Pooled&, const Statistic&) = nullptr;  ///< alone, where the error is work
};

/// Columns of a table over the cells of a tally, behind its axes; ">" in a heading: aligned to the right.
struct Columns {
  std::vector<std::string> (*heading)(const ResultTally&);
  std::vector<std::string> (*row)(const ResultTally&, const Pooled&);
};

struct ResultKindEntry {
  std::string_view name;
  Subject subject = Subject::other;  ///< of all its tallies, whatever they score; other: that of the score

  // its data
  std::vector<std::string> (*outcomes)(const ResultTally&) = nullptr;  ///< where these follow from the other members
  std::string (*flaw)(const ResultTally&);  ///< what is wrong, sizes of count tables aside; "" = nothing
  void (*hash)(Sha256&, const ResultTally&);
  void (*add_words)(ResultTally&, std::span<const std::int64_t> words);  ///< of a cell, behind those of every kind
  Pooled (*nothing)(const ResultTally&);                                 ///< of no cell
  void (*add_cell)(Pooled&, const ResultTally&, std::size_t cell);       ///< but what every kind has

  // the results file
  std::span<const TallyAttribute> attributes;
  std::span<const TallyDataset> datasets;  ///< but what every kind has

  // statistics
  std::span<const StatisticOfKind> statistics;         ///< beside `n` and `evaluable`
  double (*error)(const ResultTally&, const Pooled&);  ///< what a run that stops at a precision looks at

  // on paper
  Columns printed, reported;  ///< reported: behind randomised and evaluable
  void (*add_notes)(const ResultTally&, std::vector<std::string>&) = nullptr;
  std::vector<Contrast> (*contrasts)(const ResultTally&) = nullptr;
  std::vector<report::Figure> (*figures)(const ResultTally&, const std::vector<Comparison>&,
                                         std::size_t first_id) = nullptr;
};

namespace proportion_kind {
extern const ResultKindEntry kEntry;
}
namespace number_kind {
extern const ResultKindEntry kEntry;
}
namespace time_to_event_kind {
extern const ResultKindEntry kEntry;
}
namespace paired_kind {
extern const ResultKindEntry kEntry;
}
inline constexpr ResultKind kResultKinds[] = {&proportion_kind::kEntry, &number_kind::kEntry,
                                              &time_to_event_kind::kEntry, &paired_kind::kEntry};

}  // namespace vt
