#include "output/report/report.hpp"

#include "output/files.hpp"
#include "output/report/sections/sections.hpp"
#include "output/statistics/quantile_groups.hpp"

namespace vt {

std::string report_html(const Results& results, const std::vector<Comparison>& comparisons) {
  if (has_octaves(results)) {
    Results cut = results;
    collapse_quantiles(cut);
    return report_html(cut, comparisons);
  }
  std::vector<report::Section> sections = {report::design_section(results), report::headline_section(results),
                                           report::comparison_section(comparisons)};
  for (report::Section& section : report::tally_sections(results, comparisons)) sections.push_back(std::move(section));
  for (const auto& section : {report::tests_section, report::rules_section, report::assumptions_section,
                              report::notes_section, report::provenance_section})
    sections.push_back(section(results));
  return report::page_html(results.title.empty() ? "Virtual trial" : results.title, report::lead_text(results),
                           report::warnings_html(results) + report::sections_html(sections));
}

bool is_report_file(const std::string& path) { return report::is_page(path); }

void write_report(const std::string& path, const Results& results, const std::vector<Comparison>& comparisons) {
  write_whole_file(path, report_html(results, comparisons));
}

}  // namespace vt
