#include <fmt/format.h>

#include "host/scenario/sections.hpp"
#include "kernels/drug/doses/regimens.hpp"
#include "kernels/random/draws.hpp"

namespace vt {
namespace {

constexpr std::int32_t kLongestTrial_day = 36525;
constexpr std::int32_t kLongestRunIn_day = 3650;
constexpr std::int64_t kMostPatients = kNextReplicate;  ///< their numbers are below it
constexpr std::int64_t kMostRecorded = 10'000;
constexpr std::int64_t kMostReplicates = 1'000'000;
constexpr std::size_t kMostArms = 64;  // Rule::arms has a bit for each

void check_block(const Field& block, const Scenario& scenario, TableReader& root) {
  std::uint64_t shares = 0;
  for (const ArmSpec& arm : scenario.arms) shares += arm.share;
  if (shares > kMaxBlock) {
    const ArmSpec& last = scenario.arms.back();
    root.problems().add(
        last.where,
        fmt::format("the shares of the arms sum to {} (a block of the randomisation has at most {} patients)", shares,
                    kMaxBlock));
  } else if (block && shares > 0 && scenario.block % shares != 0) {
    block.complain(fmt::format("is {} (a block is a multiple of the sum of the shares, {})", scenario.block, shares));
  }
}

void read_arm(TableReader& reader, const std::string& name, Scenario& scenario) {
  ArmSpec arm;
  arm.name = name;
  arm.where = reader.table().where;
  (void)reader.get("name");
  if (const auto share = read_whole(reader.get("share"), 1, kMaxBlock)) arm.share = static_cast<std::uint32_t>(*share);
  const Field regimen = reader.need("regimen", "an arm starts with a dose");
  arm.regimen = read_regimen(regimen, {true, false});
  if (!arm.regimen.schedule.empty() && arm.regimen.schedule.front().from_day < scenario.first_day)
    regimen.complain(fmt::format("begins on day {} (the trial starts on day {}); set trial.start",
                                 arm.regimen.schedule.front().from_day, scenario.first_day));
  arm.rules = read_texts(reader.get("rules"));
  arm.ladder = read_text(reader.get("ladder"));
  if (const auto rate = read_number(reader.get("discontinuation"), "1/year", {0, 1e3})) arm.leave_per_year = *rate;
  arm.origin = read_origin(reader, false);
  reader.finish();
  scenario.arms.push_back(std::move(arm));
}

void check_ascending(const LadderSpec& ladder, const Field& steps) {
  for (std::size_t i = 1; i < ladder.steps.size(); ++i) {
    const RegimenSpec &below = ladder.steps[i - 1], &above = ladder.steps[i];
    const auto daily_mg = [](const RegimenSpec& s) {  // 0: each patient's own
      return s.own_dose.is_set() ? 0.0 : s.dose_mg * intakes_a_day(s) * share_of_days(s);
    };
    const double lower = daily_mg(below), higher = daily_mg(above);
    if (lower > 0 && higher > 0 && (higher <= lower || is_same_dose(lower, higher)))
      steps.problems->add(
          above.where, fmt::format("{}[{}] is {} mg a day after {} mg a day (the steps of a ladder ascend)", steps.path,
                                   i + 1, higher, lower));
  }
}

void read_ladder(TableReader& reader, const std::string& name, Scenario& scenario) {
  LadderSpec ladder;
  ladder.name = name;
  ladder.where = reader.table().where;
  (void)reader.get("name");
  const Field steps = reader.need("steps", "regimens, the lowest daily dose first");
  ladder.steps = read_regimens(steps);
  if (steps) check_ascending(ladder, steps);
  (void)read_origin(reader, false);
  reader.finish();
  scenario.ladders.push_back(std::move(ladder));
}

}  // namespace

namespace {

void read_stop(const Field& field, Scenario& scenario) {
  if (!field) return;
  if (!field.node->is_table())
    return field.complain("is not a table; write stop_when = { tally = \"mmr\", standard_error = 0.002 }");
  TableReader reader(*field.node, field.path, *field.problems);
  scenario.stop_when.tally = read_text(reader.need("tally", "its errors are looked at"));
  const Field error = reader.need("standard_error", "the run ends when no cell of the tally has a larger one");
  if (const auto value = read_number(error, "", {0, 1e300, true})) scenario.stop_when.standard_error = *value;
  reader.finish();
  if (scenario.replicates > 1)
    field.complain(fmt::format("stands beside {} replicates (a run that may end early has one); take one of them away",
                               scenario.replicates));
}

}  // namespace

void read_trial(TableReader& root, Scenario& scenario) {
  const Field field = root.need("trial", "patients and duration stand there");
  if (!field) return;
  if (!field.node->is_table())
    return field.complain(fmt::format("is {} (a table is expected); write [trial]", words_for(field.node->kind)));
  TableReader reader(*field.node, field.path, root.problems());
  if (const auto seed = read_whole(reader.get("seed"), 0, INT64_MAX)) scenario.seed = static_cast<std::uint64_t>(*seed);
  const Node* population = root.table().find("population");
  const bool has_table = population != nullptr && population->is_table() && population->find("table") != nullptr;
  const Field patients = has_table ? reader.get("patients")  // as many as the table has rows
                                   : reader.need("patients", "how many are simulated, all arms together");
  if (const auto n = read_whole(patients, 1, kMostPatients)) scenario.patients = static_cast<std::uint64_t>(*n);
  if (const auto n = read_whole(reader.get("replicates"), 1, kMostReplicates))
    scenario.replicates = static_cast<std::uint64_t>(*n);
  if (const auto days = read_days(reader.need("duration", "such as \"12 month\""), 1, kLongestTrial_day))
    scenario.duration_day = *days;
  const Field start = reader.get("start");
  if (const auto day = read_trial_time(start)) {
    if (*day > 0 || *day < -kLongestRunIn_day)
      start.complain(fmt::format("is day {} (allowed: day -{} to day 0)", *day, kLongestRunIn_day));
    else
      scenario.first_day = *day;
  }
  if (const Field allocation = reader.get("allocation"))
    if (const std::string word = read_choice(allocation, {"randomised", "counterfactual"}); !word.empty())
      scenario.allocation = word;
  if (const auto block = read_whole(reader.get("block"), 1, kMaxBlock))
    scenario.block = static_cast<std::uint32_t>(*block);
  read_stop(reader.get("stop_when"), scenario);
  (void)reader.get("missed_visit");  // read with the visits
  (void)read_origin(reader, false);
  reader.finish();
}

namespace {

void read_recorded_times(const Field& field, Scenario& scenario) {
  if (!field.node->is_table())
    return field.complain(
        fmt::format("is {} (a table is expected); write {{ at = [\"day 28\"], hours = [\"0 h\", \"2 h\", \"24 h\"] }}",
                    words_for(field.node->kind)));
  TableReader reader(*field.node, field.path, *field.problems);
  VisitSpec when;
  read_calendar(reader, scenario, when);
  for (const std::int32_t day : when.days)
    if (day >= scenario.duration_day && scenario.duration_day > 0)
      reader.complain(fmt::format("is on day {} (the trial's last day has no dose); choose an earlier day", day));
  scenario.record.days = when.days;
  scenario.record.hours =
      read_hours(reader.need("hours", "hours after the day's nominal morning dose"), "the day's nominal morning dose");
  if (scenario.pk.where.line == 0) reader.complain("has nothing to measure (the scenario has no [pk])");
  reader.finish();
}

}  // namespace

void read_record(TableReader& root, Scenario& scenario) {
  const Field field = root.get("record");
  if (!field) return;
  if (!field.node->is_table())
    return field.complain(fmt::format("is {} (a table is expected); write [record]", words_for(field.node->kind)));
  scenario.record.where = field.node->where;
  TableReader reader(*field.node, field.path, root.problems());
  if (const Field table = reader.get("table")) {
    if (!read_choice(table, {"recorded", "all"}).empty()) scenario.record.table = read_text(table);
  }
  const bool is_of_all = scenario.record.table.value == "all";
  const bool has_more = field.node->entries.size() > 1;
  if (const Field patients =
          is_of_all && !has_more ? reader.get("patients") : reader.need("patients", "how many, the first ones"))
    if (const auto n = read_whole(patients, 1, kMostRecorded))
      scenario.record.patients = static_cast<std::uint64_t>(*n);
  if (const Field decisions = reader.get("decisions")) scenario.record.decisions = read_flag(decisions);
  if (const Field doses = reader.get("doses")) scenario.record.doses = read_flag(doses);
  scenario.record.daily = read_texts(reader.get("daily"));
  if (const Field concentrations = reader.get("concentrations")) read_recorded_times(concentrations, scenario);
  reader.finish();
}

void read_arms(TableReader& root, Scenario& scenario) {
  for_each_named(root, "ladder",
                 [&](TableReader& reader, const std::string& name) { read_ladder(reader, name, scenario); });
  for_each_named(root, "arm", [&](TableReader& reader, const std::string& name) { read_arm(reader, name, scenario); });
  const Node* arms = root.table().find("arm");
  if (arms == nullptr)
    root.complain("has no arm (patients are allocated to arms); write [[arm]] with name, share and regimen");
  if (scenario.arms.size() > kMostArms)
    root.problems().add(scenario.arms[kMostArms].where,
                        fmt::format("there are {} arms (at most {})", scenario.arms.size(), kMostArms));
  const Node* trial = root.table().find("trial");
  const Node* block = trial != nullptr ? trial->find("block") : nullptr;
  if (!scenario.arms.empty())
    check_block({scenario.block > 0 ? block : nullptr, "trial.block", &root.problems()}, scenario, root);
}

}  // namespace vt
