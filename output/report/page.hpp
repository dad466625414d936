#pragma once
/// \file What all pages share: their frame, sections with a list of contents, tables, figures with their numbers,
/// notes, provenance.

#include <string>
#include <vector>

#include "output/report/figures.hpp"
#include "output/results.hpp"

namespace vt::report {

inline constexpr std::size_t kOpenRows = 24;  ///< longer tables start folded

/// A part of the page, with its heading and its entry in the contents. Empty ones are left out.
struct Section {
  std::string id;       ///< letters, digits and '-'
  std::string heading;  ///< a text
  std::string body;     ///< HTML
};
std::string section(const std::string& id, const std::string& heading, const std::string& body);

/// The list of contents, then the sections in their order.
std::string sections_html(const std::vector<Section>& sections);

/// A whole page. Title and lead are texts, the body is HTML.
std::string page_html(const std::string& title, const std::string& lead, const std::string& body);

/// Does a file begin like page_html? \throws IoError
bool is_page(const std::string& path);

/// A wide one scrolls sideways, its first column stays. \param is_html  the cells are HTML already
std::string table_html(const Table& table, const std::string& caption, bool is_html = false);

/// Of results: on narrow pages every row becomes a block, its first two cells (name, verdict) in one line, the others
/// below each other with their headings. The cells are HTML already.
std::string rows_html(const Table& table, const std::string& caption);

std::string folded(const std::string& summary, const std::string& content, bool is_open);

/// With its title, its caption and, folded, its numbers.
std::string figure_html(const Figure& figure);

/// Notes as a box; "" without notes.
std::string notes_html(const std::vector<std::string>& notes);

/// How the run came about: `facts` (name, value), then those of the provenance; empty ones are left out.
std::string provenance_html(Table facts, const Provenance& provenance, const std::string& resolved_scenario);

/// The same as the body of a section.
std::string provenance_body(Table facts, const Provenance& provenance, const std::string& resolved_scenario);

}  // namespace vt::report
