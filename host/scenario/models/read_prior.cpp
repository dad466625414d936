#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "host/scenario/models/model_tables.hpp"
#include "host/scenario/sections.hpp"
#include "output/sha256.hpp"

namespace vt {

namespace {

/// The files that one name leads to, laid on `tree`.
bool lay_on(Node& tree, const Text& named, const FileText& text_of, PriorSpec& prior, Problems& problems) {
  const FileText noting = [&](const std::string& path, const Position& asked_at, Problems& found) {
    std::optional<std::string> text = text_of(path, asked_at.line > 0 ? asked_at : named.where, found);
    if (text && std::ranges::find(prior.files, path) == prior.files.end()) {
      prior.files.push_back(path);
      prior.sha256.push_back(sha256_hex(*text));
    }
    return text;
  };
  const std::vector<std::string> before = prior.files;
  std::optional<std::vector<SourceFile>> files = load_files(path_beside(named), noting, problems);
  if (!files) return false;
  for (SourceFile& file : *files) {
    if (std::ranges::find(before, file.path) != before.end()) continue;  // it stands where it came first
    push_origins_down(file.tree);
    merge_tree(tree, std::move(file.tree), problems);
  }
  return true;
}

}  // namespace

void read_prior(const FileText& text_of, Scenario& scenario, Problems& problems) {
  PriorSpec& prior = scenario.prior;
  if (!prior.is_set()) return;
  const Position where = prior.named.front().where;
  Node tree = make_table(where);
  for (const Text& named : prior.named)
    if (!lay_on(tree, named, text_of, prior, problems)) return;
  if (tree.find("pk") == nullptr)
    return problems.add(where, fmt::format("prediction.model is '{}' (which has no [pk]); name a file with a model of "
                                           "the concentration, such as those of library/pk",
                                           names_of(prior)));
  Scenario found;
  TableReader root(tree, "", problems);  // what else the files have is of no interest here
  read_population(root, found);
  read_pk(root, found);
  read_assays(root, found);
  prior.pk = std::move(found.pk);
  prior.assays = std::move(found.assays);
  prior.random_effects = std::move(found.random_effects);
  prior.parameters = std::move(found.parameters);
}

std::string names_of(const PriorSpec& prior) {
  std::string names;
  for (const Text& one : prior.named)
    names += (names.empty() ? "" : " + ") + std::filesystem::path(one.value).filename().string();
  return names;
}

PriorSpread spread_of_prior(const Scenario& scenario) {
  const bool is_own = !scenario.prior.is_set();
  const std::vector<RandomEffectSpec>& groups = is_own ? scenario.random_effects : scenario.prior.random_effects;
  const ModelSpec& given = scenario.prediction;
  const std::string_view rate_key = entry_of(scenario.prior_pk().absorption).rate_key;
  const std::string_view other_key = rate_key == "absorption_rate" ? "absorption_duration" : "absorption_rate";
  const bool has_another_input =
      given.entries.contains(std::string(other_key)) || (is_own && given.entries.contains(std::string(rate_key)));
  const std::string_view of_input = has_another_input ? "" : rate_key == "absorption_rate" ? "ka" : "D1";
  PriorSpread spread;
  for (const RandomEffectSpec& group : groups)
    for (std::size_t i = 0; i < group.names.size(); ++i) {
      const std::string& name = group.names[i];
      if (i >= group.covariance.size() || group.covariance[i].size() != group.names.size()) continue;  // a mistake
      const double variance = group.covariance[i][i];
      const auto with_volume = std::ranges::find(group.names, "V");
      if (name == "CL") {
        spread.clearance = variance;
        if (with_volume != group.names.end())
          spread.both = group.covariance[i][static_cast<std::size_t>(with_volume - group.names.begin())];
      } else if (name == "V") {
        spread.volume = variance;
      } else if (name == of_input && group.names.size() == 1) {
        spread.absorption = variance;
      } else {
        spread.at_zero.push_back(name);
      }
    }
  return spread;
}

}  // namespace vt
