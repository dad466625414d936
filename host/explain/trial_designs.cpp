#include "host/explain/trial_designs.hpp"

#include <fmt/format.h>

#include <cmath>

#include "host/explain/words.hpp"
#include "host/study/power/play.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

std::string day_count(double days) { return words::count(static_cast<std::uint64_t>(days), "day"); }

std::string question_of(const PreparedDesign& prepared) {
  const TrialDesign& design = prepared.design;
  const char* events = prepared.counts_events ? "events" : "responses";
  std::string text = fmt::format("{} ({}); better is who has {} {}", design.analysis, name_of(prepared.analysis.kind),
                                 design.fewer_is_better ? "fewer" : "more", events);
  if (prepared.counts_events && !design.fewer_is_better) text += ", or has them sooner";
  if (design.margin > 0) text += fmt::format("; not inferior up to {} less", percent(design.margin));
  return text;
}

std::string entry_of(const PreparedDesign& prepared) {
  const TrialDesign& design = prepared.design;
  std::string text = fmt::format("{} enter", words::count(design.patients, "patient"));
  if (design.accrual == AccrualProcess::at_once) return text + ", all on one day";
  return text + fmt::format(", {} every 30 days, {}", short_number(30 * design.patients_per_day),
                            design.accrual == AccrualProcess::even ? "evenly" : "at random (a Poisson process)");
}

std::string arms_of(const PreparedDesign& prepared) {
  const TrialDesign& design = prepared.design;
  if (design.allocation == Allocation::blocks) return "arms by the trial's blocks";
  return fmt::format(
      "arms by the trial's blocks for {}, then in proportion to a power of the chance to be the best (Thall and "
      "Wathen), updated every {}",
      words::count(design.burn_in, "patient"), words::count(design.every, "patient"));
}

std::string error_of(const PreparedDesign& prepared) {
  const TrialDesign& design = prepared.design;
  std::string text =
      fmt::format("alpha {}, {}", short_number(design.alpha), design.sides == 2 ? "two-sided" : "one-sided");
  const std::size_t comparisons = prepared.shares.size() - 1;
  if (comparisons > 1)
    text += design.adjusts ? fmt::format(", shared by {} comparisons (Bonferroni): {} a side of each", comparisons,
                                         short_number(prepared.alpha))
                           : fmt::format(", not adjusted for {} comparisons", comparisons);
  return text;
}

std::string information_of(const PreparedDesign& prepared) {
  const TrialDesign& design = prepared.design;
  if (!prepared.counts_events)
    return fmt::format("at {} whose response is known, {} after entry", words::count(design.patients, "patient"),
                       day_count(design.known_after));
  if (design.events > 0) return "at " + words::count(design.events, "event");
  return fmt::format("when everybody has been followed for {}", day_count(prepared.follow_up));
}

std::string bound_words(double bound) {
  return std::isfinite(bound) ? fmt::format("z of {:.4f}", bound) : "nothing is rejected";
}

std::string looks_of(const PreparedDesign& prepared) {
  const TrialDesign& design = prepared.design;
  const std::string all = information_of(prepared);
  if (design.looks.size() == 1) return fmt::format("one look, {}: {}", all, bound_words(prepared.bounds[0]));
  std::vector<std::string> looks;
  for (std::size_t look = 0; look < design.looks.size(); ++look)
    looks.push_back(fmt::format("{}: {}", percent(design.looks[look]), bound_words(prepared.bounds[look])));
  std::string text = fmt::format("the last look is {}; looks by share of this: {}", all, words::list(looks));
  if (!design.spending) return text + "; alpha is spent at the last look alone";
  for (const SpendingEntry& entry : kSpending)
    if (entry.kind == design.spending->kind)
      text += fmt::format("; alpha is spent by {}{}", entry.name,
                          entry.takes_parameter() ? fmt::format(" ({})", design.spending->parameter) : "");
  return text;
}

std::vector<std::string> changes_of(const PreparedDesign& prepared) {
  const TrialDesign& design = prepared.design;
  std::vector<std::string> all;
  if (design.futile_below)
    all.push_back(
        fmt::format("an arm takes no more patients where its conditional power on the trend is below {}; "
                    "without any arm left the trial ends as futile",
                    percent(*design.futile_below)));
  if (design.dropping == Dropping::worst)
    all.emplace_back("at each look the arm that does worst takes no more patients");
  if (design.dropping == Dropping::by_power)
    all.push_back(fmt::format("arms with a conditional power below {} take no more patients, but for the last one",
                              percent(design.drop_below)));
  if (const auto& plan = design.re_estimation)
    all.push_back(
        fmt::format("after look {} the size is raised, to {} at most, where the conditional power is between {} "
                    "and {} (Mehta and Pocock); stages keep the weights that were planned",
                    plan->look + 1, words::count(plan->most, design.events > 0 ? "event" : "patient"),
                    percent(plan->from), percent(plan->power)));
  return all;
}

std::string design_words(const PreparedDesign& prepared) {
  std::vector<std::string> lines = {question_of(prepared), entry_of(prepared) + "; " + arms_of(prepared),
                                    error_of(prepared), looks_of(prepared)};
  for (std::string& line : changes_of(prepared)) lines.push_back(std::move(line));
  std::string text = fmt::format("  {}\n", prepared.design.name);
  for (const std::string& line : lines) text += words::paragraph("    ", "      ", line);
  return text;
}

}  // namespace

std::string explain_trial_designs(const StudySpec& study, const BuiltPlan& first) {
  if (study.trial_designs.empty()) return "";
  std::string text = "\nTrial designs, over the same patients, as simulated and with every arm as the first one\n";
  for (const TrialDesign& design : study.trial_designs) text += design_words(prepare(design, first));
  for (const TrialDesign& design : study.trial_designs)
    if (design.wanted_power && (&design == study.trial_designs.data() || design.curve != (&design - 1)->curve))
      text +=
          fmt::format("  of {} the size with a power of {} is found\n", design.curve, percent(*design.wanted_power));
  std::vector<std::string> drawn;
  for (const FactorSpec& factor : study.factors)
    if (factor.is_drawn()) drawn.push_back(factor.name);
  if (!drawn.empty())
    text += fmt::format("  {} drawn anew in every replicate: the power is the mean over {}, the assurance\n",
                        words::list(drawn) + (drawn.size() > 1 ? " are" : " is"),
                        drawn.size() > 1 ? "all of their values" : "all of its values");
  return text;
}

}  // namespace vt
