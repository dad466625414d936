#include "output/report/page.hpp"

#include <fmt/format.h>

#include "output/files.hpp"
#include "output/report/style.hpp"
#include "output/report/svg.hpp"

namespace vt::report {
namespace {

/// What pages of this program are known by.
const std::string kPageStart =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";

std::string cell(const char* tag, const std::string& content, bool is_number, const std::string& scope = "") {
  return fmt::format("<{0}{1}{2}>{3}</{0}>", tag, scope, is_number ? " class=\"r\"" : "", content);
}

}  // namespace

std::string page_html(const std::string& title, const std::string& lead, const std::string& body) {
  return kPageStart +
         fmt::format(
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n"
             "<style>{1}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n<p class=\"lead\">{2} "
             "Simulated; not for decisions about the treatment of anyone.</p>\n",
             escape(title), kStyle, escape(lead)) +
         body + "</main>\n</body>\n</html>\n";
}

bool is_page(const std::string& path) { return read_ends(path, kPageStart.size()).first == kPageStart; }

std::string table_html(const Table& table, const std::string& caption, bool is_html) {
  std::string out = fmt::format("<div class=\"scroll\"><table{}><caption class=\"note\">{}</caption>\n<tr>",
                                is_html ? " class=\"rows\"" : "", escape(caption));
  std::vector<bool> right;
  for (const std::string& heading : table.heading) {
    right.push_back(!heading.empty() && heading[0] == '>');
    out += cell("th", escape(heading.substr(right.back() ? 1 : 0)), right.back(), " scope=\"col\"");
  }
  out += "</tr>\n";
  for (const auto& row : table.rows) {
    out += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c) out += cell("td", is_html ? row[c] : escape(row[c]), right[c]);
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

std::string folded(const std::string& summary, const std::string& content, bool is_open) {
  return fmt::format("<details{}><summary>{}</summary>\n{}</details>\n", is_open ? " open" : "", escape(summary),
                     content);
}

std::string figure_html(const Figure& figure) {
  return fmt::format("<figure>\n<h3>{}</h3>\n{}<figcaption>{}</figcaption>\n{}</figure>\n", escape(figure.title),
                     figure.svg, escape(figure.caption),
                     folded("Numbers in this figure", table_html(figure.data, figure.title), false));
}

std::string notes_html(const std::vector<std::string>& notes) {
  std::string out;
  for (const std::string& note : notes) out += "<li>" + escape(note) + "</li>\n";
  return out.empty() ? "" : "<h2>Notes</h2>\n<ul>\n" + out + "</ul>\n";
}

std::string provenance_html(Table facts, const Provenance& p, const std::string& resolved_scenario) {
  std::erase_if(facts.rows, [](const std::vector<std::string>& row) { return row[1].empty(); });
  const auto fact = [&](const char* name, const std::string& value) {
    if (!value.empty()) facts.rows.push_back({name, value});
  };
  fact("command", p.command_line);
  fact("software", "vtrial " + p.software_version + (p.git_commit.empty() ? "" : " (" + p.git_commit + ")"));
  fact("compiler", p.compiler + " " + p.build_flags);
  fact("run on",
       fmt::format("{}; {} {} {}; {} threads, {} ranks", p.host, p.backend, p.isa, p.device_name, p.threads, p.ranks));
  fact("started", p.started_utc);
  fact("finished", p.finished_utc);
  fact("duration", fmt::format("{:.2f} s, {:.2f} s of it simulating", p.wall_seconds, p.simulate_seconds));
  return "<h2>Provenance</h2>\n" + table_html(facts, "How this run came about") +
         (resolved_scenario.empty()
              ? ""
              : folded("The scenario as it was run", "<pre>" + escape(resolved_scenario) + "</pre>\n", false));
}

}  // namespace vt::report
