#include "host/cli/run_limits.hpp"

#include <fmt/format.h>

#include "host/campaign/workers/machine.hpp"
#include "host/explain/on_gpus.hpp"
#include "kernels/random/draws.hpp"
#include "kernels/record.hpp"

namespace vt {

namespace {

/// Ids of patients are below 2^32 within a replicate.
void check_first(std::uint64_t first, std::uint64_t patients, const std::string& scenario) {
  if (first <= kNextReplicate - patients) return;
  throw UsageError(fmt::format(
      "--first {} is too large for {} patients ({} has patients 0 to {} in each replicate, and what follows are "
      "others' numbers); write {} at most",
      first, patients, scenario, kNextReplicate - 1, kNextReplicate - patients));
}

/// Rows that are kept until they are written.
void check_memory(bool keeps_rows, const BuiltPlan& built, const std::string& scenario) {
  const Plan& plan = built.buffer.plan();
  const std::uint64_t rows = keeps_rows ? plan.patients * plan.replicates * sizeof(Record) : 0;
  const std::uint64_t needed = 2 * (rows + built.recorded_bytes());  // in the results once more
  const std::uint64_t there = usable_memory();
  if (needed <= there) return;
  throw UsageError(fmt::format(
      "{}: rows of single patients take {} of memory (they are held until they are written; there are {}); {}",
      scenario, size_words(needed), size_words(there),
      2 * rows > there ? "leave --records out, or run fewer patients at a time with --patients and --first"
                       : "record fewer patients, or fewer values of them ([record])"));
}

}  // namespace

void check_limits(const RunCommand& command, const std::string& scenario, const BuiltPlan& built) {
  check_first(command.first, built.buffer.plan().patients, scenario);
  check_memory(!command.records.empty(), built, scenario);
}

}  // namespace vt
