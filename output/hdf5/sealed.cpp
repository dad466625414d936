#include "output/hdf5/sealed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "output/files.hpp"
#include "output/hdf5/schema.hpp"
#include "output/io_error.hpp"
#include "output/sha256.hpp"

namespace vt::hdf5 {

std::string seal_of(std::string_view content) { return schema::kSeal + sha256_hex(content) + "\n"; }

void Sealed::close() {
  content = file.finish();
  seal = seal_of(content);
}

void write_sealed(const std::string& path, const std::function<void(Sealed&)>& fill) {
  std::optional<Sealed> sealed;
  try {
    fill(sealed.emplace());
  } catch (const Failure& failure) {
    throw IoError(path, "cannot be written", failure.what());
  }
  write_whole_file(path, sealed->content, sealed->seal);
}

std::string unsealed(const std::string& bytes, const std::string& path) {
  const bool is_hdf5 = bytes.rfind("\x89HDF\r\n\x1a\n", 0) == 0;
  const std::size_t size = bytes.size() < schema::kSealSize ? 0 : bytes.size() - schema::kSealSize;
  if (!is_hdf5) throw IoError(path, "is not a results file", "it does not start like an HDF5 file");
  if (bytes.compare(size, std::string(schema::kSeal).size(), schema::kSeal) != 0) {
    throw IoError(path, "is not a whole results file",
                  "the checksum at its end is missing: cut short, changed by another "
                  "program, or never written by vtrial; vtrial info --reseal says what was changed");
  }
  std::string content = bytes.substr(0, size);
  if (sha256_hex(content) != bytes.substr(size + std::string(schema::kSeal).size(), 64)) {
    throw IoError(path, "is damaged",
                  "its bytes do not match the checksum at its end; vtrial info --reseal says what was changed");
  }
  return content;
}

void write_identity(hid_t file, const char* kind, const std::string& title, const std::string& content_hash) {
  put(file, "Conventions", "CF-1.10");
  put(file, "title", title);
  put(file, "software", "vtrial");
  put(file, "schema_name", schema::kName);
  put(file, "schema_version", fmt::format("{}.{}", schema::kMajor, schema::kMinor));
  put(file, "kind", kind);
  put(file, "content_hash", content_hash);
}

std::string read_kind(hid_t file) {
  require(has_attribute(file, "schema_name") && text_attribute(file, "schema_name") == schema::kName,
          "it is no results file of vtrial");
  const std::string version = text_attribute(file, "schema_version");
  require(version.rfind(fmt::format("{}.", schema::kMajor), 0) == 0,
          fmt::format(
              "its schema is version {} (this program reads {}.x: other versions keep sums and times otherwise); run "
              "its scenario, which is its dataset /provenance/scenario, again",
              version, schema::kMajor));
  require(has_attribute(file, schema::kStatus) && text_attribute(file, schema::kStatus) == "complete",
          "it was never completed");
  return text_attribute(file, "kind");
}

std::vector<std::string> read_resealed(hid_t file) {
  std::vector<std::string> lines;
  if (!has_attribute(file, schema::kResealed)) return lines;
  const std::string text = text_attribute(file, schema::kResealed);
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

void read_provenance(hid_t file, Provenance& provenance, std::string& scenario_path, std::string& resolved_scenario,
                     std::vector<std::string>& notes) {
  const Handle group = open_group(file, schema::kProvenance);
  for (const auto& [name, member] : schema::kProvenanceTexts) provenance.*member = text_attribute(group, name);
  scenario_path = text_attribute(group, "scenario_path");
  provenance.threads = static_cast<int>(integer_attribute(group, "threads"));
  provenance.ranks = static_cast<int>(integer_attribute(group, "ranks"));
  provenance.simulate_seconds = number_attribute(group, "simulate_seconds");
  provenance.wall_seconds = number_attribute(group, "wall_seconds");
  const std::vector<std::string> scenario = read_texts(group, "scenario");
  if (scenario.size() == 1) resolved_scenario = scenario[0];
  if (has(group, "note")) notes = read_texts(group, "note");
  for (const std::string& line : read_resealed(file))
    notes.push_back("the file was changed after it was written, and sealed anew by " + line);
}

void write_provenance(hid_t file, const Provenance& provenance, const std::string& scenario_path,
                      const std::string& resolved_scenario, const std::vector<std::string>& notes) {
  const Handle group = create_group(file, schema::kProvenance);
  for (const auto& [name, member] : schema::kProvenanceTexts) put(group, name, provenance.*member);
  put(group, "scenario_path", scenario_path);
  put(group, "threads", std::int64_t{provenance.threads});
  put(group, "ranks", std::int64_t{provenance.ranks});
  put(group, "simulate_seconds", provenance.simulate_seconds);
  put(group, "wall_seconds", provenance.wall_seconds);
  write(group, "scenario", {}, std::vector<std::string>{resolved_scenario});
  if (!notes.empty()) write_scale(group, "note", notes);
}

}  // namespace vt::hdf5
