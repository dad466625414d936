#include <fmt/format.h>
#include <fmt/ranges.h>

#include "host/scenario/models/model_tables.hpp"

namespace vt {
namespace {

TrendSpec read_trend(const Field& field) {
  TrendSpec trend;
  if (!field.node->is_table()) {
    field.complain(fmt::format("is {} (a trend is expected); write {{ change = 0.3, time_constant = \"7 day\" }}",
                               words_for(field.node->kind)));
    return trend;
  }
  TableReader reader(*field.node, field.path, *field.problems);
  trend.is_set = true;
  const std::string_view why = "a trend is x·(1 + change·exp(−t/time_constant))";
  if (const auto change = read_number(reader.need("change", why), "", {-1, 1e3, true})) trend.change = *change;
  if (const auto constant = read_number(reader.need("time_constant", why), "day", {0, 1e6, true}))
    trend.time_constant_day = *constant;
  (void)read_origin(reader, false);
  reader.finish();
  return trend;
}

/// { factor, from }: a number that changes on one day; becomes the entries KEY.factor and KEY.day.
void read_step(const Field& field, const std::string& key, ModelSpec& model) {
  if (!field.node->is_table())
    return field.complain(
        fmt::format("is {} (a change on one day is expected); write {{ factor = 0.5, from = \"day 30\" }}",
                    words_for(field.node->kind)));
  TableReader reader(*field.node, field.path, *field.problems);
  const std::string_view why = "from that day on the value is multiplied by the factor";
  const auto factor = read_number(reader.need("factor", why), "", {0, 1e3, true});
  const auto day = read_trial_time(reader.need("from", why));
  const Origin origin = read_origin(reader, false);
  reader.finish();
  if (!factor || !day) return;
  for (const auto& [what, number, unit] :
       {std::tuple("factor", *factor, ""), std::tuple("day", static_cast<double>(*day), "day")}) {
    Expression entry;
    entry.number = number;
    entry.unit = unit;
    entry.text = fmt::format("{}", number);
    entry.where = field.node->where;
    entry.origin = origin;
    model.entries[key + "." + what] = std::move(entry);
  }
}

/// Entries that belong to one kind of model only, and are needed there.
struct Part {
  std::vector<std::string_view> keys;
  std::string what;  ///< in words
  bool is_used;
  bool is_needed = true;
};

void check_parts(TableReader& reader, const std::vector<Part>& parts) {
  for (const Part& part : parts)
    for (const std::string_view key : part.keys) {
      const Field given = reader.get(key);
      if (part.is_used && part.is_needed && !given)
        reader.complain(fmt::format("has no {} ({} needs it)", key, part.what));
      if (!part.is_used && given)
        given.complain(fmt::format("belongs to {} (this model has none); take it away", part.what));
    }
}

/// The keys of a table of kernels/vocabulary, of which `model` has some. `words`: for the names of models with a key.
template <std::size_t N, class Entry, std::size_t M, class Model>
void check_keys(TableReader& reader, const KeyOfModels (&keys)[N], const Entry (&models)[M], Model model,
                fmt::format_string<std::string> words) {
  for (const KeyOfModels& key : keys)
    check_parts(reader, {{{key.key},
                          fmt::format(words, fmt::format("{}", fmt::join(names_with(models, key.models), " and "))),
                          goes_with(key, model),
                          key.is_needed}});
}

}  // namespace

void read_trends(TableReader& reader, ModelSpec& model, Unsourced& unsourced) {
  for (const char* key : {"clearance_trend", "bioavailability_trend", "volume_trend", "absorption_rate_trend"}) {
    const Field trend = reader.get(key);
    if (!trend) continue;
    model.trends[key] = read_trend(trend);
    note_origin(trend, unsourced);
  }
}

void read_pk(TableReader& root, Scenario& scenario) {
  const Field field = root.get("pk");
  if (!begin_model(field, scenario.pk)) return;
  TableReader reader(*field.node, field.path, root.problems());
  const std::vector<std::string> models = names_of(kDispositionModels), inputs = names_of(kAbsorptionModels);
  const Field model = reader.need("model", fmt::format("the structural model: {}", fmt::join(models, " or ")));
  scenario.pk.model = read_choice(model, models);
  const bool is_known = find_named(kDispositionModels, scenario.pk.model) != nullptr;
  if (model && !is_known && root.problems().shapes() == nullptr) return;  // which keys it takes is not known
  const AbsorptionEntry* absorption = find_named(
      kAbsorptionModels,
      read_choice(reader.need("absorption", fmt::format("how a dose enters: {}", fmt::join(inputs, " or "))), inputs));
  Unsourced unsourced;
  read_keys(reader, "pk", scenario.pk, unsourced);

  const auto has = [&](const char* key) { return bool(reader.get(key)); };
  const bool binds = has("binding_capacity") || has("binding_constant");
  const bool metabolite = has("metabolite_clearance") || has("metabolite_volume");
  const bool spreads = has("metabolite_intercompartmental_clearance") || has("metabolite_peripheral_volume");
  const bool extracts = has("gut_extraction") || has("gut_metabolite");
  if (absorption != nullptr) {
    scenario.pk.absorption = absorption->model;
    check_keys(reader, kAbsorptionKeys, kAbsorptionModels, absorption->model, "{} absorption");
  }
  if (const DispositionEntry* disposition = find_named(kDispositionModels, scenario.pk.model))
    check_keys(reader, kDispositionKeys, kDispositionModels, disposition->model, "the model {}");
  check_parts(reader, {{{"metabolite_clearance", "metabolite_volume"}, "a metabolite", metabolite},
                       {{"metabolite_clearance_step"}, "a metabolite", metabolite, false},
                       {{"metabolite_intercompartmental_clearance", "metabolite_peripheral_volume"},
                        metabolite ? "a metabolite in two compartments" : "a metabolite",
                        metabolite && spreads},
                       {{"gut_extraction", "gut_metabolite"},
                        metabolite ? "a metabolite that the gut wall forms" : "a metabolite",
                        metabolite && extracts},
                       {{"binding_capacity", "binding_constant"}, "binding to a plasma protein", binds}});
  const std::string driver = read_choice(reader.get("response_driver"), {"total", "free"});
  scenario.pk.free_drug_acts = driver == "free";
  check_parts(reader, {{{"reference_free_concentration"}, "response_driver = \"free\"", scenario.pk.free_drug_acts}});
  if (scenario.pk.free_drug_acts && !binds)
    reader.complain("has response_driver = \"free\" (free drug needs binding_capacity and binding_constant); add them");

  read_trends(reader, scenario.pk, unsourced);
  for (const char* key : {"clearance_step", "volume_step", "metabolite_clearance_step"}) {
    const Field step = reader.get(key);
    if (!step) continue;
    read_step(step, key, scenario.pk);
    note_origin(step, unsourced);
  }
  report(unsourced, root.problems());
  reader.finish();
}

}  // namespace vt
