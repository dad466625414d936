#include "host/cli/commands.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/campaign/workers/engine.hpp"
#include "host/campaign/workers/isa.hpp"
#include "host/cli/load_qualification.hpp"
#include "host/cli/streams.hpp"
#include "host/cli/study_words.hpp"
#include "host/explain/explain.hpp"
#include "host/problems.hpp"
#include "host/trace/trace.hpp"
#include "kernels/run.hpp"
#include "output/json.hpp"

namespace vt {

namespace {

/// The file and its trials, without simulating them. \throws ScenarioError
nlohmann::ordered_json check_qualification(const std::string& path, bool json) {
  const LoadedQualification loaded = load_qualification(path);
  const std::size_t runs = loaded.trials.size(), rows = loaded.qualification.rows.size();
  std::vector<std::string> notes = loaded.notes;
  for (std::size_t r = 0; r < runs; ++r)
    for (const std::string& note : loaded.trials[r].notes)
      notes.push_back(fmt::format("{}: {}", loaded.qualification.runs[r].name, note));
  if (!json) print("{}: ok, {} run{}, {} row{}\n", path, runs, runs == 1 ? "" : "s", rows, rows == 1 ? "" : "s");
  if (!json)
    for (const std::string& note : notes) print("note: {}\n", note);
  return {{"scenario", path}, {"runs", runs}, {"rows", rows}, {"notes", notes}};
}

}  // namespace

ExitCode check_scenarios(const std::vector<std::string>& paths, const Changes& changes, bool json) {
  std::vector<Problem> problems;
  nlohmann::ordered_json good = nlohmann::ordered_json::array();
  for (const std::string& path : paths) {
    try {
      if (is_qualification_file(path)) {
        if (changes.any())
          throw UsageError(fmt::format(
              "--set, --patients and --seed go with scenarios and studies; the runs of {} say them themselves", path));
        good.push_back(check_qualification(path, json));
        continue;
      }
      if (const auto study = load_study(path, changes.set, changes.patients, changes.seed, 0)) {
        if (!json) print("{}: ok, {} points\n", path, points_of(study->study));
        if (!json)
          for (const std::string& note : study->notes) print("note: {}\n", note);
        good.push_back({{"scenario", path}, {"points", points_of(study->study)}, {"notes", study->notes}});
        continue;
      }
      const LoadedScenario loaded = load(path, changes.set, changes.patients, changes.seed);
      if (!json) print("{}: ok\n", path);
      if (!json)
        for (const std::string& note : loaded.notes) print("note: {}\n", note);
      good.push_back(
          {{"scenario", path}, {"plan_hash", fmt::format("{:016x}", loaded.built.hash)}, {"notes", loaded.notes}});
    } catch (const ScenarioError& error) {
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (!problems.empty()) throw ScenarioError(std::move(problems));
  if (json) print_json(json_object("check", {{"scenarios", good}, {"exit", 0}}));
  return ExitCode::ok;
}

ExitCode explain_scenario(const std::string& path, const Changes& changes) {
  if (const auto study = load_study(path, changes.set, changes.patients, changes.seed, 0)) {
    print(explain_study(*study));
    return ExitCode::ok;
  }
  const LoadedScenario loaded = load(path, changes.set, changes.patients, changes.seed);
  print(explain(loaded.scenario, loaded.built));
  return ExitCode::ok;
}

ExitCode trace_patient(const std::string& path, const std::vector<std::string>& set,
                       std::optional<std::uint64_t> patients, std::optional<std::uint64_t> seed, std::uint64_t patient,
                       std::uint64_t replicate, bool json) {
  const LoadedScenario loaded = load(path, set, patients, seed);
  try {
    const Trace found = trace(loaded.scenario, loaded.built, patient, replicate);
    if (json)
      print_json(trace_json(loaded.scenario, loaded.built, found), 1);
    else
      print(tell(loaded.scenario, loaded.built, found));
    if (!found.failure.empty()) return ExitCode::patients_failed;
  } catch (const std::out_of_range& error) {
    say("vtrial: there is no {}\n", error.what());
    return ExitCode::usage;
  }
  return ExitCode::ok;
}

ExitCode list_devices(bool json) {
  const CudaStatus cuda = cuda_status();
  const ChosenDevices chosen = choose_devices(cuda);
  nlohmann::ordered_json devices = nlohmann::ordered_json::array();
  std::string text;
  for (const CudaDevice& device : cuda.devices) {
    text += fmt::format("cuda {:<3} {}\n", device.index, describe(device));
    devices.push_back({{"index", device.index},
                       {"name", device.name},
                       {"uuid", device.uuid},
                       {"compute_capability", fmt::format("{}.{}", device.major, device.minor)},
                       {"memory_bytes", device.memory},
                       {"free_memory_bytes", device.free_memory},
                       {"usable", device.is_usable},
                       {"reason", device.reason}});
  }
  if (cuda.devices.empty()) text = fmt::format("cuda     not usable: {}\n", cuda.reason);
  nlohmann::ordered_json list = json_object("devices", {{"cuda",
                                                         {{"usable", !chosen.devices.empty()},
                                                          {"device", names_of(chosen.devices)},
                                                          {"reason", chosen.why_none},
                                                          {"devices", devices}}},
                                                        {"cores", usable_cores()}});
  text += fmt::format("cpu      {} threads\n", usable_cores());
  for (const CpuBuild& build : cpu_builds()) {
    text += fmt::format("cpu {:4} {}\n", build.name, build.runs_here ? "runs here" : "not on this processor");
    list["cpu"][build.name] = build.runs_here;
  }
  if (json)
    print_json(list);
  else
    print(text);
  return ExitCode::ok;
}

}  // namespace vt
