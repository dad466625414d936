// Mistakes in who is counted, times that begin at an event, columns of patients, tests of pairs and replicates.
#include <filesystem>
#include <fstream>

#include "host/scenario/tallies/read_targets.hpp"
#include "tests/unit/host/scenario/refusal.hpp"

namespace vt { namespace {

class TallyMistake : public testing::TestWithParam<Refusal> {};

TEST_P(TallyMistake, IsReportedAtItsPlace) { expect_refused(GetParam()); }

/// Beside the sample's own tally.
Refusal beside(const std::string& text, const std::string& problem) {
  return {"[[tally]]\nname = \"level\"", text + "\n[[tally]]\nname = \"level\"", problem};
}

std::string more(const std::string& text) { return "[[tally]]\nname = \"more\"\n" + text; }

const std::string kEvents =
    "[[event]]\nname = \"ccyr\"\nwhen = \"day > 3\"\nat = [\"trough\"]\n"
    "[[event]]\nname = \"loss\"\nwhen = \"day > 30\"\nat = [\"trough\"]\n";

const Refusal kAmong[] = {
    beside(more("score = \"day > 1\"\nat = \"end\"\namong = «»7"), "is a whole number (text is expected)"),
    beside(more("score = \"day > 1\"\nat = \"end\"\n«»amung = \"male == 1\""), "did you mean 'among'?"),
    beside("[[column]]\nname = \"a\"\nvalue = \"male\"\namong = «»3\n", "is a whole number"),
};

const Refusal kFrom[] = {
    beside(kEvents + more("kind = \"time_to_event\"\nevent = \"loss\"\nfrom = «»\"cyr\""),
           "tally.more.from names the unknown event 'cyr'"),
    beside(kEvents + more("kind = \"time_to_event\"\nevent = \"loss\"\nfrom = «»\"loss\""),
           "is 'loss' (which also ends the time"),
    beside(kEvents + more("kind = \"time_to_event\"\nevent = \"loss\"\ncompeting = [\"ccyr\"]\nfrom = «»\"ccyr\""),
           "is 'ccyr' (which also ends the time"),
    beside(kEvents + more("score = \"day > 1\"\nat = \"end\"\n«»from = \"ccyr\""), "unknown key 'tally.more.from'"),
};

const std::string kColumn = "[[column]]\nname = \"a\"\nvalue = \"male\"\n";

const Refusal kColumns[] = {
    beside("[[column]]\nname = «»\"patient\"\nvalue = \"male\"", "is 'patient' (the results have a dimension"),
    beside("[[column]]\nname = «»\"a/b\"\nvalue = \"male\"", "'a/b'"),
    beside("[[column]]\nname = \"a\"\nvalue = \"male\"\nkeep = «»\"yes\"", "is not true or false"),
    beside(kColumn + "«»[[analysis]]\nname = \"b\"\nkind = \"mcnemar\"\nresponse = \"a\"",
           "compares lives of the same patients, and here every patient has one"),
    beside(kColumn + "[[analysis]]\nname = \"b\"\nkind = «»\"paired t\"\nresponse = \"a\"", "did you mean 'paired-t'?"),
    beside(kColumn + "[[analysis]]\nname = \"b\"\nkind = \"proportions\"\nresponse = \"a\"\namong = «»1",
           "is a whole number"),
};

/// What is wrong with a target that has this line.
std::string wrong_with(const std::string& line) {
  const std::string path = (std::filesystem::temp_directory_path() / "vtrial_refused_target.toml").string();
  std::ofstream(path) << "[[target]]\nname = \"a\"\ntally = \"t\"\nlow = 0\nkind = \"predicted\"\nsource = \"s\"\n" +
                             line;
  Problems problems;
  (void)read_targets(path, problems);
  std::filesystem::remove(path);
  return sample::join(problems.sorted());
}

TEST(TargetMistake, is_reported_where_replicates_are_asked_for) {
  EXPECT_EQ(wrong_with("statistic = \"itt\"\nover_replicates = \"p2.5\"\n"), "");
  EXPECT_NE(wrong_with("statistic = \"itt\"\nover_replicates = \"itt\"\n").find("'itt' is no statistic of numbers"),
            std::string::npos);
  EXPECT_NE(wrong_with("statistic = \"itt\"\nover_replicates = \"quantile=2\"\n").find("'quantile=2' is no statistic"),
            std::string::npos);
  EXPECT_NE(wrong_with("statistic = \"number_needed\"\nover_replicates = \"median\"\n").find("beside number_needed"),
            std::string::npos);
  EXPECT_NE(wrong_with("statistic = \"itt\"\nspread = \"arm\"\nover_replicates = \"sd\"\n").find("one number"),
            std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Among, TallyMistake, testing::ValuesIn(kAmong));
INSTANTIATE_TEST_SUITE_P(Columns, TallyMistake, testing::ValuesIn(kColumns));
INSTANTIATE_TEST_SUITE_P(From, TallyMistake, testing::ValuesIn(kFrom));

}}  // namespace vt
