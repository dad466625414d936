/// \file Every formula of the scenarios and of the library has a value without exposure, and with any.
///
/// A new scenario is looked at by itself; so is a new file of the library, if it can stand on one of kGrounds.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>

#include "host/trace/failure.hpp"
#include "kernels/formula/machine.hpp"
#include "kernels/tables.hpp"
#include "tests/support/population.hpp"
#include "tests/support/scenario_file.hpp"

namespace vt { namespace {

using namespace test;
namespace fs = std::filesystem;

/// Library files, and text, that another file of the library can be merged into.
struct Ground {
  std::vector<std::string> base;
  std::string text;
};
const std::string kVisits = R"(
visit = [ { name = "blood_count", at = ["day 30"], measure = ["blood_count"] },
          { name = "pcr", at = ["day 30"], measure = ["bcr_abl"] },
          { name = "cytogenetics", at = ["day 30"], measure = ["cytogenetics"] } ]
)";
const std::string kCovariates = R"(
covariate = [ { name = "liver_metastases_cm3", distribution = "uniform", low = 0, high = 500, source = "test", basis = "assumed" },
              { name = "red_cells_1e12_per_L", distribution = "uniform", low = 3, high = 5, source = "test", basis = "assumed" } ]
)";
const Ground kGrounds[] = {
    {{"populations/cml_newly_diagnosed", "pk/schmidli2005"}, ""},
    {{"populations/cml_newly_diagnosed", "pk/schmidli2005", "disease/cml_chronic_phase", "disease/bcr_abl1_mutants",
      "toxicity/cml_blood_counts", "assays/cml_laboratory"},
     kVisits},
    {{"populations/cml_newly_diagnosed", "pk/schmidli2005", "disease/cml_chronic_phase",
      "disease/cml_late_chronic_phase", "toxicity/cml_blood_counts", "assays/cml_laboratory"},
     kVisits},
    {{"populations/cml_newly_diagnosed", "populations/body_size", "populations/renal_function",
      "populations/cml_further_covariates", "populations/genotypes"},
     kCovariates},
    {{"populations/cml_newly_diagnosed", "populations/organ_function", "pk/schmidli2005"}, ""},
    {{"populations/gist", "pk/demetri2009", "disease/gist_tumour"}, ""},
    {{"populations/gist", "pk/demetri2009", "disease/gist_tumour", "disease/gist_genotypes"}, ""},
    {{"populations/cml_newly_diagnosed", "populations/body_size", "populations/renal_function",
      "populations/cml_further_covariates", "populations/genotypes", "pk/schmidli2005"},
     kCovariates},
};

std::optional<BuiltPlan> built_on(const Ground& ground, const std::string& file) {
  std::string text = "title = \"formulas\"\nbase = [";
  for (const std::string& base : ground.base) text += '"' + scenario_path("library/" + base + ".toml") + "\", ";
  text += '"' + file + "\"]\n" + ground.text +
          "[trial]\npatients = 64\nduration = \"60 day\"\n[[arm]]\nname = \"a\"\n"
          "regimen = { dose = \"400 mg\", every = \"24 h\" }\n";
  const ScenarioFile scenario(text);
  try {
    return build(read(scenario.path()));
  } catch (const ScenarioError&) {
    return std::nullopt;
  }
}

/// What an observable shows where the exposure, and all that follows it, is at a level.
double shown(const Observable& observable, double level, const std::vector<double>& kept) {
  switch (observable.source) {
    case Source::kept:
      return kept[observable.index];
    case Source::day:
    case Source::days_on_dose:
    case Source::daily_dose_mg:
      return 400;
    case Source::month:
      return 13;
    case Source::day_of:
      return 30;
    case Source::bcr_abl_share:
    case Source::event:
    case Source::severe:
    case Source::active:
    case Source::on_treatment:
      return std::min(level, 1.0);
    default:
      return level;
  }
}

/// Ratios to a trough that may be 0: there is none then, and the rule or the score leaves the patient out.
const std::set<std::string> kWithoutValue = {
    "daily_dose_mg*1000/predicted_trough_map",
    "log(auc_24h @ 'day 15')",
    "log(auc_24h @ 'day 89')",
    "log(exposure_days @ 'day 26')",
    "log(metabolite_auc_24h @ 'day 15')",
    "log(metabolite_auc_24h @ 'day 89')",
    "log(peak @ 'day 15')",
    "metabolite_auc_24h/auc_24h",
    "metabolite_trough/trough_true",
    "predicted_trough_map/trough_true",
    "log(predicted_trough_map/trough_true)^2",
    "log(predicted_trough_map @ 'day 75'/trough)^2",
    "abs(predicted_trough_map/trough_true - 1)",
    "predicted_trough_prior/trough_true",
    "log(predicted_trough_prior/trough_true)^2",
    "abs(predicted_trough_prior/trough_true - 1)",
    "abs(predicted_trough_prior/trough - 1)",
    "predicted_trough_log_linear/trough_true",
    "log(predicted_trough_log_linear/trough_true)^2",
    "mean_trough_7d/(mean_trough_7d @ 'day 90')",
    "1000*daily_dose_mg/auc_from_dose/bsa_m2",
    "1000*daily_dose_mg/(auc_24h*clearance_L_per_h)",
    "1 + log(bcr_abl_is_true @ 'day 0'/bcr_abl_is_true @ 'month 2')/61",
    "1 + log(bcr_abl_is_true @ 'month 12'/bcr_abl_is_true @ 'month 24')/365",
    "2*((trough @ 'month 12' - trough @ 'month 9')/(trough @ 'month 12' + trough @ 'month 9'))^2"};

/// Whether a formula may lack a value where there is no exposure: ratios and logarithms of what is then 0.
bool may_lack(const std::string& text) {
  return kWithoutValue.contains(text) || text.find("metabolite_auc_24h @ 'day 15' + ") != std::string::npos;
}

void expect_values(const BuiltPlan& built) {
  const Plan& plan = built.buffer.plan();
  std::set<std::uint32_t> hazards, chances;
  for (std::uint32_t e = 0; e < plan.events.count; ++e) {
    const Event& event = at(plan, plan.events, e);
    for (const Program* rate : {&event.hazard, &event.recovery, &event.easing, &event.worsening})
      hazards.insert(rate->site);
    (event.recurs_at_rate != 0 ? hazards : chances).insert(event.recurrence.site);
  }
  for (std::uint32_t r = 0; r < plan.rules.count; ++r) chances.insert(at(plan, plan.rules, r).probability.site);
  const auto values = std::make_unique<PatientValues<1>>();
  const auto seen = std::make_unique<Values<1, kVisitSlots>>();
  for (std::uint64_t patient = 0; patient < 32; ++patient) {
    Lanes<Id, 1> id;
    id.put(0, {patient});
    std::uint64_t failure[1] = {0};
    std::uint32_t rejected_by[1] = {0};
    sample_population(plan, id, *values, failure, rejected_by);
    EXPECT_EQ(failure[0], 0u) << reason_of_failure(built, failure[0]);
    std::vector<double> kept;
    for (std::uint32_t k = 0; k < plan.kept_slots.count; ++k)
      kept.push_back(values->value[at(plan, plan.kept_slots, k)][0]);
    for (const double level : {0.0, 1e-310, 1e-9, 1.0, 1e3, 1e7}) {
      for (const FormulaSite& site : built.formulas) {
        if (!site.is_of_visits || (level < 1e-300 && may_lack(site.text))) continue;
        seen->defined[0] = ~std::uint64_t{0};
        for (std::uint32_t slot = 0; slot < plan.observables.count; ++slot)
          seen->value[slot][0] = shown(at(plan, plan.observables, slot), level, kept);
        double result[1];
        std::uint64_t status[1];
        execute(site.program, begin(plan, plan.instructions), begin(plan, plan.constants), *seen, result, status);
        EXPECT_NE(status[0], static_cast<std::uint64_t>(FormulaStatus::domain_error))
            << site.what << " (" << site.text << ") at " << level;
        const bool may_be = (!hazards.contains(site.program.site) || result[0] >= 0.0) &&
                            (!chances.contains(site.program.site) || (result[0] >= 0.0 && result[0] <= 1.0));
        EXPECT_TRUE(may_be) << site.what << " (" << site.text << ") is " << result[0] << " at " << level;
      }
    }
  }
}

TEST(FormulasOfTheLibrary, have_values_at_every_exposure) {
  std::size_t files = 0, formulas = 0;
  for (const auto& entry : fs::recursive_directory_iterator(scenario_path("library"))) {
    if (entry.path().extension() != ".toml") continue;
    SCOPED_TRACE(entry.path().string());
    std::optional<BuiltPlan> built;
    for (const Ground& ground : kGrounds)
      if (!built) built = built_on(ground, entry.path().string());
    ASSERT_TRUE(built) << "stands on none of the grounds; add what it needs";
    expect_values(*built);
    ++files;
    formulas += built->formulas.size();
  }
  EXPECT_GT(files, 50u);
  EXPECT_GT(formulas, 200u);
}

TEST(PopulationsOfTheLibrary, have_what_every_model_of_the_concentration_reads) {
  for (const char* population : {"populations/gist", "populations/children"})
    for (const auto& entry : fs::directory_iterator(scenario_path("library/pk")))
      EXPECT_TRUE(built_on({{population}, ""}, entry.path().string())) << population << " and " << entry.path();
}

TEST(FormulasOfTheScenarios, have_values_at_every_exposure) {
  std::size_t formulas = 0;
  for (const auto& entry : fs::directory_iterator(scenario_path(""))) {
    if (entry.path().extension() != ".toml") continue;
    SCOPED_TRACE(entry.path().string());
    const BuiltPlan built = build(read(entry.path().string()));
    expect_values(built);
    formulas += built.formulas.size();
  }
  EXPECT_GT(formulas, 200u);
}

}}  // namespace vt
