#pragma once
/// \file Which figures a tally gets. Decided by the shape of the tally, never by its name.

#include <string>
#include <vector>

#include "output/compare.hpp"

namespace vt::report {

/// A table of texts, for people and for readers of the page that cannot see the figure.
struct Table {
  std::vector<std::string> heading;
  std::vector<std::vector<std::string>> rows;
};

struct Figure {
  std::string title, caption, svg;
  Table data;
  bool has_published = false;
};

/// A number: boxes by its first axis that is not the visit, and bands over visits; a profile: bands
/// over its hours for every axis. A proportion: curves over visits (or
/// points), once for every other axis. Axes that a figure does not show are pooled. Published values are marked where a
/// target asks for just what is drawn.
/// \param first_id numbers the figures of a page
std::vector<Figure> figures_of(const ResultTally&, const std::vector<Comparison>&, std::size_t first_id);

}  // namespace vt::report
