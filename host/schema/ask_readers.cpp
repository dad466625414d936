#include "host/qualification/qualification.hpp"
#include "host/scenario/read_scenario.hpp"
#include "host/scenario/tallies/read_targets.hpp"
#include "host/schema/schema.hpp"
#include "host/study/study_spec.hpp"

namespace vt {

/// Mistakes are not looked at: samples are full of them.
void ask_readers(SchemaOf what, Shapes& shapes) {
  const FileText no_files = [](const std::string& path, const Position& asked_at, Problems& problems) {
    problems.add(asked_at, path + " is not read");
    return std::optional<std::string>();
  };
  for (const std::string& text : samples_of(what)) {
    Problems problems;
    problems.write_down(shapes);
    if (what == SchemaOf::scenario || what == SchemaOf::study) {
      std::optional<Node> tree = read_toml(text, "a sample", problems);
      if (!tree) throw std::logic_error("a sample of the schema is no TOML: " + to_string(problems.sorted()[0]));
      const MergedScenario merged{"a sample", {}, {}, std::move(*tree)};
      if (what == SchemaOf::study)
        (void)read_study(merged, no_files, problems);
      else
        (void)read_merged(merged, no_files, problems);
      continue;
    }
    const FileText sample = [&](const std::string&, const Position&, Problems&) { return std::optional(text); };
    if (what == SchemaOf::targets)
      (void)read_targets("a sample", problems, sample);
    else
      (void)read_qualification("a sample", problems, sample);
  }
  if (what == SchemaOf::scenario) ask_readers(SchemaOf::study, shapes);
}

}  // namespace vt
