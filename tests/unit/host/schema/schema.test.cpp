#include "host/schema/schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "host/embedded.hpp"

namespace vt { namespace {

const std::string_view kPage = embedded_text("reference.md");

/// A key that a reader asks for, and that no sample leads it to read, would be of any type.
TEST(Schema, knows_a_form_of_every_key_that_readers_ask_for) {
  for (const SchemaName& one : kSchemas)
    EXPECT_EQ(fmt::format("{}", fmt::join(gaps_of_schema(one.what, kPage).formless, "\n")), "") << one.name;
}

TEST(Schema, has_words_for_every_key) {
  for (const SchemaName& one : kSchemas)
    EXPECT_EQ(fmt::format("{}", fmt::join(gaps_of_schema(one.what, kPage).wordless, "\n")), "") << one.name;
}

TEST(Schema, misses_words_that_the_page_does_not_have) {
  EXPECT_FALSE(gaps_of_schema(SchemaOf::scenario, "").wordless.empty());
}

/// What a schema refers to, in its place.
Json whole(const Json& schema, Json part) {
  while (part.contains("allOf")) {
    const std::string reference = part["allOf"][0]["$ref"];
    part = schema["definitions"][reference.substr(std::string("#/definitions/").size())];
  }
  return part;
}

TEST(Schema, has_ranges_units_words_and_defaults_of_the_readers) {
  const Json schema = schema_of(SchemaOf::scenario, kPage);
  const Json arm = schema["properties"]["arm"]["items"]["properties"];
  EXPECT_EQ(arm["share"]["minimum"], 1);
  EXPECT_EQ(arm["share"]["default"], 1);
  EXPECT_EQ(arm["share"]["description"], "of the patients, a whole number. Default: 1");
  const Json trial = schema["properties"]["trial"]["properties"];
  EXPECT_EQ(trial["allocation"]["enum"], Json({"randomised", "counterfactual"}));
  EXPECT_NE(whole(schema, arm["discontinuation"])["pattern"].get<std::string>().find("1/"), std::string::npos);
  EXPECT_EQ(schema["additionalProperties"], false);
}

TEST(Shapes, take_elements_of_a_list_and_named_tables_for_one_place) {
  Shapes shapes;
  Shape& place = shapes.at("arm.'400 mg QD'.regimen.schedule[2].dose");
  EXPECT_EQ(&place, &shapes.at("arm.other.regimen.schedule[1].dose"));
  EXPECT_NE(&place, &shapes.at("pk.regimen.schedule[1].dose"));
}

TEST(Words, are_those_of_the_rows) {
  const auto words = words_of_reference(
      "## [trial]\n\n| key | default | is |\n|---|---|---|\n| `seed`, `x` | 1 | of [all](#a) `numbers` |\n\n"
      "| key of `[[arm]]` | is |\n|---|---|\n| `name` | n |\n\n<!-- keys: pk -->\n| key | unit | is "
      "|\n|---|---|---|\n| `a` | h "
      "| w |\n<!-- end -->\n");
  EXPECT_EQ(words.at("trial.x").meaning, "of all numbers");
  EXPECT_EQ(words.at("trial.seed").fallback, "1");
  EXPECT_EQ(words.at("arm.name").meaning, "n");
  EXPECT_EQ(words.at("pk.a").meaning, "w");
}

}}  // namespace vt
