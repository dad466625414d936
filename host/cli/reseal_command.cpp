#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/cli/commands.hpp"
#include "host/cli/destinations.hpp"
#include "host/cli/run_support.hpp"
#include "host/cli/streams.hpp"
#include "output/reseal.hpp"
#include "vtrial_version.hpp"

namespace vt {

ExitCode reseal_file(const std::string& results, const std::string& output, bool json) {
  const SealReport report = examine_seal(results);
  const bool is_written = !output.empty() && report.is_as_written();
  if (!output.empty() && report.flaw.empty())
    throw UsageError(fmt::format("{} needs no new seal: the one that it has is whole; copy the file", results));
  if (is_written) {
    check_destinations({{Destination::Kind::results, output, 0}}, {results});
    write_resealed(results, output, report, fmt::format("vtrial {}, {}", VTRIAL_VERSION, utc_now()));
  }
  if (json) {
    nlohmann::ordered_json found = seal_json(report);
    if (is_written) found["written"] = output;
    print_json(found, 1);
  } else {
    print(print_seal(report, results));
    if (is_written) print("{}\n", output);
  }
  if (!output.empty() && !is_written)
    say("vtrial: {} was not written: only what is as it was written gets a seal; run the scenario again\n", output);
  return report.is_as_written() ? ExitCode::ok : ExitCode::comparison_failed;
}

}  // namespace vt
