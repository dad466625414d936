/// \file What the parts of a run that do not simulate anybody cost, for scale.py: processor time of this machine, the
/// least of several. Prints one JSON object.

#include <ctime>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "host/campaign/bytes.hpp"
#include "host/campaign/checkpoint.hpp"
#include "host/campaign/collect.hpp"
#include "host/campaign/ledger.hpp"
#include "host/campaign/trial_hand.hpp"
#include "host/cli/load.hpp"
#include "host/explain/cost.hpp"
#include "host/study/differences.hpp"
#include "host/study/endpoints.hpp"
#include "host/study/power/run_power.hpp"
#include "host/study/share/answered.hpp"
#include "host/study/share/point_hand.hpp"
#include "host/study/share/share_study.hpp"
#include "kernels/calendar.hpp"
#include "kernels/tally/layout.hpp"
#include "output/files.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/sha256.hpp"
#include "output/study/study_file.hpp"

namespace vt { namespace {

using Json = nlohmann::ordered_json;

const std::atomic<bool> kNever = false;
const std::string kScenarios = VTRIAL_SOURCE_DIR "/scenarios/";
constexpr int kTimes = 7;

double core_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double least_seconds(const std::function<void()>& work, int times = kTimes) {
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < times; ++i) {
    const double begin = core_seconds();
    work();
    least = std::min(least, core_seconds() - begin);
  }
  return least;
}

Json costs_of_trial(const std::string& name, std::uint64_t patients) {
  const std::string path = kScenarios + name;
  const LoadedScenario loaded = load(path, {}, patients);
  const Plan& plan = loaded.built.buffer.plan();
  Ledger ledger(plan, 1);
  const CpuBuild& cpu = choose_cpu_build();
  cpu.run(plan, {.count = plan.patients}, ledger.words_of(plan, 0).data(), nullptr);
  ledger.lives_in[0] = plan.patients;
  ledger.done.add(0, plan.patients);
  const auto save = [&] {
    BytesOut out;
    ledger.save(out);
    return out.bytes();
  };
  const std::string bytes = save();
  double seconds = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 5; ++i) seconds = std::min(seconds, measure_cost(loaded.built).core_seconds);
  const double years = static_cast<double>(plan.patients) * (plan.last_day - plan.first_day) / kDaysPerYear;
  Json json = {{"words", all_words(plan)},
               {"plan_bytes", plan.bytes},
               {"patient_years_per_core_second", years / seconds},
               {"ledger_bytes", bytes.size()},
               {"read_and_build_s", least_seconds([&] { load(path, {}, patients); })},
               {"save_s", least_seconds([&] { save(); })}};
  const Places places(0, plan.patients, 1, Parts{});
  const TrialWork work{loaded.built, places, 1, Wanted::tallies, 0, &ledger};
  BytesOut found;
  ledger.save(found);
  found.put<std::uint64_t>(0), found.put<std::uint64_t>(0);
  const std::string message = found.bytes();
  json["accept_s"] = least_seconds([&] { accept_found(work, message); });
  json["hash_s"] = least_seconds([&] { (void)sha256_hex(bytes); });
  const std::string file = "/dev/shm/vtrial_scale_costs.h5";
  const auto collected = [&] {
    BuiltPlan copy = loaded.built;
    return collect(copy, ledger, plan.patients, cpu.run);
  };
  json["collect_s"] = least_seconds([&] { (void)collected(); });
  const Results results = collected();
  json["write_file_s"] = least_seconds([&] { write_results(file, results); });
  std::remove(file.c_str());
  return json;
}

/// Records of all points as those of the first one, with other answers.
void make_up(const LoadedStudy& loaded, const std::string& record, Answered& answered) {
  PointRecord one = PointRecord::of(record);
  std::uint64_t word = 88172645463325252u;
  for (const std::vector<double>& point : loaded.design.points) {
    one.point.coordinates = point;
    for (std::size_t e = 0; e < one.answers.size(); ++e) {
      word ^= word << 13, word ^= word >> 7, word ^= word << 17;  // Marsaglia's xorshift
      const double shift = 1e-3 * static_cast<double>(word >> 11) * 0x1p-53;
      one.answers[e].simulated.value =
          0.3 + 0.05 * std::accumulate(point.begin(), point.end(), 0.0) / static_cast<double>(point.size()) + shift;
    }
    answered.add(key_of_point(loaded.study, point), one.bytes());
  }
}

Json costs_of_study(const std::string& name, const std::string& base_points) {
  const std::string path = kScenarios + name;
  const auto set = [&](const char* points) { return std::vector<std::string>{std::string("study.points=") + points}; };
  const auto seconds_of_reading = [&](const char* points, std::size_t& count) {
    return least_seconds([&] { count = load_study(path, set(points), {}, {}, 1)->design.points.size(); }, 3);
  };
  std::size_t few = 0, more = 0;
  const double of_few = seconds_of_reading("8", few), of_more = seconds_of_reading("64", more);
  Json json = {{"check_point_s", (of_more - of_few) / static_cast<double>(more - few)},
               {"read_s", of_few - static_cast<double>(few) * (of_more - of_few) / static_cast<double>(more - few)}};

  const LoadedStudy loaded = *load_study(path, set("64"), {}, {}, 1);
  TrialMaker maker(loaded.study, loaded.text_of());
  std::size_t next = 0;
  const auto make = [&](std::uint64_t patients) {
    return plan_of_point(loaded.design.points[next++ % loaded.design.points.size()], maker, patients);
  };
  (void)make(0);
  constexpr std::size_t some = 100;
  const auto each = [&](const std::function<void()>& work) {
    return least_seconds([&] {
             for (std::size_t i = 0; i < some; ++i) work();
           }) /
           some;
  };
  json["make_plan_s"] = each([&] { (void)make(0); });

  // What a thread does for a point beside its plan and its patients: with 64 patients, less these.
  const BuiltPlan first = make(64);
  Engine engine;
  engine.cpu = &choose_cpu_build();
  engine.seats.push_back({"", engine.cpu->run});
  std::vector<std::string> records;
  RunOptions options;
  options.in_parts = needs_parts(loaded.study);
  KeptPlans kept(loaded.design.points.size());
  const PointWork work{loaded.study,
                       loaded.design,
                       loaded.text_of(),
                       engine,
                       options,
                       kNever,
                       &kept,
                       [&](std::size_t, std::string record) { records.push_back(std::move(record)); }};
  const std::unique_ptr<Hand> hand = make_point_hand(work, engine.seats[0]);
  double with_lives = std::numeric_limits<double>::infinity(), lives = with_lives;
  std::vector<std::uint64_t> words(all_words(first.buffer.plan()));
  for (int i = 0; i < kTimes; ++i) {
    for (std::size_t p = 0; p < some; ++p) kept[p] = first;
    with_lives = std::min(with_lives, least_seconds([&] { hand->work({0, some}); }, 1));
    lives = std::min(lives, least_seconds(
                                [&] {
                                  for (std::size_t p = 0; p < some; ++p)
                                    engine.cpu->run(first.buffer.plan(), {.count = 64}, words.data(), nullptr);
                                },
                                1));
  }
  hand->hand_over();
  json["answer_s"] = (with_lives - lives) / some;
  json["words"] = words.size();
  json["record_bytes"] = records[0].size();
  json["parts"] = options.in_parts;

  // All that is left once the last point is there.
  const LoadedStudy whole = *load_study(path, set(base_points.c_str()), {}, {}, 0);
  json["points"] = whole.design.points.size();
  json["endpoints"] = whole.study.endpoints.size();
  Answered answered;
  make_up(whole, records[0], answered);
  const Joining joining;
  RunOptions join;
  join.engine = &engine, join.answered = &answered, join.joining = &joining;
  Study study;
  const double of_all =
      least_seconds([&] { study = run_study(whole.study, whole.design, whole.text_of(), {}, join, {}, kNever); }, 3);
  const double accept = least_seconds(
      [&] {
        for (const std::vector<double>& point : whole.design.points)
          (void)PointRecord::of(*answered.find(key_of_point(whole.study, point)));
      },
      3);
  json["accept_point_s"] = accept / static_cast<double>(whole.design.points.size());
  json["analysis_s"] = of_all - accept;
  const std::string saved = answered.bytes();
  json["saved_bytes"] = saved.size();
  json["save_s"] = least_seconds([&] { (void)answered.bytes(); }, 3);
  json["hash_s"] = least_seconds([&] { (void)sha256_hex(saved); }, 3);
  study.design = "saltelli", study.resolved_scenario = whole.study.resolved;
  json["write_file_s"] = least_seconds([&] { write_study("/dev/shm/vtrial_scale_costs.h5", study); }, 3);
  json["file_bytes"] = read_whole_file("/dev/shm/vtrial_scale_costs.h5").size();
  std::remove("/dev/shm/vtrial_scale_costs.h5");
  return json;
}

Json costs_of_power(const std::string& name, const std::string& replicates) {
  const std::string path = kScenarios + name;
  const auto set = [&](const char* n) { return std::vector<std::string>{std::string("study.replicates=") + n}; };
  Engine engine;
  engine.cpu = &choose_cpu_build();
  engine.seats.push_back({"", engine.cpu->run});
  const LoadedStudy few = *load_study(path, set("180"), {}, {}, 1);
  Answered some;
  RunOptions options;
  options.engine = &engine, options.answered = &some;
  Study study;
  const double seconds =
      least_seconds([&] { study = run_study(few.study, few.design, few.text_of(), {}, options, {}, kNever); }, 1);
  const std::string record = *some.find(key_of("replicates", {0.0}));
  const LoadedScenario alone = load(kScenarios + "tops.toml", {}, 714);
  double patients = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 5; ++i) patients = std::min(patients, measure_cost(alone.built).core_seconds);
  const std::size_t arms = study.arms.size();
  const std::uint64_t chunk = std::max<std::uint64_t>(1, kMostRows / (714 * arms));
  Json json = {{"replicate_s", seconds / 180},
               {"lives_of_replicate_s", static_cast<double>(arms) * patients},
               {"replicates_of_chunk", chunk},
               {"record_bytes", record.size()}};

  std::optional<LoadedStudy> loaded;
  json["read_s"] = least_seconds([&] { loaded = load_study(path, set(replicates.c_str()), {}, {}, 1); }, 3);
  const LoadedStudy& whole = *loaded;
  const std::uint64_t all = std::stoull(replicates);
  Answered answered;
  for (std::uint64_t i = 0; i < all / chunk; ++i) answered.add(key_of("replicates", {static_cast<double>(i)}), record);
  const Joining partial{{}, true};
  options.answered = &answered, options.joining = &partial;
  json["replicates"] = all;
  json["accept_all_s"] =
      least_seconds([&] { study = run_study(whole.study, whole.design, whole.text_of(), {}, options, {}, kNever); }, 3);
  study.design = "power", study.resolved_scenario = whole.study.resolved;
  json["write_file_s"] = least_seconds([&] { write_study("/dev/shm/vtrial_scale_costs.h5", study); }, 3);
  json["file_bytes"] = read_whole_file("/dev/shm/vtrial_scale_costs.h5").size();
  std::remove("/dev/shm/vtrial_scale_costs.h5");
  return json;
}

/// A checkpoint in the working directory, with fsync: wall time.
Json costs_of_saving() {
  Json json = Json::array();
  const std::string path = "vtrial_scale_costs.checkpoint";
  for (const std::size_t bytes : {std::size_t{1} << 10, std::size_t{1} << 26}) {
    Checkpoint checkpoint(path, "plan 0\n");
    const std::string content(bytes, '.');
    double least = std::numeric_limits<double>::infinity();
    for (int i = 0; i < 5; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      checkpoint.save(content);
      least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    json.push_back({{"bytes", bytes}, {"wall_s", least}});
    checkpoint.remove();
  }
  return json;
}

/// How much the time of a take differs from one to the next: of units of 512 patients, without the slowest tenth, which
/// other work on the machine has delayed.
double scatter_of_units() {
  const LoadedScenario loaded = load(kScenarios + "tops.toml", {}, 200'000);
  const Plan& plan = loaded.built.buffer.plan();
  std::vector<std::uint64_t> words(all_words(plan));
  std::vector<double> seconds;
  for (std::uint64_t i = 0; i < 200; ++i)
    seconds.push_back(least_seconds(
        [&] { choose_cpu_build().run(plan, {.first = 512 * i, .count = 512}, words.data(), nullptr); }, 3));
  std::ranges::sort(seconds);
  seconds.resize(seconds.size() * 9 / 10);
  const double mean = std::accumulate(seconds.begin(), seconds.end(), 0.0) / static_cast<double>(seconds.size());
  double squares = 0;
  for (const double s : seconds) squares += (s - mean) * (s - mean);
  return std::sqrt(squares / static_cast<double>(seconds.size() - 1)) / mean;
}

Json all_costs() {
  Json json;
  json["unit_scatter"] = scatter_of_units();
  json["checkpoint"] = costs_of_saving();
  json["trial"] = costs_of_trial("tops.toml", 100'000);
  json["study"] = costs_of_study("studies/tops_sensitivity.toml", "1024");
  json["power"] = costs_of_power("studies/tops_power.toml", "9990");
  return json;
}

}}  // namespace vt

int main() {
  vt::with_large_stack([] { std::puts(vt::all_costs().dump(1).c_str()); });
}
