#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "output/notes.hpp"
#include "output/print.hpp"
#include "output/print_tests.hpp"
#include "output/statistics/estimate.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

constexpr std::size_t kScreenColumns = 100, kScreenLines = 24, kLinesOfManyArms = 30, kManyArms = 6;

using Lines = std::vector<std::string>;

std::optional<std::size_t> axis_of_kind(const ResultTally& tally, ResultAxisKind kind) {
  for (std::size_t a = 0; a < tally.axes.size(); ++a)
    if (tally.axes[a].kind == kind) return a;
  return std::nullopt;
}

/// What a tally is asked first.
Statistic first_statistic(const ResultTally& tally) {
  using Kind = Statistic::Kind;
  // What holds for good may have happened to the missing, too: of all randomised it would fall as patients leave.
  const bool is_itt = tally.estimand == Estimand::itt && !tally.is_cumulative;
  const Statistic share{is_itt ? Kind::itt : Kind::proportion};
  // Doses are few different numbers, which quantiles from a histogram have only to the width of its bins.
  const Statistic number = tally.subject == Subject::dose ? Statistic{Kind::mean} : Statistic{Kind::quantile, 0.5};
  const Statistic time{tally.outcomes.size() > 2 ? Kind::incidence : Kind::survival};  // where other causes compete
  for (const Statistic& statistic : {share, Statistic{Kind::difference}, time, number})
    if (applies(statistic, tally.kind)) return statistic;
  return {Kind::n};
}

/// A tally at its last visit: a number for each arm, or one for all.
struct Headline {
  const ResultTally* tally;
  Statistic statistic;
  std::string visit;  ///< or the day; "" = none
  std::vector<Estimate> numbers;

  /// The visit is never cut.
  std::string title(std::size_t columns) const {
    const std::string when = visit.empty() ? "" : ", " + visit;
    const std::size_t most = columns > text_width(when) + 1 ? columns - text_width(when) : 1;
    return shortened(tally->title.empty() ? tally->name : tally->title, most) + when;
  }
  std::string what() const {
    const std::string words = statistic.kind == Statistic::Kind::itt          ? "of randomised"
                              : statistic.kind == Statistic::Kind::proportion ? "of evaluable"
                                                                              : describe(statistic);
    const bool has_own_unit = has_unit(tally->unit) && !is_share(statistic);
    return has_own_unit ? fmt::format("{}, {}", words, tally->unit) : words;
  }
  std::string number(std::size_t i) const { return as_text(numbers[i].value); }
  std::string with_interval(std::size_t i) const {
    const Interval error = numbers[i].interval;
    if (std::isnan(numbers[i].value) || std::isnan(error.low)) return number(i);
    return is_share(statistic)
               ? fmt::format("{} ({:.1f}{}{:.1f})", number(i), 100 * error.low, to_word(error.low), 100 * error.high)
               : fmt::format("{} ({}{}{})", number(i), short_number(error.low), to_word(error.low),
                             short_number(error.high));
  }

 private:
  std::string as_text(double x) const { return is_share(statistic) ? percent(x) : short_number(x); }
};

std::vector<Pooled> pooled_by_arm(const ResultTally& tally, std::optional<std::size_t> visit) {
  std::vector<std::optional<std::size_t>> fixed(tally.axes.size());
  if (const auto axis = axis_of_kind(tally, ResultAxisKind::visit)) fixed[*axis] = visit;
  const auto arm = axis_of_kind(tally, ResultAxisKind::arm);
  std::vector<Pooled> all;
  for (std::size_t a = 0; a < (arm ? tally.axes[*arm].labels.size() : 1); ++a) {
    if (arm) fixed[*arm] = a;
    all.push_back(pool_cells(tally, fixed));
  }
  return all;
}

/// At the last visit where anybody was measured.
Headline headline_of(const Results& results, const ResultTally& tally) {
  Headline headline{&tally, first_statistic(tally), "", {}};
  const auto axis = axis_of_kind(tally, ResultAxisKind::visit);
  std::size_t visit = axis ? tally.axes[*axis].labels.size() - 1 : 0;
  std::vector<Pooled> cells = pooled_by_arm(tally, visit);
  const auto is_measured = [](const Pooled& cell) { return cell.evaluable > 0; };
  while (axis && visit > 0 && std::ranges::none_of(cells, is_measured)) cells = pooled_by_arm(tally, --visit);
  if (axis) headline.visit = tally.axes[*axis].labels[visit];
  if (!axis && !tally.times.empty()) headline.visit = fmt::format("day {}", short_number(tally.times.back(), 6));
  for (const Pooled& cell : cells) headline.numbers.push_back(estimate(tally, cell, headline.statistic));
  if (tally.pair.size() == 2 && headline.numbers.size() == 1) {  // stands in the column of the second life
    const Estimate difference = headline.numbers[0];
    headline.numbers.clear();
    for (const ArmResult& arm : results.arms)
      headline.numbers.push_back(arm.name == tally.pair[1] ? difference : kNoEstimate);
  }
  return headline;
}

/// Tallies by arm and visit alone; where there are none, those of groups, added up, or of all arms together.
std::vector<const ResultTally*> headline_tallies(const Results& results) {
  std::vector<const ResultTally*> by_arm, of_groups, of_all;
  for (const ResultTally* tally : in_scenario_order(results)) {
    const bool has_groups = std::ranges::any_of(tally->axes, [](const ResultAxis& axis) {
      return axis.kind != ResultAxisKind::arm && axis.kind != ResultAxisKind::visit &&
             axis.kind != ResultAxisKind::replicate;
    });
    const bool is_by_arm =
        results.arms.size() <= 1 || axis_of_kind(*tally, ResultAxisKind::arm) || tally->pair.size() == 2;
    (!is_by_arm ? of_all : has_groups ? of_groups : by_arm).push_back(tally);
  }
  return !by_arm.empty() ? by_arm : !of_groups.empty() ? of_groups : of_all;
}

Lines lines_of(const std::string& text) {
  Lines lines;
  for (std::size_t from = 0, end = 0; from < text.size(); from = end + 1) {
    end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
  }
  return lines;
}

bool fits(const Lines& lines) {
  return std::ranges::all_of(lines, [](const std::string& line) { return text_width(line) <= kScreenColumns; });
}

std::string to_the_end(const Results& results, std::size_t arm) {
  return fmt::format("{}", results.leaving[0].patients[arm]);
}

/// A column for each arm, a row for each tally. Titles are cut where the line is too long for a screen.
Lines arms_in_columns(const Results& results, const std::vector<Headline>& headlines, bool has_intervals) {
  const bool is_by_arm = headlines.empty() || headlines[0].numbers.size() == results.arms.size();
  const auto table = [&](std::size_t columns) {
    Lines heading = {has_intervals ? "(95 % interval of the simulation)" : "", ""};
    for (const ArmResult& arm : results.arms)
      if (is_by_arm) heading.push_back(">" + arm.name);
    if (!is_by_arm) heading.emplace_back(">all arms together");
    TextTable text(heading);
    if (is_by_arm) {
      Lines patients = {"patients", ""}, stayed = {"in the trial to its end", ""};
      for (std::size_t a = 0; a < results.arms.size(); ++a) {
        patients.push_back(fmt::format("{}", results.arms[a].patients));
        if (!results.leaving.empty()) stayed.push_back(to_the_end(results, a));
      }
      text.row(patients);
      if (!results.leaving.empty()) text.row(stayed);
    }
    Lines titles;
    for (const Headline& headline : headlines) titles.push_back(headline.title(columns));
    for (const Headline& headline : headlines) {
      const std::string title = headline.title(columns);
      const bool is_alone = std::ranges::count(titles, title) == 1;  // cut titles may be the same
      Lines row = {is_alone ? title : shortened(headline.tally->name, columns), headline.what()};
      for (std::size_t i = 0; i < headline.numbers.size(); ++i)
        row.push_back(has_intervals ? headline.with_interval(i) : headline.number(i));
      text.row(row);
    }
    return lines_of(text.str("  "));
  };
  constexpr std::size_t fewest_columns = 28;
  std::size_t columns = kScreenColumns;
  Lines lines = table(columns);
  while (!fits(lines) && columns > fewest_columns) lines = table(--columns);
  return lines;
}

/// A row for each arm, a column for each tally, and below what these are.
Lines arms_in_rows(const Results& results, const std::vector<Headline>& headlines) {
  constexpr std::size_t most_columns = 24;
  const auto table = [&](std::size_t n) {
    Lines heading = {"arm", ">patients"};
    if (!results.leaving.empty()) heading.emplace_back(">to the end");
    for (std::size_t h = 0; h < n; ++h) heading.push_back(">" + headlines[h].tally->name);
    TextTable text(heading);
    for (std::size_t a = 0; a < results.arms.size(); ++a) {
      Lines row = {shortened(results.arms[a].name, most_columns), fmt::format("{}", results.arms[a].patients)};
      if (!results.leaving.empty()) row.push_back(to_the_end(results, a));
      for (std::size_t h = 0; h < n; ++h) row.push_back(headlines[h].number(a));
      text.row(row);
    }
    return lines_of(text.str("  "));
  };
  const bool is_by_arm = headlines.empty() || headlines[0].numbers.size() == results.arms.size();
  std::size_t n = is_by_arm ? headlines.size() : 0;
  Lines lines = table(n);
  while (n > 0 && !fits(lines)) lines = table(--n);
  for (std::size_t h = 0; h < n; ++h)
    lines.push_back(shortened(
        fmt::format("  {}: {}, {}", headlines[h].tally->name, headlines[h].title(kScreenColumns), headlines[h].what()),
        kScreenColumns));
  return lines;
}

/// The numbers of each arm in so many lines at most.
Lines arm_lines(const Results& results, std::size_t most) {
  const std::vector<const ResultTally*> tallies = headline_tallies(results);
  const bool is_withheld = !withheld(results).empty(), has_many = results.arms.size() > kManyArms;
  const auto shown = [&](std::size_t lines) {
    std::vector<Headline> headlines;
    for (std::size_t i = 0; i < std::min(lines, tallies.size()) && !is_withheld; ++i)
      headlines.push_back(headline_of(results, *tallies[i]));
    return headlines;
  };
  if (!has_many) {
    constexpr std::size_t heading = 3;
    const std::vector<Headline> headlines = shown(most - heading);
    if (Lines lines = arms_in_columns(results, headlines, true); fits(lines)) return lines;
    if (Lines lines = arms_in_columns(results, headlines, false); fits(lines)) return lines;
  }
  const std::size_t rows = results.arms.size() + 1;
  return arms_in_rows(results, shown(most > rows ? most - rows : 0));
}

/// At most so many of them, and how many more there are.
void add_some(Lines& out, const Lines& lines, std::size_t most, const char* more) {
  const std::size_t n = lines.size() <= most ? lines.size() : most - 1;
  for (std::size_t i = 0; i < n; ++i) out.push_back(shortened("  " + lines[i], kScreenColumns));
  if (n < lines.size()) out.push_back(fmt::format("  … and {} more {}", lines.size() - n, more));
}

Lines heading_lines(const Results& results) {
  Lines lines = wrapped(results.title, kScreenColumns);
  lines.resize(std::min<std::size_t>(lines.size(), 2));
  std::string facts = fmt::format("{}, seed {}, days {} to {}", size_in_words(results), results.seed, results.first_day,
                                  results.last_day);
  if (!results.screening.empty())
    facts += fmt::format("; {} screened, {} included", results.patients * results.replicates,
                         static_cast<std::int64_t>(results.patients * results.replicates) - rejected(results));
  lines.push_back(facts);
  return lines;
}

Lines tail_lines(const Results& results, const Whereabouts& where) {
  constexpr std::size_t most_tests = 4, most_failures = 2, most_notes = 3;
  Lines lines, tests, failures, notes;
  const std::string reason = withheld(results);
  if (reason.empty())
    for (const ResultTest& test : results.tests)
      for (const std::string& line : test_lines(test)) tests.push_back(line);
  for (const FailureCount& f : results.failures)
    failures.push_back(fmt::format("{} failed: {}; the first is {}", f.patients, f.reason,
                                   patient_text(f.smallest_id, results.replicates)));
  for (const std::string& note : results.notes) notes.push_back("note: " + note);
  lines.emplace_back();
  if (!reason.empty()) lines.push_back(shortened("  " + reason, kScreenColumns));
  add_some(lines, tests, most_tests, "tests");
  add_some(lines, failures, most_failures, "reasons of failures");
  add_some(lines, notes, most_notes, "notes");
  if (lines.size() > 1) lines.emplace_back();
  if (!where.results.empty()) {
    lines.push_back("results  " + where.results);
    lines.push_back("report   " + (where.report.empty() ? "vtrial report " + where.results : where.report));
    if (!results.tallies.empty())
      lines.push_back(
          fmt::format("tables   vtrial info {} --tally {}", where.results, in_scenario_order(results)[0]->name));
    lines.push_back(fmt::format("         {} tallies{}: vtrial info {}, or --print all here", results.tallies.size(),
                                results.tests.empty() ? "" : fmt::format(", {} tests", results.tests.size()),
                                where.results));
  }
  lines.push_back("content hash " + content_hash(results));
  return lines;
}

}  // namespace

std::string print_summary(const Results& results, const Whereabouts& where) {
  Lines lines = heading_lines(results);
  lines.emplace_back();
  const Lines tail = tail_lines(results, where);
  const std::size_t screen = results.arms.size() > kManyArms ? kLinesOfManyArms : kScreenLines;
  constexpr std::size_t least = 6;
  const std::size_t used = lines.size() + tail.size();
  const Lines arms = arm_lines(results, std::max(least, screen > used ? screen - used : 0));
  lines.insert(lines.end(), arms.begin(), arms.end());
  lines.insert(lines.end(), tail.begin(), tail.end());
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

}  // namespace vt
