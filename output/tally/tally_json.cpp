#include "output/tally/tally_json.hpp"

#include <functional>
#include <utility>

#include "output/statistics/over_replicates.hpp"
#include "output/statistics/quantile_groups.hpp"
#include "output/tally/kinds.hpp"
#include "output/text.hpp"

namespace vt {
namespace {

Json json_list(const std::vector<double>& values) { return numbers(values); }
Json json_list(const std::vector<std::int64_t>& values) { return values; }
Json json_list(const std::vector<std::string>& values) { return texts(values); }

Json axis_json(const ResultAxis& axis) {
  Json json = {{"name", valid_utf8(axis.name)},
               {"kind", entry_of(axis.kind).name},
               {"title", valid_utf8(axis.title)},
               {"unit", valid_utf8(axis.unit)},
               {"labels", texts(axis.labels)}};
  if (!axis.values.empty()) json["values"] = numbers(coordinate(axis));
  if (axis.kind == ResultAxisKind::quantiles) {
    const QuantileGroups groups = groups_of(axis);
    json["low"] = numbers(groups.low);
    json["high"] = numbers(groups.high);
    json["patients"] = axis.group_patients;
    json["share"] = numbers(groups.share);
  }
  return json;
}

/// Row by row: [cells, last axes] as a list for each cell, of lists for each entry of the last axes.
template <class T>
Json by_cell(const std::vector<T>& values, const LastAxes& axes, const ResultTally& tally) {
  std::vector<Json> level;
  level.reserve(values.size());
  const Json flat = json_list(values);
  for (const Json& value : flat) level.push_back(value);
  for (std::size_t a = axes.size(); a-- > 0;) {
    if (axes[a] == nullptr) continue;
    const std::size_t each = axes[a]->size(tally);
    std::vector<Json> outer;
    for (std::size_t first = 0; first < level.size(); first += each) {
      Json list = Json::array();
      for (std::size_t i = first; i < first + each; ++i) list.push_back(std::move(level[i]));
      outer.push_back(std::move(list));
    }
    level = std::move(outer);
  }
  Json cells = Json::array();
  for (Json& cell : level) cells.push_back(std::move(cell));
  return cells;
}

/// Puts the datasets of a tally into its object, under their names in the results file.
class TallyObject {
 public:
  TallyObject(const ResultTally& tally, Json& json) : tally_(tally), json_(json) {}

  void add(const LastAxis* axis) {
    if (axis->layout == Layout::file_alone || axis->size(tally_) == 0) return;
    json_[axis->name] =
        std::visit([&](auto entries) { return json_list(std::invoke(entries, tally_)); }, axis->entries);
  }
  void add(const AlongAxis& along) {
    if (along.axis->layout != Layout::file_alone) json_[along.name] = numbers(along.numbers(tally_));
  }
  void add(const CountTable& table) {
    if (!is_in_file_alone(table.axes) && per_cell(table.axes, tally_) > 0)
      json_[table.name] = by_cell(tally_.*table.member, table.axes, tally_);
  }
  void add(const DerivedTables& derived) {
    const std::vector<std::vector<double>> tables = numbers_of(derived, tally_);
    for (std::size_t i = 0; i < tables.size(); ++i)
      json_[derived.tables[i].name] = by_cell(tables[i], derived.axes, tally_);
  }

 private:
  const ResultTally& tally_;
  Json& json_;
};

/// What is told of the spread over replicates.
const std::pair<const char*, Statistic> kOverReplicates[] = {
    {"p2.5", {Statistic::Kind::quantile, 0.025}},
    {"median", {Statistic::Kind::quantile, 0.5}},
    {"p97.5", {Statistic::Kind::quantile, 0.975}},
    {"mean", {Statistic::Kind::mean}},
    {"sd", {Statistic::Kind::sd}},
};

Json over_replicates_json(const ResultTally& tally) {
  Json over = {{"replicates", axis_sizes(tally)[*replicate_axis(tally)]}, {"statistics", Json::array()}};
  for (const Statistic& statistic : headline_statistics(tally)) {
    Json one = {{"statistic", valid_utf8(describe(statistic))}};
    for (const OverReplicates& row : over_replicates(tally, statistic)) {
      for (const auto& [name, of] : kOverReplicates)
        one[name].push_back(number_or_null(of_sample(row.values, of).value));
      one["replicates"].push_back(of_sample(row.values, {Statistic::Kind::mean}).n);
      one["values"].push_back(numbers(row.values));
    }
    over["statistics"].push_back(std::move(one));
  }
  return over;
}

}  // namespace

Json tally_json(const ResultTally& tally, const std::string& reason) {
  if (replicate_axis(tally)) {
    Json json = tally_json(without_replicates(tally), reason);
    if (reason.empty()) json["over_replicates"] = over_replicates_json(tally);
    return json;
  }
  Json json = {{"name", valid_utf8(tally.name)},     {"title", valid_utf8(tally.title)},
               {"score", valid_utf8(tally.score)},   {"visit", valid_utf8(tally.visit)},
               {"unit", valid_utf8(tally.unit)},     {"kind", to_string(tally.kind)},
               {"estimand", name_of(tally.estimand)}};
  if (tally.is_of_lives) json["lives"] = true;
  if (!tally.among.empty()) json["among"] = valid_utf8(tally.among);
  if (!tally.from.empty()) json["from"] = valid_utf8(tally.from);
  if (tally.pair.size() == 2) json["pair"] = texts(tally.pair);
  json["axes"] = Json::array();
  for (const ResultAxis& axis : tally.axes) json["axes"].push_back(axis_json(axis));
  TallyObject object(tally, json);
  for (const CountTable& table : kCommonTables) object.add(table);
  if (!reason.empty()) {
    json["withheld"] = reason;
    return json;
  }
  for (const TallyDataset& dataset : tally.kind->datasets)
    std::visit([&](const auto& one) { object.add(one); }, dataset);
  return json;
}

}  // namespace vt
