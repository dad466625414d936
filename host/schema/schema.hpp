#pragma once
/// \file The JSON Schema of scenarios, for editors. It is made of what the readers ask for
/// (host/scenario/toml/shapes.hpp) while they read samples that lead them to every key, and of what
/// scenarios/reference.md says of the keys.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/scenario/toml/shapes.hpp"
#include "output/json.hpp"

namespace vt {

/// What a schema is of: trials and studies, studies alone, qualifications, files of targets.
enum class SchemaOf { scenario, study, qualification, targets };
struct SchemaName {
  SchemaOf what;
  std::string_view name;
};
inline constexpr SchemaName kSchemas[] = {
    {SchemaOf::scenario, "scenario"},
    {SchemaOf::study, "study"},
    {SchemaOf::qualification, "qualification"},
    {SchemaOf::targets, "targets"},
};

/// Texts that lead the readers to every key: a table of each kind with each of its models, actions, distributions …
/// They are no scenarios that could run.
std::vector<std::string> samples_of(SchemaOf what);

/// What the readers of such files ask for.
void ask_readers(SchemaOf what, Shapes& shapes);

/// What scenarios/reference.md says of a key, without marks.
struct KeyWords {
  std::string meaning;
  std::string fallback;  ///< where it is not given; "": nothing is said
};
/// By table and key: "trial.patients", "arm.share", "regimen.dose".
std::map<std::string, KeyWords, std::less<>> words_of_reference(std::string_view page);

/// Draft 7, and valid as draft 4 all the same, which some editors read. \param page  scenarios/reference.md
Json schema_of(SchemaOf what, std::string_view page);

/// Keys without a form, or without words: there must be none.
struct SchemaGaps {
  std::vector<std::string> formless, wordless;
};
SchemaGaps gaps_of_schema(SchemaOf what, std::string_view page);

}  // namespace vt
