#pragma once
/// \file What the figures of trial designs share.

#include <string>
#include <vector>

#include "output/study/study_figures.hpp"

namespace vt::report {

inline constexpr std::size_t kMostBars = 40, kMostPanels = 12;
inline constexpr const char* kTruths[] = {"as simulated", "equal arms"};

/// A design at a point: what was simulated, and what would be found were all arms alike.
struct Played {
  const PowerResult* results[2];
  PowerSummary summaries[2];
  std::string name;  ///< of the design, and where the study has several points of the point
};

/// "78.1 % to 81.2 %"
std::string share_interval(const Estimate& share);

/// \param scale  100: a share, in percent
Bar bar_of(const Estimate& e, double scale);

// Parts of the page, "" where they have nothing to show. \param id  of the next figure

/// Power over the sizes of each curve, and the sizes that were wanted.
std::string sizes_html(const Study& study, const std::vector<Played>& played, std::size_t& id);

/// Bounds of designs with several looks, and where their trials end.
std::string looks_html(const std::vector<Played>& played, std::size_t& id);

}  // namespace vt::report
