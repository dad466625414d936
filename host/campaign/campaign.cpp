#include "host/campaign/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "host/campaign/collect.hpp"
#include "host/campaign/isa.hpp"
#include "host/campaign/record_patients.hpp"
#include "host/campaign/stopping.hpp"
#include "host/campaign/trial_table.hpp"
#include "kernels/run.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

constexpr std::uint64_t kNone = ~std::uint64_t{0};

/// What one worker has found.
struct Share {
  std::vector<std::uint64_t> words;
  std::array<std::uint64_t, kFailures> first_failing_unit;
};

/// A run's words, and for each reason of failure the first unit with such a patient.
struct Found {
  std::vector<std::uint64_t> words;
  std::array<WorkUnit, kFailures> failing{};
  std::uint64_t patients = 0;  ///< per replicate
};

/// The work units of a run, replicate after replicate: blocks of patients, or several small replicates.
struct Units {
  std::uint64_t first, patients, replicates, block;
  std::uint64_t first_replicate = 0;
  std::uint64_t per_replicate() const { return (patients + block - 1) / block; }
  std::uint64_t together() const { return std::max<std::uint64_t>(1, block / std::max<std::uint64_t>(1, patients)); }
  std::uint64_t count() const { return per_replicate() * ((replicates + together() - 1) / together()); }
  WorkUnit at(std::uint64_t i) const {
    const std::uint64_t replicate = replicates_before(i), begin = patients_before(i);
    return {(first_replicate + replicate) * kNextReplicate + first + begin, std::min(block, patients - begin),
            std::min(together(), replicates - replicate)};
  }
  std::uint64_t rows_before(std::uint64_t i) const { return replicates_before(i) * patients + patients_before(i); }

 private:
  std::uint64_t replicates_before(std::uint64_t i) const { return i / per_replicate() * together(); }
  std::uint64_t patients_before(std::uint64_t i) const { return i % per_replicate() * block; }
};

/// Runs a unit: a CPU's build, or a trial on the GPU.
using Runner = std::function<void(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records)>;

/// Threads that take units one after another until none is left.
class Crew {
 public:
  /// \param plain as `run`, without writing anything down
  Crew(const Plan& plan, Runner run, Runner plain, Units units, Record* records, const Progress& progress,
       const std::atomic<bool>& stop)
      : plan_(plan),
        run_(std::move(run)),
        plain_(std::move(plain)),
        units_(units),
        records_(records),
        progress_(progress),
        stop_(stop) {}

  Share work(int threads) {
    std::vector<Share> shares(static_cast<std::size_t>(threads));
    std::vector<std::thread> crew;
    crew.reserve(shares.size());
    for (Share& share : shares) crew.emplace_back([this, &share] { work_on(share); });
    for (std::thread& worker : crew) worker.join();
    if (problem_) std::rethrow_exception(problem_);
    for (std::size_t i = 1; i < shares.size(); ++i) merge(shares[0], shares[i]);
    return std::move(shares[0]);
  }

 private:
  void work_on(Share& share) {
    try {
      share.words.assign(all_words(plan_), 0);
      share.first_failing_unit.fill(kNone);
      for (std::uint64_t i; !stop_ && (i = next_++) < units_.count();) do_unit(share, i);
    } catch (...) {
      const std::lock_guard lock(mutex_);
      problem_ = std::current_exception();
      next_ = units_.count();
    }
  }

  void do_unit(Share& share, std::uint64_t i) {
    std::array<std::uint64_t, kFailures> before;
    const std::uint64_t* failures = share.words.data() + failure_word(plan_);
    std::copy_n(failures, kFailures, before.begin());
    const WorkUnit unit = units_.at(i);
    Record* rows = records_ ? records_ + units_.rows_before(i) : nullptr;
    run_(plan_, unit, share.words.data(), rows);
    for (std::size_t f = 0; f < kFailures; ++f)
      if (failures[f] != before[f]) share.first_failing_unit[f] = std::min(share.first_failing_unit[f], i);
    if (!std::equal(before.begin(), before.end(), failures)) take_back_failed(unit, rows, share.words);
    const std::uint64_t done = done_ += unit.count * unit.replicates;
    const std::lock_guard lock(mutex_);
    if (progress_) progress_(static_cast<double>(done) / static_cast<double>(units_.patients * units_.replicates));
  }

  /// Patients who failed are in no tally: what they added before they did is subtracted, which is exact, after they
  /// have been simulated once more. \param rows the unit's records, or null
  void take_back_failed(const WorkUnit& unit, const Record* rows, std::vector<std::uint64_t>& words) const {
    std::vector<Record> own;
    if (rows == nullptr) {
      own.resize(unit.count * unit.replicates);
      std::vector<std::uint64_t> unused(words.size());
      plain_(plan_, unit, unused.data(), own.data());
      rows = own.data();
    }
    std::vector<std::uint64_t> ids, added(words.size());
    for (std::uint64_t i = 0; i < unit.count * unit.replicates; ++i)
      if (rows[i].failure != 0) ids.push_back(rows[i].patient);
    choose_cpu_build().run(plan_, {.count = ids.size(), .ids = ids.data()}, added.data(), nullptr);
    for (std::uint64_t i = 0; i < plan_.tally_words; ++i) words[i] -= added[i];
  }

  static void merge(Share& into, const Share& from) {
    for (std::size_t i = 0; i < into.words.size(); ++i) into.words[i] += from.words[i];
    for (std::size_t f = 0; f < kFailures; ++f)
      into.first_failing_unit[f] = std::min(into.first_failing_unit[f], from.first_failing_unit[f]);
  }

  const Plan& plan_;
  Runner run_;
  Runner plain_;
  Units units_;
  Record* records_;
  const Progress& progress_;
  const std::atomic<bool>& stop_;
  std::atomic<std::uint64_t> next_ = 0, done_ = 0;
  std::mutex mutex_;
  std::exception_ptr problem_;
};

std::string reason_of(Failure failure) {
  switch (failure) {
    case Failure::bad_trait:
      return "a model parameter is not positive or not finite";
    case Failure::formula_domain:
      return "a formula has no value (logarithm, power or division outside its domain)";
    case Failure::not_finite:
      return "the state is no longer finite";
    default:
      return "none";
  }
}

/// The smallest id of a unit's patients that failed for a reason, found by running the unit again.
std::uint64_t smallest_failed(const Plan& plan, const Runner& run, WorkUnit unit, std::size_t reason) {
  std::vector<std::uint64_t> words(all_words(plan));
  std::vector<Record> records(unit.count * unit.replicates);
  run(plan, unit, words.data(), records.data());
  for (const Record& record : records)
    if (record.failure == reason) return record.patient;
  return unit.first;
}

const TallyPlan* tally_plans(const Plan& plan) {
  return reinterpret_cast<const TallyPlan*>(reinterpret_cast<const char*>(&plan) + plan.tallies.offset);
}

Results collect(BuiltPlan& built, const Found& share, const Runner& run) {
  const Plan& plan = built.buffer.plan();
  const auto* tallies = tally_plans(plan);
  Results results;
  results.seed = plan.seed;
  results.patients = share.patients;
  results.replicates = plan.replicates;
  results.first_day = plan.first_day;
  results.last_day = plan.last_day;
  results.plan_hash = built.hash;
  collect_rules(built, share.words.data(), results);
  results.arms = std::move(built.arms);
  results.sources = std::move(built.sources);
  for (std::size_t a = 0; a < results.arms.size(); ++a)
    results.arms[a].patients = as_count(share.words[arm_word(plan) + a]);
  results.screening = std::move(built.screening);
  for (std::size_t c = 0; c < results.screening.size(); ++c)
    results.screening[c].rejected = as_count(share.words[criterion_word(plan) + c]);
  for (std::size_t t = 0; t < built.tallies.size(); ++t) fill(built.tallies[t], tallies[t], share.words.data());
  results.tallies = std::move(built.tallies);
  std::ranges::sort(results.tallies, {}, &ResultTally::name);
  for (std::size_t f = 1; f < kFailures; ++f) {
    const std::uint64_t n = share.words[failure_word(plan) + f];
    if (n == 0) continue;
    results.failures.push_back(
        {reason_of(static_cast<Failure>(f)), n, smallest_failed(plan, run, share.failing[f], f)});
  }
  return results;
}

/// Is the tally that a run waits for known well enough?
bool is_known(const BuiltPlan& built, const std::vector<std::uint64_t>& words) {
  ResultTally tally = built.tallies[built.stopping->tally];
  fill(tally, tally_plans(built.buffer.plan())[built.stopping->tally], words.data());
  return largest_error(tally) <= built.stopping->standard_error;
}

void add(Found& found, Share&& share, const Units& units) {
  for (std::size_t f = 1; f < kFailures; ++f)
    if (found.failing[f].count == 0 && share.first_failing_unit[f] != kNone)
      found.failing[f] = units.at(share.first_failing_unit[f]);
  if (found.words.empty())
    found.words = std::move(share.words);
  else
    for (std::size_t i = 0; i < share.words.size(); ++i) found.words[i] += share.words[i];
  found.patients += units.patients;
}

}  // namespace

ChosenBackend choose_backend(Backend wanted) {
  ChosenBackend chosen;
  if (wanted == Backend::cpu) return chosen;
  const CudaStatus cuda = cuda_status();
  chosen.cuda = cuda.usable;
  chosen.device = cuda.device;
  chosen.why_not_cuda = cuda.reason;
  if (wanted == Backend::cuda && !cuda.usable)
    throw DeviceError(
        fmt::format("no GPU can be used ({}); use --backend cpu, which gives the same numbers", cuda.reason));
  return chosen;
}

Results run(BuiltPlan built, const RunOptions& options, const Progress& progress, const std::atomic<bool>& stop) {
  const ChosenBackend backend = choose_backend(options.backend);
  const Plan& plan = built.buffer.plan();
  const CpuBuild* cpu = backend.cuda ? nullptr : &choose_cpu_build();
  std::optional<CudaTrial> trial;
  if (backend.cuda) trial.emplace(plan);
  const Runner plain = cpu ? Runner(cpu->run) : [&](const Plan&, WorkUnit some, std::uint64_t* words, Record* rows) {
    trial->run(some, words, rows);
  };
  std::optional<PatientRecording> recording;
  if (built.recording.patients > 0) recording.emplace(built, options.first);
  const Runner unit = recording && cpu ? [&](const Plan&, WorkUnit some, std::uint64_t* words,
                                             Record* rows) { recording->run_unit(cpu->run, some, words, rows); }
                                       : plain;
  constexpr std::uint64_t gpu_block = std::uint64_t{1} << 18;  // four waves of blocks on the largest devices
  constexpr int gpu_threads = 2;                               // one's kernel runs while the other adds up
  Units units{options.first, plan.patients, plan.replicates,
              backend.cuda ? gpu_block : std::max<std::uint64_t>(1, options.block)};
  const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const int wanted = backend.cuda ? gpu_threads : (options.threads > 0 ? options.threads : cores);
  const int threads = static_cast<int>(
      std::min<std::uint64_t>(static_cast<std::uint64_t>(wanted), std::max<std::uint64_t>(1, units.count())));

  std::vector<Record> records(options.keep_records ? plan.patients * plan.replicates : 0);
  const auto simulate = [&](Found& found, const Units& some, Record* rows, double before) {
    const Progress overall = [&](double share) {
      const double all = static_cast<double>(plan.patients * plan.replicates);
      if (progress) progress(before + share * static_cast<double>(some.patients * some.replicates) / all);
    };
    Crew crew(plan, unit, plain, some, rows, overall, stop);
    add(found, crew.work(threads), some);
    if (stop) throw Interrupted("stopped before the last patient; nothing was written");
  };
  Found found;
  std::vector<ResultTest> tests = empty_tests(built);
  if (!tests.empty()) {  // some replicates at a time, so that only their trial tables are held
    constexpr std::uint64_t most_rows = std::uint64_t{1} << 16;
    const std::uint64_t at_once = std::max<std::uint64_t>(1, most_rows / std::max<std::uint64_t>(1, plan.patients));
    std::vector<Record> tables(std::min(at_once, plan.replicates) * plan.patients);
    for (; units.first_replicate < plan.replicates; units.first_replicate += units.replicates) {
      units.replicates = std::min(at_once, plan.replicates - units.first_replicate);
      simulate(found, units, tables.data(),
               static_cast<double>(units.first_replicate) / static_cast<double>(plan.replicates));
      for (std::uint64_t r = 0; r < units.replicates; ++r)
        add_replicate(built, std::span(tables).subspan(r * plan.patients, plan.patients), tests);
      if (!records.empty())
        std::copy_n(tables.data(), units.replicates * plan.patients,
                    records.data() + units.first_replicate * plan.patients);
    }
    found.patients = plan.patients;
  } else {
    do {
      if (built.stopping) {
        units.first = options.first + found.patients;
        units.patients = next_look(found.patients, plan.patients) - found.patients;
      }
      simulate(found, units, records.empty() ? nullptr : records.data() + found.patients,
               static_cast<double>(found.patients) / static_cast<double>(plan.patients));
    } while (found.patients < plan.patients && !is_known(built, found.words));
  }
  records.resize(options.keep_records ? found.patients * plan.replicates : 0);

  Results results = collect(built, found, plain);
  results.tests = std::move(tests);
  results.records.resize(records.size() * sizeof(Record));
  if (!records.empty()) std::memcpy(results.records.data(), records.data(), results.records.size());
  if (recording) recording->finish(choose_cpu_build().run, results);
  results.provenance.backend = backend.cuda ? "cuda" : "cpu";
  results.provenance.isa = cpu ? cpu->name : "";
  results.provenance.device_name = backend.device;
  results.provenance.threads = threads;
  return results;
}

}  // namespace vt
