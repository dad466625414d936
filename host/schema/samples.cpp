#include <fmt/format.h>

#include "host/scenario/models/model_sections.hpp"
#include "host/schema/schema.hpp"
#include "host/study/optimise/optimise_spec.hpp"
#include "kernels/tally/kinds.hpp"
#include "kernels/vocabulary/actions.hpp"
#include "kernels/vocabulary/distributions.hpp"
#include "kernels/vocabulary/tallies.hpp"
#include "output/statistics/sequential/spending.hpp"

namespace vt {
namespace {

/// What is the same whatever models there are. Values need not be right: a reader says what it asks for before it
/// looks.
constexpr const char* kTrial = R"(
title = "x"
trial = { stop_when = { tally = "x" }, missed_visit = 0, allocation = "", start = "" }
criterion = [{ name = "x" }]
mutant = [{ name = "x" }]
mutants = { mixture = { x = 1 } }
random_effect = [{ name = "a", sd = 1 }, { name = "b", cv = 1, cv_is = "" }, { names = ["c", "d"], covariance = [[1, 0], [0, 1]] },
                 { names = ["e", "f"], sd = [1, 1], correlation = [[1, 0], [0, 1]] }, { name = "g", per = "" }]
parameter = [{ name = "x", value = 1 }, { name = "x", formula = "1", unit = "h" }]
interaction = [{ perpetrator = "x", taken_when = "", start = "day 1", stop = { formula = "1", unit = "day" } },
               { perpetrator = "z", course = "1 day", every = "2 day" },
               { perpetrator = "y", start = { value = 1 }, stop = "day 1" }]
arm = [{ name = "x", regimen = { dose = { formula = "1", unit = "", round_to = ["1 mg"] }, every = "", on = "", off = "" } },
       { name = "y", regimen = { schedule = [{ from = "", dose = { formula = "1" }, every = "" }, { dose = "1 mg" }] } },
       { name = "z", regimen = { dose = "1 mg", every = "" } }]
ladder = [{ name = "x", steps = [{ dose = "1 mg", every = "" }, { dose = { formula = "1" } }] }]
visit = [{ name = "x", at = ["day 1"], measure = [""], sample_after = ["1 h", "2 h"] }, { name = "y", at = "on order" },
         { name = "z", every = "1 day", from = "", until = "" }, { name = "v", at = "day 1" }]
test = [{ name = "x" }]
event = [{ name = "a", hazard = "1", per = "", recurrence = { probability = "1", mean_delay = "" }, duration = { median = "" } },
         { name = "d", hazard = "1", recovery = "1", easing = "1", worsening = "1", grades = [1], at = "", every = "", from = "" },
         { name = "b", hazard = "1", recurrence = { hazard = "1", grades = [1] }, duration = "1 day" },
         { name = "e", hazard = "1", recurrence = { hazard = "1", severe = 1 }, severe = 1 },
         { name = "c", when = "x", confirm = 1, dated = "first", switches_drug = true }]
profile = [{ name = "x", at = ["day 1"], hours = ["1 h"], range = ["1 ng/mL", "2 ng/mL"], by = ["arm"], every = "1 day", from = "", until = "" }]
column = [{ name = "x", keep = true }]
[population]
include = [""]
table = { file = "", draw = "", columns = { x = "y" } }
dose_records = { file = "", until = "", morning = "" }
correlation = { pairs = [["a", "b", 0.5]] }
[record]
table = ""
patients = 1
decisions = true
doses = true
concentrations = { at = ["day 1"], hours = ["1 h"], every = "1 day", from = "", until = "" }
[assays]
pcr_sd_log10 = [[1, 1]]
[prediction]
below_limit = ""
model = ""
)";

/// The other forms of what stands above.
constexpr const char* kTrialAgain = R"(
[population]
table = ""
dose_records = ""
correlation = { names = ["a"], matrix = [[1]] }
[assays]
pcr_sd_log10 = { value = [[1, 1]] }
)";

std::string trends_of(std::string_view section) {
  std::string text = fmt::format("[{}]\nmodel = \"\"\n", section);
  for (const char* key : {"clearance_trend", "bioavailability_trend", "volume_trend", "absorption_rate_trend"})
    text += fmt::format("{} = {{ change = 1 }}\n", key);
  for (const char* key : {"clearance_step", "volume_step", "metabolite_clearance_step"})
    if (section == "pk") text += fmt::format("{} = {{ factor = 1 }}\n", key);
  return text;
}

std::string models() {
  std::string text = trends_of("pk") + trends_of("prediction") + "[second_drug]\nmodel = \"\"\n";
  for (const ModelSection& one : kDiseaseSections)
    text += fmt::format("[{}]\nmodel = \"\"\ninput = \"\"\nimmune_form = \"\"\n", one.name);
  return text;
}

/// Adherence in a form: entries as numbers, or as tables by schedule.
std::string adherence(const AdherenceEntry& model, std::string_view form) {
  std::string text = fmt::format("[adherence]\nmodel = \"{}\"\n", model.name);
  if (form != "number") return text + fmt::format("{} = {{ once_daily = 1 }}\n", form);
  text += "jitter_sd = \"1 h\"\n";
  for (const KeyOfModels& key : kAdherenceKeys) text += fmt::format("{} = 1\n", key.key);
  return text;
}

std::string covariates() {
  std::string text;
  for (const DistributionEntry& one : kDistributions)
    text += fmt::format("[[covariate]]\nname = \"{0}\"\ndistribution = \"{0}\"\nper = \"\"\n", one.name);
  return text;
}

std::string rules() {
  std::string text;
  const char* regimens[] = {
      "{ dose = \"1 mg\", every = \"\" }",
      "{ schedule = [{ from = \"\", dose = \"1 mg\", every = \"\" }, { dose = { formula = \"1\" } }] }"};
  const char* resumes[] = {"\"step down\"", "[{ from = \"1 mg\", dose = \"1 mg\", every = \"\" }]"};
  for (const ActionEntry& one : kActions)
    for (int form = 0; form < 2; ++form) {
      text += fmt::format("[[rule]]\nname = \"{0} {1}\"\ndo = \"{0}\"\nprobability = 1\nat = [\"\"]\n", one.name, form);
      for (const ActionKey& key : kActionKeys)
        if ((key.actions & bit_of(one.action)) != 0 && !(form == 1 && key.key == "taken"))
          text += fmt::format("{} = {}\n", key.key,
                              key.key == "regimen"  ? regimens[form]
                              : key.key == "resume" ? resumes[form]
                                                    : "1");
    }
  return text;
}

std::string results() {
  std::string text;
  int n = 0;
  for (const TallyKindEntry& one : kTallyKinds)
    for (const char* form : {"first = \"\"\n", "event = \"\"\npair = [\"\"]\n"}) {
      text += fmt::format(
          "[[tally]]\nname = \"{}\"\nestimand = \"\"\nat = \"\"\nevery = \"\"\nrange = [1, 2]\n"
          "thresholds = [1]\nby = [\"arm\"]\n{}",
          ++n, form);
      if (!one.name.empty()) text += fmt::format("kind = \"{}\"\n", one.name);
    }
  for (const TestKindEntry& one : kTestKinds)
    text += fmt::format("[[analysis]]\nname = \"{0}\"\nkind = \"{0}\"\ncovariates = [\"\"]\nties = \"\"\n", one.name);
  return text;
}

/// The other side in its short form: cells.
constexpr const char* kShortQuestion = "over = { arm = \"\" }\nminus = { arm = \"\" }\nstatistic = \"itt\"\n";
constexpr const char* kQuestion =
    "where = { arm = \"\" }\nover = { tally = \"\", statistic = \"\", where = {}, run = \"\" }\nminus = { tally = "
    "\"\", "
    "statistic = \"\", where = {}, run = \"\" }\ncause = \"\"\nspread = \"\"\nover_replicates = \"\"\nstatistic = "
    "\"itt\"\n";

std::string study_parts() {
  std::string text;
  for (const DistributionEntry& one : kDistributions)
    text += fmt::format("[[factor]]\nname = \"{0}\"\ndistribution = \"{0}\"\n", one.name);
  text +=
      "[[factor]]\nname = \"v\"\nvalues = [1]\nrole = \"\"\ngroup = \"\"\ndrawn = true\nkey = \"x\"\n"
      "[[factor]]\nname = \"s\"\nvalues = [1]\nscale = \"x\"\n"
      "[[factor]]\nname = \"c\"\nkey = \"x\"\nchoices = [{ label = \"\", base = \"\", set = { x = 1 }, value = 1 }]\n";
  text += fmt::format(
      "[[endpoint]]\nname = \"q\"\ngoal = \"\"\nat_most = 1\nat_least = 1\nprecision = 1\n{}[[endpoint]]\nname = "
      "\"r\"\n{}",
      kQuestion, kShortQuestion);
  text +=
      "[[endpoint]]\nname = \"w\"\nweights = { q = 1 }\n[[endpoint]]\nname = \"d\"\ndistance_to = \"\"\nrows = [\"\"]\n"
      "[[endpoint]]\nname = \"t\"\nanalysis = \"\"\nstatistic = \"\"\nterm = \"\"\n";
  text += "[[observed]]\nname = \"x\"\ndesign = \"\"\nevents = 1\nof = 1000000\n";
  for (const auto& one : kSpending)
    text += fmt::format(
        "[[trial_design]]\nname = \"{0}\"\nspending = \"{0}\"\nspending_parameter = 1\nlooks = [1]\n"
        "futility = 1\ndrop = \"worst\"\nallocation = \"\"\nburn_in = 1\nupdate_every = 1\nadjust = \"\"\n"
        "accrual = {{ patients = 1, every = \"\", process = \"\" }}\nre_estimate = {{ most = 1, from = 1, power = "
        "1, look = 1 }}\nanalysis = \"\"\nbetter = \"\"\nmargin = 1\nevents = 1\nknown_after = \"\"\nalpha = 1\n"
        "sides = 1\npatients = [1, 2]\nwanted_power = 1\n",
        one.name);
  return text + "[[trial_design]]\nname = \"y\"\ndrop = 1\npatients = 1\n";
}

std::vector<std::string> studies() {
  std::vector<std::string> texts;
  const auto add = [&](std::string_view head) {
    texts.push_back(
        fmt::format("[study]\n{}\nseed = 1\npoints = 1\nmost_patients = 1\nkeep = \"\"\nfile = \"\"\nmethod = "
                    "\"sobol\"\ndesign = \"list\"\nrandomisations = 1\nsecond_order = true\npopulation = "
                    "1\ngenerations = 1\nfresh_seed = 1\nfresh_patients = 1\ncorrelation = {{ pairs = [[\"a\", "
                    "\"b\", 1]] }}\n{}",
                    head, study_parts()));
  };
  for (const char* kind : {"sweep", "sensitivity", "power", "optimise"}) add(fmt::format("kind = \"{}\"", kind));
  texts.emplace_back("[study]\nkind = \"sweep\"\ncorrelation = { names = [\"a\"], matrix = [[1]] }\n" + study_parts());
  return texts;
}

}  // namespace

std::vector<std::string> samples_of(SchemaOf what) {
  if (what == SchemaOf::study) return studies();
  const std::string row = fmt::format(
      "name = \"x\"\n{}value = 1\nlow = 1\nhigh = 1\nrequired = true\ntag = \"\"\nexplanation = \"\"\n", kQuestion);
  if (what == SchemaOf::targets)
    return {fmt::format(
        "title = \"\"\nscenario = \"\"\n[[target]]\nwithin = 1\n{0}[[target]]\nwithin = \"5 %\"\n{0}[[target]]\n{1}",
        row, kShortQuestion)};
  if (what == SchemaOf::qualification)
    return {fmt::format(
        "title = \"\"\n[[run]]\nname = \"x\"\nset = {{ x = 1 }}\n[[target]]\nrun = \"x\"\nstudy_size = "
        "1\nmiss = \"\"\nwithin = 1\n{0}[[target]]\nstudy_size = [1, 2]\nwithin = \"5 %\"\n{0}[[target]]\n{1}",
        row, kShortQuestion)};
  std::vector<std::string> texts = {kTrial + covariates() + rules() + results(), kTrialAgain + models()};
  texts.push_back(models());
  for (const AdherenceEntry& one : kAdherenceModels)
    for (const char* form : {"number", "taken", "miss_odds", "jitter_sd"}) {
      texts.push_back(rules() + adherence(one, form));  // what rules change cannot be by schedule
      texts.push_back(adherence(one, form));
    }
  return texts;
}

}  // namespace vt
