#include "output/study/study.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "output/sha256.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

bool meets_limits(const Study& study, std::size_t p) {
  for (const StudyEndpoint& endpoint : study.endpoints) {
    const double value = endpoint.estimates[p].value;
    if (!std::isfinite(value)) return false;
    if (value > endpoint.at_most || value < endpoint.at_least) return false;
  }
  return true;
}

/// Is a at least as good as b in every goal, and better in one?
bool beats(const Study& study, std::size_t a, std::size_t b) {
  bool is_better = false;
  for (const StudyEndpoint& endpoint : study.endpoints) {
    if (endpoint.goal == Goal::none) continue;
    const double sign = endpoint.goal == Goal::maximise ? 1.0 : -1.0;
    const double by = sign * (endpoint.estimates[a].value - endpoint.estimates[b].value);
    if (by < 0) return false;
    is_better = is_better || by > 0;
  }
  return is_better;
}

std::string number_text(const StudyEndpoint& endpoint, double value) {
  return endpoint.is_share ? percent(value) : short_number(value);
}

std::string with_error(const StudyEndpoint& endpoint, std::size_t p) {
  const Estimate& e = endpoint.estimates[p];
  if (!std::isfinite(e.value)) return "–";
  std::string text = number_text(endpoint, e.value);
  if (e.standard_error > 0)
    text += " ± " + error_number(endpoint.is_share ? 100 * e.standard_error : e.standard_error);
  return text;
}

std::string heading(const std::string& name, const std::string& unit) {
  return has_unit(unit) ? fmt::format("{} ({})", name, unit) : name;
}

}  // namespace

std::vector<std::size_t> pareto_front(const Study& study) {
  bool has_goal = false;
  for (const StudyEndpoint& endpoint : study.endpoints) has_goal = has_goal || endpoint.goal != Goal::none;
  std::map<std::vector<double>, std::vector<std::size_t>> fronts;  // by circumstances
  for (std::size_t p = 0; has_goal && p < study.points.size(); ++p) {
    if (!meets_limits(study, p)) continue;
    std::vector<double> circumstances;
    for (std::size_t f = 0; f < study.factors.size(); ++f)
      if (study.factors[f].is_circumstance) circumstances.push_back(study.points[p].coordinates[f]);
    std::vector<std::size_t>& front = fronts[circumstances];  // what beats one that is beaten beats the other, too
    if (std::ranges::any_of(front, [&](std::size_t other) { return beats(study, other, p); })) continue;
    std::erase_if(front, [&](std::size_t other) { return beats(study, p, other); });
    front.push_back(p);
  }
  std::vector<std::size_t> all;
  for (const auto& [circumstances, front] : fronts) all.insert(all.end(), front.begin(), front.end());
  std::ranges::sort(all);
  return all;
}

std::string level_text(const Study& study, const StudyPoint& point, std::size_t f) {
  const StudyFactor& factor = study.factors[f];
  const double x = point.coordinates[f];
  if (!factor.labels.empty()) return factor.labels[static_cast<std::size_t>(x)];
  return has_unit(factor.unit) ? fmt::format("{} {}", short_number(x, 4), factor.unit) : short_number(x, 4);
}

Interval drawn_range(const Study& study, std::size_t f) {
  Interval range = {kNaN, kNaN};
  for (const StudyPoint& point : study.points)
    range = {std::fmin(range.low, point.coordinates[f]), std::fmax(range.high, point.coordinates[f])};
  return range;
}

double spearman_asked(const StudyCorrelation& both) { return 6 / std::numbers::pi * std::asin(both.of_scores / 2); }

std::string correlation_text(const StudyCorrelation& both) {
  return fmt::format("{} and {}: correlation {} of their normal scores (Spearman's {}; {} at these points)", both.first,
                     both.second, both.of_scores, short_number(spearman_asked(both)), short_number(both.spearman));
}

std::string correlated_words(const Study& study, const StudySensitivity& one) {
  if (study.correlations.empty()) return "";
  if (!one.ranks.prcc.empty())
    return "factors are correlated: PRCC is of what is left of one when the others are known";
  if (!one.pawn.median.empty())
    return "factors are correlated: an index has what comes with the factor, too; one that does nothing by itself may "
           "be above the limit";
  return "";
}

namespace {

template <class Numbers, class Sensitivity>
std::vector<std::pair<const char*, Numbers*>> named_indices(Sensitivity& one) {
  return {{"S1", &one.sobol.S1},
          {"S1_conf", &one.sobol.S1_conf},
          {"ST", &one.sobol.ST},
          {"ST_conf", &one.sobol.ST_conf},
          {"S2", &one.sobol.S2},
          {"S2_conf", &one.sobol.S2_conf},
          {"mu", &one.morris.mu},
          {"mu_star", &one.morris.mu_star},
          {"sigma", &one.morris.sigma},
          {"mu_star_conf", &one.morris.mu_star_conf},
          {"prcc", &one.ranks.prcc},
          {"prcc_low", &one.ranks.prcc_low},
          {"prcc_high", &one.ranks.prcc_high},
          {"minimum", &one.pawn.minimum},
          {"mean", &one.pawn.mean},
          {"median", &one.pawn.median},
          {"maximum", &one.pawn.maximum}};
}

}  // namespace

std::vector<std::pair<const char*, const std::vector<double>*>> indices_of(const StudySensitivity& one) {
  return named_indices<const std::vector<double>>(one);
}
std::vector<std::pair<const char*, std::vector<double>*>> indices_of(StudySensitivity& one) {
  return named_indices<std::vector<double>>(one);
}

std::string content_hash(const Study& study) {
  Sha256 hash;
  hash.text("vtrial-study-1");
  hash.integer(study.points.size());
  for (const StudyPoint& point : study.points) {
    hash.numbers(point.coordinates);
    hash.integer(point.plan_hash);
    hash.text(point.content_hash);
  }
  if (study.optimum)
    for (const BestPoint& best : study.optimum->best) hash.text(best.content_hash);
  if (study.tallies.empty()) return hash.hex();
  hash.integer(study.tallies.size());
  for (const StudyTally& kept : study.tallies) {
    add_to_hash(hash, kept.tally);
    for (const auto& table : kept.counts) hash.integers(table);
    for (const auto& cuts : kept.cuts) hash.numbers(cuts);
    for (const auto& patients : kept.group_patients) hash.integers(patients);
  }
  return hash.hex();
}

namespace {

std::string with_conf(const std::vector<double>& values, const std::vector<double>& conf, std::size_t i) {
  return fmt::format("{} ± {}", short_number(values[i]), error_number(conf[i]));
}

/// Largest first.
std::vector<std::size_t> by_size(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto size = [&](std::size_t i) { return std::isnan(values[i]) ? -1.0 : values[i]; };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return size(a) > size(b); });
  return order;
}

std::string print_sobol(const StudySensitivity& one) {
  const SobolIndices& s = one.sobol;
  TextTable table({"factor", ">S1", ">ST"});
  const std::vector<std::size_t> order = by_size(s.ST);
  for (const std::size_t f : order)
    table.row({one.names[f], with_conf(s.S1, s.S1_conf, f), with_conf(s.ST, s.ST_conf, f)});
  std::string out = table.str("  ");
  const double most = s.ST[order[0]];
  if (std::isfinite(most) && !std::isfinite(s.ST_conf[order[0]]))
    out += "  no intervals: some resamples of the base points are all alike; take more points, or more patients\n";
  else if (std::isfinite(most))
    out += fmt::format("  {} accounts for {} of the variance of {} with its interactions, {} by itself\n",
                       one.names[order[0]], percent(most), one.endpoint, percent(s.S1[order[0]]));
  const std::size_t k = one.names.size();
  const std::vector<std::size_t> pairs = pairs_beyond_chance(s);
  if (const std::size_t all = pairs_of(s); all > 0)
    out += fmt::format("  interactions beyond chance, of {} pair{} looked at together (Bonferroni):{}\n", all,
                       all > 1 ? "s" : "", pairs.empty() ? " none" : "");
  for (const std::size_t at : pairs)
    out += fmt::format("    {} × {}: S2 {}\n", one.names[at / k], one.names[at % k], with_conf(s.S2, s.S2_conf, at));
  return out;
}

std::string print_morris(const StudySensitivity& one) {
  const MorrisIndices& m = one.morris;
  TextTable table({"factor", ">mu_star", ">mu", ">sigma"});
  for (const std::size_t f : by_size(m.mu_star))
    table.row({one.names[f], with_conf(m.mu_star, m.mu_star_conf, f), short_number(m.mu[f]), short_number(m.sigma[f])});
  return table.str("  ");
}

std::string print_ranks(const StudySensitivity& one) {
  const RankCorrelations& r = one.ranks;
  std::vector<double> sizes;
  for (const double value : r.prcc) sizes.push_back(std::fabs(value));
  TextTable table({"factor", ">PRCC", ">95 % interval"});
  for (const std::size_t f : by_size(sizes))
    table.row({one.names[f], short_number(r.prcc[f]),
               fmt::format("{} to {}", short_number(r.prcc_low[f]), short_number(r.prcc_high[f]))});
  return table.str("  ");
}

std::string print_pawn(const StudySensitivity& one) {
  const PawnIndices& p = one.pawn;
  TextTable table({"factor", ">median", ">minimum", ">maximum"});
  for (const std::size_t f : by_size(p.median))
    table.row({one.names[f], short_number(p.median[f]), short_number(p.minimum[f]), short_number(p.maximum[f])});
  return table.str("  ") +
         fmt::format("  a factor that does nothing has a median below {} in 95 of 100 studies, each by itself\n",
                     short_number(p.dummy));
}

std::string print_indices(const StudySensitivity& one) {
  if (!one.sobol.S1.empty()) return print_sobol(one);
  if (!one.morris.mu.empty()) return print_morris(one);
  return one.pawn.median.empty() ? print_ranks(one) : print_pawn(one);
}

std::string print_sensitivity(const Study& study) {
  std::string out;
  for (std::size_t e = 0; e < study.sensitivity.size(); ++e) {
    const StudySensitivity& one = study.sensitivity[e];
    out += fmt::format("{}: {}\n", one.endpoint, study.endpoints[e].title);
    out += print_indices(one);
    if (const std::string words = correlated_words(study, one); !words.empty()) out += fmt::format("  {}\n", words);
    out += fmt::format("  of the variance between points {} is Monte-Carlo noise\n\n", percent(one.noise));
  }
  return out;
}

}  // namespace

/// "500", "500 to 2042"
std::string patients_text(const Study& study) {
  std::uint64_t most = study.patients;
  for (const StudyPoint& point : study.points) most = std::max(most, point.patients);
  return most == study.patients ? fmt::format("{}", most) : fmt::format("{} to {}", study.patients, most);
}

std::string print_study(const Study& study) {
  if (!study.power.empty()) return print_power(study);
  std::string out = fmt::format("{}\n{} points × {} patients{}, the same patients at every point\n\n", study.title,
                                study.points.size(), patients_text(study),
                                study.replicates > 1 ? fmt::format(" × {} replicates", study.replicates) : "");
  for (const StudyCorrelation& both : study.correlations) out += fmt::format("  {}\n", correlation_text(both));
  if (!study.correlations.empty()) out += "\n";
  if (!study.sensitivity.empty())
    return out + print_sensitivity(study) + fmt::format("content hash {}\n", content_hash(study));
  if (study.optimum) return out + print_optimum(study) + fmt::format("content hash {}\n", content_hash(study));
  const std::vector<std::size_t> front = pareto_front(study);
  std::vector<std::string> columns;
  for (const StudyFactor& factor : study.factors) columns.push_back(factor.name);
  for (const StudyEndpoint& endpoint : study.endpoints) columns.push_back(">" + heading(endpoint.name, endpoint.unit));
  if (!front.empty()) columns.emplace_back("");
  TextTable table(columns);
  for (std::size_t p = 0; p < study.points.size(); ++p) {
    std::vector<std::string> row;
    for (std::size_t f = 0; f < study.factors.size(); ++f) row.push_back(level_text(study, study.points[p], f));
    for (const StudyEndpoint& endpoint : study.endpoints) row.push_back(with_error(endpoint, p));
    if (!front.empty()) row.emplace_back(std::ranges::find(front, p) != front.end() ? "*" : "");
    table.row(std::move(row));
  }
  out += table.str("  ");
  const bool has_circumstances = std::ranges::any_of(study.factors, &StudyFactor::is_circumstance);
  if (!front.empty())
    out += fmt::format("\n  * no other point{} is better in one goal without being worse in another\n",
                       has_circumstances ? " under the same circumstances" : "");
  for (const StudyEndpoint& endpoint : study.endpoints) {
    out += fmt::format("\n  {}: {}", endpoint.name, endpoint.title);
    if (std::isfinite(endpoint.noise))
      out += fmt::format(" ({} of the variance between points is Monte-Carlo noise)", percent(endpoint.noise));
    for (std::size_t p = 0; p < study.points.size(); ++p)
      if (!endpoint.reasons[p].empty()) {
        out += fmt::format("; –: {}", endpoint.reasons[p]);
        break;
      }
  }
  return out + fmt::format("\n\ncontent hash {}\n", content_hash(study));
}

}  // namespace vt
