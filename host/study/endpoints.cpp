#include "host/study/endpoints.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <numeric>

#include "host/study/distance.hpp"
#include "output/statistics/test_summary.hpp"

namespace vt {

namespace {

/// What is asked of one test of a trial's results.
Answer answer_of_test(const Results& results, const TestQuestion& asked) {
  const auto test = std::ranges::find(results.tests, asked.analysis, &ResultTest::name);
  if (test == results.tests.end()) return {kNoEstimate, "the trial had no test of this name"};
  const auto found = std::ranges::find(test->terms, asked.term);
  if (asked.term.empty() ? test->terms.size() != 1 : found == test->terms.end())
    return {kNoEstimate, fmt::format("the test has the terms '{}'; name one of them", fmt::join(test->terms, "', '"))};
  const std::size_t term = asked.term.empty() ? 0 : static_cast<std::size_t>(found - test->terms.begin());
  const TestSummary over = summary_of(*test, term);
  if (asked.asked == OfTest::power) {
    const auto times = std::llround(over.significant * static_cast<double>(over.replicates));
    return {share_of(times, over.replicates, 1), ""};
  }
  if (over.estimates == 0) return {kNoEstimate, "no replicate's test gave a number"};
  std::vector<double> errors, p;
  for (std::size_t r = 0; r < test->replicates(); ++r)
    if (const std::size_t at = r * test->terms.size() + term; !std::isnan(test->estimate[at]))
      errors.push_back(test->standard_error[at]), p.push_back(test->p[at]);
  if (asked.asked == OfTest::estimate) {
    const double error = over.estimates > 1 ? over.sd / std::sqrt(static_cast<double>(over.estimates)) : errors[0];
    return {with_error(over.mean, error, over.estimates), ""};
  }
  std::ranges::sort(p);
  return {{std::midpoint(p[(p.size() - 1) / 2], p[p.size() / 2]), kNaN, {kNaN, kNaN}, over.estimates}, ""};
}

std::string test_text(const TestQuestion& asked) {
  return fmt::format("{}{}{}: {}", asked.analysis, asked.term.empty() ? "" : ", ", asked.term,
                     entry_with(kOfTests, &OfTestEntry::asked, asked.asked).words);
}

std::string sum_text(const EndpointSpec& spec) {
  std::string text;
  for (const auto& [name, weight] : spec.weights)
    text += fmt::format("{}{} × {}",
                        text.empty() ? ""
                        : weight < 0 ? " − "
                                     : " + ",
                        text.empty() ? weight : std::fabs(weight), name);
  return text;
}

/// Mean square of the errors over the variance between points.
double noise_of(const StudyEndpoint& endpoint) {
  double sum = 0, squares = 0, errors = 0;
  const auto n = static_cast<double>(endpoint.estimates.size());
  for (const Estimate& e : endpoint.estimates) sum += e.value, errors += e.standard_error * e.standard_error;
  for (const Estimate& e : endpoint.estimates) squares += (e.value - sum / n) * (e.value - sum / n);
  return squares > 0 ? errors / squares : kNaN;
}

/// Of no or all events the standard error is 0, their interval is not.
double error_of(const Estimate& estimate) {
  return std::max(estimate.standard_error, (estimate.interval.high - estimate.interval.low) / (2 * kZ95));
}

/// Points whose errors are larger than was wanted, with as many patients as they may have.
void note_imprecise(const StudySpec& study, const Design& design, Study& found) {
  for (std::size_t e = 0; e < study.endpoints.size(); ++e) {
    const std::optional<double>& wanted = study.endpoints[e].precision;
    if (!wanted) continue;
    const std::vector<Estimate>& all = found.endpoints[e].estimates;
    const auto is_coarse = [&](const Estimate& one) { return !(error_of(one) <= *wanted); };
    const auto coarse = std::ranges::count_if(all, is_coarse);
    if (coarse == 0) continue;
    const auto p = static_cast<std::size_t>(std::ranges::find_if(all, is_coarse) - all.begin());
    found.notes.push_back(fmt::format(
        "endpoint.{} has no standard error of {} or less at {} of {} points, but {:.3g} first at {}, with {} patients",
        found.endpoints[e].name, *wanted, coarse, all.size(), error_of(all[p]), point_text(study, design.points[p]),
        found.points[p].patients));
  }
}

/// What has no value somewhere leaves indices and fronts without one, too.
void note_missing(const StudySpec& study, const Design& design, Study& found) {
  for (const StudyEndpoint& endpoint : found.endpoints) {
    const auto missing = std::ranges::count_if(endpoint.reasons, [](const std::string& why) { return !why.empty(); });
    if (missing == 0) continue;
    const auto first = std::ranges::find_if(endpoint.reasons, [](const std::string& why) { return !why.empty(); });
    const auto p = static_cast<std::size_t>(first - endpoint.reasons.begin());
    found.notes.push_back(fmt::format("endpoint.{} has no value at {} of {} points, first at {}: {}", endpoint.name,
                                      missing, design.points.size(), point_text(study, design.points[p]), *first));
  }
}

using Complain = std::function<void(const std::string&)>;

/// Whether a trial could answer one side, as far as it can be seen before. False: it has no such tally.
bool check_side(const std::string& name, const std::string& asked, const Selection& where, const BuiltPlan& built,
                const Complain& complain) {
  const auto tally = std::ranges::find(built.tallies, name, &ResultTally::name);
  if (tally == built.tallies.end()) {
    complain(fmt::format("asks for the tally '{}' (which the scenario does not have)", name));
    return false;
  }
  if (const auto statistic = parse_statistic(asked); statistic && !applies(*statistic, tally->kind))
    complain(fmt::format("asks for {} (a tally of kind {} has none)", asked, to_string(tally->kind)));
  Selection labelled = where;  // groups of quantiles get their labels from the run
  for (const ResultAxis& axis : tally->axes)
    if (axis.kind == ResultAxisKind::octaves) labelled.erase(axis.name);
  if (const std::string flaw = selection_flaw(*tally, labelled); !flaw.empty()) complain("cannot be answered: " + flaw);
  return true;
}

/// The same of all of a question.
bool check_question(const Target& asked, const BuiltPlan& built, const Complain& complain) {
  bool has_tallies = check_side(asked.tally, asked.statistic, asked.where, built, complain);
  for (const OtherSide* other : {&asked.over, &asked.minus})
    if (has_tallies && !other->empty())
      has_tallies =
          check_side(other->tally.empty() ? asked.tally : other->tally,
                     other->statistic.empty() ? asked.statistic : other->statistic, other->where, built, complain);
  return has_tallies;
}

}  // namespace

std::vector<Target> questions_of(const StudySpec& study) {
  std::vector<Target> questions;
  for (const EndpointSpec& endpoint : study.endpoints)
    if (endpoint.asks_tally()) questions.push_back(endpoint.question);
  return questions;
}

std::vector<Answer> answers_of(const StudySpec& study, const Results& results, const std::vector<Target>& questions) {
  const std::vector<Answer> given = answer(results, questions);
  std::vector<Answer> all;
  auto next = given.begin();
  for (const EndpointSpec& endpoint : study.endpoints) {
    if (endpoint.test)
      all.push_back(answer_of_test(results, *endpoint.test));
    else if (!endpoint.rows.empty())
      all.push_back(distance_of(results, endpoint.rows));
    else
      all.push_back(endpoint.asks_tally() ? *next++ : Answer{kNoEstimate, ""});
  }
  return all;
}

std::uint64_t patients_for(const StudySpec& study, const std::vector<Answer>& answers, std::uint64_t patients) {
  constexpr double reserve = 1.1;  // the error itself is estimated
  std::uint64_t needed = patients;
  for (std::size_t e = 0; e < answers.size(); ++e) {
    const std::optional<double>& wanted = study.endpoints[e].precision;
    const double error = error_of(answers[e].simulated);
    if (!wanted || !std::isfinite(error) || error <= *wanted) continue;
    const double times = reserve * (error / *wanted) * (error / *wanted);
    const double more = std::min(static_cast<double>(patients) * times, static_cast<double>(study.most_patients));
    needed = std::max(needed, static_cast<std::uint64_t>(std::ceil(more)));
  }
  return needed;
}

std::string title_of(const EndpointSpec& spec) {
  if (spec.test) return test_text(*spec.test);
  if (!spec.rows.empty())
    return fmt::format("squares of distances from {} row{} of {}, each in its tolerance", spec.rows.size(),
                       spec.rows.size() > 1 ? "s" : "", std::filesystem::path(spec.targets_file).filename().string());
  return spec.weights.empty() ? describe(spec.question) : sum_text(spec);
}

std::string title_of(const StudySpec& study, const EndpointSpec& spec) {
  std::string text = title_of(spec);
  for (const auto& [f, level] : spec.against)
    text += fmt::format(", less that at {} = {}", study.factors[f].name, study.factors[f].levels[level].label);
  return text;
}

StudyEndpoint endpoint_of(const EndpointSpec& spec, const BuiltPlan& built) {
  StudyEndpoint endpoint;
  endpoint.name = spec.question.name;
  endpoint.title = title_of(spec);
  endpoint.goal = spec.goal;
  if (spec.at_most) endpoint.at_most = *spec.at_most;
  if (spec.at_least) endpoint.at_least = *spec.at_least;
  const auto statistic = parse_statistic(spec.question.statistic);
  endpoint.is_share = is_share_of(spec);
  const auto tally = std::ranges::find(built.tallies, spec.question.tally, &ResultTally::name);
  const bool is_count =
      statistic && (statistic->kind == Statistic::Kind::n || statistic->kind == Statistic::Kind::number_needed);
  const bool is_ratio = !spec.question.over.empty() || !spec.question.spread.empty();
  endpoint.unit = endpoint.is_share || is_count || is_ratio || tally == built.tallies.end() ? "1" : tally->unit;
  return endpoint;
}

void check_endpoints(const StudySpec& study, const BuiltPlan& built, Problems& problems) {
  for (const EndpointSpec& endpoint : study.endpoints) {
    const Target& asked = endpoint.question;
    const auto complain = [&](const std::string& text) {
      problems.add(endpoint.where, fmt::format("endpoint.{} {}", asked.name, text));
    };
    const auto check_unit = [&] {
      const std::string unit = endpoint_of(endpoint, built).unit;
      if (const std::string& given = endpoint.limit_unit; !given.empty() && given != unit)
        complain(fmt::format("has a limit in '{}' (it is in '{}'); write it in that unit", given, unit));
    };
    for (const Target& row : endpoint.rows)
      check_question(row, built, [&](const std::string& text) { complain(fmt::format("'{}' {}", row.name, text)); });
    if (!endpoint.asks_tally() || check_question(asked, built, complain)) check_unit();
  }
}

void finish_endpoints(const StudySpec& study, const Design& design, Study& found) {
  for (StudyEndpoint& endpoint : found.endpoints) endpoint.noise = noise_of(endpoint);
  note_imprecise(study, design, found);
  note_missing(study, design, found);
}

}  // namespace vt
