#include "host/campaign/campaign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "host/campaign/collect.hpp"
#include "host/campaign/crew.hpp"
#include "host/campaign/failures.hpp"
#include "host/campaign/isa.hpp"
#include "host/campaign/record_patients.hpp"
#include "host/campaign/stopping.hpp"
#include "host/campaign/trial_table.hpp"
#include "kernels/run.hpp"
#include "kernels/tally/layout.hpp"

namespace vt {

namespace {

/// A run's words, and for each way to fail the first unit with such a patient.
struct Found {
  std::vector<std::uint64_t> words;
  std::vector<WorkUnit> failing;
  std::uint64_t patients = 0;  ///< per replicate
};

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
  results.failures = collect_failures(built, share.words.data(), share.failing, run);
  results.without_value = collect_without_value(built, share.words.data());
  for (const WithoutValue& formula : results.without_value) results.notes.push_back(note_of(formula));
  return results;
}

/// Is the tally that a run waits for known well enough?
bool is_known(const BuiltPlan& built, const std::vector<std::uint64_t>& words) {
  ResultTally tally = built.tallies[built.stopping->tally];
  fill(tally, tally_plans(built.buffer.plan())[built.stopping->tally], words.data());
  return largest_error(tally) <= built.stopping->standard_error;
}

std::string how_it_ended(const BuiltPlan& built, std::uint64_t patients, bool is_enough) {
  return fmt::format("{} of {} patients were simulated: {} cell of '{}' has a standard error above {}", patients,
                     built.buffer.plan().patients, is_enough ? "no" : "a", built.tallies[built.stopping->tally].name,
                     built.stopping->standard_error);
}

void add(Found& found, Share&& share, const Units& units) {
  found.failing.resize(share.first_failing_unit.size());
  for (std::size_t f = 0; f < found.failing.size(); ++f)
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

  int fewest = threads;
  std::string flaw;
  std::vector<Record> records(options.keep_records ? plan.patients * plan.replicates : 0);
  const auto simulate = [&](Found& found, const Units& some, Record* rows, double before) {
    const Progress overall = [&](double share) {
      const double all = static_cast<double>(plan.patients * plan.replicates);
      if (progress) progress(before + share * static_cast<double>(some.patients * some.replicates) / all);
    };
    Crew crew(plan, unit, plain, some, rows, overall, stop);
    add(found, crew.work(threads), some);
    fewest = std::min(fewest, crew.threads());
    if (!crew.flaw().empty()) flaw = crew.flaw();
    if (stop) throw Interrupted("stopped before the last patient; nothing was written");
  };
  Found found;
  std::vector<std::string> said;
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
    bool is_enough = false;
    do {
      if (built.stopping) {
        units.first = options.first + found.patients;
        units.patients = next_look(found.patients, plan.patients) - found.patients;
      }
      simulate(found, units, records.empty() ? nullptr : records.data() + found.patients,
               static_cast<double>(found.patients) / static_cast<double>(plan.patients));
      is_enough = built.stopping && is_known(built, found.words);
    } while (found.patients < plan.patients && !is_enough);
    if (built.stopping) said.push_back(how_it_ended(built, found.patients, is_enough));
  }
  records.resize(options.keep_records ? found.patients * plan.replicates : 0);

  Results results = collect(built, found, plain);
  results.tests = std::move(tests);
  results.notes.insert(results.notes.end(), said.begin(), said.end());
  results.records.resize(records.size() * sizeof(Record));
  if (!records.empty()) std::memcpy(results.records.data(), records.data(), results.records.size());
  if (recording) recording->finish(choose_cpu_build().run, results);
  results.provenance.backend = backend.cuda ? "cuda" : "cpu";
  results.provenance.isa = cpu ? cpu->name : "";
  results.provenance.device_name = backend.device;
  results.provenance.threads = fewest;
  if (fewest < threads)
    results.provenance.notes.push_back(
        fmt::format("the run had {} of {} threads ({}), and the numbers of any", fewest, threads, flaw));
  return results;
}

}  // namespace vt
