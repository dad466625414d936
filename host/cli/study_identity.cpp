#include "host/cli/study_identity.hpp"

#include <fmt/format.h>

#include <optional>

#include "host/cli/saved_work.hpp"
#include "host/scenario/sections.hpp"
#include "output/files.hpp"
#include "output/sha256.hpp"

namespace vt {

std::vector<std::string> inputs_of(const StudySpec& study) {
  std::vector<std::string> files = study.trial.files;
  files.insert(files.end(), study.files.begin(), study.files.end());
  const auto add_priors = [&](const Node& named) {
    if (named.is_text()) files.push_back(path_beside({named.text, named.where}));
    for (const Node& one : named.items)
      if (one.is_text()) files.push_back(path_beside({one.text, one.where}));
  };
  if (const Node* prediction = study.trial.tree.find("prediction"); prediction != nullptr)
    if (const Node* model = prediction->find("model"); model != nullptr) add_priors(*model);
  for (const FactorSpec& factor : study.factors)
    for (const FactorLevel& level : factor.levels) {
      for (const Node& base : level.bases) files.push_back(base.where.file);
      for (const EntrySetting& setting : level.settings)
        if (setting.key == "prediction.model") add_priors(setting.value);
    }
  return files;
}

std::string identity_of(const LoadedStudy& loaded) {
  Sha256 all;
  all.text(loaded.study.resolved);
  loaded.texts->add_to(all);
  for (const std::string& file : inputs_of(loaded.study)) all.text(read_whole_file(file));
  for (const EndpointSpec& endpoint : loaded.study.endpoints)
    if (!endpoint.targets_file.empty()) all.text(read_whole_file(endpoint.targets_file));
  for (const std::vector<double>& point : loaded.design.points) all.numbers(point);
  Problems problems;
  const std::optional<PointTrial> first =
      TrialMaker(loaded.study, loaded.text_of()).make(loaded.design.points.at(0), false, problems);
  if (!first) throw ScenarioError(problems.sorted());
  const Plan& plan = first->built.buffer.plan();
  return identity_of_program() + fmt::format("scenario {}\nplan {:016x}\nseed {}\npatients {}\npoints {}\n",
                                             all.hex().substr(0, 16), first->built.hash, plan.seed, plan.patients,
                                             loaded.design.points.size());
}

}  // namespace vt
