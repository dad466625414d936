// A results file with changes, and a seal that fits them: the first byte chooses the file, then come changes, each an
// offset (four bytes, little end first, of the file's size the remainder), a number of bytes from 1 to 8, and these.
// It is read, or refused with a reason; what was changed is told.
#include <cstring>

#include "host/scenario/read_scenario.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/hdf5/schema.hpp"
#include "output/io_error.hpp"
#include "output/json.hpp"
#include "output/print.hpp"
#include "output/reseal.hpp"
#include "output/sha256.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/small_run.hpp"

namespace {

using namespace vt;

/// What stands before the seal.
std::string content_of(const std::string& scenario, const std::vector<std::string>& set) {
  Problems problems;
  const std::string path = VTRIAL_SOURCE_DIR "/scenarios/" + scenario;
  const std::optional<Scenario> read = read_scenario(path, parse_overrides(set, problems), problems);
  std::optional<BuiltPlan> built;
  if (read && problems.empty()) built = build_plan(*read, problems);
  fuzz::require(built.has_value(), "a shipped scenario makes a plan", scenario);
  constexpr std::uint64_t any = ~std::uint64_t{0};
  std::string bytes = results_file_bytes(fuzz::small_run(std::move(*built), any, any).value());
  bytes.resize(bytes.size() - schema::kSealSize);
  return bytes;
}

std::string damaged(const std::uint8_t* data, std::size_t size) {
  static const std::string contents[] = {
      content_of("pharmacokinetic_checks.toml", {"trial.patients=8"}),
      content_of("tops_outcomes.toml", {"trial.patients=16"}),
      content_of("everything.toml", {"trial.patients=16"}),
  };
  std::string bytes = contents[data[0] % std::size(contents)];
  for (std::size_t at = 1; at + 5 < size;) {
    std::uint32_t offset = 0;
    std::memcpy(&offset, data + at, sizeof offset);
    const std::size_t length = std::min<std::size_t>(1 + data[at + 4] % 8, size - at - 5);
    for (std::size_t i = 0; i < length; ++i) bytes[(offset + i) % bytes.size()] = static_cast<char>(data[at + 5 + i]);
    at += 5 + length;
  }
  return bytes + schema::kSeal + sha256_hex(bytes) + "\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::optional<Results> results;
  const std::string bytes = damaged(data, size);
  try {
    (void)seal_json(examine_seal(bytes, "f.h5")).dump(-1, ' ', false, Json::error_handler_t::replace);
  } catch (const IoError& error) {
    fuzz::require(!error.why().empty(), "a refusal has a reason");
  }
  try {
    results = parse_results_file(bytes, "f.h5");
  } catch (const IoError& error) {
    fuzz::require(!error.why().empty(), "a refusal has a reason");
    fuzz::reached(error.why());
    return 0;
  }
  (void)results_json(*results).dump(-1, ' ', false, Json::error_handler_t::replace);
  (void)content_hash(*results);
  return 0;
}
