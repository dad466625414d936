#pragma once
/// \file The closed list of units, and quantities such as "400 mg". Conversions use × and ÷ alone, so that they give
/// the same bits everywhere.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/calendar.hpp"

namespace vt {

/// Exponents of what a unit measures.
struct Dimension {
  int mass = 0, volume = 0, time = 0, cells = 0, percent = 0;
  friend bool operator==(const Dimension&, const Dimension&) = default;
};

/// A unit is numerator/denominator × (mg, L, h, 10⁹ cells, %).
struct Unit {
  Dimension dimension;
  std::int64_t numerator = 1, denominator = 1;
  std::string text;
};

struct Quantity {
  double value = 0;
  Unit unit;
};

/// "mg", "1e9/L", "1/day"; nothing if it is not in the list.
std::optional<Unit> parse_unit(std::string_view text);

/// Every text that parse_unit() takes.
std::vector<std::string> all_units();

/// "a concentration", "a time", …
std::string describe(const Dimension&);

/// The whole of `text` as a finite decimal number.
std::optional<double> parse_number(std::string_view text);

/// A number and a unit, "400 mg". On failure `why` says what is wrong and what may be meant.
std::optional<Quantity> parse_quantity(std::string_view text, std::string& why);

/// Values in another unit of the same dimension; correctly rounded where value × numerator is exact.
class Conversion {
 public:
  Conversion() = default;  ///< to the same unit
  Conversion(const Unit& from, const Unit& to);
  double operator()(double value) const { return value * numerator_ / denominator_; }

 private:
  double numerator_ = 1, denominator_ = 1;
};
double convert(double value, const Unit& from, const Unit& to);

/// The unit in which kernels/ hold such a quantity when nothing else says: the unit itself if kernels use it, else that
/// of its dimension (mg, L, ng/mL, L/h, 1e9/L; h for min; day for week, month and year; 1/day for 1/week and 1/month).
Unit kernel_unit(const Unit& unit);

/// A point in the trial's time: "day 29", "month 6".
struct TrialTime {
  double exact_day = 0;  ///< before rounding
  std::int32_t day = 0;  ///< days after the first dose, half a day rounded up
  std::string unit;      ///< day, week, month or year
  double count = 0;
};
std::optional<TrialTime> parse_trial_time(std::string_view text, std::string& why);

/// The nearest whole number, half rounded up. |x| < 2^31.
std::int32_t round_half_up(double x);

}  // namespace vt
