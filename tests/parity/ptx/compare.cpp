/// \file The GPU's program against the CPU's: usage: ptx_compare PROGRAM.so [PATIENTS]
///        How often it goes where: usage: ptx_compare PROGRAM.so --count SCENARIO PATIENTS
///
/// PROGRAM.so is the translated program of kernels/run_cuda.cu (translate.py). Every case runs its patients through
/// both and compares the raw rows and the tally words byte by byte. Exit code 0 when none differs, 1 otherwise. --count
/// prints the days of a trial, then for each stretch of the program how often it was entered.

#include <dlfcn.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>

#include "host/campaign/workers/isa.hpp"
#include "kernels/tally/busy.hpp"
#include "kernels/tally/layout.hpp"
#include "tests/parity/ptx/machine.hpp"
#include "tests/support/trial.hpp"

namespace vt { namespace {

constexpr std::uint32_t kThreadsPerBlock = 128;

struct Case {
  std::string name;
  Scenario scenario;
  WorkUnit unit;
};

/// The scenario with its drug absorbed at a rate instead of over a time.
Scenario with_first_order_absorption(Scenario scenario) {
  auto entry = scenario.pk.entries.extract("absorption_duration");
  entry.key() = "absorption_rate";
  entry.mapped().number = 0.609;
  entry.mapped().formula.clear();
  scenario.pk.entries.insert(std::move(entry));
  scenario.pk.absorption = AbsorptionModel::first_order;
  return scenario;
}

std::vector<Case> cases(std::uint64_t patients) {
  using test::read, test::scenario_path;
  const Scenario tops = read(scenario_path("tops.toml"));
  // Interactions, inputs that run past midnight, and ids in the middle of a second replicate.
  const Scenario rifampicin = read(scenario_path("tops_rifampicin.toml"), {"trial.replicates=2", "pk.lag=5 h"});
  const Scenario branches = read(test::source_dir() + "/tests/parity/ptx/every_branch.toml");
  const Scenario transit = read(test::source_dir() + "/tests/parity/transit.toml");
  const Scenario metabolite = read(test::source_dir() + "/tests/parity/metabolite.toml");
  const Scenario gut = read(test::source_dir() + "/tests/parity/gut.toml");
  const Scenario population = read(test::source_dir() + "/tests/parity/population.toml");
  const Scenario everything = read(scenario_path("everything.toml"));
  const Scenario busy = read(test::source_dir() + "/tests/parity/daily_tallies.toml");
  const Scenario moments = read(test::source_dir() + "/tests/parity/concentration.toml");
  const Scenario replicates = read(scenario_path("tops.toml"), {"trial.replicates=3"});
  const WorkUnit later{(std::uint64_t{1} << 32) + 1234, patients / 4};
  return {
      {"tops", tops, {0, patients}},
      {"tops, first-order absorption", with_first_order_absorption(tops), {0, patients}},
      {"tops_rifampicin, lag 5 h, replicate 2", rifampicin, later},
      {"population", population, {0, patients / 2}},
      {"every_branch", branches, {0, patients / 2}},
      {"transit stages, two compartments", transit, {0, patients / 4}},
      {"everything", everything, {0, patients / 8}},
      {"tallies of every day, in a block's memory", busy, {0, patients / 40}},
      {"two of three replicates in one unit", replicates, {std::uint64_t{1} << 32, patients / 20, 2}},
      {"metabolite", metabolite, {0, patients / 4}},
      {"metabolite behind stages and of the gut wall, in two compartments", gut, {0, patients / 16}},
      {"concentration of each moment", moments, {0, patients / 8}},
      {"concentration of each moment, first-order absorption", with_first_order_absorption(moments), {0, patients / 8}},
      {"metabolite, first-order absorption", with_first_order_absorption(metabolite), {0, patients / 8}},
      {"every_branch, first-order absorption", with_first_order_absorption(branches), {0, patients / 4}}};
}

/// What a run leaves behind.
struct Found {
  std::vector<std::uint64_t> words;
  std::vector<Record> records;
  double seconds = 0;
};

/// As run_cuda does it (kernels/run_cuda.cu), without the device.
class GpuProgram {
 public:
  explicit GpuProgram(const char* path) : library_(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    launch_ = reinterpret_cast<decltype(&ptx_launch)>(dlsym(library_, "ptx_launch"));
    stretch_ = reinterpret_cast<decltype(&ptx_stretch)>(dlsym(library_, "ptx_stretch"));
    if (launch_ == nullptr || stretch_ == nullptr) throw std::runtime_error(dlerror());
  }

  void run(const Plan& plan, WorkUnit unit, std::uint64_t* words, Record* records) const {
    const auto* plan_words = reinterpret_cast<const std::uint64_t*>(&plan);
    BusyWords busy = busy_words(plan);
    void* parameters[] = {&plan_words, &unit, &busy, &words, &records};
    const auto variant = static_cast<std::uint32_t>(plan.drug.pharmacokinetics.variant);
    const std::uint32_t threads = busy.count > 0 ? 1 : kThreadsPerBlock;  // barriers: see machine.hpp
    const auto blocks = static_cast<std::uint32_t>((unit.count * unit.replicates + threads - 1) / threads);
    const int status = launch_(("simulate_patientsILNS_7VariantE" + std::to_string(variant) + "E").c_str(), blocks,
                               threads, parameters);
    if (status != 0) throw std::runtime_error("ptx_launch: " + std::to_string(status));
  }

  /// How much of the program some launch went through.
  void print_coverage() const {
    const char* name = nullptr;
    std::uint64_t times = 0;
    int entered = 0, all = 0;
    std::map<std::string, bool> functions;
    for (std::uint32_t i = 0; stretch_(i, &name, &times) != 0; ++i) {
      ++all;
      entered += times != 0;
      functions[name] |= times != 0;
    }
    std::printf("entered: %d of %d stretches of code without jumps\n", entered, all);
    for (const auto& [function, is_used] : functions)
      if (!is_used) std::printf("not entered: %s\n", function.c_str());
  }

  void print_counts() const {
    const char* name = nullptr;
    std::uint64_t times = 0;
    for (std::uint32_t i = 0; stretch_(i, &name, &times) != 0; ++i)
      std::printf("%llu\n", static_cast<unsigned long long>(times));
  }

 private:
  void* library_;
  decltype(&ptx_launch) launch_;
  decltype(&ptx_stretch) stretch_;
};

template <class Run>
Found found_by(const Run& run, const Plan& plan, WorkUnit unit, bool keep_records) {
  Found found{std::vector<std::uint64_t>(all_words(plan)),
              std::vector<Record>(keep_records ? unit.count * unit.replicates : 0)};
  const auto start = std::chrono::steady_clock::now();
  run(plan, unit, found.words.data(), keep_records ? found.records.data() : nullptr);
  found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return found;
}

template <class T>
std::size_t differing_bytes(const std::vector<T>& a, const std::vector<T>& b) {
  const auto* x = reinterpret_cast<const unsigned char*>(a.data());
  const auto* y = reinterpret_cast<const unsigned char*>(b.data());
  std::size_t n = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()) * sizeof(T); ++i) n += x[i] != y[i];
  return n;
}

/// One line about a case; whether all bytes agree.
bool agrees(const Case& c, const GpuProgram& gpu) {
  const BuiltPlan built = test::build(c.scenario);
  const Plan& plan = built.buffer.plan();
  const auto on_gpu = [&](auto&&... arguments) { gpu.run(arguments...); };
  const Found expected = found_by(choose_cpu_build().run, plan, c.unit, true);
  const Found found = found_by(on_gpu, plan, c.unit, true);
  const std::size_t records = differing_bytes(expected.records, found.records);
  const std::size_t words = differing_bytes(expected.words, found.words);
  // Without rows the dose history is not kept: the tallies must not notice.
  const WorkUnit some{c.unit.first, c.unit.count / 8, c.unit.replicates};
  const std::size_t without = differing_bytes(found_by(choose_cpu_build().run, plan, some, false).words,
                                              found_by(on_gpu, plan, some, false).words);
  std::uint64_t counted = 0, failed = 0;
  for (const std::uint64_t word : expected.words) counted += word != 0;
  for (const Record& record : expected.records) failed += record.failure != 0;
  std::printf(
      "%s: %zu records (%llu failed) of %zu bytes over %d days, %zu bytes differ; %zu tally words (%llu not 0), %zu "
      "bytes differ; "
      "without records %zu bytes differ; %.1f s\n",
      c.name.c_str(), found.records.size(), static_cast<unsigned long long>(failed), sizeof(Record),
      plan.last_day - plan.first_day, records, found.words.size(), static_cast<unsigned long long>(counted), words,
      without, found.seconds);
  return records + words + without == 0 && found.records.size() == c.unit.count * c.unit.replicates && counted != 0;
}

void count(const GpuProgram& gpu, const std::string& scenario, std::uint64_t patients) {
  const BuiltPlan built = test::build(test::read(scenario));
  const Plan& plan = built.buffer.plan();
  std::printf("%d\n", plan.last_day - plan.first_day);
  std::vector<std::uint64_t> words(all_words(plan));
  gpu.run(plan, {0, patients}, words.data(), nullptr);
  gpu.print_counts();
}

}}  // namespace vt

int main(int argc, char** argv) try {
  const bool counts = argc == 5 && std::strcmp(argv[2], "--count") == 0;
  if (!counts && (argc < 2 || argc > 3)) {
    std::fprintf(stderr, "usage: ptx_compare PROGRAM.so [PATIENTS | --count SCENARIO PATIENTS]\n");
    return 2;
  }
  const vt::GpuProgram gpu(argv[1]);
  if (counts) {
    vt::count(gpu, argv[3], std::stoull(argv[4]));
    return 0;
  }
  bool same = true;
  for (const vt::Case& c : vt::cases(argc > 2 ? std::stoull(argv[2]) : 2000)) same &= vt::agrees(c, gpu);
  gpu.print_coverage();
  std::printf("%s\n", same ? "same bits" : "DIFFERENT");
  return same ? 0 : 1;
} catch (const std::exception& problem) {
  std::fprintf(stderr, "ptx_compare: %s\n", problem.what());
  return 2;
}
