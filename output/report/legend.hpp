#pragma once
/// \file The key to a figure: samples with their names, in as many rows as the sheet needs.

#include <string>
#include <vector>

#include "output/report/svg.hpp"

namespace vt::report {

/// A sample is drawn just as what it stands for.
struct KeyEntry {
  enum class Kind { line, mark, bar, area, frame };
  Kind kind = Kind::line;
  std::string name, colour;
  std::string dash = {};
  double width = 2;  ///< of the line
  int marker = -1;   ///< −1 = none
  bool is_hollow = false;
  double opacity = 1;  ///< of areas
  double size = 4;     ///< of marks
};

class Legend {
 public:
  explicit Legend(double width) : width_(width) {}
  void add(KeyEntry entry) { entries_.push_back(std::move(entry)); }
  bool is_empty() const { return entries_.empty(); }
  /// From (x, y) down. \returns the y where what follows may begin
  double draw(Svg&, double x, double y) const;

 private:
  double width_;
  std::vector<KeyEntry> entries_;
};

}  // namespace vt::report
