#include <fmt/format.h>

#include "host/scenario/sections.hpp"

namespace vt {
namespace {

/// A time of the trial for all patients, or { formula = "…", unit = "day" }.
void read_start_or_stop(const Field& field, double& day, Expression& formula) {
  if (!field) return;
  if (field.node->is_table()) {
    formula = read_expression(field, {"day", {-1e6, 1e9}});
    if (formula.number) day = *formula.number;
  } else if (const auto at = read_trial_time(field)) {
    day = *at;
  }
}

/// course and every: a course of so many days, begun anew every so many days.
void read_courses(TableReader& reader, InteractionSpec& interaction) {
  const Field course = reader.get("course"), every = reader.get("every");
  if (!course && !every) return;
  if (!course || !every)
    return (course ? course : every)
        .complain(fmt::format("stands without {} (courses have a length and an interval); write course = \"14 day\" "
                              "and every = \"28 day\"",
                              course ? "every" : "course"));
  const auto days = read_days(course, 1, 36525), interval = read_days(every, 1, 36525);
  if (!days || !interval) return;
  if (*days > *interval)
    return course.complain(fmt::format("is {} day (at most the interval, {} day)", *days, *interval));
  interaction.course_days = *days;
  interaction.every_days = *interval;
}

void read_interaction(TableReader& reader, const std::string& name, Scenario& scenario) {
  constexpr Range ratio{1e-6, 1e3}, half_life{0, 1e5};
  InteractionSpec interaction;
  interaction.perpetrator = name;
  interaction.where = reader.table().where;
  (void)reader.get("perpetrator");
  if (const auto x = read_number(reader.get("fraction"), "", {0, 1})) interaction.fraction = *x;
  if (const Field who = reader.get("taken_when")) {
    interaction.taken_when.where = who.node->where;
    interaction.taken_when.formula = interaction.taken_when.text = read_text(who).value;
  }
  const Field stop = reader.get("stop");
  read_start_or_stop(reader.get("start"), interaction.start_day, interaction.start);
  read_start_or_stop(stop, interaction.stop_day, interaction.stop);
  read_courses(reader, interaction);
  const bool is_for_all = interaction.start.formula.empty() && interaction.stop.formula.empty();
  if (stop && is_for_all && interaction.stop_day <= interaction.start_day)
    stop.complain(
        fmt::format("is day {} (it must lie after the start, day {})", interaction.stop_day, interaction.start_day));
  if (const auto x = read_number(reader.get("clearance_ratio"), "", ratio)) interaction.clearance_ratio = *x;
  if (const auto x = read_number(reader.get("bioavailability_ratio"), "", ratio))
    interaction.bioavailability_ratio = *x;
  if (const auto x = read_number(reader.get("metabolite_clearance_ratio"), "", ratio))
    interaction.metabolite_clearance_ratio = *x;
  if (const auto x = read_number(reader.get("liver_half_life"), "h", half_life)) interaction.liver_half_life_h = *x;
  if (const auto x = read_number(reader.get("gut_half_life"), "h", half_life)) interaction.gut_half_life_h = *x;
  interaction.origin = read_origin(reader, true);
  reader.finish();
  scenario.interactions.push_back(std::move(interaction));
}

}  // namespace

void read_interactions(TableReader& root, Scenario& scenario) {
  for_each_named(root, "interaction",
                 [&](TableReader& reader, const std::string& name) { read_interaction(reader, name, scenario); });
  if (scenario.interactions.size() > kMaxInteractions)
    root.problems().add(
        scenario.interactions[kMaxInteractions].where,
        fmt::format("there are {} interactions (at most {})", scenario.interactions.size(), kMaxInteractions));
}

}  // namespace vt
