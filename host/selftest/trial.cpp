#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "host/campaign/campaign.hpp"
#include "host/campaign/workers/isa.hpp"
#include "host/cli/load.hpp"
#include "host/scenario/toml/find_base.hpp"
#include "host/selftest/selftest.hpp"
#include "output/files.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/io_error.hpp"
#include "output/statistics/quantile_groups.hpp"

namespace vt {

namespace fs = std::filesystem;

namespace {

constexpr const char* kKnown = "selftest.json";
constexpr const char* kOtherBits =
    "this machine or this build computes other bits than those that were tested: do not use its results. Run the "
    "selftest "
    "again, then install the program anew; if it fails again, report it with this certificate";

Results simulate(const KnownTrial& known, const Engine& engine, const std::atomic<bool>& stop) {
  LoadedScenario loaded = load(known.scenario, {}, known.patients);
  RunOptions options;
  options.engine = &engine;
  Results results = run(
      std::move(loaded.built), options, [](double) {}, stop);
  results.title = loaded.scenario.title;
  results.resolved_scenario = loaded.scenario.resolved_toml;
  collapse_quantiles(results);
  return results;
}

Engine engine_on(const CpuBuild& build, int threads) {
  Engine engine;
  engine.cpu = &build;
  for (int t = 0; t < threads; ++t) engine.seats.push_back({"", build.run});
  return engine;
}

SelfCheck not_here(const std::string& id, const std::string& what, const std::string& why) {
  return {id, what, "nothing: it is not needed", why, "", SelfVerdict::not_here};
}

std::string seats_text(int threads) { return fmt::format("{} thread{}", threads, threads == 1 ? "" : "s"); }

SelfCheck check_gpus(const KnownTrial& known, const std::atomic<bool>& stop) {
  const std::string id = "gpu", what = fmt::format("{} on GPUs", fs::path(known.scenario).stem().string());
  const CudaStatus cuda = cuda_status();
  const ChosenDevices chosen = choose_devices(cuda);
  if (chosen.devices.empty()) return not_here(id, what, "no GPU is used: " + chosen.why_none);
  const Engine engine = make_engine(Backend::cuda);
  return check_text(id, what + ": " + engine.backend.device, content_hash(simulate(known, engine, stop)),
                    known.content_hash, "every bit, as on the CPU", kOtherBits);
}

/// Written, read again; a copy with one bit changed and one without its end are refused.
std::vector<SelfCheck> check_file(const Results& results, const std::string& folder) {
  const std::string path = (fs::path(folder) / "selftest.h5").string(), hash = content_hash(results);
  write_results(path, results);
  const std::string bytes = read_whole_file(path);
  const std::string again = content_hash(read_results(path));
  std::error_code none;
  fs::remove(path, none);
  const auto refusal = [&](const std::string& damaged) {
    try {
      (void)parse_results_file(damaged, path);
    } catch (const IoError&) {
      return std::string("refused");
    }
    return std::string("taken");
  };
  std::string changed = bytes;
  changed[bytes.size() / 2] = static_cast<char>(changed[bytes.size() / 2] ^ 1);
  const std::string cut = bytes.substr(0, bytes.size() - bytes.size() / 4);
  const char* advice =
      "results of this program are not safe on this disk: try another folder with -o, then install anew";
  return {
      check_text("file", fmt::format("results written to {} and read again", folder), again, hash,
                 "the same content hash: every count", advice),
      check_text("damage", "a copy with one changed bit, and one without its last quarter",
                 refusal(changed) + ", " + refusal(cut), "refused, refused", "no damage is taken for results", advice)};
}

}  // namespace

KnownTrial known_trial() {
  std::error_code none;
  for (const std::string& folder : scenario_folders()) {
    const fs::path file = fs::path(folder) / kKnown;
    if (!fs::is_regular_file(file, none)) continue;
    const Json known = Json::parse(read_whole_file(file.string()), nullptr, false);
    const auto text = [&](const char* key) {
      return known.is_object() && known.contains(key) && known[key].is_string() ? known[key].get<std::string>() : "";
    };
    KnownTrial trial{file.string(), (fs::path(folder) / text("scenario")).string(), 0, text("content_hash")};
    if (known.is_object() && known.contains("patients") && known["patients"].is_number_unsigned())
      trial.patients = known["patients"].get<std::uint64_t>();
    if (text("scenario").empty() || trial.patients == 0 || trial.content_hash.empty())
      throw IoError(file.string(), "is damaged",
                    "it has not scenario, patients and content_hash; install the program anew");
    return trial;
  }
  std::string folders;
  for (const std::string& folder : scenario_folders()) folders += (folders.empty() ? "" : ", ") + folder;
  throw IoError(kKnown, "was not found",
                "the scenarios that come with the program are in none of " + folders +
                    "; install them with it: share/vtrial beside bin");
}

std::vector<SelfCheck> check_trial(const KnownTrial& known, const std::string& folder, const std::atomic<bool>& stop) {
  const std::string name = fs::path(known.scenario).stem().string();
  std::vector<SelfCheck> checks;
  Results kept;
  for (const CpuBuild& build : cpu_builds()) {
    const std::string about = fmt::format("{}, {} patients, on the build {}", name, known.patients, build.name);
    if (!build.runs_here) {
      checks.push_back(not_here("trial_" + build.name, about, "this processor does not have its instructions"));
      continue;
    }
    kept = simulate(known, engine_on(build, 1), stop);
    checks.push_back(check_text("trial_" + build.name, about + ", one thread", content_hash(kept), known.content_hash,
                                fmt::format("every bit, on every machine: the hash is that of {}", known.file),
                                kOtherBits));
  }
  const int threads = std::max(2, usable_cores());
  const std::string many = content_hash(simulate(known, engine_on(choose_cpu_build(), threads), stop));
  checks.push_back(check_text("threads", fmt::format("{} with {}", name, seats_text(threads)), many, known.content_hash,
                              "every bit: the order in which patients are done has no influence", kOtherBits));
  checks.push_back(check_gpus(known, stop));
  for (SelfCheck& check : check_file(kept, folder)) checks.push_back(std::move(check));
  return checks;
}

}  // namespace vt
