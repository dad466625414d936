#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "output/bases.hpp"
#include "output/report/sections/sections.hpp"
#include "output/report/svg.hpp"

namespace vt::report {
namespace {

bool is_known(const std::string& basis) {
  return std::ranges::any_of(kBases, [&](const BasisEntry& one) { return basis == one.name; });
}

std::string group_html(const std::vector<ModelSource>& sources, const std::string& name, std::string_view meaning,
                       const auto& is_in) {
  const bool is_calibrated =
      std::ranges::any_of(sources, [&](const ModelSource& s) { return is_in(s) && !s.calibrated_to.empty(); });
  Table table{{"Parameter", "value", "unit"}, {}};
  if (is_calibrated) table.heading.emplace_back("calibrated to");
  table.heading.emplace_back("source");
  for (const ModelSource& s : sources) {
    if (!is_in(s)) continue;
    table.rows.push_back({s.name, s.value, s.unit});
    if (is_calibrated) table.rows.back().push_back(s.calibrated_to);
    table.rows.back().push_back(s.source);
  }
  if (table.rows.empty()) return "";
  const auto from_memory =
      std::ranges::count_if(sources, [&](const ModelSource& s) { return is_in(s) && is_from_memory(s.source); });
  const std::string unread =
      from_memory == 0 ? ""
                       : fmt::format(" Of {} the source is named from memory: look there before you rely on {}.",
                                     from_memory, from_memory == 1 ? "it" : "them");
  const std::string summary = fmt::format("{}: {}", name, table.rows.size());
  return "<h3>" + escape(summary) + "</h3>\n<p>" + escape(std::string(meaning) + unread) + "</p>\n" +
         folded(fmt::format("{} number{} and where {} from", table.rows.size(), table.rows.size() == 1 ? "" : "s",
                            table.rows.size() == 1 ? "it comes" : "they come"),
                table_html(table, ""), false);
}

}  // namespace

Section assumptions_section(const Results& results) {
  const std::vector<ModelSource>& sources = results.sources;
  if (sources.empty()) return {};
  std::vector<std::string> counts;
  const auto count = [&](const std::string& name, const auto& is_in) {
    if (const auto n = std::ranges::count_if(sources, is_in); n > 0) counts.push_back(fmt::format("{} {}", n, name));
  };
  const auto other = [](const ModelSource& s) { return !is_known(s.basis); };
  std::string groups;
  for (const BasisEntry& basis : kBases) {
    const auto is_in = [&](const ModelSource& s) { return s.basis == basis.name; };
    count(std::string(basis.name), is_in);
    std::string title(basis.name);
    title[0] = static_cast<char>(title[0] - 'a' + 'A');
    groups += group_html(sources, title, basis.meaning, is_in);
  }
  count("without a basis", other);
  groups +=
      group_html(sources, "Without a basis", "Nothing says where they come from, or the command line set them.", other);
  return {"assumptions", "Assumptions",
          fmt::format("<p>Of {} numbers of the model: {}.</p>\n", sources.size(),
                      escape(fmt::format("{}", fmt::join(counts, ", ")))) +
              groups};
}

}  // namespace vt::report
