// Mistakes in rules that change how the drug is taken, and in what comes behind a hold.
#include "tests/unit/host/scenario/refusal.hpp"

namespace vt { namespace {

class RuleMistake : public testing::TestWithParam<Refusal> {};

TEST_P(RuleMistake, IsReportedAtItsPlace) { expect_refused(GetParam()); }

const std::string kDo = "do = \"step down\"", kSet = "do = \"set adherence\"\nsource = \"t\"\nbasis = \"assumed\"\n";
const std::string kResume =
    "resume = [{ dose = \"400 mg\", every = \"24 h\" }, { dose = \"300 mg\", every = \"24 h\" }]";

const Refusal kAdherence[] = {
    {kDo, kSet + "taken = «»1.5", "rule.reduce.taken is 1.5 (allowed: 0 to 1)"},
    {kDo, kSet + "taken = «»\"95 mg\"", "rule.reduce.taken is a mass in mg"},
    {kDo, kSet + "taken = «»\"1 + 1\"", "rule.reduce.taken is 2 (allowed: 0 to 1)"},
    {kDo, kSet + "miss_odds = «»-1", "rule.reduce.miss_odds is -1 (allowed: 0 to 1000)"},
    {kDo, kSet + "taken = 0.9\nmiss_odds = «»0.3", "stands beside taken (one says the odds of missing a dose"},
    {kDo, kSet + "taken = 0.9\nholiday_rate = «»\"0 1/day\"",
     "rule.reduce.holiday_rate changes what the patients do not have (adherence.model is \"bernoulli\"); it goes with "
     "model = \"holidays\""},
    {kDo, kSet + "taken = 0.9\nholiday_share = «»0.5", "it goes with model = \"three_state\""},
    {kDo, kSet + "taken = 0.9\nrestarts = «»true",
     "is true (but nobody stops taking the drug); write [adherence] stops_"},
    {kDo, kSet + "taken = 0.9\nrestarts = «»1", "rule.reduce.restarts is not true or false"},
    {kDo, kSet + "taken = 0.9\nfor = «»\"0 day\"", "rule.reduce.for is 0 day (allowed: 1 to 36525 day)"},
    {kDo, kSet + "taken = 0.9\nfor = «»90", "90 without a unit"},
    {"[[rule]]\nname = \"reduce\"\nat = \"trough\"\nwhen = \"trough > 2000\"\nprobability = \"1/(1 + exp(4))\"\n" + kDo,
     "«»[[rule]]\nname = \"reduce\"\nat = \"trough\"\nwhen = \"trough > 2000\"\n" + kSet,
     "rule.reduce says nothing of adherence (what does it change?); write taken = 0.95 or miss_odds = 0.3"},
    {kDo, kDo + "\ntaken = «»0.9", "rule.reduce.taken belongs to do = \"set adherence\" (this rule does 'step down')"},
    {kDo, kDo + "\nfor = «»\"9 day\"", "rule.reduce.for belongs to do = \"set adherence\""},
    {"[[rule]]\nname = \"reduce\"\nat = \"trough\"\nwhen = \"trough > 2000\"\nprobability = \"1/(1 + exp(4))\"\n" + kDo,
     "«»[[rule]]\nname = \"reduce\"\nat = \"trough\"\nwhen = \"trough > 2000\"\ndo = \"set adherence\"\ntaken = 0.9",
     "rule.reduce has no source and basis"},
    {kDo, kSet + "taken = 0.9\n«»restart = true", "unknown key 'rule.reduce.restart'; did you mean 'restarts'?"},
};

const Refusal kBehindHolds[] = {
    {kResume, "resume = «»\"step up\"", "rule.cytopenia.resume is 'step up'"},
    {kResume, "resume = \"step down\"\nsteps = «»0", "rule.cytopenia.steps is 0 (allowed: 1 to 100)"},
    {kResume, kResume + "\nsteps = «»2", "stands without resume = \"step down\" (which goes along the ladder)"},
    {kDo, "do = \"stop\"\nsteps = «»2",
     "belongs to do = \"hold\" or \"step down\" or \"step up\" (this rule does 'stop')"},
    {kResume,
     "resume = «»[{ from = \"800 mg\", dose = \"400 mg\", every = \"24 h\" }, { dose = \"1 mg\", every = \"24 h\" }]",
     "has regimens with and without from"},
    {kResume,
     "resume = «»[{ from = \"800 mg\", dose = \"400 mg\", every = \"24 h\" }, { from = \"0.8 g\", dose = \"1 mg\", "
     "every = "
     "\"24 h\" }]",
     "has two regimens from 800 mg (only one can be meant)"},
    {kResume, "resume = [{ from = «»\"400 mg\", dose = \"300 mg\", every = \"12 h\" }]",
     "from is 400 mg (below the 600 mg a day that follow, and a hold never raises the dose)"},
    {kResume, "resume = [{ from = «»400, dose = \"300 mg\", every = \"24 h\" }]", "400 without a unit"},
    {"{ dose = \"0.2 g\", every = \"12 h\" }", "{ «»from = \"1 mg\", dose = \"0.2 g\", every = \"12 h\" }",
     "unknown key 'ladder.down.steps[2].from'"},
};

INSTANTIATE_TEST_SUITE_P(Adherence, RuleMistake, testing::ValuesIn(kAdherence));
INSTANTIATE_TEST_SUITE_P(BehindHolds, RuleMistake, testing::ValuesIn(kBehindHolds));

// Who takes a share of the doses of one's own has one number, which a rule can change.
TEST(RuleMistake, SharesByScheduleCannotBeSetByRules) {
  const sample::Reading reading = sample::read(sample::with(kDo, kSet + "taken = 0.9"));
  EXPECT_NE(
      sample::join(reading.problems).find("adherence.taken is by schedule (here it is the share of doses taken once"),
      std::string::npos)
      << sample::join(reading.problems);
}

// An arm without a ladder cannot go down it behind a hold.
TEST(RuleMistake, StepsBehindAHoldNeedALadder) {
  const sample::Reading reading = sample::read(sample::with(kResume, "resume = \"step down\""));
  EXPECT_NE(sample::join(reading.problems)
                .find("arm.'400 mg BID'.rules has 'cytopenia', which does 'step down' (but the arm has no ladder"),
            std::string::npos)
      << sample::join(reading.problems);
}

}  // namespace
}  // namespace vt
