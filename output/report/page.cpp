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

std::vector<bool> flush_right(const Table& table) {
  std::vector<bool> right;
  for (const std::string& heading : table.heading) right.push_back(heading.starts_with('>'));
  return right;
}

/// Up to the end of the headings. Boxes that scroll can be reached by the keyboard.
std::string table_start(const Table& table, const std::string& caption, const std::vector<bool>& right,
                        const std::string& box, const std::string& css) {
  std::string out = fmt::format(
      "<p class=\"note\">{1}</p>\n<div class=\"{0}\" role=\"region\" tabindex=\"0\" aria-label=\"{1}\">"
      "<table{2}{3}><thead>\n<tr>",
      box, escape(caption), css.empty() ? "" : " class=\"" + css + "\"", box == "blocks" ? " role=\"table\"" : "");
  for (std::size_t c = 0; c < right.size(); ++c)
    out += cell("th", escape(table.heading[c].substr(right[c] ? 1 : 0)), right[c], " scope=\"col\"");
  return out + "</tr></thead>\n";
}

}  // namespace

std::string section(const std::string& id, const std::string& heading, const std::string& body) {
  return body.empty() ? ""
                      : fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-h\">\n<h2 id=\"{0}-h\">{1}</h2>\n", id,
                                    escape(heading)) +
                            body + "</section>\n";
}

std::string sections_html(const std::vector<Section>& sections) {
  std::string contents, all;
  for (const Section& one : sections) {
    if (one.body.empty()) continue;
    contents += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", one.id, escape(one.heading));
    all += section(one.id, one.heading, one.body);
  }
  if (all.empty()) return "";
  return "<nav aria-label=\"Contents\">\n<ul>\n" + contents + "</ul>\n</nav>\n" + all;
}

std::string page_html(const std::string& title, const std::string& lead, const std::string& body) {
  return kPageStart +
         fmt::format(
             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{0}</title>\n"
             "<style>{1}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n"
             "<main id=\"main\">\n<h1>{0}</h1>\n<p class=\"lead\">{2} "
             "Simulated; not for decisions about the treatment of anyone.</p>\n",
             escape(title), page_style(), escape(lead)) +
         body + "</main>\n</body>\n</html>\n";
}

bool is_page(const std::string& path) { return read_ends(path, kPageStart.size()).first == kPageStart; }

std::string table_html(const Table& table, const std::string& caption, bool is_html) {
  const std::vector<bool> right = flush_right(table);
  std::string out = table_start(table, caption, right, "scroll", is_html ? "rows" : "");
  for (const auto& row : table.rows) {
    out += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c) out += cell("td", is_html ? row[c] : escape(row[c]), right[c]);
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

std::string rows_html(const Table& table, const std::string& caption) {
  const std::vector<bool> right = flush_right(table);
  std::string out = table_start(table, caption, right, "blocks", "");
  for (const auto& row : table.rows) {
    out += "<tr role=\"row\">";
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string heading = table.heading[c].substr(right[c] ? 1 : 0);
      out += c == 0 ? "<th role=\"rowheader\" scope=\"row\">" + row[c] + "</th>"
                    : fmt::format("<td role=\"cell\" data-heading=\"{}\"{}>{}</td>", escape(heading),
                                  right[c] ? " class=\"r\"" : "", row[c]);
    }
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
  return out.empty() ? "" : "<aside class=\"notes\"><h2>Notes</h2>\n<ul>\n" + out + "</ul>\n</aside>\n";
}

std::string provenance_body(Table facts, const Provenance& p, const std::string& resolved_scenario) {
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
  return table_html(facts, "How this run came about") +
         (resolved_scenario.empty()
              ? ""
              : folded("The scenario as it was run", "<pre>" + escape(resolved_scenario) + "</pre>\n", false));
}

std::string provenance_html(Table facts, const Provenance& p, const std::string& resolved_scenario) {
  return section("provenance", "Provenance", provenance_body(std::move(facts), p, resolved_scenario));
}

}  // namespace vt::report
