#pragma once
/// \file Which figures a study gets, by what it is: a grid, points that were drawn, goals, indices.

#include <optional>
#include <string>
#include <vector>

#include "output/report/figures.hpp"
#include "output/report/page.hpp"
#include "output/study/study.hpp"
#include "output/study/study_chart.hpp"

namespace vt::report {

constexpr std::size_t kMostFigureRows = 400;  ///< of the table beneath a figure

/// "mmr (%)", "dose (mg)"
std::string axis_words(const StudyEndpoint&);

/// "12.3 %", and "10.1 % to 14.9 %" or "–"
std::string value_words(const StudyEndpoint&, double value);
std::string interval_words(const StudyEndpoint&, const Estimate&);

/// `most` of the numbers below n, evenly apart, the first and the last among them; all where there are no more.
std::vector<std::size_t> evenly(std::size_t n, std::size_t most);

bool has_goals(const Study&);

/// Where the point's circumstances stand; empty where all factors are decisions.
std::vector<double> circumstances_of(const Study&, std::size_t point);

/// How a point is drawn. \param front  pareto_front
DotStyle style_of(const Study&, const std::vector<std::size_t>& front, std::size_t point);

/// What the styles of these points mean.
std::vector<std::pair<DotStyle, std::string>> key_to(const Study&, const std::vector<std::size_t>& front,
                                                     const std::vector<std::size_t>& points);

/// The endpoint over a grid: a curve of the one factor that has several levels, or heat maps of the two that it varies
/// most with, for each combination of the others or, of too many, at levels that are named. Nothing is averaged.
std::optional<Figure> grid_figure(const Study&, std::size_t endpoint, const std::vector<std::size_t>& front,
                                  const std::string& id);

/// The endpoint at points that were drawn, against every factor.
std::optional<Figure> drawn_figure(const Study&, std::size_t endpoint, const std::vector<std::size_t>& front,
                                   const std::string& id);

/// The first two endpoints with a goal against each other, a panel for each of few combinations of circumstances.
/// \param front  in the order of its numbers
std::optional<Figure> front_figure(const Study&, const std::vector<std::size_t>& front, const std::string& id);

/// What an optimiser found, and how. \pre study.optimum \param id  of the next figure
std::vector<Section> optimum_sections(const Study&, std::size_t& id);

/// What trial designs find and cost. \pre study.power \param id  of the next figure
std::vector<Section> power_sections(const Study&, std::size_t& id);

/// The factors that matter most to an endpoint, by the first indices that there are: "slope 0.7 ± 0.1, shift 0.3 ± 0.1
/// (ST)"; "–" without any.
std::string strongest_factors(const Study&, std::size_t endpoint);

/// What an endpoint depends on, from its indices.
std::vector<Figure> sensitivity_figures(const Study&, std::size_t endpoint, std::size_t first_id);

}  // namespace vt::report
