#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/scenario/sections.hpp"
#include "host/scenario/tallies/kinds.hpp"

namespace vt {
namespace {

template <class List>
std::vector<std::string> names_of(const List& list) {
  std::vector<std::string> names;
  names.reserve(list.size());
  for (const auto& item : list) names.push_back(item.name);
  return names;
}

/// Names by which something can be referred to, with fast look-up.
template <class Spec>
class Names {
 public:
  Names(const std::vector<Spec>& list, std::string_view kind) : names_(names_of(list)), kind_(kind) {
    for (const Spec& spec : list) by_name_.emplace(spec.name, &spec);
  }

  const Spec* find(const Text& name, const std::string& path, Problems& problems) const {
    if (!name.is_set()) return nullptr;
    const auto at = by_name_.find(name.value);
    if (at != by_name_.end()) return at->second;
    const std::string known = names_.empty()        ? fmt::format("there is no {} at all", kind_)
                              : names_.size() <= 10 ? fmt::format("there are: {}", fmt::join(names_, ", "))
                                                    : fmt::format("there is no such {}", kind_);
    problems.add(name.where, fmt::format("{} names the unknown {} '{}' ({}){}", path, kind_, name.value, known,
                                         suggest(name.value, names_)));
    return nullptr;
  }

 private:
  std::vector<std::string> names_;
  std::string kind_;
  std::map<std::string, const Spec*> by_name_;
};

}  // namespace

void check_references(const Scenario& scenario, Problems& problems) {
  const Names rules(scenario.rules, "rule");
  const Names ladders(scenario.ladders, "ladder");
  const Names visits(scenario.visits, "visit");
  for (const ArmSpec& arm : scenario.arms) {
    const std::string path = join_path("arm", arm.name);
    (void)ladders.find(arm.ladder, path + ".ladder", problems);
    for (const Text& name : arm.rules) {
      const RuleSpec* rule = rules.find(name, path + ".rules", problems);
      if (rule != nullptr && rule->steps > 0 && !arm.ladder.is_set())
        problems.add(
            name.where,
            fmt::format("{}.rules has '{}', which does '{}' (but the arm has no ladder to step on); add ladder = \"…\"",
                        path, rule->name, name_of(rule->action == Action::hold ? Action::step_down : *rule->action)));
    }
  }
  const bool has_resume = std::any_of(scenario.rules.begin(), scenario.rules.end(),
                                      [](const RuleSpec& rule) { return rule.action == Action::resume; });
  for (const RuleSpec& rule : scenario.rules) {
    for (const Text& name : rule.at) (void)visits.find(name, join_path("rule", rule.name) + ".at", problems);
    if (rule.action == Action::hold && !rule.until.is_set() && !has_resume)
      problems.add(rule.where,
                   fmt::format("{} has no until (a hold ends when a condition is met, or by a rule that does "
                               "'resume'); write until = \"anc >= 1.5\"",
                               join_path("rule", rule.name)));
    const bool is_known = std::any_of(scenario.interactions.begin(), scenario.interactions.end(),
                                      [&](const auto& drug) { return drug.perpetrator == rule.comedication.value; });
    if (rule.comedication.is_set() && !is_known)
      problems.add(rule.comedication.where,
                   fmt::format("{} names the comedication '{}' (no [[interaction]] has this perpetrator); add one",
                               join_path("rule", rule.name) + ".with", rule.comedication.value));
    (void)visits.find(rule.sample, join_path("rule", rule.name) + ".sample", problems);
  }
  for (const TallySpec& tally : scenario.tallies) {
    if (tally.at.value == "end") continue;
    const std::string path = join_path("tally", tally.name) + ".at";
    const VisitSpec* visit = visits.find(tally.at, path, problems);
    if (visit != nullptr && visit->days.empty() && (visit->is_on_order || !visit->on_result.empty()))
      problems.add(tally.at.where,
                   fmt::format("{} names '{}' (this visit has no days of its own, and tallies count at scheduled "
                               "visits); choose another visit",
                               path, visit->name));
  }
  std::vector<EventSpec> above;
  for (const EventSpec& event : scenario.events) {
    const std::string path = join_path("event", event.name);
    for (const Text& name : event.at) (void)visits.find(name, path + ".at", problems);
    (void)Names(above, "event above it").find(event.after, path + ".after", problems);
    above.push_back(event);
  }
  const Names arms(scenario.arms, "arm");
  const Names events(scenario.events, "event");
  const Names tallies(scenario.tallies, "tally");
  for (const TallySpec& tally : scenario.tallies) {
    const std::string path = join_path("tally", tally.name);
    for (const Text& name : tally.pair) (void)arms.find(name, path + ".pair", problems);
    for (const Text& name : tally.events) (void)events.find(name, path + ".event", problems);
    for (const Text& name : tally.competing) (void)events.find(name, path + ".competing", problems);
    if (events.find(tally.from, path + ".from", problems) == nullptr) continue;
    const auto ends_it = [&](const Text& name) { return name.value == tally.from.value; };
    if (std::ranges::any_of(tally.events, ends_it) || std::ranges::any_of(tally.competing, ends_it))
      problems.add(tally.from.where,
                   fmt::format("{}.from is '{}' (which also ends the time, so that all would be 0); name the event at "
                               "which the time begins",
                               path, tally.from.value));
  }
  for (const VisitSpec& visit : scenario.visits)
    if (visit.name == "end")
      problems.add(visit.where,
                   "a visit is called 'end' (tallies mean the end of each patient's trial by it); rename it");
  const Names columns(scenario.columns, "column");
  for (const AnalysisSpec& test : scenario.analyses) {
    const std::string path = join_path("analysis", test.name);
    const TallySpec* time = tallies.find(test.time, path + ".time", problems);
    if (time != nullptr && !kind_of(*time).takes("event"))
      problems.add(test.time.where,
                   fmt::format("{}.time is '{}' (a tally of kind time_to_event is expected)", path, test.time.value));
    (void)columns.find(test.response, path + ".response", problems);
    (void)columns.find(test.strata, path + ".strata", problems);
    for (const Text& name : test.covariates)
      if (name.value != "arm") (void)columns.find(name, path + ".covariates", problems);
  }
  (void)tallies.find(scenario.stop_when.tally, "trial.stop_when.tally", problems);
}

}  // namespace vt
