#include "output/json.hpp"

#include <cmath>

#include "output/text.hpp"

namespace vt {

Json number_or_null(double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); }

Json texts(const std::vector<std::string>& values) {
  Json list = Json::array();
  for (const std::string& value : values) list.push_back(valid_utf8(value));
  return list;
}

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(number_or_null(value));
  return list;
}

Json json_object(std::string_view kind, const Json& members) {
  Json json = {{"schema", kJsonSchema}, {"schema_version", kJsonVersion}, {"kind", kind}};
  json.update(members);
  return json;
}

Json provenance_json(const Provenance& p, const std::string& scenario_path) {
  return {{"scenario", valid_utf8(scenario_path)},
          {"software_version", p.software_version},
          {"git_commit", p.git_commit},
          {"compiler", valid_utf8(p.compiler)},
          {"build_flags", valid_utf8(p.build_flags)},
          {"host", valid_utf8(p.host)},
          {"backend", p.backend},
          {"isa", p.isa},
          {"device_name", valid_utf8(p.device_name)},
          {"command_line", valid_utf8(p.command_line)},
          {"started_utc", p.started_utc},
          {"finished_utc", p.finished_utc},
          {"threads", p.threads},
          {"ranks", p.ranks},
          {"simulate_seconds", number_or_null(p.simulate_seconds)},
          {"wall_seconds", number_or_null(p.wall_seconds)}};
}

}  // namespace vt
