#pragma once
/// \file Which figures a tally gets. Decided by its kind, its shape and what it is about, never by its name.

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

/// Those of the tally's kind, by its axes; the later axes of many are pooled, which the caption says. Published values
/// are marked where a target asks for just what is drawn; axes that have panels are pooled again only where a target
/// asks for that. \param first_id numbers the figures of a page
std::vector<Figure> figures_of(const ResultTally&, const std::vector<Comparison>&, std::size_t first_id);

/// Does another of the tallies count the same, in the same patients, by all axes of this one and by more, or before it
/// by the same? Its figures say it all.
bool is_shown_by_another(const std::vector<ResultTally>&, std::size_t which);

/// Those of one of several tallies: figures_of, and of a tally that another one shows only those with published values.
std::vector<Figure> figures_among(const std::vector<ResultTally>&, std::size_t which, const std::vector<Comparison>&,
                                  std::size_t first_id);

/// Of a number: over visits, or over the hours of a profile, bands with the groups of its first axis together; with two
/// axes medians in a panel for each cell of the second; without visits boxes. Boxes of all visits together where a
/// target asks for them.
std::vector<Figure> number_figures(const ResultTally&, const std::vector<Comparison>&, std::size_t first_id);

/// Of a proportion: curves over visits, or points; a panel for each cell of a third axis; over groups of exposure, if
/// the score is an effect. Of all randomised and of the evaluable, where these differ beyond their intervals. A score
/// that holds for good is drawn of the evaluable, joined only if that never falls: of all randomised it would fall
/// with everybody who leaves, and counts at visits do not tell whom they have in common.
std::vector<Figure> share_figures(const ResultTally&, const std::vector<Comparison>&, std::size_t first_id);

/// Times to an event: the share without it, or, where other causes compete or targets ask for it, cumulative incidence;
/// a curve with its 95 % band for each cell of the first axis, a figure for each cell of the second one. Without axes a
/// curve for each cause; else one of competing causes only where a target asks for it.
std::vector<Figure> time_figures(const ResultTally&, const std::vector<Comparison>&, std::size_t first_id);

/// Share of a number's values at or above its thresholds; nothing without thresholds.
std::vector<Figure> attainment_figures(const ResultTally&, std::size_t first_id);

/// Shares of the doses among those evaluable at each visit, a panel for each arm; nothing without axes of doses and of
/// visits, and of arms where the score is not about doses.
std::vector<Figure> dose_figures(const ResultTally&, std::size_t first_id);

}  // namespace vt::report
