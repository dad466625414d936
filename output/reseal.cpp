#include "output/reseal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "output/files.hpp"
#include "output/hdf5/digests.hpp"
#include "output/hdf5/results_file.hpp"
#include "output/hdf5/schema.hpp"
#include "output/hdf5/sealed.hpp"
#include "output/io_error.hpp"
#include "output/json.hpp"
#include "output/study/study_file.hpp"
#include "output/text.hpp"

namespace vt {

namespace {

using hdf5::Failure;

struct Parts {
  std::string content, flaw;  ///< what stands before the seal, or all; of the seal
};
Parts parts_of(const std::string& bytes, const std::string& path) {
  try {
    return {hdf5::unsealed(bytes, path), ""};
  } catch (const IoError&) {
    const std::size_t size = bytes.size() < schema::kSealSize ? 0 : bytes.size() - schema::kSealSize;
    if (bytes.compare(size, std::string_view(schema::kSeal).size(), schema::kSeal) != 0) return {bytes, "missing"};
    return {bytes.substr(0, size), "of other bytes than those before it"};
  }
}

SealReport examine(const std::string& content) {
  SealReport report;
  const hdf5::Image file(content);
  report.kind = hdf5::read_kind(file);
  report.written_hash = hdf5::text_attribute(file, "content_hash");
  report.history = hdf5::read_resealed(file);
  try {
    report.content_hash = report.kind == "study" ? recomputed_study_hash(file) : recomputed_trial_hash(file);
  } catch (const Failure& failure) {
    report.unreadable = failure.what();
  }
  if (std::optional<hdf5::Differences> found = hdf5::differences(file)) {
    report.changed = std::move(found->changed);
    report.missing = std::move(found->missing);
    report.foreign = std::move(found->foreign);
  } else {
    report.has_digests = false;
  }
  return report;
}

std::string listed(const std::vector<std::string>& names, std::size_t most) {
  std::string text = fmt::format(
      "{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), most)), ", "));
  return names.size() > most ? text + fmt::format(" and {} more", names.size() - most) : text;
}

}  // namespace

bool SealReport::is_as_written() const {
  return (has_digests || flaw.empty()) && changed.empty() && missing.empty() && !content_hash.empty() &&
         content_hash == written_hash;
}

SealReport examine_seal(const std::string& bytes, const std::string& path) {
  const Parts parts = parts_of(bytes, path);
  const hdf5::Quiet quiet;
  try {
    SealReport report = examine(parts.content);
    report.flaw = parts.flaw;
    return report;
  } catch (const Failure& failure) {
    throw IoError(path, "cannot be read as results", failure.what());
  } catch (const std::bad_alloc&) {
    throw IoError(path, "cannot be read as results", "there is not enough memory");
  }
}

SealReport examine_seal(const std::string& path) { return examine_seal(read_whole_file(path), path); }

void write_resealed(const std::string& path, const std::string& to, const SealReport& report, const std::string& by) {
  constexpr std::size_t most_named = 5;
  std::vector<std::string> lines = report.history;
  lines.push_back(fmt::format("{}: the seal was {}; {}", by, report.flaw,
                              report.foreign.empty()
                                  ? "nothing was added"
                                  : "added by another program: " + listed(report.foreign, most_named)));
  const std::string content = parts_of(read_whole_file(path), path).content;
  const hdf5::Quiet quiet;
  try {
    hdf5::MemoryFile file(content);
    hdf5::replace(file, schema::kResealed, fmt::format("{}", fmt::join(lines, "\n")));
    const std::string_view all = file.finish();
    write_whole_file(to, all, hdf5::seal_of(all));
  } catch (const Failure& failure) {
    throw IoError(to, "cannot be written", failure.what());
  }
}

std::string print_seal(const SealReport& report, const std::string& path) {
  std::string out = fmt::format("{}: results of a {}\n", path, report.kind);
  TextTable facts({"", ""});
  facts.row({"seal", report.flaw.empty() ? "whole" : report.flaw});
  facts.row({"content hash", report.content_hash.empty() ? "none: " + report.unreadable
                             : report.content_hash == report.written_hash
                                 ? report.content_hash + ", as written"
                                 : report.content_hash + ", written was " + report.written_hash});
  for (const std::string& line : report.history) facts.row({"resealed", line});
  out += facts.str("  ");
  for (const auto& [word, names] : {std::pair("changed", &report.changed), std::pair("missing", &report.missing),
                                    std::pair("added", &report.foreign)})
    for (const std::string& name : *names) out += fmt::format("  {:<12}  {}\n", word, name);
  if (!report.has_digests && !report.flaw.empty())
    return out + "it has no digests (of a program before schema 3.3): what else was changed cannot be said\n";
  return out + (report.is_as_written() ? "all that vtrial wrote is as it was written\n"
                                       : "its content differs from what was written\n");
}

nlohmann::ordered_json seal_json(const SealReport& report) {
  Json json = json_object("seal");
  json["results"] = report.kind;
  json["seal_flaw"] = report.flaw;
  json["written_hash"] = report.written_hash;
  json["content_hash"] = report.content_hash;
  json["unreadable"] = report.unreadable;
  json["has_digests"] = report.has_digests;
  json["as_written"] = report.is_as_written();
  json["changed"] = texts(report.changed);
  json["missing"] = texts(report.missing);
  json["foreign"] = texts(report.foreign);
  json["resealed"] = texts(report.history);
  return json;
}

}  // namespace vt
