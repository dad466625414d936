#include <fmt/format.h>

#include <cmath>

#include "host/explain/parts.hpp"
#include "host/explain/words.hpp"
#include "host/scenario/models/model_sections.hpp"
#include "host/scenario/toml/keys.hpp"
#include "kernels/vocabulary/distributions.hpp"

namespace vt::words {

namespace {

constexpr std::string_view kDrawnPerReplicate = ", drawn once for all patients of a replicate";

std::string distribution(const CovariateSpec& spec) {
  std::string out(name_of(spec.distribution));
  for (const auto& [key, value] : spec.parameters) out += fmt::format(", {} {}", key, expression(value));
  for (std::size_t i = 0; i < spec.values.size() && i < spec.probabilities.size(); ++i)
    out += fmt::format(", {} with probability {}", number(spec.values[i]), number(spec.probabilities[i]));
  if (spec.min || spec.max)
    out += fmt::format(", within {} to {}", spec.min ? number(*spec.min) : "−∞", spec.max ? number(*spec.max) : "∞");
  if (spec.per_replicate) out += kDrawnPerReplicate;
  return out;
}

std::string spread(const RandomEffectSpec& spec) {
  std::vector<std::string> sds;
  for (std::size_t i = 0; i < spec.names.size(); ++i)
    sds.push_back(fmt::format("eta.{} with SD {}", spec.names[i], number(std::sqrt(spec.covariance[i][i]))));
  std::string out = list(sds);
  for (std::size_t i = 0; i < spec.names.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double product = spec.covariance[i][i] * spec.covariance[j][j];
      if (product > 0 && spec.covariance[i][j] != 0)
        out += fmt::format("; correlation of {} and {} {:.3g}", spec.names[j], spec.names[i],
                           spec.covariance[i][j] / std::sqrt(product));
    }
  if (spec.per_replicate) out += kDrawnPerReplicate;
  return out;
}

std::string model(std::string_view title, const ModelSpec& spec) {
  if (spec.entries.empty() && spec.model.empty()) return "";
  std::string out = fmt::format("  {}{}\n", title, spec.model.empty() ? "" : ": " + spec.model);
  if (spec.follows_concentration)
    out += "    the concentration of each moment acts; counts are those at the nominal morning dose\n";
  if (spec.has_brake_window)
    out += "    the immune system acts in a window, hardest at immune_load and less above and below\n";
  for (const auto& [key, value] : spec.entries)
    out += paragraph(fmt::format("    {} = ", key), "      ",
                     fmt::format("{}  [{}]", expression(value), origin(value.origin)));
  for (const auto& [key, trend] : spec.trends)
    if (trend.is_set)
      out += fmt::format("    {}: × (1 + {}·exp(−t/{} day))\n", key, number(trend.change),
                         number(trend.time_constant_day));
  return out;
}

std::string levels_below_limit(const Scenario& s) {
  std::string out;
  if (s.prediction.where.line == 0 || !s.assays.entries.contains("trough_limit")) return out;
  for (const BelowLimitName& one : kBelowLimits)
    if (one.meaning == s.prediction.below_limit)
      out = fmt::format("    a level below assays.trough_limit counts {}\n", one.words);
  return out;
}

/// "clearance (SD 0.36), volume (SD 0.63)": what the physician's prior lets deviate, and what it does not.
std::string prior_of_prediction(const Scenario& s) {
  if (s.prediction.where.line == 0 && s.prediction.entries.empty() && s.prediction.model.empty()) return "";
  const PriorSpread spread = spread_of_prior(s);
  const auto sd = [&](const char* key, double variance) {
    const auto given = s.prediction.entries.find(key);
    return given != s.prediction.entries.end() && given->second.number ? *given->second.number : std::sqrt(variance);
  };
  std::vector<std::string> estimated;
  for (const auto& [what, size] : {std::pair("clearance", sd("clearance_sd", spread.clearance)),
                                   std::pair("volume", sd("volume_sd", spread.volume)),
                                   std::pair("absorption", sd("absorption_sd", spread.absorption))})
    if (size > 0) estimated.push_back(fmt::format("{} (SD {})", what, number(size)));
  std::string out = "estimated are " + list(estimated);
  const double product = spread.clearance * spread.volume;
  const auto given = s.prediction.entries.find("correlation");
  if (given != s.prediction.entries.end() && given->second.number)
    out += fmt::format(", correlation {}", number(*given->second.number));
  else if (product > 0 && spread.both != 0)
    out += fmt::format(", correlation {:.3g}", spread.both / std::sqrt(product));
  if (s.prior.is_set() && !spread.at_zero.empty())
    out += fmt::format("; {} of its random effects {} 0", list(spread.at_zero),
                       spread.at_zero.size() == 1 ? "stands at" : "stand at");
  std::string text = paragraph("    ", "      ", out);
  if (s.prior.is_set())
    text = paragraph("    ", "      ",
                     fmt::format("prior: {}, {} absorption, of {}", s.prior.pk.model,
                                 entry_of(s.prior.pk.absorption).name, list(s.prior.files))) +
           text;
  return text;
}

}  // namespace

std::string population(const Scenario& s) {
  std::string out;
  for (const CovariateSpec& spec : s.covariates)
    out += paragraph(fmt::format("  {}: ", spec.name), "    ",
                     fmt::format("{}  [{}]", distribution(spec), origin(spec.origin)));
  if (s.table.file.is_set())
    out += paragraph("  ", "    ",
                     fmt::format("{} of the table {}: {}  [{}]", count(s.table.rows, "patient"), s.table.file.value,
                                 s.table.with_replacement ? "every patient draws a row" : "patient i has row i",
                                 origin(s.table.origin)));
  for (std::size_t i = 0; i < s.correlation.names.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (s.correlation.matrix[i][j] != 0)
        out += paragraph(
            "  ", "    ",
            fmt::format("normal scores of {} and {} correlate by {}  [{}]", s.correlation.names[j],
                        s.correlation.names[i], number(s.correlation.matrix[i][j]), origin(s.correlation.origin)));
  for (const CriterionSpec& criterion : s.criteria)
    out += paragraph("  included only if ", "    ", fmt::format("{} ({})", criterion.when.value, criterion.name));
  for (std::size_t i = 0; i < s.mutants.size(); ++i)
    if (s.mutants[i].share > 0)
      out += paragraph(
          fmt::format("  mutant {}: ", i + 1), "    ",
          fmt::format("{}, takes {} times the drug{}, weight {}  [{}]", s.mutants[i].name, number(s.mutants[i].fold),
                      s.second_drug.model.empty()
                          ? ""
                          : fmt::format(" and {} times the second drug", number(s.mutants[i].second_fold)),
                      number(s.mutants[i].share), origin(s.mutants[i].origin)));
  for (const RandomEffectSpec& spec : s.random_effects)
    out += paragraph("  normal random effects: ", "    ", fmt::format("{}  [{}]", spread(spec), origin(spec.origin)));
  for (const ParameterSpec& spec : s.parameters)
    out += paragraph(fmt::format("  {} = ", spec.name), "    ",
                     fmt::format("{}  [{}]", expression(spec.value), origin(spec.value.origin)));
  return out;
}

std::string adherence(const Scenario& s) {
  const AdherenceSpec& a = s.adherence;
  if (a.model.empty()) return "";
  std::string misses =
      fmt::format("a dose is taken with probability {} once, {} twice, {} three times daily",
                  number(a.taken_once_daily), number(a.taken_twice_daily), number(a.taken_three_times_daily));
  if (a.has_habits)
    misses =
        fmt::format("odds of missing a dose × {} once, {} twice, {} three times daily", number(a.miss_odds_once_daily),
                    number(a.miss_odds_twice_daily), number(a.miss_odds_three_times_daily));
  for (const auto& [key, value] : a.habits.entries) misses += fmt::format("; {} {}", key, expression(value));
  const DoseRecordsSpec& records = s.dose_records;
  std::string on_record;
  if (!records.patients.empty())
    on_record = paragraph(
        "  ", "  ",
        fmt::format("on record: {} take the {} of {}{}, whatever is prescribed; all others:  [{}]",
                    count(records.patients.size(), "patient"), count(records.doses.size(), "dose"), records.file.value,
                    records.until_day ? fmt::format(" until day {}", *records.until_day) : "", origin(records.origin)));
  return on_record + paragraph("  ", "  ",
                               fmt::format("{}: {}; timing error (SD) {}, {}, {} h  [{}]", a.model, misses,
                                           number(a.jitter_sd_once_daily_h), number(a.jitter_sd_twice_daily_h),
                                           number(a.jitter_sd_three_times_daily_h), origin(a.origin)));
}

namespace {

/// When a comedication is taken: "days 61 to 122".
std::string when(const InteractionSpec& spec) {
  const std::string start = spec.start.formula.empty() ? number(spec.start_day) : spec.start.formula;
  const std::string last = spec.stop_day >= 1e9 ? "the end" : number(spec.stop_day);
  std::string out = fmt::format("days {} to {}", start, spec.stop.formula.empty() ? last : spec.stop.formula);
  if (spec.every_days > 0)
    out += fmt::format(", {} days in every {}", number(spec.course_days), number(spec.every_days));
  return out;
}

}  // namespace

std::string interactions(const Scenario& s) {
  std::string out;
  for (const InteractionSpec& spec : s.interactions)
    out += paragraph(
        fmt::format("  {}: ", spec.perpetrator), "    ",
        fmt::format("{} % of patients{}, {}; at full effect clearance × {}, bioavailability × {}{}; half-life "
                    "of onset and offset {} h (clearance) and {} h (bioavailability)  [{}]",
                    number(100 * spec.fraction),
                    spec.taken_when.formula.empty() ? "" : fmt::format(" with {}", spec.taken_when.formula), when(spec),
                    number(spec.clearance_ratio), number(spec.bioavailability_ratio),
                    spec.metabolite_clearance_ratio == 1
                        ? ""
                        : fmt::format(", clearance of a metabolite × {}", number(spec.metabolite_clearance_ratio)),
                    number(spec.liver_half_life_h), number(spec.gut_half_life_h), origin(spec.origin)));
  return out;
}

std::string models(const Scenario& s) {
  std::string out;
  for (const ModelSection& section : kModelSections)
    if (section.name != kHabits) {
      out += model(std::string(section.title), *find_model(s, section.name));
      if (section.name == "prediction") out += prior_of_prediction(s);
    }
  return out + levels_below_limit(s);
}

}  // namespace vt::words
