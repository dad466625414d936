#include "host/campaign/patient_table.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "kernels/drug/inputs.hpp"
#include "kernels/tally/layout.hpp"
#include "kernels/trace.hpp"
#include "output/statistics/estimate.hpp"

namespace vt {
namespace {

/// How a patient can have left, by Left.
constexpr std::string_view kLeftWords[] = {"in_the_trial_to_its_end", "discontinued", "stopped_by_a_rule", "died",
                                           "left_after_an_event"};

/// A patient's life, as it is written down.
struct Lived {
  std::vector<TracedDay> days;
  std::vector<double> observed;
  std::vector<std::uint8_t> defined;
  std::array<double, kPatientSlots> traits{};
  TracedFailure failure{};
  Record record{};

  Lived(const Plan& plan, std::size_t observables)
      : days(static_cast<std::size_t>(plan.last_day - plan.first_day + 1)),
        observed(observables),
        defined(observables),
        words_(all_words(plan)) {}

  void live(const Plan& plan, const TablePlan& table, std::uint64_t id, std::uint32_t life) {
    std::ranges::fill(days, TracedDay{});
    std::ranges::fill(defined, 0);
    vt_run_trace(plan,
                 {.id = id,
                  .life = life,
                  .observables = table.observables.data(),
                  .count = static_cast<std::uint32_t>(table.observables.size()),
                  .only_at_end = true,
                  .days = days.data(),
                  .values = observed.data(),
                  .defined = defined.data(),
                  .traits = traits.data()},
                 &failure, &record, words_.data());
  }

 private:
  std::vector<std::uint64_t> words_;  ///< which nobody reads
};

std::int64_t arm_of(const Lived& lived) {
  return lived.record.rejected_by != 0 ? PatientColumns::kNotIncluded
         : lived.record.failure != 0   ? PatientColumns::kFailed
                                       : static_cast<std::int64_t>(lived.record.arm);
}

double value_of(const Plan& plan, const TableColumn& column, const Lived& lived, std::uint32_t life) {
  using From = TableColumn::From;
  if (column.from == From::patient_phase) return lived.traits[column.place];
  if (arm_of(lived) < 0) return kNaN;
  const auto left = std::ranges::find_if(lived.days, [](const TracedDay& day) { return day.left != 0; });
  switch (column.from) {
    case From::end_of_trial:
      return lived.defined[column.place] != 0 ? lived.observed[column.place] : kNaN;
    case From::trial_table: {
      const std::uint32_t place = life * plan.columns.count + column.place;
      return (lived.record.columns_defined >> place & 1) != 0 ? lived.record.column[place] : kNaN;
    }
    case From::leaving:
      return left == lived.days.end() ? 0.0 : static_cast<double>(left->left);
    case From::leaving_day:
      return left == lived.days.end() ? kNaN : static_cast<double>(left->day);
    case From::patient_phase:
      break;
  }
  return kNaN;
}

/// `act(begin, end)` for all of 0 … count − 1, in any order.
template <class Act>
void side_by_side(std::uint64_t count, int threads, Act act) {
  std::atomic<std::uint64_t> next{0};
  const auto work = [&] {
    constexpr std::uint64_t at_once = 64;
    for (std::uint64_t begin = next.fetch_add(at_once); begin < count; begin = next.fetch_add(at_once))
      act(begin, std::min(count, begin + at_once));
  };
  std::vector<std::jthread> crew;  // joined on leaving
  for (int i = 1; i < threads && static_cast<std::uint64_t>(i) * 64 < count; ++i) crew.emplace_back(work);
  work();
}

PatientColumns empty_table(const BuiltPlan& built) {
  PatientColumns table;
  table.is_recorded = true;
  for (const TableColumn& column : built.table.columns) {
    table.names.push_back(column.name);
    table.units.push_back(column.unit);
    table.formulas.push_back(column.words);
    table.kinds.push_back(column.kind);
    table.meanings.emplace_back();
    if (column.from == TableColumn::From::leaving)
      for (const std::string_view word : kLeftWords)
        table.meanings.back() += (table.meanings.back().empty() ? "" : " ") + std::string(word);
  }
  return table;
}

void fill_table(const BuiltPlan& built, std::uint64_t first, std::uint64_t patients, const Intervals& done, int threads,
                Results& results) {
  const Plan& plan = built.buffer.plan();
  const bool is_of_all = built.table.whose == TablePlan::Whose::all;
  PatientColumns table = empty_table(built);
  for (std::uint32_t a = 0; plan.lives > 1 && a < plan.lives; ++a) table.lives.push_back(results.arms[a].name);
  table.patients = is_of_all ? patients : std::min(built.recording.patients, patients);
  const std::uint64_t rows = table.patients * (is_of_all ? plan.replicates : 1);
  const std::size_t names = table.names.size();
  table.arm.assign(rows, PatientColumns::kMissing);
  table.values.assign(rows * plan.lives * names, kNaN);
  side_by_side(rows, threads, [&](std::uint64_t begin, std::uint64_t end) {
    Lived lived(plan, built.table.observables.size());
    for (std::uint64_t row = begin; row < end; ++row) {
      const std::uint64_t replicate = row / table.patients, number = row % table.patients;
      if (!done.has(replicate * plan.patients + number)) continue;
      double* value = table.values.data() + row * plan.lives * names;
      for (std::uint32_t life = 0; life < plan.lives; ++life) {
        lived.live(plan, built.table, replicate << 32 | (first + number), life);
        table.arm[row] = arm_of(lived);
        for (const TableColumn& column : built.table.columns) *value++ = value_of(plan, column, lived, life);
      }
    }
  });
  results.columns = std::move(table);
}

/// Name and unit of what stands in TracedRates, in the order of that.
struct RateName {
  std::string_view name, unit;
};

std::vector<RateName> rate_names(const PharmacokineticsPlan& pk) {
  std::vector<RateName> names = {{"clearance", "L/h"}, {"volume", "L"}, {"bioavailability", "1"}};
  if (pk.input == AbsorptionModel::zero_order)
    names.push_back({"absorption_duration", "h"});
  else
    names.push_back({"absorption_rate", "1/h"});
  names.insert(names.end(), {{"lag", "h"}, {"intercompartmental_clearance", "L/h"}, {"peripheral_volume", "L"}});
  for_each_input(Inputs{}, [&]<AbsorptionModel model, class In>() {
    if constexpr (requires { In::parameters; })
      if (model == pk.input)
        for (const auto& own : In::parameters) names.push_back({own.key, own.unit});
  });
  return names;
}

void fill_doses(const BuiltPlan& built, std::uint64_t first, std::uint64_t patients, Results& results) {
  const Plan& plan = built.buffer.plan();
  const PharmacokineticsPlan& pk = plan.drug.pharmacokinetics;
  DailyRates& rates = results.rates;
  const std::vector<RateName> names = rate_names(pk);
  for (const RateName& one : names) rates.names.emplace_back(one.name), rates.units.emplace_back(one.unit);
  for (std::int32_t day = plan.first_day; day <= plan.last_day; ++day) rates.days.push_back(day);
  rates.absorption = entry_of(pk.input).name;
  if (pk.input == AbsorptionModel::transit) rates.stages = static_cast<std::int64_t>(pk.input_setting[0]);
  rates.exposure_scale = pk.exposure_scale;
  Lived lived(plan, built.table.observables.size());
  const std::size_t days = rates.days.size();
  for (std::uint64_t p = 0; p < std::min(built.recording.patients, patients); ++p) {
    lived.live(plan, built.table, first + p, 0);
    if (arm_of(lived) < 0) continue;
    rates.patients.push_back(first + p);
    const std::size_t begin = rates.values.size();
    rates.values.resize(begin + names.size() * days);
    for (std::size_t d = 0; d < days; ++d) {
      const TracedDay& day = lived.days[d];
      const TracedRates& r = day.rates;
      const double of_day[] = {r.clearance_L_per_h, r.volume_L,     r.bioavailability, r.absorption, r.lag_h,
                               r.flow_L_per_h,      r.peripheral_L, r.input[0],        r.input[1]};
      for (std::size_t n = 0; n < names.size(); ++n) rates.values[begin + n * days + d] = of_day[n];
      for (const TracedIntake& intake : day.intake)
        if (intake.prescribed_mg > 0 || intake.swallowed_mg > 0)
          results.doses.push_back({first + p, day.day, intake.time_h - kMorning_h, intake.prescribed_mg,
                                   intake.swallowed_mg, intake.entered_mg});
    }
  }
  results.has_doses = true;
}

}  // namespace

void fill_patient_table(const BuiltPlan& built, std::uint64_t first, std::uint64_t patients, const Intervals& done,
                        int threads, Results& results) {
  if (built.table.whose != TablePlan::Whose::nobody) fill_table(built, first, patients, done, threads, results);
  if (built.recording.doses) fill_doses(built, first, patients, results);
}

std::uint64_t lives_again(const BuiltPlan& built) {
  const Plan& plan = built.buffer.plan();
  return built.rows_of_table() * plan.lives +
         (built.recording.doses ? std::min(built.recording.patients, plan.patients) : 0);
}

}  // namespace vt
