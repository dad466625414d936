#pragma once
/// \file What all pages share: their frame, tables, figures with their numbers, notes, provenance.

#include <string>
#include <vector>

#include "output/report/figures.hpp"
#include "output/results.hpp"

namespace vt::report {

inline constexpr std::size_t kOpenRows = 24;  ///< longer tables start folded

/// A whole page. Title and lead are texts, the body is HTML.
std::string page_html(const std::string& title, const std::string& lead, const std::string& body);

/// Does a file begin like page_html? \throws IoError
bool is_page(const std::string& path);

/// \param is_html  the cells are HTML already
std::string table_html(const Table& table, const std::string& caption, bool is_html = false);

std::string folded(const std::string& summary, const std::string& content, bool is_open);

std::string figure_html(const Figure& figure);

std::string notes_html(const std::vector<std::string>& notes);

/// How the run came about: `facts` (name, value), then those of the provenance; empty ones are left out.
std::string provenance_html(Table facts, const Provenance& provenance, const std::string& resolved_scenario);

}  // namespace vt::report
