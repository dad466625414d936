#pragma once
/// \file Which figures a tally gets. Decided by its kind and shape, never by its name.

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
  Subject subject = Subject::other;  ///< where in the page it belongs
};

/// Where figures of a tally belong: times to events by its kind, a response or harm over groups of exposure as such,
/// the rest by its score.
Subject subject_of(const ResultTally&);

/// Those of the tally's kind. \param first_id numbers the figures of a page
std::vector<Figure> figures_of(const ResultTally&, const std::vector<Comparison>&, std::size_t first_id);

/// Of a number: boxes by its first axis that is not the visit, and bands over visits; of a profile: bands over its
/// hours for every axis. Axes that a figure does not show are pooled. Published values are marked where a target asks
/// for just what is drawn.
std::vector<Figure> number_figures(const ResultTally&, const std::vector<Comparison>&, std::size_t first_id);

/// Of a proportion: curves over visits (or points), once for every other axis.
std::vector<Figure> share_figures(const ResultTally&, const std::vector<Comparison>&, std::size_t first_id);

}  // namespace vt::report
