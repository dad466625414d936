#include <cmath>

#include <fmt/format.h>

#include "host/scenario/people/correlation.hpp"
#include "host/scenario/sections.hpp"
#include "kernels/numerics/elementary.hpp"

namespace vt {
namespace {

bool is_symmetric(const std::vector<std::vector<double>>& a, const Field& field) {
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (a[i][j] != a[j][i]) {
        field.complain(fmt::format("is not symmetric (row {}, column {} is {}, row {}, column {} is {})", i + 1, j + 1,
                                   a[i][j], j + 1, i + 1, a[j][i]));
        return false;
      }
  return true;
}

/// The correlations that belong to a covariance.
Matrix correlations_of(Matrix covariance) {
  Matrix correlation = covariance;
  for (std::size_t i = 0; i < covariance.size(); ++i)
    for (std::size_t j = 0; j < covariance.size(); ++j)
      correlation[i][j] = i == j ? 1 : covariance[i][j] / std::sqrt(covariance[i][i] * covariance[j][j]);
  return correlation;
}

/// A square matrix over the effects, symmetric and positive definite; empty if it is not.
Matrix read_matrix(const Field& field, const std::vector<std::string>& names) {
  const std::size_t size = names.size();
  if (field && field.node->is_list() && field.node->items.size() != size && !field.node->items.empty()) {
    field.complain(fmt::format("has {} rows ({} random effects have {} rows of {} numbers)", field.node->items.size(),
                               size, size, size));
    return {};
  }
  std::vector<std::vector<double>> rows = read_rows(field, size, kAny);
  if (rows.empty() || !is_symmetric(rows, field)) return {};
  if (is_positive_definite(rows)) return rows;
  for (std::size_t i = 0; i < size; ++i)
    if (!(rows[i][i] > 0)) {
      field.complain(fmt::format("has {} in row {} of its diagonal (a variance is above 0)", rows[i][i], i + 1));
      return {};
    }
  field.complain(why_not_positive_definite(correlations_of(rows), names, "patients"));
  return {};
}

/// How large random effects are: sd, or cv with what it means.
struct Spread {
  Field field;
  bool is_lognormal_cv = false;
  double sd_of(double value) const { return is_lognormal_cv ? square_root(log1p(value * value)) : value; }
};

/// cv_is = "sd" takes a published CV for the SD of the effect, as NONMEM reports often do; "lognormal" takes it for
/// that of the parameter exp(eta), so that the SD is √(log(1 + CV²)).
Spread read_spread(TableReader& reader) {
  const Field sd = reader.get("sd"), cv = reader.get("cv"), meaning = reader.get("cv_is");
  if (sd && cv) cv.complain("stands beside sd (they say the same); take one away");
  if (!cv) {
    if (meaning) meaning.complain("stands there without cv; take it away");
    return {sd};
  }
  if (!meaning)
    cv.complain(
        "has no cv_is (a CV is used for the SD of the effect by some, for that of the lognormal parameter by others); "
        "add cv_is = \"sd\" or \"lognormal\"");
  return {cv, read_choice(meaning, {"sd", "lognormal"}) == "lognormal"};
}

std::vector<std::vector<double>> read_correlated(TableReader& reader, const Field& sd, const Field& correlation,
                                                 const std::vector<std::string>& names, const Spread& spread) {
  const std::size_t size = names.size();
  std::vector<double> sds = read_numbers(sd, kPositive);
  for (double& value : sds) value = spread.sd_of(value);
  std::vector<std::vector<double>> matrix = read_matrix(correlation, names);
  if (!correlation) reader.complain("has sd but no correlation (several random effects need both, or a covariance)");
  if (sd.node->is_list() && sd.node->items.size() != size)
    sd.complain(fmt::format("has {} numbers ({} random effects have {})", sd.node->items.size(), size, size));
  for (std::size_t i = 0; i < matrix.size(); ++i)
    if (matrix[i][i] != 1) {
      correlation.complain(
          fmt::format("has {} in row {} of its diagonal (correlations have 1 there)", matrix[i][i], i + 1));
      return {};
    }
  if (sds.size() != size) return {};
  for (std::size_t i = 0; i < matrix.size(); ++i)
    for (std::size_t j = 0; j < matrix.size(); ++j) matrix[i][j] = sds[i] * sds[j] * matrix[i][j];
  return matrix;
}

void read_one_effect(TableReader& reader, RandomEffectSpec& effect) {
  const Field name = reader.get("name");
  check_identifier(name);
  effect.names = {name.node->text};
  const Spread spread = read_spread(reader);
  if (!spread.field) reader.need("sd", "a random effect alone has a standard deviation, or cv and cv_is");
  const bool is_cv = spread.field && spread.field.path.ends_with(".cv");  // 10: 1000 %, beyond which it is a percentage
  if (const auto value = read_number(spread.field, "", {0, is_cv ? 10.0 : 1e3})) {
    const double sd = spread.sd_of(*value);
    effect.covariance = {{sd * sd}};
  }
}

void read_several_effects(TableReader& reader, RandomEffectSpec& effect) {
  const Field names = reader.get("names");
  for (const Text& name : read_texts(names)) effect.names.push_back(name.value);
  if (names.node->is_list())
    for (const Field& item : items_of(names)) check_identifier(item);
  const Field covariance = reader.get("covariance");
  const Spread spread = read_spread(reader);
  const Field& sd = spread.field;
  const Field correlation = reader.get("correlation");
  if (covariance && (sd || correlation))
    covariance.complain("stands beside sd or correlation (one of the two ways is enough); take one away");
  else if (covariance)
    effect.covariance = read_matrix(covariance, effect.names);
  else if (sd)
    effect.covariance = read_correlated(reader, sd, correlation, effect.names, spread);
  else
    reader.complain("has no covariance (several random effects have one, or sd and correlation)");
}

}  // namespace

bool is_per_replicate(TableReader& reader) {
  const Field per = reader.get("per");
  return per && read_choice(per, {"patient", "replicate"}) == "replicate";
}

void read_random_effect(TableReader& reader, Scenario& scenario) {
  RandomEffectSpec effect;
  effect.where = reader.table().where;
  effect.origin = read_origin(reader, true);
  effect.per_replicate = is_per_replicate(reader);
  const Field name = reader.get("name");
  const Field names = reader.get("names");
  if (name && names)
    names.complain("stands beside name (one is for a single effect, the other for several); take one away");
  else if (names)
    read_several_effects(reader, effect);
  else
    read_one_effect(reader, effect);
  reader.finish();
  const std::size_t size = effect.names.size();
  if (effect.covariance.size() != size) {  // refused anyway; the identity lets the rest be checked
    effect.covariance.assign(size, std::vector<double>(size, 0.0));
    for (std::size_t i = 0; i < size; ++i) effect.covariance[i][i] = 1;
  }
  scenario.random_effects.push_back(std::move(effect));
}

}  // namespace vt
