#include "host/plan/observables.hpp"

#include <charconv>

#include "kernels/course/course.hpp"

namespace vt {
namespace {

constexpr std::uint32_t of(Result result) { return static_cast<std::uint32_t>(result); }

constexpr Domain kAnything{-1e300, 1e300}, kFromZero{0, 1e300}, kShare{0, 1}, kPercent{0, 100}, kHours{0, 24},
    kGrade{0, 4};
// Of counts: what a living patient can have, so that a constant in another unit is seen.
constexpr Domain kNeutrophils{0, 500}, kPlatelets{0, 10'000}, kHaemoglobin{0, 30};

}  // namespace

const std::vector<ObservableName>& observable_names() {
  static const std::vector<ObservableName> table = {
      {"day", "day", kAnything, "days since the first dose", "always", Source::day, false},
      {"month", "month", kAnything, "months since the first dose; N or more exactly from the day of 'month N' on",
       "always", Source::month, false},
      {"arm", "1", kAnything,
       "the patient's arm, compared with a name: arm == '400 mg BID', arm != 'placebo'; recorded as its place among "
       "the "
       "arms, from 0 on",
       "always", Source::arm, false},
      {"daily_dose_mg", "mg", kFromZero, "daily dose of the prescribed regimen, also while on hold", "always",
       Source::daily_dose_mg, true},
      {"on_hold", "1", kShare, "1 while any rule holds the drug", "always", Source::on_hold, true},
      {"days_on_hold", "day", kFromZero, "days on hold so far", "always", Source::days_on_hold, true},
      {"times_held", "1", kFromZero, "holds begun so far", "always", Source::times_held, true},
      {"days_on_dose", "day", kFromZero,
       "days since the first dose that were not on hold, up to the end of the treatment with the first drug",
       "from day 0", Source::days_on_dose, false},
      {"doses_taken_percent", "%", kFromZero, "doses taken of those prescribed", "after the first dose",
       Source::doses_taken_percent, true},
      {"dose_changes", "1", kFromZero, "changes of the prescribed dose or interval so far; a hold is none", "always",
       Source::dose_changes, true},
      {"days_since_change", "day", kFromZero, "days since the last change of dose", "after the first change",
       Source::days_since_change, true},
      {"trough", "ng/mL", kFromZero, "last measured trough", "once measured", Source::trough, true},
      {"trough_below_limit", "1", kShare, "1 if the last measured trough was below the limit of quantification",
       "once measured", Source::trough_below_limit, true},
      {"predicted_trough_map", "ng/mL", kFromZero,
       "trough of the present dose at steady state: most likely value (MAP) from [prediction] and the last levels",
       "with a level on file", Source::predicted_trough_map, true},
      {"predicted_trough_log_linear", "ng/mL", kFromZero,
       "trough of the present dose from the last level alone, with the half-life of [prediction]",
       "with a level on file from behind the prior's peak", Source::predicted_trough_log_linear, true},
      {"trough_true", "ng/mL", kFromZero,
       "model concentration at today's nominal morning dose, with the exposure scale", "from day 1",
       Source::trough_true, true},
      {"mean_trough_Nd", "ng/mL", kFromZero,
       "mean of trough_true over the last N mornings, today's included (N from 1 to 84, as in mean_trough_28d); over "
       "those from day 1 on while they are fewer",
       "from day 1", Source::mean_trough, true},
      {"mean_concentration_Nd", "ng/mL", kFromZero,
       "mean of average_concentration over the last N days, yesterday included (N from 1 to 84); over those from day 0 "
       "on while they are fewer",
       "from day 1", Source::mean_concentration, true},
      {"auc_24h", "ng*h/mL", kFromZero,
       "area under the curve of the last day, which begins 6 h before its nominal morning dose, with the exposure "
       "scale",
       "from day 1", Source::auc_24h, true},
      {"average_concentration", "ng/mL", kFromZero, "average over the last day, with the exposure scale", "from day 1",
       Source::average_concentration, true},
      {"relative_exposure", "1", kFromZero,
       "average concentration of the last day over the reference, without the exposure scale", "from day 1",
       Source::relative_exposure, true},
      {"peak", "ng/mL", kFromZero, "largest model concentration of the last day, with the exposure scale", "from day 1",
       Source::peak, true},
      {"hours_above", "h", kHours, "hours of the last day with a model concentration above pk.threshold",
       "from day 1, with pk.threshold", Source::hours_above, true},
      {"auc_from_dose", "ng*h/mL", kFromZero,
       "area under the curve of the 24 hours from the time of the last day's first intake on, taken or not, before any "
       "of today's doses: AUC from 0 to 24 h of a first dose, AUC over the interval of a dose once daily",
       "from day 1", Source::auc_from_dose, true},
      {"peak_from_dose", "ng/mL", kFromZero,
       "largest model concentration (Cmax) of those 24 hours, with the exposure scale", "from day 1",
       Source::peak_from_dose, true},
      {"trough_free", "ng/mL", kFromZero, "as trough_true, of the drug that is not bound", "from day 1",
       Source::trough_free, true},
      {"average_free_concentration", "ng/mL", kFromZero,
       "average over the last day of what is not bound at each moment, with the exposure scale", "from day 1",
       Source::average_free_concentration, true},
      {"metabolite_trough", "ng/mL", kFromZero,
       "model concentration of the metabolite at today's nominal morning dose, with the exposure scale",
       "from day 1, with a metabolite", Source::metabolite_trough, true},
      {"metabolite_auc_24h", "ng*h/mL", kFromZero, "as auc_24h, of the metabolite", "from day 1, with a metabolite",
       Source::metabolite_auc_24h, true},
      {"bcr_abl_is", "%", kFromZero, "last measured BCR-ABL, International Scale", "once measured", Source::bcr_abl_is,
       true},
      {"bcr_abl_is_true", "%", kFromZero, "model BCR-ABL, International Scale", "with a response model",
       Source::bcr_abl_is_true, true},
      {"ph_percent", "%", kPercent, "Ph-positive metaphases at the last cytogenetics", "once measured",
       Source::ph_percent, true},
      {"ph_percent_true", "%", kPercent, "model share of Ph-positive metaphases", "with a response model",
       Source::ph_percent_true, true},
      {"anc", "1e9/L", kNeutrophils, "absolute neutrophil count at the last blood count", "once measured", Source::anc,
       true},
      {"anc_true", "1e9/L", kNeutrophils, "model neutrophil count", "with neutrophils", Source::anc_true, true},
      {"platelets", "1e9/L", kPlatelets, "platelets at the last blood count", "once measured", Source::platelets, true},
      {"platelets_true", "1e9/L", kPlatelets, "model platelet count", "with platelets", Source::platelets_true, true},
      {"lowest_anc", "1e9/L", kNeutrophils, "lowest absolute neutrophil count reported so far", "once measured",
       Source::lowest, true, of(Result::anc)},
      {"lowest_platelets", "1e9/L", kPlatelets, "lowest platelets reported so far", "once measured", Source::lowest,
       true, of(Result::platelets)},
      {"lowest_bcr_abl_is", "%", kFromZero, "lowest BCR-ABL reported so far", "once measured", Source::lowest, true,
       of(Result::bcr_abl_is)},
      {"lowest_trough", "ng/mL", kFromZero, "lowest trough reported so far", "once measured", Source::lowest, true,
       of(Result::trough)},
      {"highest_trough", "ng/mL", kFromZero, "highest trough reported so far", "once measured", Source::highest, true,
       of(Result::trough)},
      {"previous_trough", "ng/mL", kFromZero, "trough reported before the last one", "once measured twice",
       Source::previous, true, of(Result::trough)},
      {"previous_bcr_abl_is", "%", kFromZero, "BCR-ABL reported before the last one", "once measured twice",
       Source::previous, true, of(Result::bcr_abl_is)},
      {"previous_ph_percent", "%", kPercent, "Ph-positive metaphases before the last cytogenetics",
       "once measured twice", Source::previous, true, of(Result::ph_percent)},
      {"previous_anc", "1e9/L", kNeutrophils, "absolute neutrophil count before the last one", "once measured twice",
       Source::previous, true, of(Result::anc)},
      {"previous_platelets", "1e9/L", kPlatelets, "platelets before the last ones", "once measured twice",
       Source::previous, true, of(Result::platelets)},
      {"lowest_ph_percent", "%", kPercent, "lowest Ph-positive metaphases reported so far", "once measured",
       Source::lowest, true, of(Result::ph_percent)},
      {"lowest_haemoglobin", "g/dL", kHaemoglobin, "lowest haemoglobin reported so far", "once measured",
       Source::lowest, true, of(Result::haemoglobin)},
      {"lowest_tumour_size", "1", kFromZero, "lowest tumour size reported so far", "once measured", Source::lowest,
       true, of(Result::tumour_size)},
      {"lowest_tumour_density", "1", kFromZero, "lowest tumour density reported so far", "once measured",
       Source::lowest, true, of(Result::tumour_density)},
      {"previous_haemoglobin", "g/dL", kHaemoglobin, "haemoglobin before the last one", "once measured twice",
       Source::previous, true, of(Result::haemoglobin)},
      {"previous_tumour_size", "1", kFromZero, "tumour size before the last one", "once measured twice",
       Source::previous, true, of(Result::tumour_size)},
      {"previous_tumour_density", "1", kFromZero, "tumour density before the last one", "once measured twice",
       Source::previous, true, of(Result::tumour_density)},
      {"control_copies", "1", kFromZero,
       "copies of the control gene in the last BCR-ABL sample; bcr_abl_is is 0 where nothing was detected among them",
       "once measured, with assays.pcr_copies", Source::control_copies, true},
      {"ddpcr_is", "%", kFromZero, "last BCR-ABL by droplet digital PCR, 0 where nothing was detected", "once measured",
       Source::ddpcr_is, true},
      {"ddpcr_copies", "1", kFromZero, "copies of the control gene in that sample", "once measured",
       Source::ddpcr_copies, true},
      {"bcr_abl_share", "1", kShare, "model BCR-ABL over its value at diagnosis, at most 1", "with a response model",
       Source::bcr_abl_share, true},
      {"anc_normal_true", "1e9/L", kNeutrophils, "model neutrophil count without cells of the leukaemic clone",
       "with neutrophils", Source::anc_normal_true, true},
      {"haemoglobin", "g/dL", kHaemoglobin, "haemoglobin at the last blood count", "once measured", Source::haemoglobin,
       true},
      {"haemoglobin_true", "g/dL", kHaemoglobin, "model haemoglobin", "with haemoglobin", Source::haemoglobin_true,
       true},
      {"tumour_size", "1", kFromZero, "tumour size at the last imaging, in the unit of tumour.baseline",
       "once measured", Source::tumour_size, true},
      {"tumour_size_true", "1", kFromZero, "model tumour size", "with a tumour", Source::tumour_size_true, true},
      {"tumour_density", "1", kFromZero, "tumour density at the last imaging, in the unit of tumour.density",
       "once measured", Source::tumour_density, true},
      {"tumour_density_true", "1", kFromZero, "model tumour density", "with a tumour", Source::tumour_density_true,
       true},
      {"on_second_drug", "1", kShare, "1 from the day on which the patient was switched to the second drug", "always",
       Source::second_drug, true},
      {"exposure_days", "day", kFromZero, "relative exposure added up over the days since the first dose", "from day 0",
       Source::exposure_days, true},
      {"dose_intensity_mg", "mg", kFromZero, "daily dose prescribed so far on average, days on hold counting 0",
       "from day 1", Source::dose_intensity_mg, true},
      {"cost_so_far", "1", kFromZero, "cost of the samples so far, in the unit of the assays' costs", "always",
       Source::cost_so_far, true},
      {"relative_dose_intensity", "%", kFromZero,
       "taken so far of what the arm's first regimen would have been, also after leaving", "from day 1",
       Source::relative_dose_intensity, true},
      {"interacting_drug", "1", kShare, "1 for patients who take a comedication of the scenario at some time", "always",
       Source::interacting_drug, false},
      {"pill_count", "%", kFromZero, "pills not brought back of those prescribed since the count before",
       "once counted", Source::pill_count, true},
      {"on_treatment", "1", kShare, "1 from the first dose until an event ends the treatment, also while on hold",
       "always", Source::on_treatment, false},
      {"event.NAME", "1", kShare, "1 from the day on which the event of that name has happened", "always",
       Source::event, false},
      {"day_of.NAME", "day", kAnything, "day of the event of that name, the first time", "once it has happened",
       Source::day_of, false},
      {"times.NAME", "1", kFromZero, "how many times that event has happened", "always", Source::times, false},
      {"grade.NAME", "1", kGrade, "grade of that event, 1 to 4, while it is active; 0 otherwise", "always",
       Source::grade, false},
      {"worst_grade.NAME", "1", kGrade, "highest grade of that event so far; 0 before it has happened", "always",
       Source::worst_grade, false},
      {"severe.NAME", "1", kShare, "1 once that event has been of grade 3 or 4", "always", Source::severe, false},
      {"active.NAME", "1", kShare, "1 from the day of that event until it is over, each time", "always", Source::active,
       false},
  };
  return table;
}

namespace {

constexpr std::string_view kWindowMark = "_Nd";

bool is_window(const ObservableName& entry) { return entry.name.ends_with(kWindowMark); }

}  // namespace

std::uint32_t window_days(const ObservableName& entry, std::string_view name) {
  if (!is_window(entry)) return 0;
  name.remove_prefix(entry.name.size() - kWindowMark.size() + 1);
  std::uint32_t days = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), days);
  return read.ec == std::errc() && read.ptr + 1 == name.data() + name.size() && *read.ptr == 'd' ? days : 0;
}

const ObservableName* find_observable(std::string_view name) {
  for (const ObservableName& entry : observable_names()) {
    if (is_family(entry) && name.starts_with(entry.name.substr(0, entry.name.find('.') + 1))) return &entry;
    if (!is_window(entry) && entry.name == name) return &entry;
    const std::string_view stem = entry.name.substr(0, entry.name.size() - kWindowMark.size() + 1);
    if (!is_window(entry) || !name.starts_with(stem)) continue;
    const std::uint32_t days = window_days(entry, name);
    if (days >= 1 && days <= static_cast<std::uint32_t>(kWindowDays)) return &entry;
  }
  return nullptr;
}

}  // namespace vt
