#include <algorithm>
#include <cmath>
#include <utility>

#include "output/study/file_parts.hpp"
#include "output/study/power/power_file.hpp"

namespace vt {

namespace {

using hdf5::Handle;
using hdf5::open_group;
using hdf5::require;

/// One design of all points and both truths.
class DesignReader {
 public:
  DesignReader(hid_t power, const std::string& name, Study& study) : group_(open_group(power, name)) {
    result_.design = name;
    result_.planned = hdf5::unsigned_attribute(group_, "planned");
    if (hdf5::has_attribute(group_, "curve")) result_.curve = hdf5::text_attribute(group_, "curve");
    read_wanted_power();
    result_.margin = hdf5::number_attribute(group_, "margin");
    require(result_.margin >= 0 && result_.margin < 1, "margin is no share");
    read_looks();
    const std::vector<std::string> arms = hdf5::read_texts(group_, "arm");
    if (study.arms.empty()) study.arms = arms;
    require(arms == study.arms, "trial designs differ in their arms");
    require(!arms.empty() && arms.size() <= 64, "a trial design has an impossible number of arms");
    read_trials(arms.size(), study);
  }

  /// [point][truth]
  std::vector<PowerResult> results(std::size_t points) const {
    std::vector<PowerResult> all;
    const auto replicates = static_cast<std::ptrdiff_t>(trials_.size() / (2 * points));
    auto first = trials_.begin();
    for (std::size_t point = 0; point < points; ++point)
      for (const bool is_null : {false, true}) {
        PowerResult& one = all.emplace_back(result_);
        one.point = point, one.is_null = is_null;
        one.trials.assign(first, first + replicates);
        first += replicates;
      }
    return all;
  }

 private:
  void read_wanted_power() {
    if (!hdf5::has_attribute(group_, "wanted_power")) return;
    result_.wanted_power = hdf5::number_attribute(group_, "wanted_power");
    require(result_.wanted_power > 0 && result_.wanted_power < 1, "wanted_power is no share between 0 and 1");
  }

  void read_looks() {
    result_.looks = hdf5::read_numbers(group_, "look");
    require(!result_.looks.empty(), "a trial design has no looks");
    result_.bounds = numbers_of(group_, "bound", result_.looks.size());
    for (const double share : result_.looks) require(share >= 0 && share <= 1, "look holds what is no share");
    for (const double bound : result_.bounds) require(!std::isnan(bound), "bound holds what is no number");
  }

  std::vector<std::int64_t> counts(const char* name, std::size_t rows, std::int64_t most) const {
    std::vector<std::int64_t> values = hdf5::read_integers(group_, name);
    require(values.size() == rows, std::string(name) + " has another length than expected");
    require(std::ranges::all_of(values, [&](std::int64_t n) { return n >= 0 && n <= most; }),
            std::string(name) + " holds impossible numbers");
    return values;
  }

  void read_trials(std::size_t arms, const Study& study) {
    constexpr std::int64_t most_patients = std::int64_t{1} << 53;
    const std::size_t n = hdf5::read_integers(group_, "ending").size(), each = 2 * study.points.size();
    require(each > 0 && n > 0 && n % each == 0 && n / each == study.replicates,
            "ending has another length than expected");
    const std::vector<std::int64_t> endings = counts("ending", n, std::ssize(kTrialEndings) - 1);
    const std::vector<std::int64_t> looks = counts("look_of_end", n, std::ssize(result_.looks) - 1);
    const std::vector<std::int64_t> is_short = counts("is_short", n, 1);
    const std::vector<std::uint64_t> better = hdf5::read_unsigned(group_, "arms_better");
    require(better.size() == n, "arms_better has another length than expected");
    const std::vector<double> days = numbers_of(group_, "days", n), z = numbers_of(group_, "z", n);
    const std::vector<double> estimates = numbers_of(group_, "estimate", n);
    const std::vector<std::int64_t> patients = counts("patients", n * arms, most_patients);
    const std::vector<std::int64_t> events = counts("events", n * arms, most_patients);
    for (std::size_t t = 0; t < n; ++t) {
      require(arms == 64 || better[t] >> arms == 0, "arms_better holds an arm that is not there");
      require(std::isfinite(days[t]), "days holds what is no number");
      PlayedTrial trial;
      trial.ending = static_cast<TrialEnding>(endings[t]);
      trial.look = static_cast<std::uint32_t>(looks[t]);
      trial.better = better[t];
      trial.days = days[t], trial.z = z[t], trial.estimate = estimates[t];
      trial.is_short = is_short[t] != 0;
      const auto first = static_cast<std::ptrdiff_t>(t * arms), last = first + static_cast<std::ptrdiff_t>(arms);
      trial.patients = {patients.begin() + first, patients.begin() + last};
      trial.events = {events.begin() + first, events.begin() + last};
      trials_.push_back(std::move(trial));
    }
  }

  Handle group_;
  PowerResult result_;               ///< without trials
  std::vector<PlayedTrial> trials_;  ///< [point][truth][replicate]
};

}  // namespace

void read_power(hid_t file, Study& study) {
  if (!hdf5::has(file, "power")) return;
  const Handle power = open_group(file, "power");
  std::vector<std::vector<PowerResult>> designs;
  for (const std::string& name : hdf5::names_as_written(power))
    designs.push_back(DesignReader(power, name, study).results(study.points.size()));
  require(!designs.empty(), "/power has no trial design");
  for (std::size_t p = 0; p < study.points.size(); ++p) {
    const std::size_t first = study.power.size();
    for (std::vector<PowerResult>& design : designs)
      for (std::size_t truth = 0; truth < 2; ++truth) study.power.push_back(std::move(design[2 * p + truth]));
    require(content_hash(std::span(study.power).subspan(first)) == study.points[p].content_hash,
            "the trials of a point do not match its content hash");
  }
  if (!hdf5::has(file, "observed")) return;
  const Handle observed = open_group(file, "observed");
  for (const std::string& name : hdf5::names_as_written(observed)) {
    const Handle group = open_group(observed, name);
    PublishedCount one;
    one.name = name;
    one.design = hdf5::text_attribute(group, "design");
    const auto arm = std::ranges::find(study.arms, hdf5::text_attribute(group, "arm"));
    require(arm != study.arms.end(), "/observed has an arm that is not there");
    one.arm = static_cast<std::size_t>(arm - study.arms.begin());
    one.events = hdf5::integer_attribute(group, "events");
    one.patients = hdf5::integer_attribute(group, "patients");
    require(one.patients > 0 && one.events >= 0 && one.events <= one.patients, "/observed has an impossible count");
    study.observed.push_back(one);
  }
}

}  // namespace vt
