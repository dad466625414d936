#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "host/qualification/qualification.hpp"

namespace vt { namespace {

const char* const kWhole = R"(title = "A toy"
required_share = 0.9

[[run]]
name = "first"
scenario = "../trial.toml"
patients = 2_000
set = { "trial.seed" = 7, "trial.duration" = "6 month" }

[[run]]
name = "second"
scenario = "/other.toml"

[[target]]
run = "first"
id = "V1"
name = "response"
tally = "mmr"
where = { arm = "A" }
statistic = "itt"
value = 0.17
within = 0.06
kind = "fitted"
tag = "V"
study_size = 157
source = "s"
miss = "Because."

[[target]]
run = "first"
id = "V2"
name = "change"
tally = "mmr"
where = { arm = "A" }
minus = { run = "second" }
study_size = [100, 50]
statistic = "itt"
low = 0
kind = "predicted"
source = "s"
)";

struct Reading {
  Qualification found;
  std::vector<Problem> problems;
};

Reading read(const std::string& text) {
  const std::string path = testing::TempDir() + "toy.toml";
  std::ofstream(path) << text;
  Problems problems;
  Reading reading{read_qualification(path, problems), {}};
  reading.problems = problems.sorted();
  return reading;
}

std::string with(const std::string& from, const std::string& to) {
  std::string text = kWhole;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string join(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) text += to_string(problem) + "\n";
  return text;
}

TEST(Qualification, is_read_with_its_runs_and_rows) {
  const Reading reading = read(kWhole);
  ASSERT_TRUE(reading.problems.empty()) << join(reading.problems);
  const Qualification& q = reading.found;
  EXPECT_EQ(q.name, "toy");
  EXPECT_EQ(q.title, "A toy");
  EXPECT_EQ(q.required_share, 0.9);
  ASSERT_EQ(q.runs.size(), 2u);
  EXPECT_EQ(q.runs[0].scenario, (std::filesystem::path(testing::TempDir()) / "../trial.toml").lexically_normal());
  EXPECT_EQ(q.runs[0].patients, 2000u);
  ASSERT_EQ(q.runs[0].changes.size(), 2u);
  EXPECT_EQ(q.runs[0].changes[1].key, "trial.duration");
  EXPECT_EQ(q.runs[0].changes[1].value, "\"6 month\"");
  EXPECT_EQ(q.runs[0].changes[1].where.line, 8);
  EXPECT_FALSE(q.runs[1].patients);
  ASSERT_EQ(q.rows.size(), 2u);
  EXPECT_EQ(q.rows[0].id, "V1");
  EXPECT_EQ(q.rows[0].target.run, "first");
  EXPECT_EQ(q.rows[0].target.explanation, "Because.");
  EXPECT_EQ(q.rows[0].study_size, std::vector<std::uint64_t>{157});
  EXPECT_EQ(q.rows[1].target.minus.run, "second");
  EXPECT_EQ(to_string(q.rows[1].target.minus.where), "arm = A");
  EXPECT_EQ(q.rows[1].study_size, (std::vector<std::uint64_t>{100, 50}));
}

TEST(Qualification, takes_the_other_side_from_the_same_run_unless_it_names_another) {
  const Reading reading =
      read(with("minus = { run = \"second\" }", "over = { arm = \"B\" }") +
           "[[target]]\nrun = \"second\"\nid = \"V3\"\nname = \"c\"\ntally = \"mmr\"\nstatistic = \"itt\"\n"
           "low = 0\nkind = \"predicted\"\nsource = \"s\"\n");
  ASSERT_TRUE(reading.problems.empty()) << join(reading.problems);
  EXPECT_EQ(reading.found.rows[1].target.over.run, "first");
}

TEST(Qualification, refuses_what_it_cannot_mean) {
  struct {
    std::string from, to, text;
  } const refusals[] = {
      {"title = \"A toy\"", "", "the qualification has no title"},
      {"required_share = 0.9", "required_share = 0", "required_share"},
      {"required_share = 0.9", "required_share = 90", "required_share"},
      {"required_share = 0.9", "fewest_patients = 0", "fewest_patients"},
      {"required_share = 0.9", "share = 0.9", "unknown key 'share'"},
      {"name = \"second\"", "name = \"first\"", "has the name 'first' of another run"},
      {"name = \"second\"", "name = \"a/b\"", "results are stored under this name"},
      {"scenario = \"/other.toml\"", "", "has no scenario"},
      {"patients = 2_000", "patients = 0", "patients"},
      {"set = { \"trial.seed\" = 7, \"trial.duration\" = \"6 month\" }", "set = 7", "is not a table"},
      {"set = { \"trial.seed\" = 7", "set = { trial = { seed = 7 }", "entries are named by their whole path"},
      {"minus = { run = \"second\" }\nstudy_size = [100, 50]", "", "run 'second' has no row"},
      {"minus = { run = \"second\" }", "minus = { run = \"secnd\" }", "did you mean 'second'"},
      {"run = \"first\"\nid = \"V1\"", "run = \"frist\"\nid = \"V1\"", "did you mean 'first'"},
      {"run = \"first\"\nid = \"V1\"", "id = \"V1\"", "has no run"},
      {"id = \"V1\"", "", "has no id"},
      {"name = \"change\"", "name = \"response\"", "has the name 'response' of another row"},
      {"study_size = 157", "study_size = [157, 200]", "is of several groups"},
      {"study_size = 157", "study_size = 0", "study_size"},
      {"study_size = [100, 50]", "study_size = 100", "is not of two groups"},
      {"miss = \"Because.\"", "miss = \"Because.\"\nexplanation = \"So.\"", "says the same as explanation"},
      {"tag = \"V\"", "tag = \"ML\"\nrequired = true", "is required and has the tag ML"},
      {"kind = \"fitted\"", "kind = \"guessed\"", "kind"},
      {"source = \"s\"", "", "has no source"},
      {"within = 0.06", "", "has no tolerance"},
  };
  for (const auto& refusal : refusals) {
    const Reading reading = read(with(refusal.from, refusal.to));
    EXPECT_NE(join(reading.problems).find(refusal.text), std::string::npos)
        << "expected: " << refusal.text << "\ngot:\n"
        << join(reading.problems);
  }
}

TEST(Qualification, with_soft_rows_alone_certifies_nothing) {
  std::string text = with("tag = \"V\"", "tag = \"ML\"");
  text += "tag = \"A\"\n";
  const Reading reading = read(text);
  ASSERT_EQ(reading.problems.size(), 1u) << join(reading.problems);
  EXPECT_NE(reading.problems[0].text.find("no row counts"), std::string::npos);
}

TEST(Qualification, is_found_by_name_in_the_first_folder_that_has_it) {
  namespace fs = std::filesystem;
  const fs::path place = fs::path(testing::TempDir()) / "found";
  fs::remove_all(place);
  for (const char* folder : {"a", "b", "c"}) fs::create_directories(place / folder / "qualification");
  for (const char* file :
       {"b/qualification/two.toml", "c/qualification/two.toml", "c/qualification/one.toml", "b/qualification/b.txt"})
    std::ofstream(place / file) << "x";
  const std::vector<std::string> folders = {(place / "none").string(), (place / "a").string(), (place / "b").string(),
                                            (place / "c").string()};
  Problems problems;
  EXPECT_EQ(find_qualification("two", folders, problems), (place / "b/qualification/two.toml").string());
  EXPECT_EQ(find_qualification("one", folders, problems), (place / "c/qualification/one.toml").string());
  EXPECT_EQ(find_qualification("./x", folders, problems), "./x");
  EXPECT_EQ(find_qualification("x.toml", folders, problems), "x.toml");
  EXPECT_EQ(all_qualifications(folders, problems),
            std::vector<std::string>{(place / "b/qualification/two.toml").string()});
  EXPECT_TRUE(problems.empty());
  find_qualification("tow", folders, problems);
  EXPECT_NE(join(problems.sorted()).find("did you mean 'two'"), std::string::npos) << join(problems.sorted());
  EXPECT_TRUE(all_qualifications({(place / "a").string()}, problems).empty());
  EXPECT_EQ(problems.size(), 2u);
}

}  // namespace
}  // namespace vt
