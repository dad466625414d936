#include "output/qualification/earlier.hpp"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "output/files.hpp"
#include "output/io_error.hpp"

namespace vt {
namespace {

using json = nlohmann::json;

double number_of(const json& row, const char* key, double otherwise) {
  return row.at(key).is_null() ? otherwise : row.at(key).get<double>();
}

EarlierCertificate certificate_of(const json& all, const std::string& path) {
  EarlierCertificate found;
  found.file = path;
  found.name = all.at("name").get<std::string>();
  found.is_passed = all.at("passed").get<bool>();
  found.software = all.at("provenance").at("software_version").get<std::string>();
  found.finished = all.at("provenance").at("finished_utc").get<std::string>();
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  for (const json& row : all.at("rows"))
    found.rows.push_back({row.at("name").get<std::string>(), row.at("verdict").get<std::string>(),
                          number_of(row, "simulated", nan), number_of(row, "low", -inf), number_of(row, "high", inf)});
  return found;
}

}  // namespace

EarlierCertificate read_certificate(const std::string& path) {
  const std::string text = read_whole_file(path);
  try {
    const json all = json::parse(text);
    if (!all.is_object() || all.value("schema", "") != kCertificateSchema)
      throw IoError(path, "is no certificate", "it is not what vtrial qualify writes as NAME.certificate.json");
    const std::string version = all.at("schema_version").get<std::string>();
    if (!version.starts_with(fmt::format("{}.", kCertificateVersion)))
      throw IoError(path, "cannot be read",
                    fmt::format("it is of version {}, this program reads {}.x", version, kCertificateVersion));
    return certificate_of(all, path);
  } catch (const json::exception& flaw) {
    throw IoError(path, "is no certificate", flaw.what());
  }
}

bool is_certificate_file(const std::string& path) {
  const std::string start = fmt::format("{{\n \"schema\": \"{}\",", kCertificateSchema);
  return read_ends(path, start.size()).first == start;
}

}  // namespace vt
