#include <fmt/format.h>

#include <algorithm>

#include "output/files.hpp"
#include "output/json.hpp"
#include "output/qualification/certificate.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

Json json_of(const Score& score) { return {{"rows", score.rows}, {"inside", score.inside}}; }

Json json_of(const CertifiedRow& row) {
  const Target& target = row.found.target;
  Json json = {{"id", valid_utf8(row.id)}, {"run", valid_utf8(target.run)}};
  json.update(row_json(row.found));
  json["soft"] = is_soft(target);
  json["near_limit"] = row.is_near_limit;
  json["study_size"] = row.study_size;
  const PredictiveInterval& p = row.predictive;
  json["predictive"] = {
      {"low", number_or_null(p.interval.low)}, {"high", number_or_null(p.interval.high)}, {"law", valid_utf8(p.law)}};
  json["predictive"]["holds_published"] = row.holds_published ? Json(*row.holds_published) : Json(nullptr);
  return json;
}

Json json_of(const CertifiedRun& run) {
  return {{"name", valid_utf8(run.name)},
          {"scenario", valid_utf8(run.scenario)},
          {"changes", texts(run.changes)},
          {"results", valid_utf8(run.results_file)},
          {"seed", run.seed},
          {"patients", run.patients},
          {"replicates", run.replicates},
          {"failed", run.failed},
          {"plan_hash", fmt::format("{:016x}", run.plan_hash)},
          {"content_hash", run.content_hash},
          {"notes", texts(run.notes)}};
}

Json state_json(std::string_view verdict, double simulated, double low, double high) {
  return {{"verdict", valid_utf8(verdict)},
          {"simulated", number_or_null(simulated)},
          {"low", number_or_null(low)},
          {"high", number_or_null(high)}};
}

/// Every row of either certificate, those of this one first.
Json changes_json(const Certificate& certificate) {
  Json list = Json::array();
  const std::vector<EarlierRow>& before = certificate.earlier->rows;
  const auto earlier_json = [](const EarlierRow& row) {
    return state_json(row.verdict, row.simulated, row.low, row.high);
  };
  for (const CertifiedRow& row : certificate.rows) {
    const Target& t = row.found.target;
    const auto was = std::ranges::find(before, t.name, &EarlierRow::name);
    list.push_back({{"name", valid_utf8(t.name)},
                    {"before", was == before.end() ? Json(nullptr) : earlier_json(*was)},
                    {"after", state_json(name_of(row.found.verdict), row.found.simulated.value, t.low, t.high)}});
  }
  for (const EarlierRow& row : before) {
    const bool is_gone = std::ranges::none_of(
        certificate.rows, [&](const CertifiedRow& now) { return now.found.target.name == row.name; });
    if (is_gone) list.push_back({{"name", valid_utf8(row.name)}, {"before", earlier_json(row)}, {"after", nullptr}});
  }
  return list;
}

}  // namespace

Json certificate_json(const Certificate& certificate) {
  const CertificateStanding standing = standing_of(certificate);
  Json json = {{"schema", kCertificateSchema},
               {"schema_version", fmt::format("{}.0", kCertificateVersion)},
               {"name", valid_utf8(certificate.name)},
               {"title", valid_utf8(certificate.title)},
               {"file", valid_utf8(certificate.file)},
               {"passed", standing.is_passed()},
               {"why_not", texts(standing.why_not)},
               {"required_share", certificate.required_share},
               {"share_inside", standing.share},
               {"fitted", json_of(standing.fitted)},
               {"predicted", json_of(standing.predicted)},
               {"soft", json_of(standing.soft)},
               {"fewest_patients", certificate.fewest_patients}};
  json["rows"] = Json::array();
  for (const CertifiedRow& row : certificate.rows) json["rows"].push_back(json_of(row));
  json["runs"] = Json::array();
  for (const CertifiedRun& run : certificate.runs) json["runs"].push_back(json_of(run));
  json["notes"] = texts(certificate.notes);
  json["provenance"] = provenance_json(certificate.provenance, certificate.file);
  json["provenance"].erase("scenario");
  if (certificate.earlier) {
    json["before"] = {{"file", valid_utf8(certificate.earlier->file)},
                      {"passed", certificate.earlier->is_passed},
                      {"software_version", valid_utf8(certificate.earlier->software)},
                      {"finished_utc", valid_utf8(certificate.earlier->finished)}};
    json["changes"] = changes_json(certificate);
  }
  return json;
}

void write_certificate_json(const std::string& path, const Certificate& certificate) {
  write_whole_file(path, certificate_json(certificate).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace vt
