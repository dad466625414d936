#pragma once
#include "kernels/vocabulary/domain.hpp"
#include "kernels/vocabulary/named.hpp"

/// \file What a visit can measure, and what the laboratory then reports. Of each result formulas can read the last
/// value by its name, and previous_NAME, lowest_NAME and highest_NAME; visits can be called by it ("result of …").

namespace vt {

/// What a visit measures (bits of VisitKind::measures).
enum class Measure : std::uint32_t {
  trough = 1,
  bcr_abl = 2,
  cytogenetics = 4,
  blood_count = 8,
  pill_count = 16,
  ddpcr = 32,
  imaging = 64
};

/// The laboratory values a patient's file holds: the latest of each.
enum class Result : std::uint32_t {
  trough,
  bcr_abl_is,
  ph_percent,
  anc,
  platelets,
  pill_count,
  haemoglobin,
  control_copies,
  ddpcr_is,
  ddpcr_copies,
  tumour_size,
  tumour_density,
  count
};
inline constexpr int kResults = static_cast<int>(Result::count);

struct Measurement {
  Measure measure;
  std::string_view name;
  std::string_view needs;  ///< sections of the scenario of which one has to be there, or ""
  std::string_view delay;  ///< key of [assays], or "": known at once
  std::string_view cost;   ///< key of [assays], or "": nothing
  bool is_further;         ///< measured patient by patient
};
inline constexpr Measurement kMeasurements[] = {
    {Measure::trough, "trough", "pk", "trough_delay", "trough_cost", false},
    {Measure::bcr_abl, "bcr_abl", "response", "bcr_abl_delay", "bcr_abl_cost", false},
    {Measure::cytogenetics, "cytogenetics", "response", "cytogenetics_delay", "cytogenetics_cost", false},
    {Measure::blood_count, "blood_count",
     "blood_counts.neutrophils or blood_counts.platelets or blood_counts.haemoglobin", "blood_count_delay",
     "blood_count_cost", false},
    {Measure::pill_count, "pill_count", "", "", "", false},
    {Measure::ddpcr, "ddpcr", "response", "ddpcr_delay", "ddpcr_cost", true},
    {Measure::imaging, "imaging", "tumour", "imaging_delay", "imaging_cost", true},
};

struct ReportedQuantity {
  Result result;
  Measure measure;
  std::string_view name, unit;
  Domain domain;
  Domain usual;              ///< over which quantile groups are formed
  std::string_view meaning;  ///< of the last value
  std::string_view noun;     ///< "lowest …  reported so far"
  std::string_view defined = "once measured";
};
inline constexpr ReportedQuantity kReported[] = {
    {Result::trough, Measure::trough, "trough", "ng/mL", kFromZero, kUsual, "last measured trough", "trough"},
    {Result::bcr_abl_is, Measure::bcr_abl, "bcr_abl_is", "%", kFromZero, kUsualLoad,
     "last measured BCR-ABL, International Scale", "BCR-ABL"},
    {Result::ph_percent, Measure::cytogenetics, "ph_percent", "%", kPercent, kUsualPercent,
     "Ph-positive metaphases at the last cytogenetics", "Ph-positive metaphases"},
    {Result::anc, Measure::blood_count, "anc", "1e9/L", kNeutrophils, kUsualCount,
     "absolute neutrophil count at the last blood count", "absolute neutrophil count"},
    {Result::platelets, Measure::blood_count, "platelets", "1e9/L", kPlatelets, kUsualCount,
     "platelets at the last blood count", "platelets"},
    {Result::pill_count, Measure::pill_count, "pill_count", "%", kFromZero, kUsual,
     "pills not brought back of those prescribed since the count before", "share of pills not brought back",
     "once counted"},
    {Result::haemoglobin, Measure::blood_count, "haemoglobin", "g/dL", kHaemoglobin, kUsual,
     "haemoglobin at the last blood count", "haemoglobin"},
    {Result::control_copies, Measure::bcr_abl, "control_copies", "1", kFromZero, kUsual,
     "copies of the control gene in the last BCR-ABL sample; bcr_abl_is is 0 where nothing was detected among them",
     "copies of the control gene", "once measured, with assays.pcr_copies"},
    {Result::ddpcr_is, Measure::ddpcr, "ddpcr_is", "%", kFromZero, kUsualLoad,
     "last BCR-ABL by droplet digital PCR, 0 where nothing was detected", "BCR-ABL by droplet digital PCR"},
    {Result::ddpcr_copies, Measure::ddpcr, "ddpcr_copies", "1", kFromZero, kUsual,
     "copies of the control gene in that sample", "copies of the control gene in droplets"},
    {Result::tumour_size, Measure::imaging, "tumour_size", "1", kFromZero, kUsual,
     "tumour size at the last imaging, in the unit of tumour.baseline", "tumour size"},
    {Result::tumour_density, Measure::imaging, "tumour_density", "1", kFromZero, kUsual,
     "tumour density at the last imaging, in the unit of tumour.density", "tumour density"},
};
static_assert(std::size(kReported) == kResults);

constexpr const ReportedQuantity& entry_of(Result result) {
  return entry_with(kReported, &ReportedQuantity::result, result);
}
constexpr const Measurement& entry_of(Measure measure) {
  return entry_with(kMeasurements, &Measurement::measure, measure);
}
constexpr const Measurement* find_measurement(std::string_view name) { return find_named(kMeasurements, name); }

/// Bits of the results that a measurement gives.
constexpr std::uint32_t results_of(Measure measure) {
  std::uint32_t results = 0;
  for (const ReportedQuantity& one : kReported)
    if (one.measure == measure) results |= 1u << static_cast<int>(one.result);
  return results;
}

}  // namespace vt
