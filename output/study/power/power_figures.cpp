#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "output/report/page.hpp"
#include "output/report/svg.hpp"
#include "output/study/power/power_figures.hpp"
#include "output/study/study_figures.hpp"
#include "output/text.hpp"

namespace vt::report {
namespace {

std::vector<Played> played_of(const Study& study) {
  std::vector<Played> all;
  for (std::size_t i = 0; i + 1 < study.power.size(); i += 2) {
    const PowerResult &found = study.power[i], &null = study.power[i + 1];
    const std::string at = study.points.size() > 1 ? place_words(study, found.point) : "";
    all.push_back({{&found, &null},
                   {summary_of(found), summary_of(null)},
                   at.empty() ? found.design : fmt::format("{}, {}", found.design, at)});
  }
  return all;
}

std::string mean_text(const Estimate& mean) {
  return fmt::format("{} ± {}", short_number(mean.value), short_number(mean.standard_error, 2));
}

/// A bar for each truth of every design. \param scale  100: a share, in percent
Figure bars(const std::vector<Played>& played, const Words& words, Estimate PowerSummary::*member, double scale) {
  BarChart chart;
  chart.words = words;
  for (const char* truth : kTruths) chart.series.push_back({truth, {}});
  for (std::size_t i = 0; i < std::min(played.size(), kMostBars); ++i) {
    chart.names.push_back(played[i].name);
    for (std::size_t truth = 0; truth < 2; ++truth)
      chart.series[truth].bars.push_back(bar_of(played[i].summaries[truth].*member, scale));
  }
  return {words.title, "", draw(chart), {}, false};
}

std::string shown_words(const std::vector<Played>& played) {
  return played.size() > kMostBars ? fmt::format(" The first {} of {} are drawn.", kMostBars, played.size()) : "";
}

Figure rates_figure(const std::vector<Played>& played, const std::string& id) {
  Figure figure = bars(
      played,
      {id, "How often a design finds an arm better", "share of the trials", "trials that find an arm better (%)", ""},
      &PowerSummary::better, 100);
  figure.caption =
      "Share of the replicates that find an arm better than the first. As simulated: the power. With equal arms, where "
      "every arm does what the first one does, it is the type-I error; with a margin equal arms are not inferior, "
      "and it is power, too." +
      shown_words(played);
  figure.data.heading = {"design",      ">better",        ">95 % interval", ">worse", ">futile",
                         ">equal arms", ">95 % interval", ">worse",         ">futile"};
  for (std::size_t i = 0; i < std::min(played.size(), kMostFigureRows); ++i) {
    std::vector<std::string> row = {played[i].name};
    for (const PowerSummary& s : played[i].summaries)
      row.insert(row.end(),
                 {percent(s.better.value), share_interval(s.better), percent(s.worse.value), percent(s.futile.value)});
    figure.data.rows.push_back(std::move(row));
  }
  return figure;
}

/// Mean numbers of each design; by arm what it takes, and how often it is found better.
Table arms_table(const Study& study, const std::vector<Played>& played) {
  Table table{{"design", "truth", "arm", ">patients", ">with the event", ">found better", ">95 % interval"}, {}};
  for (const Played& one : played)
    for (std::size_t truth = 0; truth < 2; ++truth)
      for (std::size_t arm = 0; arm < study.arms.size() && table.rows.size() < kMostFigureRows; ++arm) {
        const PowerSummary& s = one.summaries[truth];
        table.rows.push_back({one.name, kTruths[truth], study.arms[arm], mean_text(s.patients_in[arm]),
                              mean_text(s.events_in[arm]), arm == 0 ? "–" : percent(s.arm_found[arm].value),
                              arm == 0 ? "–" : share_interval(s.arm_found[arm])});
      }
  return table;
}

std::string costs_html(const Study& study, const std::vector<Played>& played, std::size_t& id) {
  const auto figure = [&](const char* title, const char* axis, const char* caption, Estimate PowerSummary::*member) {
    Figure one = bars(played, {fmt::format("figure-{}", id++), title, caption, axis, ""}, member, 1);
    one.caption = caption + shown_words(played);
    one.data.heading = {"design", ">planned", ">as simulated", ">equal arms"};
    for (std::size_t i = 0; i < std::min(played.size(), kMostFigureRows); ++i)
      one.data.rows.push_back({played[i].name, fmt::format("{}", played[i].results[0]->planned),
                               mean_text(played[i].summaries[0].*member), mean_text(played[i].summaries[1].*member)});
    return figure_html(one);
  };
  const Table arms = arms_table(study, played);
  return figure("How many patients enter", "mean number of patients", "Mean number of patients who enter a trial.",
                &PowerSummary::patients) +
         figure("How long a trial takes", "mean days", "Mean days from the first entry to the last look.",
                &PowerSummary::days) +
         folded("By arm",
                table_html(arms,
                           "Mean numbers of patients in each arm, of those with the event by the end of their "
                           "follow-up, and how often the arm is found better; ± standard error"),
                arms.rows.size() <= kOpenRows);
}

}  // namespace

std::string share_interval(const Estimate& share) {
  return fmt::format("{} to {}", percent(share.interval.low), percent(share.interval.high));
}

Bar bar_of(const Estimate& e, double scale) {
  return {scale * e.value, scale * e.interval.low, scale * e.interval.high};
}

std::vector<Section> power_sections(const Study& study, std::size_t& id) {
  const std::vector<Played> played = played_of(study);
  std::string out = figure_html(rates_figure(played, fmt::format("figure-{}", id++)));
  std::int64_t is_short = 0;
  for (const Played& one : played) is_short += one.summaries[0].is_short + one.summaries[1].is_short;
  if (is_short > 0)
    out += fmt::format("<p>{} trials wanted more patients than were simulated, and ended with those.</p>\n", is_short);
  std::string sizes = sizes_html(study, played, id), looks = looks_html(played, id);
  return {{"found", "What the designs find", out},
          {"sizes", "How many patients it takes", std::move(sizes)},
          {"looks", "Looks", std::move(looks)},
          {"cost", "What the designs cost", costs_html(study, played, id)}};
}

}  // namespace vt::report
