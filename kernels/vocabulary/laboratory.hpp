#pragma once
#include "kernels/vocabulary/domain.hpp"
#include "kernels/vocabulary/named.hpp"
#include "kernels/vocabulary/subjects.hpp"

/// \file What a visit can measure, and what the laboratory then reports, beside what the models' own files say
/// (kernels/models/measured.hpp has all of it). Of each result formulas can read the last value by its name, and
/// previous_NAME, lowest_NAME and highest_NAME; visits can be called by it ("result of …").

namespace vt {

/// What a visit measures (bits of VisitKind::measures); behind these the kinds that models bring with them.
enum class Measure : std::uint32_t {
  trough = 1,
  bcr_abl = 2,
  cytogenetics = 4,
  blood_count = 8,
  pill_count = 16,
  ddpcr = 32
};

/// The laboratory values a patient's file holds, the latest of each; behind these what is measured of models.
enum class Result : std::uint32_t {
  trough,
  bcr_abl_is,
  ph_percent,
  anc,
  platelets,
  pill_count,
  control_copies,
  ddpcr_is,
  ddpcr_copies,
  white_cells,
  count
};
inline constexpr int kFixedResults = static_cast<int>(Result::count);

struct Measurement {
  Measure measure;
  std::string_view name;
  std::string_view delay;   ///< key of [assays], or "": known at once
  std::string_view cost;    ///< key of [assays], or "": nothing
  bool is_further = false;  ///< measured patient by patient
};
inline constexpr Measurement kFixedMeasurements[] = {
    {Measure::trough, "trough", "trough_delay", "trough_cost"},
    {Measure::bcr_abl, "bcr_abl", "bcr_abl_delay", "bcr_abl_cost"},
    {Measure::cytogenetics, "cytogenetics", "cytogenetics_delay", "cytogenetics_cost"},
    {Measure::blood_count, "blood_count", "blood_count_delay", "blood_count_cost"},
    {Measure::pill_count, "pill_count", "", ""},
    {Measure::ddpcr, "ddpcr", "ddpcr_delay", "ddpcr_cost", true},
};

/// How a measured value follows from the true one, a standard normal z and a size that [assays] gives.
enum class ErrorLaw : std::uint32_t {
  log_normal,   ///< true·exp(size·z)
  proportional  ///< true·(1 + size·z), at least 0
};
struct AssayError {
  ErrorLaw law;
  std::string_view key;  ///< of the size, in [assays]; several quantities may share it
  double most;           ///< of the size
};
constexpr AssayError log_normal(std::string_view key) { return {ErrorLaw::log_normal, key, 3}; }
constexpr AssayError proportional(std::string_view key) { return {ErrorLaw::proportional, key, 2}; }

struct ReportedQuantity {
  Result result;
  Measure measure;
  std::string_view name;
  std::string_view section;  ///< of the scenario, without which there is nothing to measure; or ""
  std::string_view unit;
  Subject subject;
  Domain domain;
  Domain usual;              ///< over which quantile groups are formed
  std::string_view meaning;  ///< of the last value
  std::string_view noun;     ///< "lowest …  reported so far"
  std::string_view defined = "once measured";
  AssayError error = {};  ///< of models' quantities
};
inline constexpr ReportedQuantity kFixedReported[] = {
    {Result::trough, Measure::trough, "trough", "pk", "ng/mL", Subject::exposure, kFromZero, kUsual,
     "last measured trough", "trough"},
    {Result::bcr_abl_is, Measure::bcr_abl, "bcr_abl_is", "response", "%", Subject::response, kFromZero, kUsualLoad,
     "last measured BCR-ABL, International Scale", "BCR-ABL"},
    {Result::ph_percent, Measure::cytogenetics, "ph_percent", "response", "%", Subject::response, kPercent,
     kUsualPercent, "Ph-positive metaphases at the last cytogenetics", "Ph-positive metaphases"},
    {Result::anc, Measure::blood_count, "anc", "blood_counts.neutrophils", "1e9/L", Subject::safety, kNeutrophils,
     kUsualCount, "absolute neutrophil count at the last blood count", "absolute neutrophil count"},
    {Result::platelets, Measure::blood_count, "platelets", "blood_counts.platelets", "1e9/L", Subject::safety,
     kPlatelets, kUsualCount, "platelets at the last blood count", "platelets"},
    {Result::pill_count, Measure::pill_count, "pill_count", "", "%", Subject::adherence, kFromZero, kUsual,
     "pills not brought back of those prescribed since the count before", "share of pills not brought back",
     "once counted"},
    {Result::control_copies, Measure::bcr_abl, "control_copies", "response", "1", Subject::response, kFromZero, kUsual,
     "copies of the control gene in the last BCR-ABL sample; bcr_abl_is is 0 where nothing was detected among them",
     "copies of the control gene", "once measured, with assays.pcr_copies"},
    {Result::ddpcr_is, Measure::ddpcr, "ddpcr_is", "response", "%", Subject::response, kFromZero, kUsualLoad,
     "last BCR-ABL by droplet digital PCR, 0 where nothing was detected", "BCR-ABL by droplet digital PCR"},
    {Result::ddpcr_copies, Measure::ddpcr, "ddpcr_copies", "response", "1", Subject::response, kFromZero, kUsual,
     "copies of the control gene in that sample", "copies of the control gene in droplets"},
    {Result::white_cells, Measure::blood_count, "white_cells", "blood_counts.neutrophils", "1e9/L", Subject::safety,
     kWhiteCells, kUsualCount, "white cells at the last blood count, leukaemic ones among them", "white cells"},
};
static_assert(std::size(kFixedReported) == kFixedResults);

constexpr std::string_view name_of(Measure measure) {
  return entry_with(kFixedMeasurements, &Measurement::measure, measure).name;
}

}  // namespace vt
