#include "host/study/read/read_trial_design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "host/scenario/sections.hpp"
#include "host/scenario/toml/merge.hpp"
#include "host/scenario/toml/shapes.hpp"
#include "kernels/vocabulary/tallies.hpp"

namespace vt {

namespace {

constexpr Range kPart{0, 1, true};
constexpr std::int64_t kMostPatients = 1'000'000;
constexpr double kLeastStep = 1e-5;  ///< of the information, between looks

void read_into(const Field& field, const Range& range, double& into) {
  if (const auto number = field ? read_number(field, "", range) : std::nullopt) into = *number;
}

/// The upper end of a range is not in it.
void need_below(const Field& field, double value, double high) {
  if (field && value >= high) field.complain(fmt::format("is {} (allowed: below {})", value, high));
}

std::uint64_t read_count(const Field& field, std::uint64_t otherwise) {
  const auto count = field ? read_whole(field, 1, kMostPatients) : std::nullopt;
  return count ? static_cast<std::uint64_t>(*count) : otherwise;
}

void read_looks(TableReader& reader, TrialDesign& design) {
  const Field looks = reader.get("looks"), spending = reader.get("spending");
  if (looks) {
    design.looks = read_numbers(looks, kPart);
    if (!std::ranges::is_sorted(design.looks, std::less_equal<>{}))
      looks.complain("is not ascending (shares of the information at each look); write looks = [0.5, 1]");
    else if (std::ranges::adjacent_find(design.looks, [](double a, double b) { return b - a < kLeastStep; }) !=
             design.looks.end())
      looks.complain(
          fmt::format("has looks less than {} apart (shares of the information); take one away", kLeastStep));
    else if (design.looks.empty() || design.looks.back() != 1)
      looks.complain("does not end with 1 (the last look, at all of the information); write looks = [0.5, 1]");
  }
  const SpendingEntry* how = spending ? find_named(kSpending, read_choice(spending, names_of(kSpending))) : nullptr;
  if (how != nullptr) {
    design.spending = Spending{how->kind};
    const Field parameter = how->takes_parameter() ? reader.need("spending_parameter", "this spending has one")
                                                   : reader.get("spending_parameter");
    if (parameter && !how->takes_parameter())
      parameter.complain("goes with the spending \"kim_demets\" and \"hwang_shih_decani\"; take it away");
    read_into(parameter, {how->low, how->high, true}, design.spending->parameter);
    need_below(parameter, design.spending->parameter, how->high);
  }
  if (spending && design.looks.size() < 2)
    spending.complain("is of a design with one look (which spends all of alpha); give looks = [0.5, 1]");
}

void read_stopping(TableReader& reader, TrialDesign& design) {
  if (const Field futile = reader.get("futility")) {
    double power = 0;
    read_into(futile, kPart, power);
    design.futile_below = power;
    if (design.looks.size() < 2) futile.complain("is of a design with one look; give looks = [0.5, 1]");
  }
  if (const Field drop = reader.get("drop")) {
    if (drop.node->is_text()) {
      (void)read_choice(drop, {"worst"});
      design.dropping = Dropping::worst;
    } else {
      design.dropping = Dropping::by_power;
      read_into(drop, kPart, design.drop_below);
    }
    if (design.looks.size() < 2) drop.complain("is of a design with one look; give looks = [0.5, 1]");
  }
}

void read_allocation(TableReader& reader, TrialDesign& design) {
  const Field allocation = reader.get("allocation"), burn_in = reader.get("burn_in"),
              every = reader.get("update_every");
  if (allocation && read_choice(allocation, {"blocks", "thall_wathen"}) == "thall_wathen")
    design.allocation = Allocation::thall_wathen;
  design.burn_in = read_count(burn_in, 40);
  design.every = read_count(every, 10);
  if (design.allocation == Allocation::blocks)
    for (const Field& field : {burn_in, every})
      if (field) field.complain("goes with allocation = \"thall_wathen\"; take it away");
}

void read_accrual(TableReader& reader, TrialDesign& design) {
  const Field accrual = reader.get("accrual");
  if (!accrual) return;
  if (!accrual.node->is_table())
    return accrual.complain("is not a table; write { patients = 25, every = \"1 month\" }");
  TableReader table(*accrual.node, accrual.path, *accrual.problems);
  double patients = 0;
  read_into(table.need("patients", "so many enter in each interval"), kPositive, patients);
  const Field every = table.need("every", "the interval");
  const auto days = every ? read_days(every, 1, 36525) : std::nullopt;
  design.accrual = AccrualProcess::even;
  if (const Field process = table.get("process"); process && read_choice(process, {"even", "poisson"}) == "poisson")
    design.accrual = AccrualProcess::poisson;
  if (days) design.patients_per_day = patients / *days;
  table.finish();
}

void read_re_estimation(TableReader& reader, TrialDesign& design) {
  const Field field = reader.get("re_estimate");
  if (!field) return;
  if (!field.node->is_table()) return field.complain("is not a table; write { most = 700, from = 0.3, power = 0.9 }");
  TableReader table(*field.node, field.path, *field.problems);
  ReEstimation plan;
  plan.most = read_count(table.need("most", "patients, or events of times, at most"), 0);
  read_into(table.get("from"), kPart, plan.from);
  read_into(table.get("power"), kPart, plan.power);
  const Field look = table.get("look");
  if (look)
    if (const auto number = read_whole(look, 1, std::max<std::int64_t>(1, std::ssize(design.looks) - 1)))
      plan.look = static_cast<std::size_t>(*number - 1);
  if (plan.from >= plan.power) table.complain("has from at or above power (the zone between them is promising)");
  table.finish();
  if (design.looks.size() < 2) field.complain("is of a design with one look; give looks = [0.5, 1]");
  design.re_estimation = plan;
}

/// Its kind; nothing where the scenario has no such analysis, or one with a mistake.
std::optional<TestKind> kind_of_analysis(const Field& analysis, const std::string& name, Node& trial) {
  const Node* found = find_entry(trial, join_path("analysis", name));
  const Node* kind = found != nullptr ? found->find("kind") : nullptr;
  if (found == nullptr) analysis.complain(fmt::format("is '{}' (the scenario has no such [[analysis]])", name));
  const TestKindEntry* entry = kind != nullptr && kind->is_text() ? find_named(kTestKinds, kind->text) : nullptr;
  return entry != nullptr ? std::optional(entry->kind) : std::nullopt;
}

/// How it is decided whether an arm is better.
void read_question(TableReader& reader, Node& trial, TrialDesign& design) {
  const Field analysis = reader.need("analysis", "the name of an [[analysis]] that compares the arms");
  if (!analysis) return;
  design.analysis = read_text(analysis).value;
  const std::optional<TestKind> kind = kind_of_analysis(analysis, design.analysis, trial);
  const bool is_of_times = kind == TestKind::log_rank || kind == TestKind::cox;
  design.fewer_is_better = is_of_times;
  if (const Field better = reader.get("better"))
    design.fewer_is_better = read_choice(better, {"more", "fewer"}) == "fewer";
  const Field margin = reader.get("margin"), events = reader.get("events"), known = reader.get("known_after");
  read_into(margin, kPart, design.margin);
  need_below(margin, design.margin, 1);
  if (margin && kind != TestKind::proportions)
    margin.complain("is of shares (analyses of kind \"proportions\"); take it away");
  design.events = read_count(events, 0);
  if (events && !is_of_times) events.complain("is of times (analyses of kind \"log-rank\" and \"cox\"); take it away");
  if (const auto days = known ? read_days(known, 0, 36525) : std::nullopt) design.known_after = *days;
  if (known && is_of_times) known.complain("is of a response (events are known when they happen); take it away");
  if (!known && !is_of_times) design.known_after = -1;  // when the trial is over
  if (is_of_times && design.looks.size() > 1 && design.events == 0)
    reader.complain("has several looks and no events (at a share of which they are); write events = 200");
  if (is_of_times && design.allocation == Allocation::thall_wathen)
    reader.complain("allocates by responses, but its analysis is of times; set allocation = \"blocks\"");
}

}  // namespace

std::vector<TrialDesign> read_trial_design(TableReader& reader, const std::string& name, Node& trial) {
  TrialDesign design;
  design.name = name;
  design.where = reader.table().where;
  check_group_name(reader.get("name"));
  read_looks(reader, design);
  read_stopping(reader, design);
  read_allocation(reader, design);
  read_accrual(reader, design);
  read_re_estimation(reader, design);
  read_question(reader, trial, design);
  read_into(reader.get("alpha"), Range{0, 0.5, true}, design.alpha);
  if (const Field sides = reader.get("sides"))
    if (const auto number = read_whole(sides, 1, 2)) design.sides = static_cast<int>(*number);
  if (const Field adjust = reader.get("adjust"))
    design.adjusts = read_choice(adjust, {"bonferroni", "none"}) == "bonferroni";
  if (design.looks.size() > 1 && design.accrual == AccrualProcess::at_once)
    reader.complain(
        "has several looks, but all patients enter on one day (nothing is known before everything is); write accrual = "
        "{ patients = 25, every = \"1 month\" }");
  if (design.allocation == Allocation::thall_wathen && design.accrual == AccrualProcess::at_once)
    reader.complain("allocates by responses, but all patients enter on one day; write accrual");
  double power = 0;
  const Field wanted = reader.get("wanted_power"), patients = reader.get("patients");
  read_into(wanted, kPart, power);
  need_below(wanted, power, 1);
  std::vector<TrialDesign> all;
  for (const Field& size : patients&& patients.node->is_list() ? items_of(patients) : std::vector<Field>{patients}) {
    design.patients = read_count(size, 0);  // 0: as many as the study has
    if (std::ranges::find(all, design.patients, &TrialDesign::patients) != all.end())
      size.complain(fmt::format("is {} again (each size is a design of its own); take it away", design.patients));
    all.push_back(design);
  }
  if (wanted) {
    if (all.size() < 3)
      wanted.complain(
          "needs three sizes or more (between which the one is found that has this power); write patients = "
          "[100, 200, 300]");
    for (TrialDesign& one : all) one.wanted_power = power;
  }
  if (all.size() > 1)
    for (TrialDesign& one : all) {
      one.curve = name;
      one.name = fmt::format("{}, {} patients", name, one.patients);
    }
  reader.finish();
  return all;
}

ObservedSpec read_observed(TableReader& reader, const std::string& name, const std::vector<TrialDesign>& designs) {
  ObservedSpec observed;
  observed.name = name;
  observed.where = reader.table().where;
  (void)reader.get("name");
  std::vector<std::string> names;
  for (const TrialDesign& design : designs) names.push_back(design.name);
  const Field design = reader.need("design", "the trial design that it is a result of");
  note(design, {Form::Kind::text});  // any name
  if (design) observed.design = read_choice(design, names);
  observed.arm = read_text(reader.need("arm", "the arm whose patients are counted")).value;
  const Field events = reader.need("events", "patients with the event"), of = reader.need("of", "patients of the arm");
  const auto patients = of ? read_whole(of, 1, kMostPatients) : std::nullopt;
  observed.patients = patients.value_or(1);
  if (const auto count = events ? read_whole(events, 0, observed.patients) : std::nullopt) observed.events = *count;
  reader.finish();
  return observed;
}

}  // namespace vt
