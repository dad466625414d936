#include "tests/unit/host/scenario/sample.hpp"
#include "kernels/vocabulary/distributions.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace vt::sample {
namespace {

std::string dump(const Origin& o) {
  return fmt::format("[{}|{}|{}]", o.source, static_cast<int>(o.basis), o.calibrated_to);
}

std::string dump(const Expression& e) {
  return fmt::format("({}|{}|{}|{}|{})", e.number ? fmt::format("{:a}", *e.number) : "-", e.formula, e.text, e.unit,
                     dump(e.origin));
}

std::string dump(const RegimenSpec& r) { return fmt::format("{}/{}", r.dose_mg, r.every_h); }

std::string dump(const std::vector<RegimenSpec>& list) {
  std::string out;
  for (const RegimenSpec& r : list) out += dump(r) + ",";
  return out;
}

std::string dump(const std::vector<Text>& list) {
  std::string out;
  for (const Text& t : list) out += t.value + ",";
  return out;
}

std::string dump(const ModelSpec& model) {
  std::string out = model.model + "\n";
  for (const auto& [key, entry] : model.entries) out += fmt::format("  {} {}\n", key, dump(entry));
  for (const auto& [key, trend] : model.trends)
    out += fmt::format("  {} {} {}\n", key, trend.change, trend.time_constant_day);
  return out;
}

std::string numbers(const std::vector<double>& list) { return fmt::format("{}", fmt::join(list, ",")); }

}  // namespace

const std::string& text() {
  static const std::string scenario = R"toml(title = "A sample"

[trial]
seed = 7
patients = 1_000
replicates = 2
duration = "12 month"
start = "day -8"
allocation = "randomised"
block = 6
missed_visit = 0.06
source = "made up"

[[covariate]]
name = "male"
distribution = "bernoulli"
p = "59 %"
source = "census"
basis = "published"

[[covariate]]
name = "weight_kg"
distribution = "normal"
mean = "70 + 12*male"
sd = 14
min = 45
max = 140
source = "census"
basis = "derived"

[[covariate]]
name = "cells"
distribution = "lognormal"
median = 10
sd_log = 0.35
source = "guess"
basis = "calibrated"
to = "a trial"

[[covariate]]
name = "share"
distribution = "uniform"
low = -8
high = -4
source = "guess"
basis = "assumed"

[[covariate]]
name = "fold"
distribution = "categorical"
values = [2.5, 6, 1e12]
probabilities = [0.1, 0.2, 0.7]
source = "guess"
basis = "assumed"

[[random_effect]]
names = ["CL", "V"]
covariance = [[0.1018, 0.071], [0.071, 0.0986]]
source = "paper"
basis = "published"

[[random_effect]]
names = ["KA", "F"]
sd = [0.5, 2]
correlation = [[1, 0.5], [0.5, 1]]
source = "paper"
basis = "published"

[[random_effect]]
name = "kill"
sd = 0.5
source = "paper"
basis = "published"

[[parameter]]
name = "typical"
value = "10.62 L/h"
source = "paper"
basis = "published"

[[parameter]]
name = "larger"
formula = "2*typical"
source = "paper"
basis = "derived"

[pk]
model = "one_compartment"
absorption = "zero_order"
source = "paper"
basis = "published"
clearance = { formula = "typical*exp(eta.CL)", unit = "L/h" }
volume = "244 L"
absorption_duration = "90 min"
bioavailability_occasion_sd = 0.20
occasion = "1 month"
clearance_trend = { change = 0.30, time_constant = "1 week" }
exposure_scale = { value = 1.44, source = "fit", basis = "calibrated", to = "trough" }
reference_concentration = "1.569 mg/L"

[response]
model = "cml_clones"
source = "paper"
basis = "published"
regrowth = "0.05 1/day"
kill_max = { formula = "0.13*exp(eta.kill)", unit = "1/day" }
half_exposure = 0.5
activation = "1.4e-3 1/day"
deactivation = "3e-5 1/day"
baseline = "100 %"
quiescent_ratio = 0.05
clone_ratio = "10 %"
influx_high = "0.01 1/year"

[blood_counts.neutrophils]
model = "transit"
source = "paper"
basis = "published"
baseline = "4 1e9/L"
transit = "127 h"
feedback = 0.17
effect = 0.05
steps_per_day = 4

[assays]
source = "lab"
basis = "assumed"
trough_cv = 0.06
trough_limit = "50 ng/mL"
pcr_sd_log10 = [[0.0032, 0.35], [0.01, 0.25]]
metaphases = 20
metaphase_anchor = "10 %"

[adherence]
model = "bernoulli"
taken = { once_daily = 0.95, twice_daily = "90 %", three_times_daily = 0.85 }
jitter_sd = { once_daily = "90 min", twice_daily = "1 h", three_times_daily = "1 h" }
source = "guess"
basis = "assumed"

[[interaction]]
perpetrator = "rifampicin"
fraction = "10 %"
start = "month 2"
stop = "month 4"
clearance_ratio = 1.89
bioavailability_ratio = 0.49
liver_half_life = "2 day"
gut_half_life = "24 h"
source = "paper"
basis = "derived"

[[ladder]]
name = "down"
steps = [{ dose = "300 mg", every = "24 h" }, { dose = "0.2 g", every = "12 h" }]

[[arm]]
name = "400 mg QD"
share = 1
regimen = { dose = "400 mg", every = "1 day" }
ladder = "down"
rules = ["cytopenia", "reduce"]
discontinuation = "0.123 1/year"

[[arm]]
name = "400 mg BID"
share = 2
regimen = { dose = "400 mg", every = "12 h" }
rules = ["cytopenia"]

[[visit]]
name = "trough"
at = ["day 29", "month 6"]
measure = ["trough", "bcr_abl"]
window = "3 h"
sample_sd = "1.5 h"

[[visit]]
name = "counts"
at = ["day -8", "day 60"]
every = "30 day"
from = "day 60"
until = "day 150"
measure = ["blood_count"]
missed = 0

[[rule]]
name = "cytopenia"
at = ["counts"]
when = "anc < 1.0"
do = "hold"
until = "anc >= 1.5"
recheck = "1 week"
resume = [{ dose = "400 mg", every = "24 h" }, { dose = "300 mg", every = "24 h" }]
group = "dose"
at_most = 3

[[rule]]
name = "reduce"
at = "trough"
when = "trough > 2000"
probability = "1/(1 + exp(4))"
do = "step down"

[[tally]]
name = "mmr"
title = "Major molecular response"
score = "bcr_abl_is <= 0.1"
at = "trough"
by = ["arm", "visit", "bins( max(trough @ 'day 29', 1), 1000, 2e3)"]

[[tally]]
name = "level"
score = "trough"
range = ["10 ng/mL", "20 mg/L"]
at = "trough"
by = ["daily_dose_mg", "quartile(trough @ 'day 29')"]
)toml";
  return scenario;
}

std::string with(const std::string& from, const std::string& to) {
  std::string changed = text();
  const std::size_t at = changed.find(from);
  EXPECT_NE(at, std::string::npos) << "the sample has no: " << from;
  return at == std::string::npos ? changed : changed.replace(at, from.size(), to);
}

Reading read_files(const std::map<std::string, std::string>& files, const std::vector<Override>& overrides) {
  Problems problems;
  const FileText text_of = [&](const std::string& path, const Position& asked_at,
                               Problems& all) -> std::optional<std::string> {
    const auto at = files.find(path);
    if (at != files.end()) return at->second;
    all.add(asked_at, fmt::format("there is no file '{}'", path));
    return std::nullopt;
  };
  Reading reading;
  reading.scenario = read_scenario("s.toml", overrides, text_of, problems);
  reading.problems = problems.sorted();
  return reading;
}

Reading read(const std::string& text, const std::vector<Override>& overrides) {
  return read_files({{"s.toml", text}}, overrides);
}

std::string join(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& problem : problems) out += to_string(problem) + "\n";
  return out;
}

std::string dump(const Scenario& s) {
  std::string out = fmt::format("{}|{}|{}|{}|{}|{}|{}|{}\n", s.title, s.seed, s.patients, s.replicates, s.duration_day,
                                s.first_day, s.allocation, s.block);
  for (const CovariateSpec& c : s.covariates) {
    out += fmt::format("covariate {} {} {} {} {} {} {}\n", c.name, name_of(c.distribution), numbers(c.values),
                       numbers(c.probabilities), c.min.value_or(-1e300), c.max.value_or(1e300), dump(c.origin));
    for (const auto& [key, value] : c.parameters) out += fmt::format("  {} {}\n", key, dump(value));
  }
  for (const RandomEffectSpec& e : s.random_effects) {
    out += fmt::format("eta {} {}\n", fmt::join(e.names, ","), dump(e.origin));
    for (const auto& row : e.covariance) out += "  " + numbers(row) + "\n";
  }
  for (const ParameterSpec& p : s.parameters) out += fmt::format("parameter {} {}\n", p.name, dump(p.value));
  for (const ModelSpec* m : {&s.pk, &s.model<Leukaemia>(), &s.model<Neutrophils>(), &s.model<Platelets>(), &s.assays})
    out += dump(*m);
  const AdherenceSpec& a = s.adherence;
  out += fmt::format("adherence {} {} {} {} {} {} {} {}\n", a.model, a.taken_once_daily, a.taken_twice_daily,
                     a.taken_three_times_daily, a.jitter_sd_once_daily_h, a.jitter_sd_twice_daily_h,
                     a.jitter_sd_three_times_daily_h, dump(a.origin));
  for (const InteractionSpec& i : s.interactions)
    out +=
        fmt::format("interaction {} {} {} {} {} {} {} {} {} {} {} {} {} {}\n", i.perpetrator, i.fraction, i.start_day,
                    i.stop_day, dump(i.taken_when), dump(i.start), dump(i.stop), i.course_days, i.every_days,
                    i.clearance_ratio, i.bioavailability_ratio, i.liver_half_life_h, i.gut_half_life_h, dump(i.origin));
  for (const LadderSpec& l : s.ladders) out += fmt::format("ladder {} {}\n", l.name, dump(l.steps));
  for (const ArmSpec& x : s.arms)
    out += fmt::format("arm {} {} {} {} {} {} {}\n", x.name, x.share, dump(x.regimen), dump(x.rules), x.ladder.value,
                       x.leave_per_year, dump(x.origin));
  for (const VisitSpec& v : s.visits)
    out += fmt::format("visit {} {} {} {} {} {} {}\n", v.name, fmt::join(v.days, ","), fmt::join(v.labels, ","),
                       dump(v.measure), v.window_h, v.sample_sd_h, v.missed);
  for (const RuleSpec& r : s.rules)
    out += fmt::format("rule {} {} {} {} {} {} {} {} {} {} {} {}\n", r.name, dump(r.at), r.when.value, r.until.value,
                       dump(r.probability), r.action ? name_of(*r.action) : "", dump(r.regimen), dump(r.resume),
                       r.group, r.recheck_day, r.most_times, dump(r.origin));
  for (const TallySpec& t : s.tallies) {
    out += fmt::format("tally {} {} {} {} {} {} {} {}\n", t.name, t.title, t.score.value, t.has_range, t.low, t.high,
                       t.unit, t.at.value);
    for (const AxisSpec& x : t.by)
      out += fmt::format("  {} {} {} {} {} {}\n", entry_of(x.form).name, x.source.value, numbers(x.edges), x.low,
                         x.high, x.text);
  }
  return out;
}

Marked unmark(const std::string& marked) {
  const std::string marker = "«»";
  Marked result{marked, 1, 1};
  const std::size_t at = marked.find(marker);
  EXPECT_NE(at, std::string::npos) << "no marker";
  if (at == std::string::npos) return result;
  result.text.erase(at, marker.size());
  for (std::size_t i = 0; i < at; ++i) {
    const bool is_line_end = marked[i] == '\n',
               is_continuation = (static_cast<unsigned char>(marked[i]) & 0xC0u) == 0x80u;
    result.line += is_line_end;
    result.column = is_line_end ? 1 : result.column + !is_continuation;
  }
  return result;
}

}  // namespace vt::sample
