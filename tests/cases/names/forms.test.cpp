// A file (or --set) that says something in another form than its base takes the place of all of the old form: what
// says the same twice is refused, and a reader of the new file alone would not find out why.
#include <gtest/gtest.h>

#include "host/scenario/toml/merge.hpp"
#include "tests/support/population.hpp"

namespace vt::test { namespace {

const std::string kBase = trial_around(R"([[visit]]
name = "v"
at = ["day 1"]
measure = []
[[event]]
name = "e"
hazard = "0.1"
per = "day"
severe = 0.5
source = "t"
basis = "assumed"
[[event]]
name = "f"
when = "day > 0"
at = ["v"]
confirm = 2
dated = "first"
[[random_effect]]
name = "CL"
cv = 0.3
cv_is = "sd"
source = "t"
basis = "assumed"
[[rule]]
name = "r"
at = ["v"]
when = "day > 0"
do = "hold"
until = "day > 1"
recheck = "1 day"
source = "t"
[[rule]]
name = "h"
at = ["v"]
when = "day > 0"
do = "hold"
until = "day > 1"
resume = "step down"
steps = 2
[adherence]
model = "bernoulli"
taken = 0.9
source = "t"
basis = "assumed"
[[rule]]
name = "remind"
at = ["v"]
when = "day > 0"
do = "set adherence"
taken = 0.95
source = "t"
basis = "assumed"
[[tally]]
name = "t"
kind = "time_to_event"
first = "day > 0"
at = "v"
[[tally]]
name = "u"
kind = "time_to_event"
event = "e"
[[tally]]
name = "s"
score = "trough_true"
range = ["1 ng/mL", "1000 ng/mL"]
at = "v"
[[arm]]
name = "two"
regimen = { schedule = [{ from = "day 0", dose = "100 mg", every = "24 h" }] }
)");

std::optional<Scenario> over(const std::string& text, Problems& problems, const std::vector<std::string>& set = {}) {
  const Files files = {{"base.toml", kBase}, {"s.toml", "base = \"base.toml\"\n" + text}};
  const auto text_of = [&](const std::string& path, const Position& at, Problems& p) -> std::optional<std::string> {
    if (const auto found = files.find(path); found != files.end()) return found->second;
    p.add(at, "there is no file '" + path + "'");
    return std::nullopt;
  };
  return read_scenario("s.toml", parse_overrides(set, problems), text_of, problems);
}

struct Change {
  const char* text;
  const char* set;  ///< the same with --set, or ""
};
const Change kChanges[] = {
    {"[[arm]]\nname = \"one\"\nregimen = { schedule = [{ from = \"day 0\", dose = \"1 mg\", every = \"24 h\" }] }",
     "arm.one.regimen.schedule=[{ from = \"day 0\", dose = \"1 mg\", every = \"24 h\" }]"},
    {"[[arm]]\nname = \"two\"\nregimen = { dose = \"1 mg\", every = \"24 h\" }", ""},
    {"[[event]]\nname = \"e\"\nwhen = \"day > 1\"", "event.e.when=day > 1"},
    {"[[event]]\nname = \"e\"\ngrades = [0.5, 0.5, 0, 0]\nsource = \"t\"\nbasis = \"assumed\"",
     "event.e.grades=[0.5, 0.5, 0, 0]"},
    {"[[event]]\nname = \"f\"\nhazard = \"0.1 1/day\"\nsource = \"t\"\nbasis = \"assumed\"", ""},
    {"[[event]]\nname = \"f\"\nevery = \"7 day\"", "event.f.every=7 day"},
    {"[[random_effect]]\nname = \"CL\"\nsd = 0.3\nsource = \"t\"\nbasis = \"assumed\"", "random_effect.CL.sd=0.3"},
    {"[[rule]]\nname = \"r\"\ndo = \"set\"\nregimen = { dose = \"1 mg\", every = \"24 h\" }", ""},
    {"[[rule]]\nname = \"r\"\ndo = \"stop\"", "rule.r.do=stop"},
    {"[[rule]]\nname = \"h\"\nresume = [{ from = \"2 mg\", dose = \"1 mg\", every = \"24 h\" }]",
     "rule.h.resume=[{ dose = \"1 mg\", every = \"24 h\" }]"},
    {"[[rule]]\nname = \"remind\"\nmiss_odds = 0.5", "rule.remind.miss_odds=0.5"},
    {"[[tally]]\nname = \"t\"\nevent = \"e\"", "tally.t.event=e"},
    {"[[tally]]\nname = \"u\"\nfirst = \"day > 0\"\nat = \"v\"", ""},
    {"[[tally]]\nname = \"u\"\nscore = \"day > 0\"\nat = \"v\"", ""},
    {"[[tally]]\nname = \"s\"\nkind = \"time_to_event\"\nevent = \"e\"", ""},
    {"[pk]\nabsorption = \"zero_order\"\nabsorption_duration = \"1 h\"\nsource = \"t\"\nbasis = \"assumed\"", ""},
};

std::string said(const Problems& problems) {
  std::string lines;
  for (const Problem& problem : problems.sorted()) lines += to_string(problem) + "\n";
  return lines;
}

TEST(OtherForms, TakeThePlaceOfTheOldOneWhole) {
  for (const Change& change : kChanges) {
    Problems problems;
    EXPECT_TRUE(over(change.text, problems));
    EXPECT_EQ(said(problems), "") << change.text;
    if (std::string_view(change.set).empty()) continue;
    EXPECT_TRUE(over("", problems, {change.set}));
    EXPECT_EQ(said(problems), "") << change.set;
  }
}

TEST(OtherForms, AScheduleIsTheRegimen) {
  Problems problems;
  const auto scenario = over(kChanges[0].text, problems);
  EXPECT_EQ(in_words(scenario->arms[1].regimen), "from day 0 1 mg every 24 h");
  EXPECT_EQ(in_words(over(kChanges[1].text, problems)->arms[0].regimen), "1 mg every 24 h");
}

TEST(OtherForms, WithinOneFileAreRefused) {
  Problems problems;
  (void)over("[[event]]\nname = \"e\"\nsevere = 0.5\ngrades = [0.5, 0.5, 0, 0]", problems);
  EXPECT_NE(said(problems).find("stands beside severe"), std::string::npos) << said(problems);
}

}}  // namespace vt::test
