#include "output/study/power/power_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace vt {

namespace {

using hdf5::attach;
using hdf5::create_group;
using hdf5::Handle;
using hdf5::put;
using hdf5::write;
using hdf5::write_scale;

const std::vector<std::string> kTruths = {"as simulated", "equal arms"};

std::vector<double> numbers(std::size_t count) {
  std::vector<double> all(count);
  std::iota(all.begin(), all.end(), 0.0);
  return all;
}

/// One design: its results by point and truth, in this order.
class DesignGroup {
 public:
  DesignGroup(hid_t power, const Study& study, std::vector<const PowerResult*> results)
      : results_(std::move(results)),
        group_(create_group(power, results_[0]->design)),
        point_(write_scale(group_, "point", numbers(study.points.size()))),
        truth_(write_scale(group_, "truth", kTruths)),
        arm_(write_scale(group_, "arm", study.arms)),
        look_(write_scale(group_, "look", results_[0]->looks)),
        replicate_(write_scale(group_, "replicate", numbers(results_[0]->trials.size()))),
        points_(study.points.size()) {
    put(group_, "planned", results_[0]->planned);
    if (!results_[0]->curve.empty()) put(group_, "curve", results_[0]->curve);
    if (!std::isnan(results_[0]->wanted_power)) put(group_, "wanted_power", results_[0]->wanted_power);
    put(group_, "margin", results_[0]->margin);
    put(look_, "long_name", "share of the information at each look");
    const Handle bounds = write(group_, "bound", {results_[0]->bounds.size()}, results_[0]->bounds);
    put(bounds, "long_name", "bound of z at each look; infinite: nothing is rejected");
    attach(bounds, look_, 0);
  }

  void write_all() {
    const auto share = [&](const char* name, const char* words, auto member) {
      estimates(name, words, {}, [=](const PowerSummary& s) { return std::vector<Estimate>{s.*member}; });
    };
    share("better", "share of the trials that find an arm better than the first", &PowerSummary::better);
    share("worse", "share of the trials that find every other arm worse", &PowerSummary::worse);
    share("futile", "share of the trials that end for futility", &PowerSummary::futile);
    share("mean_patients", "mean number of patients who enter", &PowerSummary::patients);
    share("mean_days", "mean time from the first entry to the last look, days", &PowerSummary::days);
    share("mean_estimate", "mean estimate at the last look, of the arm that is best there", &PowerSummary::estimate);
    const auto list = [&](const char* name, const char* words, const Handle& scale, auto member) {
      estimates(name, words, {&scale}, [=](const PowerSummary& s) { return s.*member; });
    };
    list("stopped", "share of the trials that end at each look", look_, &PowerSummary::stopped);
    list("found_better", "share of the trials that find this arm better", arm_, &PowerSummary::arm_found);
    list("mean_patients_in", "mean number of patients in each arm", arm_, &PowerSummary::patients_in);
    list("mean_events_in",
         "mean number of patients with the event in each arm: by the last look, of responses all who entered", arm_,
         &PowerSummary::events_in);
    write_trials();
  }

 private:
  /// Value, standard error and interval, [point][truth] and what a summary has several of.
  void estimates(const std::string& name, const char* words, std::vector<const Handle*> more,
                 const std::function<std::vector<Estimate>(const PowerSummary&)>& of) {
    std::vector<Estimate> all;
    for (const PowerResult* one : results_) {
      const std::vector<Estimate> here = of(summary_of(*one));
      all.insert(all.end(), here.begin(), here.end());
    }
    const std::size_t each = all.size() / results_.size();
    const auto table = [&](const std::string& dataset, const char* what, auto member) {
      std::vector<double> values;
      for (const Estimate& one : all) values.push_back(member(one));
      hdf5::Shape shape = {points_, kTruths.size()};
      if (!more.empty()) shape.push_back(each);
      const Handle data = write(group_, dataset, shape, values);
      put(data, "long_name", fmt::format("{}{}", words, what));
      attach_all(data, more);
    };
    table(name, "", [](const Estimate& e) { return e.value; });
    table(name + "_standard_error", ": Monte-Carlo standard error", [](const Estimate& e) { return e.standard_error; });
    table(name + "_low", ": lower end of the 95 % interval", [](const Estimate& e) { return e.interval.low; });
    table(name + "_high", ": upper end of the 95 % interval", [](const Estimate& e) { return e.interval.high; });
  }

  void attach_all(const Handle& data, const std::vector<const Handle*>& more) {
    attach(data, point_, 0);
    attach(data, truth_, 1);
    for (std::size_t m = 0; m < more.size(); ++m) attach(data, *more[m], static_cast<unsigned>(2 + m));
  }

  /// Every replicate.
  void write_trials() {
    const std::size_t replicates = results_[0]->trials.size(), arms = results_[0]->trials[0].patients.size();
    const auto column = [&]<class T>(const char* name, const char* words, T, auto of) {
      std::vector<T> values;
      for (const PowerResult* one : results_)
        for (const PlayedTrial& trial : one->trials) values.push_back(static_cast<T>(of(trial)));
      Handle data = write(group_, name, {points_, kTruths.size(), replicates}, values);
      put(data, "long_name", words);
      attach_all(data, {&replicate_});
      return data;
    };
    const Handle ending =
        column("ending", "how the trial ended", std::int64_t{}, [](const PlayedTrial& trial) { return trial.ending; });
    std::string meanings;
    for (const TrialEndingEntry& entry : kTrialEndings)
      meanings += fmt::format("{}{}", meanings.empty() ? "" : " ", entry.name);
    put(ending, "flag_meanings", meanings);
    column("look_of_end", "look at which it ended, from 0", std::int64_t{},
           [](const PlayedTrial& trial) { return trial.look; });
    const Handle days = column("days", "from the first entry to the last look", 0.0,
                               [](const PlayedTrial& trial) { return trial.days; });
    put(days, "units", "day");
    column("z", "at the last look, of the arm that is best there", 0.0,
           [](const PlayedTrial& trial) { return trial.z; });
    column("estimate", "at the last look, of the arm that is best there", 0.0,
           [](const PlayedTrial& trial) { return trial.estimate; });
    column("arms_better", "arms that it finds better than the first: the sum of 2 to the power of their numbers from 0",
           std::uint64_t{}, [](const PlayedTrial& trial) { return trial.better; });
    column("is_short", "1 where it wanted more patients than were simulated", std::int64_t{},
           [](const PlayedTrial& trial) { return trial.is_short; });
    const auto by_arm = [&](const char* name, const char* words, auto member) {
      std::vector<std::int64_t> values;
      for (const PowerResult* one : results_)
        for (const PlayedTrial& trial : one->trials)
          values.insert(values.end(), (trial.*member).begin(), (trial.*member).end());
      const Handle data = write(group_, name, {points_, kTruths.size(), replicates, arms}, values);
      put(data, "long_name", words);
      attach_all(data, {&replicate_, &arm_});
    };
    by_arm("patients", "who entered", &PlayedTrial::patients);
    by_arm("events", "of these, with the event: of times by the last look", &PlayedTrial::events);
  }

  std::vector<const PowerResult*> results_;
  Handle group_, point_, truth_, arm_, look_, replicate_;
  std::size_t points_;
};

/// By curve and point.
void write_sizes(hid_t file, const std::vector<WantedSize>& sizes) {
  if (sizes.empty()) return;
  const Handle group = create_group(file, "wanted_sizes");
  const Handle size = write_scale(group, "size", numbers(sizes.size()));
  const auto column = [&]<class T>(const char* name, const char* words, T WantedSize::*member) {
    std::vector<T> values;
    for (const WantedSize& one : sizes) values.push_back(one.*member);
    const Handle data = write(group, name, {values.size()}, values);
    put(data, "long_name", words);
    attach(data, size, 0);
  };
  column("curve", "trial designs that differ in their size alone", &WantedSize::curve);
  column("point", "design point", &WantedSize::point);
  column("power", "that is wanted", &WantedSize::power);
  column("patients", "size that has it", &WantedSize::patients);
  column("low", "lower end of the 95 % band", &WantedSize::low);
  column("high", "upper end of the 95 % band", &WantedSize::high);
  column("smallest", "smallest size that was simulated", &WantedSize::smallest);
  column("largest", "largest size that was simulated", &WantedSize::largest);
}

void write_observed(hid_t file, const Study& study) {
  if (study.observed.empty()) return;
  const Handle all_groups = create_group(file, "observed");
  for (const PublishedCount& one : study.observed) {
    const Handle group = create_group(all_groups, one.name);
    put(group, "design", one.design);
    put(group, "arm", study.arms[one.arm]);
    put(group, "events", one.events);
    put(group, "patients", one.patients);
    const Handle point = write_scale(group, "point", numbers(study.points.size()));
    const std::vector<Predicted> all = predict(one, study.power);
    const auto column = [&](const char* name, const char* words, auto of) {
      std::vector<double> values;
      for (const Predicted& predicted : all) values.push_back(of(predicted));
      const Handle data = write(group, name, {values.size()}, values);
      put(data, "long_name", words);
      attach(data, point, 0);
    };
    column("low", "2.5 % of the trials have as many events or fewer", [](const Predicted& p) { return p.low; });
    column("median", "of the trials' events", [](const Predicted& p) { return p.median; });
    column("high", "97.5 % of the trials have as many events or fewer", [](const Predicted& p) { return p.high; });
    column("below", "share of the trials with fewer events", [](const Predicted& p) { return p.below.value; });
    column("same", "share of the trials with as many events", [](const Predicted& p) { return p.same.value; });
  }
}

}  // namespace

void write_power(hid_t file, const Study& study) {
  if (study.power.empty()) return;
  const Handle power = create_group(file, "power");
  std::vector<std::string> done;
  for (const PowerResult& first : study.power) {
    if (std::ranges::find(done, first.design) != done.end()) continue;
    done.push_back(first.design);
    std::vector<const PowerResult*> results;
    for (const PowerResult& one : study.power)
      if (one.design == first.design) results.push_back(&one);
    DesignGroup(power, study, std::move(results)).write_all();
  }
  write_sizes(file, wanted_sizes(study.power));
  write_observed(file, study);
}

}  // namespace vt
