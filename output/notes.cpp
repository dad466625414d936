#include "output/notes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <numeric>

#include "output/statistics/quantile_groups.hpp"
#include "output/statistics/test_summary.hpp"
#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

std::int64_t total(const std::vector<std::int64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

struct Failed {
  std::int64_t patients, of;
  double share() const { return of > 0 ? static_cast<double>(patients) / static_cast<double>(of) : 0; }
};

Failed failed(const Results& results) {
  Failed count{0, 0};
  for (const FailureCount& f : results.failures) count.patients += static_cast<std::int64_t>(f.patients);
  for (const ArmResult& arm : results.arms) count.of += arm.patients;
  return count;
}

void note_groups(const ResultTally& tally, const ResultAxis& axis, std::vector<std::string>& notes) {
  constexpr double most_off = 0.05;
  if (axis.kind != ResultAxisKind::quantiles || axis.group_patients.size() < 2) return;
  const std::size_t groups = axis.group_patients.size() - 1;  // the last cell is "not measured"
  const std::int64_t measured = total(axis.group_patients) - axis.group_patients.back();
  bool is_off = false;
  std::vector<std::string> shares;
  for (std::size_t g = 0; measured > 0 && g < groups; ++g) {
    const double share = static_cast<double>(axis.group_patients[g]) / static_cast<double>(measured);
    is_off = is_off || std::fabs(share - 1.0 / static_cast<double>(groups)) > most_off;
    shares.push_back(percent(share));
  }
  if (is_off)
    notes.push_back(fmt::format(
        "tally '{}': the groups of {} hold {} of the patients (many of them share a value, or values that the groups "
        "cannot tell apart); write bins({}, edges…)",
        tally.name, axis.title, fmt::join(shares, ", "), axis.name));
}

/// Replicates of one term of a paired test that have no answer as the others have one.
struct Unlike {
  std::size_t too_few = 0, equal = 0, constant = 0;
};

Unlike unlike(const ResultTest& test, std::size_t term) {
  Unlike found;
  for (std::size_t r = 0; r < test.replicates(); ++r) {
    const std::size_t i = r * test.terms.size() + term;
    const bool is_exact = test.standard_error[i] == 0;
    found.too_few += std::isnan(test.estimate[i]) ? 1 : 0;
    found.equal += is_exact && test.estimate[i] == 0 ? 1 : 0;
    found.constant += is_exact && std::isnan(test.p[i]) ? 1 : 0;
  }
  return found;
}

void note_pairs(const ResultTest& test, std::size_t term, std::vector<std::string>& notes) {
  const Unlike found = unlike(test, term);
  const auto note = [&](std::size_t replicates, const std::string& what) {
    if (replicates == 0) return;
    const std::string where =
        test.replicates() == 1 ? "" : fmt::format("in {} of {} replicates ", replicates, test.replicates());
    notes.push_back(fmt::format("analysis '{}', {}: {}{}", test.name, test.terms[term], where, what));
  };
  note(found.too_few, fmt::format("fewer than {} with a value in every life: no estimate",
                                  test.kind == TestKind::paired_t ? "two patients" : "one patient"));
  note(found.equal, "no pair of lives differs, but for rounding: p is 1, and there is nothing to test");
  note(found.constant,
       "all pairs of lives differ by the same, but for rounding: the standard error is 0, and there is no p, which "
       "counts as not significant");
}

void note_tests(const ResultTest& test, std::vector<std::string>& notes) {
  for (std::size_t t = 0; t < test.terms.size(); ++t) {
    if (entry_of(test.kind).is_paired) {
      note_pairs(test, t, notes);
      continue;
    }
    const TestSummary summary = summary_of(test, t);
    if (summary.estimates < summary.replicates)
      notes.push_back(fmt::format(
          "analysis '{}', {}: {} of {} replicates have an estimate (the others did not converge, or nobody was in "
          "them); its mean and SD are of those, a share with p < 0.05 is of all",
          test.name, test.terms[t], summary.estimates, summary.replicates));
  }
}

}  // namespace

std::string failed_share(const Results& results) {
  constexpr double worth_saying = 0.001;
  const Failed count = failed(results);
  return count.share() > worth_saying
             ? fmt::format("{} of {} patients failed and are in no tally", count.patients, count.of)
             : "";
}

std::string withheld(const Results& results) {
  constexpr double most = 0.01;
  if (failed(results).share() <= most) return "";
  return failed_share(results) + " (more than 1 %, and they are not like the others); no statistic is shown";
}

std::vector<std::string> notes_on(const Results& results) {
  std::vector<std::string> notes;
  for (const ResultTally& tally : results.tallies) {
    const ResultTally cut = has_octaves(tally) ? collapse_quantiles(tally) : tally;
    if (const auto add_notes = cut.kind->add_notes) add_notes(cut, notes);
    for (const ResultAxis& axis : cut.axes) note_groups(cut, axis, notes);
  }
  for (const ResultTest& test : results.tests) note_tests(test, notes);
  const std::string reason = withheld(results);
  if (const std::string note = reason.empty() ? failed_share(results) : reason; !note.empty()) notes.push_back(note);
  return notes;
}

}  // namespace vt
