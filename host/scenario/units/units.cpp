#include "host/scenario/units/units.hpp"

#include <charconv>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "host/problems.hpp"

namespace vt {
namespace {

struct Atom {
  std::string_view text;
  Dimension dimension;
  std::int64_t numerator, denominator;  ///< × (mg, L, h, 10⁹ cells, %)
};

constexpr Dimension mass{1, 0, 0, 0, 0}, volume{0, 1, 0, 0, 0}, time{0, 0, 1, 0, 0}, cells{0, 0, 0, 1, 0},
    percent{0, 0, 0, 0, 1}, mass_time{1, 0, 1, 0, 0};

constexpr Atom kAtoms[] = {
    {"ng", mass, 1, 1'000'000},
    {"ug", mass, 1, 1'000},
    {"mg", mass, 1, 1},
    {"g", mass, 1'000, 1},
    {"kg", mass, 1'000'000, 1},
    {"mL", volume, 1, 1000},
    {"dL", volume, 1, 10},
    {"L", volume, 1, 1},
    {"h", time, 1, 1},
    {"min", time, 1, 60},
    {"day", time, 24, 1},
    {"week", time, 168, 1},
    {"month", time, 1461, 2},
    {"year", time, 8766, 1},
    {"%", percent, 1, 1},
    {"1e9", cells, 1, 1},
    {"1", {}, 1, 1},
    {"ng*h", mass_time, 1, 1'000'000},
    {"ug*h", mass_time, 1, 1'000},
    {"mg*h", mass_time, 1, 1},
};

/// What people write for a unit of the list.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"µg", "ug"},         {"μg", "ug"},      {"mcg", "ug"},      {"l", "L"},          {"ml", "mL"},
    {"liter", "L"},       {"litre", "L"},    {"hr", "h"},        {"hrs", "h"},        {"hour", "h"},
    {"hours", "h"},       {"minute", "min"}, {"minutes", "min"}, {"d", "day"},        {"days", "day"},
    {"wk", "week"},       {"weeks", "week"}, {"mo", "month"},    {"months", "month"}, {"y", "year"},
    {"yr", "year"},       {"years", "year"}, {"percent", "%"},   {"10^9/L", "1e9/L"}, {"G/L", "1e9/L"},
    {"x10^9/L", "1e9/L"},
};

/// What people write for the time between doses.
constexpr std::pair<std::string_view, std::string_view> kSchedules[] = {
    {"qd", "24 h"},  {"od", "24 h"},   {"q24h", "24 h"}, {"daily", "24 h"},   {"bid", "12 h"},
    {"bd", "12 h"},  {"q12h", "12 h"}, {"tid", "8 h"},   {"q8h", "8 h"},      {"tds", "8 h"},
    {"qod", "48 h"}, {"q48h", "48 h"}, {"qw", "1 week"}, {"weekly", "1 week"}};

constexpr std::string_view kKernelUnits[] = {"mg",  "kg",    "L",      "h",     "day", "ng/mL",   "L/h",
                                             "1/h", "1/day", "1/year", "1e9/L", "%",   "ng*h/mL", "g/dL"};

const Atom* find_atom(std::string_view text) {
  for (const Atom& atom : kAtoms)
    if (atom.text == text) return &atom;
  return nullptr;
}

std::string_view without_spaces(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Dimension quotient(const Dimension& a, const Dimension& b) {
  return {a.mass - b.mass, a.volume - b.volume, a.time - b.time, a.cells - b.cells, a.percent - b.percent};
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return lower;
}

/// "mg" of "MG", "ng/mL" of "NG/ML", "month" of "Months"; "" if it is no unit for another reason.
std::string but_for_capitals(std::string_view unit) {
  const std::size_t slash = unit.find('/');
  std::string same;
  for (const std::string_view part :
       {unit.substr(0, slash), slash == std::string_view::npos ? "" : unit.substr(slash + 1)}) {
    if (part.empty()) continue;
    const std::string lower = lower_case(part);
    std::string_view found;
    for (const Atom& atom : kAtoms)
      if (lower_case(atom.text) == lower) found = atom.text;
    for (const auto& [other, ours] : kOtherNames)
      if (found.empty() && lower_case(other) == lower) found = ours;
    if (found.empty()) return "";
    same += (same.empty() ? "" : "/") + std::string(found);
  }
  return parse_unit(same) ? same : "";
}

std::string schedule_hint(std::string_view text) {
  const std::string lower = lower_case(text);
  for (const auto& [schedule, every] : kSchedules)
    if (lower == schedule) return fmt::format("; write \"{}\"", every);
  return "";
}

/// 400.5 mg for "400,5 mg"; 1000 mg for "1,000 mg" may be meant, too.
std::string with_point(std::string_view text) {
  const std::size_t comma = text.find(',');
  std::string pointed(text), joined(text);
  pointed[comma] = '.', joined.erase(comma, 1);
  const std::size_t end = std::min(text.find_first_not_of("0123456789", comma + 1), text.size());
  return end - comma == 4 ? fmt::format("write {}, or {} if thousands were meant", pointed, joined)
                          : fmt::format("write {}", pointed);
}

std::string unit_hint(std::string_view unit) {
  for (const auto& [other, ours] : kOtherNames)
    if (other == unit) return fmt::format("; write {}", ours);
  if (unit.starts_with('/')) return fmt::format("; write 1{}", unit);
  if (const std::string same = but_for_capitals(unit); !same.empty()) return fmt::format("; write {}", same);
  const std::size_t slash = unit.find('/');
  if (slash != std::string_view::npos) {
    std::string hint;
    for (const std::string_view part : {unit.substr(0, slash), unit.substr(slash + 1)})
      for (const auto& [other, ours] : kOtherNames)
        if (other == part) hint += fmt::format("; write {} for {}", ours, other);
    return hint;
  }
  std::vector<std::string> names;
  for (const Atom& atom : kAtoms) names.emplace_back(atom.text);
  return did_you_mean(unit, names);
}

/// A text of digits alone, few enough for a double to hold every one.
std::optional<double> whole_number(std::string_view text) {
  constexpr std::size_t most_digits = 15;
  if (text.empty() || text.size() > most_digits) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = 10 * value + (c - '0');
  }
  return static_cast<double>(value);
}

/// Reads the number at the start; `rest` is what follows it.
std::optional<double> leading_number(std::string_view text, std::string_view& rest) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  rest = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string clipped(std::string_view text) {
  constexpr std::size_t longest = 60;
  if (text.size() <= longest) return std::string(text);
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace

std::optional<Unit> parse_unit(std::string_view text) {
  const std::size_t slash = text.find('/');
  const Atom* above = find_atom(text.substr(0, slash));
  if (above == nullptr) return std::nullopt;
  const bool needs_quotient = above->text == "1" || above->text == "1e9" || above->dimension == mass_time;
  if (slash == std::string_view::npos) {
    if (needs_quotient) return std::nullopt;
    return Unit{above->dimension, above->numerator, above->denominator, std::string(text)};
  }
  const Atom* below = find_atom(text.substr(slash + 1));
  if (below == nullptr || below->text == "1" || below->text == "1e9" || below->dimension == mass_time ||
      below->dimension == above->dimension)
    return std::nullopt;
  std::int64_t numerator = above->numerator * below->denominator;
  std::int64_t denominator = above->denominator * below->numerator;
  const std::int64_t common = std::gcd(numerator, denominator);
  return Unit{quotient(above->dimension, below->dimension), numerator / common, denominator / common,
              std::string(text)};
}

std::vector<std::string> all_units() {
  std::vector<std::string> units;
  const auto add = [&](const std::string& text) {
    if (parse_unit(text)) units.push_back(text);
  };
  for (const Atom& above : kAtoms) {
    add(std::string(above.text));
    for (const Atom& below : kAtoms) add(fmt::format("{}/{}", above.text, below.text));
  }
  return units;
}

std::string describe(const Dimension& d) {
  if (d == Dimension{}) return "a plain number";
  if (d == mass) return "a mass";
  if (d == volume) return "a volume";
  if (d == time) return "a time";
  if (d == percent) return "a percentage";
  if (d == quotient(mass, volume)) return "a concentration";
  if (d == quotient(volume, time)) return "a clearance";
  if (d == quotient({}, time)) return "a rate";
  if (d == quotient(cells, volume)) return "a cell count";
  if (d == quotient(mass_time, volume)) return "an area under a concentration curve";
  return "another quantity";
}

std::optional<double> parse_number(std::string_view text) {
  if (const std::optional<double> whole = whole_number(text)) return whole;
  std::string_view rest;
  const std::optional<double> value = leading_number(text, rest);
  return rest.empty() ? value : std::nullopt;
}

std::optional<Quantity> parse_quantity(std::string_view text, std::string& why) {
  text = without_spaces(text);
  std::string_view rest;
  const std::optional<double> value = leading_number(text, rest);
  if (!value) {
    why = fmt::format("'{}' does not begin with a number{}", clipped(text), schedule_hint(text));
    return std::nullopt;
  }
  if (rest.size() > 1 && rest[0] == ',' && rest[1] >= '0' && rest[1] <= '9') {
    why = fmt::format("'{}' has a comma where numbers have a point; {}", clipped(text), with_point(clipped(text)));
    return std::nullopt;
  }
  const std::string_view unit_text = without_spaces(rest);
  if (unit_text.empty()) {
    why = fmt::format("'{}' has no unit", clipped(text));
    return std::nullopt;
  }
  std::optional<Unit> unit = parse_unit(unit_text);
  if (!unit) {
    why = fmt::format("'{}' is not a known unit{}", clipped(unit_text), unit_hint(unit_text));
    return std::nullopt;
  }
  return Quantity{*value, std::move(*unit)};
}

Conversion::Conversion(const Unit& from, const Unit& to) {
  const std::int64_t cross_up = std::gcd(from.numerator, to.numerator);
  const std::int64_t cross_down = std::gcd(from.denominator, to.denominator);
  std::int64_t numerator = (from.numerator / cross_up) * (to.denominator / cross_down);
  std::int64_t denominator = (from.denominator / cross_down) * (to.numerator / cross_up);
  const std::int64_t common = std::gcd(numerator, denominator);
  numerator /= common;
  denominator /= common;
  numerator_ = static_cast<double>(numerator);
  denominator_ = static_cast<double>(denominator);
}

double convert(double value, const Unit& from, const Unit& to) { return Conversion(from, to)(value); }

Unit kernel_unit(const Unit& unit) {
  for (const std::string_view text : kKernelUnits)
    if (unit.text == text) return unit;
  constexpr std::int64_t hours_per_day = 24;
  const bool is_long = unit.dimension == time && unit.numerator >= hours_per_day * unit.denominator;
  const bool is_slow = unit.dimension == quotient({}, time) && unit.denominator > hours_per_day * unit.numerator;
  if (is_long) return *parse_unit("day");
  if (is_slow) return *parse_unit("1/day");
  for (const std::string_view text : kKernelUnits) {
    Unit candidate = *parse_unit(text);
    if (candidate.dimension == unit.dimension) return candidate;
  }
  return unit;
}

std::int32_t round_half_up(double x) {
  const double shifted = x + 0.5;
  const auto whole = static_cast<std::int32_t>(shifted);
  return static_cast<double>(whole) > shifted ? whole - 1 : whole;
}

std::optional<TrialTime> parse_trial_time(std::string_view text, std::string& why) {
  constexpr double most_days = 1e6;
  text = without_spaces(text);
  const std::size_t space = text.find(' ');
  const std::string_view unit = text.substr(0, space);
  const double days = unit == "day"     ? 1
                      : unit == "week"  ? kDaysPerWeek
                      : unit == "month" ? kDaysPerMonth
                      : unit == "year"  ? kDaysPerYear
                                        : 0;
  const std::optional<double> count =
      space == std::string_view::npos ? std::nullopt : parse_number(without_spaces(text.substr(space)));
  if (days == 0 || !count) {
    std::string unused;
    const std::optional<Quantity> quantity = parse_quantity(text, unused);
    why = fmt::format("'{}' is not a time of the trial", clipped(text));
    if (quantity && quantity->unit.dimension == time)
      why += fmt::format("; write \"{} {}\" for the time that long after the first dose", quantity->unit.text,
                         quantity->value);
    else
      why += "; write for instance \"day 29\" or \"month 6\"";
    return std::nullopt;
  }
  TrialTime point;
  point.unit = unit;
  point.count = *count;
  point.exact_day = *count * days;
  if (!(point.exact_day > -most_days && point.exact_day < most_days)) {
    why = fmt::format("'{}' lies too far away", clipped(text));
    return std::nullopt;
  }
  point.day = round_half_up(point.exact_day);
  if (unit == "day" && static_cast<double>(point.day) != point.exact_day) {
    why = fmt::format("'{}' is not a whole day", clipped(text));
    return std::nullopt;
  }
  return point;
}

}  // namespace vt
