#include "output/report/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/text.hpp"

namespace vt::report {
namespace {

constexpr double kLogarithmicSpan = 40, kFlat = 0.4;
constexpr int kMostZeros = 5;

std::string raised(int exponent) {
  const char* digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "⁻" : "";
  for (const char c : fmt::format("{}", std::abs(exponent))) text += digits[c - '0'];
  return text;
}

std::string tick_on_log(double value) {
  const int exponent = static_cast<int>(std::floor(std::log10(value) + 1e-9));
  const double mantissa = value / std::pow(10, exponent);
  if (std::abs(exponent) >= kMostZeros) {
    const std::string power = "10" + raised(exponent);
    return std::fabs(mantissa - 1) < 1e-6 ? power : short_number(mantissa, 1) + "·" + power;
  }
  return fmt::format("{:.{}f}", value, std::max(0, -exponent));
}

}  // namespace

double Scale::operator()(double value) const {
  const auto shape = [this](double v) { return is_log ? std::log(v) : v; };
  const double span = shape(high) - shape(low);
  return from + (span != 0 ? (shape(value) - shape(low)) / span : 0.5) * (to - from);
}

std::vector<double> round_ticks(double low, double high, bool is_log, int wanted) {
  std::vector<double> ticks;
  if (is_log) {
    const int first = static_cast<int>(std::floor(std::log10(low))),
              last = static_cast<int>(std::ceil(std::log10(high)));
    for (int decade = first; decade <= last; ++decade) {
      for (const double m : {1.0, 2.0, 5.0}) {
        const bool is_wanted = m == 1 || last - first <= 3;
        if (is_wanted) ticks.push_back(m * std::pow(10, decade));
      }
    }
    while (ticks.size() > 2 && ticks[1] <= low) ticks.erase(ticks.begin());
    while (ticks.size() > 2 && ticks[ticks.size() - 2] >= high) ticks.pop_back();
    return ticks;
  }
  const double rough = (high > low ? high - low : 1) / wanted, decade = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * decade;
  for (const double m : {5.0, 2.0, 1.0}) {
    if (m * decade >= rough) step = m * decade;
  }
  for (double k = std::floor(low / step + 1e-9);
       (ticks.empty() || ticks.back() < high - 1e-9 * step) && ticks.size() < 50; ++k) {
    ticks.push_back(k * step);
  }
  if (ticks.size() == 1) ticks.push_back(ticks[0] + step);
  return ticks;
}

Ticks ticks_of(const Scale& scale, bool is_share, int wanted) {
  Ticks ticks;
  const std::vector<double> all = round_ticks(scale.low, scale.high, scale.is_log, wanted);
  const double step = (all.back() - all.front()) / static_cast<double>(all.size() - 1) * (is_share ? 100 : 1);
  const double tiny = scale.is_log ? 0 : 1e-9 * (scale.high - scale.low);
  const int places = static_cast<int>(std::ceil(-std::log10(step) - 1e-6));
  for (const double tick : all) {
    if (tick < scale.low * (scale.is_log ? 1 - 1e-9 : 1) - tiny) continue;
    if (tick > scale.high * (scale.is_log ? 1 + 1e-9 : 1) + tiny) continue;
    const double shown = std::fabs(tick) <= tiny ? 0 : is_share ? 100 * tick : tick;
    ticks.at.push_back(tick);
    if (scale.is_log) {
      ticks.labels.push_back(tick_on_log(shown));
    } else if (places > kMostZeros || std::fabs(scale.high) > 1e7) {
      ticks.labels.push_back(short_number(shown));
    } else {
      ticks.labels.push_back(fmt::format("{:.{}f}", shown, std::max(0, places)));
    }
  }
  return ticks;
}

void Range::include(double value) {
  if (!std::isfinite(value)) return;
  low_ = std::min(low_, value);
  high_ = std::max(high_, value);
  if (value > 0) positive_ = std::min(positive_, value);
}

void Range::include(const PublishedPoint& point) {
  include(point.value);
  include(point.low);
  include(point.high);
}

void Range::include(const Spread& s) {
  for (const double value : {s.p5, s.p25, s.p50, s.p75, s.p95}) include(value);
}

void Range::include(const std::vector<Reference>& references) {
  for (const Reference& reference : references) include(reference.low), include(reference.high);
}

Scale close_scale(const Range& range, double from, double to, bool is_share, bool from_zero) {
  Scale scale{0, 1, from, to, false};
  if (range.is_empty()) return scale;
  const double low = from_zero ? std::min(0.0, range.low()) : range.low();
  double high = from_zero ? std::max(0.0, range.high()) : range.high();
  if (!(high > low)) high = low + std::max(is_share ? 0.01 : 1e-12, 0.1 * std::fabs(low));
  const std::vector<double> ticks = round_ticks(low, high, false, 5);
  scale.low = ticks.front();
  scale.high = is_share && high <= 1 + 1e-9 ? std::min(1.0, ticks.back()) : ticks.back();
  return scale;
}

Scale vertical_scale(const Range& range, double bottom, double top, bool is_share, bool may_be_log) {
  if (range.is_empty()) return {0, 1, bottom, top, false};
  if (may_be_log && !is_share && range.low() > 0 && range.high() > kLogarithmicSpan * range.low()) {
    const std::vector<double> ticks = round_ticks(range.low(), range.high(), true);
    return {ticks.front(), ticks.back(), bottom, top, true};
  }
  const bool is_flat = range.low() > 0 && range.high() - range.low() < kFlat * range.high();
  return close_scale(range, bottom, top, is_share, !is_flat);
}

}  // namespace vt::report
