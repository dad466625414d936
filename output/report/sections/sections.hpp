#pragma once
/// \file What the page of a trial says, a section each. Body "" = there is nothing to say, and no section.

#include <string>
#include <vector>

#include "output/compare.hpp"
#include "output/report/page.hpp"
#include "output/results.hpp"

namespace vt::report {

/// How many patients, of what days.
std::string lead_text(const Results&);

/// What has to be known before anything is read: statistics that are withheld, patients who failed, values outside of
/// their range, conditions that were undefined. "" = nothing of this.
std::string warnings_html(const Results&);

/// Who was screened, allocated and left: a diagram, or a table of many arms.
Section design_section(const Results&);

/// Endpoints by arm at their last visit: tallies whose axes are at most arm and visit, in the scenario's order.
Section headline_section(const Results&);
inline constexpr std::size_t kMostHeadlines = 12;

/// Published results beside simulated ones, predicted and fitted apart.
Section comparison_section(const std::vector<Comparison>&);

/// Figures and numbers of every tally, by subject, in the scenario's order.
std::vector<Section> tally_sections(const Results&, const std::vector<Comparison>&);

/// Estimates of tests; over replicates the power.
Section tests_section(const Results&);

/// How often rules fired, and decisions that are recorded.
Section rules_section(const Results&);

/// Numbers of the model by where they come from.
Section assumptions_section(const Results&);

Section notes_section(const Results&);

/// How to make the results again.
Section provenance_section(const Results&);

/// Most rows of one table of the page; the rest is in the results file.
inline constexpr std::size_t kMostRows = 400;

/// "3 of 4 patients" …: "1 patient", "2 patients".
std::string patients(std::int64_t n);

}  // namespace vt::report
