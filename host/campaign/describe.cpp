#include "host/campaign/describe.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "host/campaign/ranks/team.hpp"

namespace vt {

void describe_work(const Engine& engine, const RunOptions& options, int threads, Provenance& provenance) {
  provenance.backend = engine.has_gpu() ? "cuda" : "cpu";
  provenance.isa = engine.has_gpu() ? "" : engine.cpu->name;
  provenance.device_name = engine.backend.device;
  provenance.threads = threads;
  provenance.ranks = options.team != nullptr ? options.team->transport().size() : 1;
}

std::string unsaved_note(const Checkpoint& checkpoint) {
  return fmt::format("what was done could not be saved while the run was at work: {}", checkpoint.flaw());
}

void mark_partial(const std::string& done, double share, std::string& title, std::vector<std::string>& notes) {
  title = fmt::format("PARTIAL, {:.3g} %: {}", 100 * share, title);
  notes.insert(notes.begin(), fmt::format("these are partial results: {} were simulated ({:.3g} %), and everything is "
                                          "of these alone",
                                          done, 100 * share));
}

void check_same_work(const std::string& leading, const std::string& here) {
  if (leading == here) return;
  throw std::runtime_error(fmt::format("it reads another scenario than rank 0: {}; let all ranks read the same files",
                                       difference_of(leading, here)));
}

}  // namespace vt
