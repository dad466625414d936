#pragma once
/// \file Reads tests/reference/elementary_table.txt: arguments and 50-digit results, made by elementary.py beside it.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace reference {

/// A row: f(x) or f(x, y) = high + low to 77 bits, high correctly rounded.
struct Row {
  double x, y, high, low;
};

inline std::vector<Row> rows_of(const std::string& function, int n_arguments) {
  std::ifstream file(VTRIAL_SOURCE_DIR "/tests/reference/elementary_table.txt");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name, word;
    words >> name;
    if (name != function) continue;
    std::vector<double> v;
    while (words >> word) v.push_back(std::strtod(word.c_str(), nullptr));
    rows.push_back(n_arguments == 1 ? Row{v.at(0), 0.0, v.at(1), v.at(2)} : Row{v.at(0), v.at(1), v.at(2), v.at(3)});
  }
  return rows;
}

/// |got − exact| in units of the distance between doubles at the exact result.
inline double ulps(double got, const Row& row) {
  int exponent = 0;
  std::frexp(row.high, &exponent);
  const bool below_its_binade = std::fabs(row.high) == std::ldexp(0.5, exponent) && row.low * row.high < 0.0;
  const double ulp = std::ldexp(1.0, exponent - (below_its_binade ? 54 : 53));
  return std::fabs((got - row.high) - row.low) / (row.high == 0.0 ? std::numeric_limits<double>::denorm_min() : ulp);
}

/// The worst of a table.
struct Worst {
  std::size_t n_rows = 0;
  double ulps = 0.0, x = 0.0, y = 0.0;
};
template <class Function>
Worst worst_of(const std::vector<Row>& rows, Function function) {
  Worst worst{rows.size()};
  for (const Row& row : rows)
    if (const double e = ulps(function(row), row); !(e <= worst.ulps)) worst = {rows.size(), e, row.x, row.y};
  return worst;
}

/// FNV-1a over the bits of the doubles it is fed: one changed bit anywhere changes it.
class BitHash {
  std::uint64_t state_ = 0xcbf29ce484222325u;

 public:
  void feed(std::uint64_t word) {
    for (int i = 0; i < 8; ++i) state_ = (state_ ^ ((word >> (8 * i)) & 0xff)) * 0x100000001b3u;
  }
  std::uint64_t value() const { return state_; }
};

}  // namespace reference
