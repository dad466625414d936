#include "output/report/inks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace vt::report {
namespace {

constexpr Ink kInks[] = {
    {"#222", "#ececec", InkUse::words},    {"#333", "#dcdcdc", InkUse::words},    {"#595959", "#b3b3b3", InkUse::words},
    {"#767676", "#8c8c8c", InkUse::marks}, {"#7d7d7d", "#9a9a9a", InkUse::marks}, {"#e3e3e3", "#363b42", InkUse::help},
    {"#00623f", "#5fd0a0", InkUse::words}, {"#a33600", "#ff9d6b", InkUse::words}, {"#dbe9f4", "#24405a", InkUse::help},
    {"#b5d3e8", "#2b4f6b", InkUse::help},  {"#e0a276", "#8a5630", InkUse::help},  {"#cfcfcf", "#4a4f55", InkUse::help},
    {"#d3e4f3", "#1d3d5a", InkUse::help},  {"#0072b2", "#5cb3e8", InkUse::words}, {"#c05000", "#ff9a52", InkUse::words},
    {"#00795a", "#3fc79a", InkUse::words}, {"#b0568a", "#e595c5", InkUse::words}, {"#8a6d00", "#d3b13a", InkUse::words},
    {"#3b3b3b", "#cfcfcf", InkUse::words}, {"#5b93cf", "#4a86c2", InkUse::marks}, {"#3d78b8", "#74aade", InkUse::marks},
    {"#1c5a99", "#a6cbee", InkUse::marks}, {"#0b2f5c", "#e0edfb", InkUse::marks},
};

double luminance(std::string_view colour) {
  const bool is_short = colour.size() == 4;
  double parts[3];
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string digits = is_short ? std::string(2, colour[1 + i]) : std::string(colour.substr(1 + 2 * i, 2));
    const double share = static_cast<double>(std::stoi(digits, nullptr, 16)) / 255;
    parts[i] = share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
  }
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}

}  // namespace

std::span<const Ink> inks() { return kInks; }

std::string dark_inks_css() {
  std::string css;
  const auto turn = [&](const char* light, const char* dark) {
    css += fmt::format("svg [fill=\"{0}\"]{{fill:{1}}}svg [stroke=\"{0}\"]{{stroke:{1}}}\n", light, dark);
  };
  turn(kPaper, kDarkPaper);
  for (const Ink& ink : kInks) turn(ink.light, ink.dark);
  return css;
}

double contrast(const char* one, const char* other) {
  const auto [low, high] = std::minmax({luminance(one), luminance(other)});
  return (high + 0.05) / (low + 0.05);
}

}  // namespace vt::report
