#include <fmt/format.h>

#include <cmath>

#include "output/json.hpp"
#include "output/study/study.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

std::string share_words(const Estimate& share) {
  return fmt::format("{} ({}–{})", percent(share.value), percent(share.interval.low), percent(share.interval.high));
}

std::string mean_words(const Estimate& mean) {
  return fmt::format("{} ± {}", short_number(mean.value), short_number(mean.standard_error, 2));
}

std::string endings(const Study& study) {
  TextTable table({"design", "at", "truth", ">better", ">worse", ">futile", ">patients", ">days"});
  for (const PowerResult& result : study.power) {
    const PowerSummary summary = summary_of(result);
    table.row({result.design, place_words(study, result.point), truth_words(result), share_words(summary.better),
               percent(summary.worse.value), percent(summary.futile.value), mean_words(summary.patients),
               mean_words(summary.days)});
  }
  return table.str("  ");
}

std::string looks(const Study& study) {
  TextTable table({"design", "at", "truth", ">look", ">information", ">bound of z", ">ended there"});
  bool has_any = false;
  for (const PowerResult& result : study.power) {
    if (result.looks.size() < 2) continue;
    has_any = true;
    const PowerSummary summary = summary_of(result);
    for (std::size_t look = 0; look < result.looks.size(); ++look)
      table.row({look == 0 ? result.design : "", look == 0 ? place_words(study, result.point) : "",
                 look == 0 ? truth_words(result) : "", fmt::format("{}", look + 1), percent(result.looks[look]),
                 std::isfinite(result.bounds[look]) ? fmt::format("{:.4f}", result.bounds[look]) : "–",
                 share_words(summary.stopped[look])});
  }
  return has_any ? "\n" + table.str("  ") : "";
}

std::string arms(const Study& study) {
  TextTable table({"design", "at", "truth", "arm", ">found better", ">patients", ">with the event"});
  for (const PowerResult& result : study.power) {
    const PowerSummary summary = summary_of(result);
    for (std::size_t arm = 0; arm < study.arms.size(); ++arm)
      table.row({arm == 0 ? result.design : "", arm == 0 ? place_words(study, result.point) : "",
                 arm == 0 ? truth_words(result) : "", study.arms[arm],
                 arm == 0 ? "–" : share_words(summary.arm_found[arm]), mean_words(summary.patients_in[arm]),
                 mean_words(summary.events_in[arm])});
  }
  return "\n" + table.str("  ");
}

std::string size_words(const Study& study) {
  std::string text;
  for (const WantedSize& size : wanted_sizes(study.power)) {
    const std::string at = place_words(study, size.point);
    text += fmt::format("\n  {}{}{}: ", size.curve, at.empty() ? "" : ", ", at);
    if (std::isnan(size.patients))
      text += fmt::format("no size has a power of {}\n", percent(size.power));
    else
      text += fmt::format("a power of {} takes {:.0f} patients ({:.0f} to {:.0f}){}\n", percent(size.power),
                          std::ceil(size.patients), size.low, size.high,
                          size.patients < size.smallest || size.patients > size.largest
                              ? "; beyond the sizes that were simulated"
                              : "");
  }
  return text;
}

Json json_of(const Estimate& e) {
  return {{"value", number_or_null(e.value)},
          {"standard_error", number_or_null(e.standard_error)},
          {"low", number_or_null(e.interval.low)},
          {"high", number_or_null(e.interval.high)}};
}

Json json_of(const std::vector<Estimate>& all) {
  Json list = Json::array();
  for (const Estimate& one : all) list.push_back(json_of(one));
  return list;
}

std::string observed_words(const Study& study) {
  std::string text;
  for (const PublishedCount& one : study.observed)
    for (const Predicted& predicted : predict(one, study.power)) {
      const std::string at = place_words(study, predicted.point);
      text += fmt::format("\n  {}{}{}: {}\n", one.name, at.empty() ? "" : ", ", at, words_for(one, predicted));
    }
  return text;
}

}  // namespace

std::string place_words(const Study& study, std::size_t point) {
  std::string words;
  for (std::size_t f = 0; f < study.factors.size(); ++f)
    if (!study.factors[f].labels.empty())
      words += fmt::format("{}{} = {}", words.empty() ? "" : ", ", study.factors[f].name,
                           level_text(study, study.points[point], f));
  return words;
}

std::string print_power(const Study& study) {
  const std::string text = fmt::format("{}\n{} replicates of at most {} patients, everybody's life in all arms\n\n",
                                       study.title, study.replicates, study.patients);
  return text + endings(study) + looks(study) + arms(study) + size_words(study) + observed_words(study) +
         fmt::format("\ncontent hash {}\n", content_hash(study));
}

Json power_json(const Study& study) {
  Json all = Json::array();
  for (const PowerResult& result : study.power) {
    const PowerSummary summary = summary_of(result);
    Json bounds = Json::array();
    for (const double bound : result.bounds) bounds.push_back(number_or_null(bound));
    all.push_back({{"design", valid_utf8(result.design)},
                   {"point", result.point},
                   {"truth", truth_words(result)},
                   {"planned", result.planned},
                   {"margin", result.margin},
                   {"looks", result.looks},
                   {"bounds", bounds},
                   {"better", json_of(summary.better)},
                   {"worse", json_of(summary.worse)},
                   {"futile", json_of(summary.futile)},
                   {"stopped", json_of(summary.stopped)},
                   {"found_better", json_of(summary.arm_found)},
                   {"patients", json_of(summary.patients)},
                   {"patients_in", json_of(summary.patients_in)},
                   {"events_in", json_of(summary.events_in)},
                   {"days", json_of(summary.days)},
                   {"estimate", json_of(summary.estimate)}});
  }
  Json json = {{"arms", texts(study.arms)}, {"results", all}, {"sizes", Json::array()}, {"observed", Json::array()}};
  for (const WantedSize& size : wanted_sizes(study.power))
    json["sizes"].push_back({{"design", valid_utf8(size.curve)},
                             {"point", size.point},
                             {"power", size.power},
                             {"patients", number_or_null(size.patients)},
                             {"low", number_or_null(size.low)},
                             {"high", number_or_null(size.high)},
                             {"smallest", size.smallest},
                             {"largest", size.largest}});
  for (const PublishedCount& one : study.observed)
    for (const Predicted& predicted : predict(one, study.power))
      json["observed"].push_back({{"name", valid_utf8(one.name)},
                                  {"design", valid_utf8(one.design)},
                                  {"arm", valid_utf8(study.arms[one.arm])},
                                  {"point", predicted.point},
                                  {"events", one.events},
                                  {"patients", one.patients},
                                  {"low", number_or_null(predicted.low)},
                                  {"median", number_or_null(predicted.median)},
                                  {"high", number_or_null(predicted.high)},
                                  {"below", json_of(predicted.below)},
                                  {"same", json_of(predicted.same)}});
  return json;
}

}  // namespace vt
