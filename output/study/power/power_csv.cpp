#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "output/study/csv_parts.hpp"
#include "output/study/study_csv.hpp"

namespace vt {

namespace {

/// A share or mean of a summary, and its columns.
struct SummaryColumn {
  std::string_view name;
  Estimate PowerSummary::*member;
};
constexpr SummaryColumn kSummaryColumns[] = {{"better", &PowerSummary::better}, {"worse", &PowerSummary::worse},
                                             {"futile", &PowerSummary::futile}, {"patients", &PowerSummary::patients},
                                             {"days", &PowerSummary::days},     {"estimate", &PowerSummary::estimate}};

struct ArmColumn {
  std::string_view name;
  std::vector<Estimate> PowerSummary::*member;
};
constexpr ArmColumn kArmColumns[] = {{"found better", &PowerSummary::arm_found},
                                     {"patients in", &PowerSummary::patients_in},
                                     {"events in", &PowerSummary::events_in}};

std::string heading_of(const std::string& name) {
  return fmt::format(",{},{},{}", csv_text(name), csv_text(name + " low"), csv_text(name + " high"));
}

std::string cells_of(const Estimate& e) {
  return fmt::format(",{},{},{}", csv_number(e.value), csv_number(e.interval.low), csv_number(e.interval.high));
}

std::string start_of_heading(const Study& study) { return "design,point" + csv_factors(study) + ",truth"; }

std::string start_of_row(const Study& study, const PowerResult& result) {
  return fmt::format("{},{}{},{}", csv_text(result.design), result.point, csv_levels(study, study.points[result.point]),
                     truth_words(result));
}

/// "low; high": arms that a trial finds better.
std::string arms_found(const Study& study, const PlayedTrial& trial) {
  std::string names;
  for (std::size_t arm = 0; arm < study.arms.size(); ++arm)
    if ((trial.better >> arm & 1) != 0) names += (names.empty() ? "" : "; ") + study.arms[arm];
  return csv_text(names);
}

}  // namespace

bool is_power_table(std::string_view heading) {
  return heading.starts_with("design,point,") && heading.find(",truth,") != std::string_view::npos;
}

std::string power_csv(const Study& study) {
  if (study.power.empty()) return "";
  std::size_t most_looks = 0;
  for (const PowerResult& result : study.power) most_looks = std::max(most_looks, result.looks.size());
  std::string out = start_of_heading(study) + ",planned,replicates";
  for (const SummaryColumn& column : kSummaryColumns) out += heading_of(std::string(column.name));
  for (const ArmColumn& column : kArmColumns)
    for (const std::string& arm : study.arms) out += heading_of(fmt::format("{} {}", column.name, arm));
  for (std::size_t look = 0; look < most_looks; ++look) out += heading_of(fmt::format("ended at look {}", look + 1));
  out += ",short\n";
  for (const PowerResult& result : study.power) {
    const PowerSummary summary = summary_of(result);
    out += fmt::format("{},{},{}", start_of_row(study, result), result.planned, result.trials.size());
    for (const SummaryColumn& column : kSummaryColumns) out += cells_of(summary.*column.member);
    for (const ArmColumn& column : kArmColumns)
      for (const Estimate& of_arm : summary.*column.member) out += cells_of(of_arm);
    for (std::size_t look = 0; look < most_looks; ++look)
      out += cells_of(look < summary.stopped.size() ? summary.stopped[look] : kNoEstimate);
    out += fmt::format(",{}\n", summary.is_short);
  }
  return out;
}

std::string trials_csv(const Study& study) {
  if (study.power.empty()) return "";
  std::string out = start_of_heading(study) + ",replicate,ending,look,days,z,estimate,found better,short";
  for (const char* what : {"patients in", "events in"})
    for (const std::string& arm : study.arms) out += ',' + csv_text(fmt::format("{} {}", what, arm));
  out += '\n';
  for (const PowerResult& result : study.power) {
    const std::string start = start_of_row(study, result);
    for (std::size_t r = 0; r < result.trials.size(); ++r) {
      const PlayedTrial& trial = result.trials[r];
      const auto* ending = std::ranges::find(kTrialEndings, trial.ending, &TrialEndingEntry::ending);
      fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{},{},{},{}", start, r, ending->name, trial.look + 1,
                     csv_number(trial.days), csv_number(trial.z), csv_number(trial.estimate), arms_found(study, trial),
                     int{trial.is_short});
      for (const auto& counts : {trial.patients, trial.events})
        for (const std::int64_t n : counts) fmt::format_to(std::back_inserter(out), ",{}", n);
      out += '\n';
    }
  }
  return out;
}

}  // namespace vt
