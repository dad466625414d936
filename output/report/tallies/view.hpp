#pragma once
/// \file A tally as its figures see it: which of its axes is time, which tell groups apart, how it is called, and which
/// published values lie in what is drawn.

#include <string>
#include <vector>

#include "output/compare.hpp"
#include "output/report/chart.hpp"

namespace vt::report {

using AxisIndex = std::optional<std::size_t>;

/// Axes with several cells.
struct View {
  AxisIndex visit, hours;           ///< hours: of a profile
  std::vector<std::size_t> groups;  ///< the others, arms first
};
View view_of(const ResultTally&);

/// Which axis is horizontal, which has a curve for each cell, which a panel for each; all others are pooled.
struct Layout {
  AxisIndex x, by, panel;
};

/// A cell of an axis; without an axis all of them.
struct At {
  AxisIndex axis;
  std::size_t cell = 0;
};
Pooled cells_at(const ResultTally&, const std::vector<At>&);

/// Cells along an axis; 1 without one.
std::size_t cells_along(const ResultTally&, AxisIndex axis);
/// Those with a place on a horizontal axis: without "not measured".
std::size_t measured_along(const ResultTally&, AxisIndex axis);
bool is_not_measured(const ResultTally&, AxisIndex axis, std::size_t cell);
std::string label_of(const ResultTally&, AxisIndex axis, std::size_t cell);

/// Those of a horizontal axis that are drawn: with a place on it, and of many visits evenly so many that their points
/// lie a pixel apart or more.
std::vector<std::size_t> drawn_along(const ResultTally&, AxisIndex axis);

/// These cells, at their days if they are visits; the hours of a profile likewise.
Horizontal horizontal(const ResultTally&, AxisIndex axis);

/// A name of the scenario with blanks in it.
std::string plain_words(std::string name);
std::string words_of(const ResultAxis&);
/// With its unit.
std::string axis_title(const ResultAxis&);
std::string title_of(const ResultTally&);
std::string value_title(const ResultTally&);

/// " Curves: daily dose (mg). Panels: …", but for arms and visits.
std::string what_tells(const ResultTally&, const Layout&);
/// " Counted where …", the estimand, and what is pooled: ends of a caption.
std::string whose(const ResultTally&, const Layout&);
/// " The first 10 of 12 arms; the others are in the table.", or nothing.
std::string left_out(const ResultTally&, AxisIndex axis, std::size_t drawn, std::size_t there);

/// Where a target's value lies: it names cells of the layout's axes and of no others, among them that of x and of the
/// panel. Differences, ratios and spreads lie nowhere.
struct Place {
  std::size_t x = 0;
  AxisIndex by, panel;
};
std::optional<Place> place_of(const Target&, const ResultTally&, const Layout&);

/// The published values of a figure, as they are drawn.
class PublishedOf {
 public:
  PublishedOf(const ResultTally& tally, const std::vector<Comparison>& rows) : tally_(tally), rows_(rows) {}
  /// Those of a statistic in a panel (its cell, or nothing). \param curves of each cell along `by`, −1: not drawn
  std::vector<PublishedPoint> points(Statistic::Kind kind, double p, const Layout& layout, AxisIndex panel,
                                     const std::vector<int>& curves);
  /// A value that has been drawn otherwise.
  void note(const Target&);
  bool any() const { return !sources_.empty(); }
  /// " Published: A (source); 4 values (source)."
  std::string text() const;

 private:
  const ResultTally& tally_;
  const std::vector<Comparison>& rows_;
  std::vector<std::pair<std::string, std::vector<std::string>>> sources_;
};

PublishedPoint published_point(const Target&, std::size_t x);

}  // namespace vt::report
