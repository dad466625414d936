#include "output/qualification/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/text.hpp"

namespace vt {
namespace {

/// Whether one of the accepted limits lies in the simulation's own interval.
bool is_near_limit(const Comparison& row) {
  const double low = row.simulated.interval.low, high = row.simulated.interval.high;
  const auto holds = [&](double limit) { return std::isfinite(limit) && low <= limit && limit <= high; };
  return row.verdict != Verdict::not_testable && low < high && (holds(row.target.low) || holds(row.target.high));
}

void add_to(Score& score, const Comparison& row) {
  ++score.rows;
  if (row.verdict == Verdict::inside) ++score.inside;
}

std::string in_words(const Score& score) { return fmt::format("{} of {}", score.inside, score.rows); }

}  // namespace

std::vector<CertifiedRow> certify(const Runs& runs, const std::vector<QualificationRow>& rows, std::int64_t fewest) {
  std::vector<Target> targets;
  for (const QualificationRow& row : rows) targets.push_back(row.target);
  const std::vector<Comparison> found = compare(runs, targets);
  std::vector<CertifiedRow> certified;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CertifiedRow row{rows[i].id, found[i], rows[i].study_size, {}, {}};
    if (row.found.verdict != Verdict::not_testable && row.found.simulated.n < fewest) {
      row.found.verdict = Verdict::not_testable;
      row.found.reason = fmt::format("{} patients were simulated there ({} are needed)", row.found.simulated.n, fewest);
    }
    row.is_near_limit = is_near_limit(row.found);
    row.predictive = predictive_interval(runs, rows[i].target, rows[i].study_size);
    if (row.predictive.is_known() && !std::isnan(rows[i].target.value))
      row.holds_published = row.predictive.holds(rows[i].target.value);
    certified.push_back(std::move(row));
  }
  return certified;
}

CertificateStanding standing_of(const Certificate& certificate) {
  CertificateStanding standing;
  std::vector<std::string> fitted, required;
  for (const CertifiedRow& row : certificate.rows) {
    const Target& target = row.found.target;
    const bool is_fitted = target.kind == TargetKind::fitted, is_outside = row.found.verdict != Verdict::inside;
    add_to(is_soft(target) ? standing.soft : is_fitted ? standing.fitted : standing.predicted, row.found);
    if (is_soft(target) || !is_outside) continue;
    if (is_fitted) fitted.push_back(target.name);
    if (target.required && !is_fitted) required.push_back(target.name);
  }
  const int counted = standing.fitted.rows + standing.predicted.rows;
  const int inside = standing.fitted.inside + standing.predicted.inside;
  standing.share = counted > 0 ? static_cast<double>(inside) / counted : 0;
  for (const std::string& name : fitted)
    standing.why_not.push_back(fmt::format("the fitted row '{}' is not inside", name));
  for (const std::string& name : required)
    standing.why_not.push_back(fmt::format("the required row '{}' is not inside", name));
  if (standing.share < certificate.required_share)
    standing.why_not.push_back(fmt::format("{} of {} rows are inside, {}; {} are needed", inside, counted,
                                           percent(standing.share), percent(certificate.required_share)));
  return standing;
}

std::string summary_of(const Certificate& certificate) {
  const CertificateStanding standing = standing_of(certificate);
  const Score all{standing.fitted.rows + standing.predicted.rows, standing.fitted.inside + standing.predicted.inside};
  return fmt::format("{}: {} rows inside ({}, {} needed): fitted {}, predicted {}{}",
                     standing.is_passed() ? "passed" : "not passed", in_words(all), percent(standing.share),
                     percent(certificate.required_share), in_words(standing.fitted), in_words(standing.predicted),
                     standing.soft.rows > 0 ? "; soft rows, which do not count: " + in_words(standing.soft) : "");
}

std::string print_certificate_summary(const Certificate& certificate) {
  std::string out = certificate.title + '\n' + summary_of(certificate) + '\n';
  for (const std::string& why : standing_of(certificate).why_not) out += "  " + why + '\n';
  return out;
}

std::string print_certificate(const Certificate& certificate) {
  std::string out = certificate.title + '\n';
  for (const CertifiedRow& row : certificate.rows) {
    const Comparison& found = row.found;
    if (found.verdict == Verdict::inside) continue;
    const Target& t = found.target;
    const std::string what =
        found.verdict == Verdict::not_testable
            ? found.reason
            : fmt::format("{} against {}{}", simulated_number(found), target_range(t, t.low, t.high),
                          row.is_near_limit ? " (within the simulation's error of a limit)" : "");
    out +=
        fmt::format("  {} {} ({}{}, {}): {}\n", row.id, t.name, t.kind == TargetKind::fitted ? "fitted" : "predicted",
                    is_soft(t)   ? ", soft"
                    : t.required ? ", required"
                                 : "",
                    to_string(found.verdict), what);
    if (!t.explanation.empty()) out += "    " + t.explanation + '\n';
  }
  out += summary_of(certificate) + '\n';
  for (const std::string& why : standing_of(certificate).why_not) out += "  " + why + '\n';
  return out;
}

}  // namespace vt
