#include "host/scenario/toml/merge.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "host/scenario/tallies/kinds.hpp"
#include "host/scenario/toml/table_reader.hpp"

namespace vt {
namespace {

/// Is this entry of a model table a number or formula with a source?
bool is_sourced_entry(const Entry& entry) { return !is_choice_key(entry.key) && !is_origin_key(entry.key); }

void push_into_entries(Node& section) {
  const Node* source = section.find("source");
  const Node* basis = section.find("basis");
  const Node* to = section.find("to");
  std::vector<Entry> given;  // what the entries get
  for (const auto& [key, node] : {std::pair("source", source), std::pair("basis", basis), std::pair("to", to)})
    if (node != nullptr) given.push_back({key, node->where, *node});
  for (const char* key : {"source", "basis", "to"}) section.erase(key);
  if (given.empty()) return;
  for (Entry& entry : section.entries) {
    if (!is_sourced_entry(entry)) continue;
    if (!entry.value.is_table()) {
      Node wrapped = make_table(entry.value.where);
      wrapped.set("value", std::move(entry.value), wrapped.where);
      entry.value = std::move(wrapped);
    }
    const bool has_own_basis = entry.value.find("basis") != nullptr;
    for (const Entry& origin : given)
      if (entry.value.find(origin.key) == nullptr && !(origin.key == "to" && has_own_basis))
        entry.value.set(origin.key, origin.value, origin.key_where);
  }
}

/// What lies in a table where every number has a source loses that source when the number is replaced.
enum class Content { design, model };

/// Keys that name a table, tell its source, or belong to the trial's design: who takes an interacting drug, and when.
bool says_nothing_new(std::string_view key, std::string_view list) {
  if (is_origin_key(key) || key == "names" || key == naming_key(list)) return true;
  static constexpr std::string_view of_use[] = {"fraction", "taken_when", "start", "stop", "course", "every"};
  return list == "interaction" && std::find(std::begin(of_use), std::end(of_use), key) != std::end(of_use);
}

void forget_replaced(Node& base, const Node& over, std::string_view list) {
  bool changes_something = false;
  for (const Entry& entry : over.entries) changes_something = changes_something || !says_nothing_new(entry.key, list);
  if (!changes_something) return;
  base.where = over.where;  // whoever changes a number has to say where the new one is from
  for (const char* key : {"source", "basis", "to"}) base.erase(key);
  if (over.find("value") == nullptr && over.find("formula") == nullptr) return;
  for (const char* key : {"value", "formula", "unit"}) base.erase(key);
}

/// Naming one of `keys` says the same in another way than `others`, in tables of this list or section; "" = anywhere.
struct OtherForm {
  std::string_view list;
  std::vector<std::string_view> keys, others;
};
const std::vector<OtherForm>& other_forms() {
  static const std::vector<OtherForm> list = {
      {"", {"schedule"}, {"dose", "every", "on", "off"}},
      {"", {"dose", "every"}, {"schedule"}},
      {"", {"value"}, {"formula", "unit"}},
      {"", {"formula"}, {"value", "once_daily", "twice_daily", "three_times_daily"}},
      {"", {"once_daily", "twice_daily", "three_times_daily"}, {"formula", "unit"}},
      {"", {"severe"}, {"grades"}},
      {"", {"grades"}, {"severe"}},
      {"event", {"hazard"}, {"when", "at", "confirm", "dated"}},
      {"event", {"when"}, {"hazard", "per", "recurrence", "recovery", "easing", "worsening"}},
      {"event", {"duration"}, {"recovery"}},
      {"event", {"recovery"}, {"duration"}},
      {"", {"probability", "mean_delay"}, {"hazard"}},
      {"", {"hazard"}, {"probability", "mean_delay"}},
      {"event", {"at"}, {"every"}},
      {"event", {"every"}, {"at"}},
      {"rule", {"taken"}, {"miss_odds"}},
      {"rule", {"miss_odds"}, {"taken"}},
      {"rule", {"resume"}, {"steps"}},
      {"random_effect", {"sd"}, {"cv", "cv_is", "covariance"}},
      {"random_effect", {"cv"}, {"sd", "covariance"}},
      {"random_effect", {"covariance"}, {"sd", "cv", "cv_is", "correlation"}},
      {"tally", {"event"}, {"first", "at"}},
      {"tally", {"first"}, {"event"}},
  };
  return list;
}

void merge_table(Node& base, Node over, Content content, Problems& problems, std::string_view list = "");

void merge_value(Node& base, Node over, Content content, Problems& problems) {
  if (!base.is_table() || !over.is_table()) {
    base = std::move(over);
    return;
  }
  if (content == Content::model) forget_replaced(base, over, "");
  merge_table(base, std::move(over), Content::design, problems);
}

void merge_table(Node& base, Node over, Content content, Problems& problems, std::string_view list) {
  for (const Entry& entry : over.entries) forget_other_forms(base, list, entry.key, entry.value);
  for (Entry& entry : over.entries) {
    Node* mine = base.find(entry.key);
    if (mine == nullptr)
      base.set(entry.key, std::move(entry.value), entry.key_where);
    else
      merge_value(*mine, std::move(entry.value), content, problems);
  }
}

bool wants_removal(Node& element) {
  const Node* remove = element.find("remove");
  const bool is_true = remove != nullptr && remove->kind == Node::Kind::boolean && remove->boolean;
  if (remove != nullptr && remove->kind == Node::Kind::boolean) element.erase("remove");
  return is_true;
}

std::vector<std::string> names_in(const std::map<std::string, std::size_t>& place) {
  std::vector<std::string> names;
  names.reserve(place.size());
  for (const auto& [name, index] : place) names.push_back(name);
  return names;
}

/// A covariate with another distribution keeps nothing of the old one.
bool has_another_distribution(const Node& element, const Node& inherited) {
  const Node* mine = inherited.find("distribution");
  const Node* other = element.find("distribution");
  return mine != nullptr && other != nullptr && mine->text != other->text;
}

void merge_named_list(Node& base, Node over, std::string_view list, Problems& problems) {
  std::map<std::string, std::size_t> place;  // in base, by name
  for (std::size_t i = 0; i < base.items.size(); ++i) place.emplace(name_of(list, base.items[i]), i);
  std::map<std::string, Position> own;  // names within this file
  std::vector<bool> is_removed(base.items.size(), false);
  for (Node& element : over.items) {
    const std::string name = name_of(list, element);
    const Position where = element.where;
    if (!name.empty() && !own.emplace(name, where).second)
      problems.add(where,
                   fmt::format("{} '{}' stands twice in this file (first in line {})", list, name, own[name].line));
    const auto inherited = name.empty() ? place.end() : place.find(name);
    if (wants_removal(element)) {
      if (inherited == place.end() || inherited->second >= is_removed.size())
        problems.add(where, fmt::format("{} '{}' cannot be removed (no base has it){}", list, name,
                                        suggest(name, names_in(place))));
      else
        is_removed[inherited->second] = true;
      continue;
    }
    if (inherited == place.end()) {
      if (!name.empty()) place.emplace(name, base.items.size());
      base.items.push_back(std::move(element));
      continue;
    }
    Node& mine = base.items[inherited->second];
    if (list == "covariate" && has_another_distribution(element, mine)) {
      mine = std::move(element);
      continue;
    }
    if (needs_origin(list)) forget_replaced(mine, element, list);
    merge_table(mine, std::move(element), Content::design, problems, list);
  }
  std::vector<Node> kept;
  for (std::size_t i = 0; i < base.items.size(); ++i)
    if (i >= is_removed.size() || !is_removed[i]) kept.push_back(std::move(base.items[i]));
  base.items = std::move(kept);
}

/// A file that names the model of a table describes it whole: nothing of another model is left in it.
bool describes_a_model(const Node& table) { return table.is_table() && table.find("model") != nullptr; }

void merge_section(Node& base, Node over, const std::string& name, Problems& problems) {
  if (describes_a_model(over)) {
    base = std::move(over);
    return;
  }
  constexpr std::pair<std::string_view, const char*> replaced_whole[] = {
      {"population", "table"}, {"population", "dose_records"}, {"population", "correlation"}, {"study", "correlation"}};
  for (const auto& [section, whole] : replaced_whole)
    if (name == section && base.is_table() && over.is_table() && over.find(whole) != nullptr) base.erase(whole);
  const bool is_model_table = name == "adherence";
  if (has_entries_with_origin(name) && base.is_table() && over.is_table()) {
    merge_table(base, std::move(over), Content::model, problems, name);
  } else if (is_model_table && base.is_table() && over.is_table()) {
    forget_replaced(base, over, "");
    merge_table(base, std::move(over), Content::design, problems);
  } else {
    merge_value(base, std::move(over), Content::design, problems);
  }
}

/// Keys of a drug's input that no absorption model has beside `key`.
void forget_other_inputs(Node& pk, std::string_view key) {
  const auto named = std::ranges::find(kAbsorptionKeys, key, &KeyOfModels::key);
  if (named == std::end(kAbsorptionKeys)) return;
  for (const KeyOfModels& other : kAbsorptionKeys)
    if ((other.models & named->models) == 0) pk.erase(other.key);
}

/// What no kind of tally has that counts this, and a `kind` that does not.
void forget_other_kinds(Node& tally, std::string_view key) {
  static constexpr std::string_view counted[] = {"score", "event", "first"};
  if (std::ranges::find(counted, key) == std::end(counted)) return;
  const Node* kind = tally.find("kind");
  if (kind != nullptr && !any_takes(kind->text, key)) tally.erase("kind");
  for (const TallyKindEntry& other : kTallyKinds)
    for (const std::string_view theirs : other.keys)
      if (std::ranges::none_of(kTallyKinds, [&](const auto& one) { return one.takes(key) && one.takes(theirs); }))
        tally.erase(theirs);
}

}  // namespace

void forget_other_forms(Node& table, std::string_view list, std::string_view key, const Node& value) {
  for (const OtherForm& form : other_forms())
    if ((form.list.empty() || form.list == list) && std::ranges::find(form.keys, key) != form.keys.end())
      for (const std::string_view other : form.others) table.erase(other);
  if (list == "pk") forget_other_inputs(table, key);
  if (list == "tally") forget_other_kinds(table, key);
  const Node* action = list == "rule" && key == "do" ? table.find("do") : nullptr;
  if (action == nullptr || action->text == value.text) return;
  for (const ActionKey& old : kActionKeys) table.erase(old.key);
}

void push_origins_down(Node& tree) {
  for (Entry& entry : tree.entries) {
    if (!entry.value.is_table()) continue;
    if (has_entries_with_origin(entry.key)) push_into_entries(entry.value);
    if (entry.key != "blood_counts") continue;
    for (Entry& line : entry.value.entries)
      if (line.value.is_table()) push_into_entries(line.value);
  }
}

void merge_tree(Node& base, Node over, Problems& problems) {
  for (Entry& entry : over.entries) {
    Node* mine = base.find(entry.key);
    const bool is_named_list = !naming_key(entry.key).empty() && entry.value.is_list_of_tables();
    if (is_named_list) {
      if (mine == nullptr || !mine->is_list()) {
        Node empty = make_table(entry.value.where);
        empty.kind = Node::Kind::list;
        mine = &base.set(entry.key, std::move(empty), entry.key_where);
      }
      merge_named_list(*mine, std::move(entry.value), entry.key, problems);
    } else if (mine == nullptr) {
      base.set(entry.key, std::move(entry.value), entry.key_where);
    } else if (entry.key == "blood_counts" && mine->is_table() && entry.value.is_table()) {
      for (Entry& line : entry.value.entries) {
        Node* own = mine->find(line.key);
        if (own == nullptr)
          mine->set(line.key, std::move(line.value), line.key_where);
        else if (own->is_table() && line.value.is_table() && !describes_a_model(line.value))
          merge_table(*own, std::move(line.value), Content::model, problems);
        else
          *own = std::move(line.value);
      }
    } else {
      merge_section(*mine, std::move(entry.value), entry.key, problems);
    }
  }
}

}  // namespace vt
