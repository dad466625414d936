#include <fmt/format.h>
#include <algorithm>

#include <cmath>

#include "output/compare.hpp"
#include "output/json.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

bool is_plain_share(const Target& target) {
  const auto statistic = parse_statistic(target.statistic);
  return statistic && is_share(*statistic) && target.over.empty();
}

/// In percent: shares, their differences, and relative changes.
bool is_percentage(const Target& target) { return is_plain_share(target) || !target.spread.empty(); }

std::string limits(const Target& target) { return target_range(target, target.low, target.high); }

std::string bare_number(const Target& target, double x) {
  return is_percentage(target) ? fmt::format("{:.1f}", 100 * x) : short_number(x);
}

/// With the blank before it.
std::string unit_of(const Target& target) {
  if (is_percentage(target)) return " %";
  return !target.over.empty() || !has_unit(target.unit) ? "" : " " + target.unit;
}

std::string with_error(const Comparison& row) {
  std::string value = simulated_number(row);
  if (!(row.simulated.standard_error > 0)) return value;
  const double scale = is_percentage(row.target) ? 100 : 1;
  return value + " ± " + short_number(scale * row.simulated.standard_error, 2);
}

void add_section(std::string& out, const std::vector<Comparison>& rows, TargetKind kind, const char* heading) {
  const Score score = score_of(rows, kind);
  if (score.rows == 0) return;
  out += fmt::format("{}: {} of {} inside\n", heading, score.inside, score.rows);
  TextTable table({"", "target", ">published", ">accepted", ">simulated ± MC error", ">n", "verdict"});
  for (const Comparison& row : rows) {
    if (row.target.kind != kind) continue;
    table.row({row.target.required ? "*" : "", row.target.name, target_number(row.target, row.target.value),
               limits(row.target), with_error(row), row.simulated.n > 0 ? fmt::format("{}", row.simulated.n) : "–",
               to_string(row.verdict)});
  }
  out += table.str("  ") + '\n';
}

Json score_json(const Score& score) { return {{"rows", score.rows}, {"inside", score.inside}}; }

}  // namespace

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::inside:
      return "inside";
    case Verdict::outside:
      return "MISS";
    case Verdict::not_testable:
      break;
  }
  return "not testable";
}

std::string_view name_of(Verdict verdict) {
  return verdict == Verdict::inside ? "inside" : verdict == Verdict::outside ? "outside" : "not testable";
}

Json selection_json(const Selection& selection) {
  Json json = Json::object();
  for (const auto& [axis, value] : selection) {
    if (const auto* label = std::get_if<std::string>(&value))
      json[axis] = valid_utf8(*label);
    else
      json[axis] = std::get<double>(value);
  }
  return json;
}

Json other_side_json(const OtherSide& other) {
  if (other.run.empty() && other.tally.empty() && other.statistic.empty()) return selection_json(other.where);
  Json json = Json::object();
  for (const auto& [key, text] :
       {std::pair("run", &other.run), std::pair("tally", &other.tally), std::pair("statistic", &other.statistic)})
    if (!text->empty()) json[key] = valid_utf8(*text);
  json["where"] = selection_json(other.where);
  return json;
}

namespace {

/// "median where arm = A, run 'tops'": of another side.
std::string words_for(const OtherSide& other) {
  std::string text;
  if (!other.tally.empty()) text += " of " + other.tally;
  if (const auto statistic = parse_statistic(other.statistic)) text += ": " + describe(*statistic);
  if (!other.where.empty()) text += " where " + to_string(other.where);
  if (!other.run.empty()) text += " in run " + other.run;
  return text;
}

}  // namespace

std::string describe(const Target& target) {
  const auto statistic = parse_statistic(target.statistic);
  std::string text = target.tally + ": " + (statistic ? describe(*statistic) : target.statistic);
  if (!target.where.empty()) text += " where " + to_string(target.where);
  if (!target.over.empty()) text += ", divided by that" + words_for(target.over);
  if (!target.minus.empty()) text += ", minus that" + words_for(target.minus);
  if (!target.spread.empty()) text += ", largest relative change over " + target.spread;
  if (const auto between = parse_statistic(target.over_replicates))
    text += ", " + describe(*between) + " of replicates";
  return text;
}

std::string target_number(const Target& target, double x) {
  return std::isnan(x) ? "–" : bare_number(target, x) + unit_of(target);
}

std::string simulated_number(const Comparison& row) {
  const Target& target = row.target;
  const std::string text = target_number(target, row.simulated.value);
  const bool looks_inside = text == target_number(target, target.low) || text == target_number(target, target.high);
  if (row.verdict != Verdict::outside || !looks_inside) return text;
  return short_number(row.simulated.value * (is_percentage(target) ? 100 : 1), 6) + unit_of(target);
}

std::string target_range(const Target& target, double low, double high) {
  if (std::isfinite(low) && std::isfinite(high)) return bare_number(target, low) + " to " + target_number(target, high);
  if (std::isfinite(low)) return "≥ " + target_number(target, low);
  return std::isfinite(high) ? "≤ " + target_number(target, high) : "–";
}

std::string print_comparison(const std::vector<Comparison>& rows) {
  std::string out;
  add_section(out, rows, TargetKind::predicted, "Predicted (published results the model was not fitted to)");
  add_section(out, rows, TargetKind::fitted, "Fitted (the model was adjusted to these: agreement is no evidence)");
  if (rows.empty()) return "No targets to compare with.\n";
  int misses = 0;
  for (const Comparison& row : rows) {
    if (row.verdict == Verdict::inside) continue;
    if (misses++ == 0) out += "Misses\n";
    out += fmt::format(
        "  {} ({}{}): {}\n", row.target.name, row.target.required ? "required, " : "", to_string(row.verdict),
        row.verdict == Verdict::not_testable ? row.reason : with_error(row) + " against " + limits(row.target));
    if (!row.target.explanation.empty()) out += "    " + row.target.explanation + '\n';
  }
  if (misses == 0) out += "No misses.\n";
  const bool none = std::none_of(rows.begin(), rows.end(), [](const auto& row) { return row.target.required; });
  out += none                      ? "No row is required.\n"
         : any_required_miss(rows) ? "A required row (*) is not inside.\n"
                                   : "Every required row (*) is inside.\n";
  return out;
}

Json row_json(const Comparison& row) {
  const Target& t = row.target;
  Json json = {{"name", valid_utf8(t.name)}, {"tally", valid_utf8(t.tally)}, {"statistic", valid_utf8(t.statistic)}};
  if (!t.where.empty()) json["where"] = selection_json(t.where);
  if (!t.over.empty()) json["over"] = other_side_json(t.over);
  if (!t.minus.empty()) json["minus"] = other_side_json(t.minus);
  if (!t.spread.empty()) json["spread"] = valid_utf8(t.spread);
  if (!t.over_replicates.empty()) json["over_replicates"] = valid_utf8(t.over_replicates);
  json["published"] = number_or_null(t.value);
  json["low"] = number_or_null(t.low);
  json["high"] = number_or_null(t.high);
  json["unit"] = valid_utf8(t.unit);
  json["kind"] = t.kind == TargetKind::fitted ? "fitted" : "predicted";
  json["required"] = t.required;
  json["simulated"] = number_or_null(row.simulated.value);
  json["standard_error"] = number_or_null(row.simulated.standard_error);
  json["interval"] = {number_or_null(row.simulated.interval.low), number_or_null(row.simulated.interval.high)};
  json["n"] = row.simulated.n;
  json["verdict"] = name_of(row.verdict);
  if (!row.reason.empty()) json["reason"] = valid_utf8(row.reason);
  if (!t.explanation.empty()) json["explanation"] = valid_utf8(t.explanation);
  json["source"] = valid_utf8(t.source);
  if (!t.tag.empty()) json["tag"] = valid_utf8(t.tag);
  return json;
}

Json comparison_json(const std::vector<Comparison>& rows) {
  Json list = Json::array();
  for (const Comparison& row : rows) list.push_back(row_json(row));
  return json_object("comparison", {{"rows", std::move(list)},
                                    {"predicted", score_json(score_of(rows, TargetKind::predicted))},
                                    {"fitted", score_json(score_of(rows, TargetKind::fitted))},
                                    {"required_miss", any_required_miss(rows)}});
}

}  // namespace vt
