// Every mistake that is recognised in visits, rules and tallies, one by one.
#include "tests/unit/host/scenario/refusal.hpp"

namespace vt { namespace {

class VisitMistake : public testing::TestWithParam<Refusal> {};

TEST_P(VisitMistake, IsReportedAtItsPlace) { expect_refused(GetParam()); }

const Refusal kVisits[] = {
    {"[\"day 29\", \"month 6\"]", "[\"day 29\", «»\"month 13\"]", "is day 396 (the trial goes from day -8 to day 365)"},
    {"[\"day 29\", \"month 6\"]", "[«»\"day -9\", \"month 6\"]", "is day -9 (the trial goes"},
    {"[\"day 29\", \"month 6\"]", "[\"day 183\", «»\"month 6\"]", "is day 183 once more ('day 183' stands above)"},
    {"[\"day 29\", \"month 6\"]", "[«»\"day 1.5\", \"month 6\"]", "is not a whole day"},
    {"[\"day 29\", \"month 6\"]", "[«»\"29 day\", \"month 6\"]", "write \"day 29\""},
    {"[\"day 29\", \"month 6\"]", "[«»29, \"month 6\"]", "at[1] is a whole number (a time of the trial is expected)"},
    {"[\"day 29\", \"month 6\"]", "[«»\"soon\", \"month 6\"]", "'soon' is not a time of the trial; write for instance"},
    {"[\"day 29\", \"month 6\"]", "«»[]", "is an empty list (at least one day is expected)"},
    {"[[visit]]\nname = \"trough\"\nat = [\"day 29\", \"month 6\"]", "«»[[visit]]\nname = \"trough\"", "has no days"},
    {"every = \"30 day\"", "every = «»30", "write \"30 day\""},
    {"every = \"30 day\"", "every = «»\"1 h\"", "(allowed: 1 to"},
    {"every = \"30 day\"\nfrom = ", "from = «»", "stands without every"},
    {"from = \"day 60\"", "from = «»\"day 200\"", "is day 200 (the last day of these visits is 150)"},
    {"from = \"day 60\"", "from = «»\"day -60\"", "is day -60 (the trial goes"},
    {"until = \"day 150\"", "until = «»\"day 500\"", "is day 500 (the trial goes"},
    {"[\"trough\", \"bcr_abl\"]", "[\"trough\", «»\"bcrabl\"]",
     "has 'bcrabl' (not one of: trough, bcr_abl, cytogenetics, blood_count, pill_count, ddpcr, imaging"},
    {"[\"trough\", \"bcr_abl\"]", "[\"trough\", «»\"bcrabl\"]", "); did you mean 'bcr_abl'?"},
    {"[[visit]]\nname = \"counts\"", "«»[[visit]]\nmeasure = [\"trough\"]\n[[visit]]\nname = \"counts\"",
     "visit[2] has no name"},
    {"window = \"3 h\"", "window = «»\"3 d\"", "'d' is not a known unit (a quantity in h is expected); write day"},
    {"window = \"3 h\"", "window = «»\"13 h\"", "is 13 h (allowed: 0 to 6 h)"},
    {"sample_sd = \"1.5 h\"", "sample_sd = «»\"-1 h\"", "is -1 h (allowed: 0 to 24 h)"},
    {"window = \"3 h\"", "window = \"3 h\"\nsample_after = «»[\"1 h\"]", "sample_after is not a pair of times"},
    {"window = \"3 h\"", "window = \"3 h\"\nsample_after = «»[\"9 h\", \"1 h\"]", "goes from 9 h to 1 h"},
    {"window = \"3 h\"", "window = \"3 h\"\nsample_after = [\"1 h\", «»\"25 h\"]", "is 25 h (allowed: 0 to 24 h)"},
    {"[\"day 29\", \"month 6\"]", "«»\"result of throughs\"", "(there are results of: trough, bcr_abl"},
    {"[[visit]]\nname = \"counts\"",
     "«»[[test]]\nname = \"t\"\ncondition = \"1 > 0\"\nspecificity = 1\nsource = \"x\"\nbasis = "
     "\"assumed\"\n[[visit]]\nname = \"counts\"",
     "test.t has no sensitivity"},
    {"[[visit]]\nname = \"counts\"",
     "«»[prediction]\nsource = \"x\"\nbasis = \"assumed\"\n[[visit]]\nname = \"counts\"",
     "prediction has no residual_cv"},
    {"[[visit]]\nname = \"counts\"", "[record]\npatients = «»0\n[[visit]]\nname = \"counts\"", "record.patients is 0"},
    {"[[visit]]\nname = \"counts\"", "[record]\npatients = 1\ndecisions = «»1\n[[visit]]\nname = \"counts\"",
     "record.decisions is not true or false"},
    {"missed = 0\n", "missed = «»2\n", "visit.counts.missed is 2 (allowed: 0 to 1)"},
};

const Refusal kRules[] = {
    {"at = [\"counts\"]", "at = [«»\"count\"]",
     "rule.cytopenia.at names the unknown visit 'count' (there are: trough, counts); did you mean 'counts'?"},
    {"at = [\"counts\"]", "at = «»[]", "rule.cytopenia.at is an empty list"},
    {"[[rule]]\nname = \"cytopenia\"\nat = [\"counts\"]", "«»[[rule]]\nname = \"cytopenia\"",
     "rule.cytopenia has no at"},
    {"when = \"anc < 1.0\"", "when = «»1", "rule.cytopenia.when is a whole number"},
    {"do = \"hold\"", "do = «»\"held\"",
     "is 'held' (not one of: hold, resume, step down, step up, set, set dose, multiply dose, sample, start "
     "comedication, stop comedication, switch, stop, set adherence); did you "
     "mean 'hold'?"},
    {"do = \"step down\"", "do = «»\"switch\"", "to which drug? the scenario has no [second_drug]"},
    {"do = \"step down\"", "do = «»\"step_down\"", "did you mean 'step down'?"},
    {"[[rule]]\nname = \"reduce\"\nat = \"trough\"\nwhen = \"trough > 2000\"",
     "«»[[rule]]\nname = \"reduce\"\nat = \"trough\"", "rule.reduce has no when"},
    {"[[rule]]\nname = \"reduce\"", "«»[[rule]]\nname = \"cytopenia\"", "rule 'cytopenia' stands twice"},
    {"do = \"step down\"", "do = \"stop\"\nresume = «»[{ dose = \"1 mg\", every = \"24 h\" }]",
     "belongs to do = \"hold\" (this rule does 'stop')"},
    {"do = \"step down\"", "do = \"stop\"\nrecheck = «»\"7 day\"", "rule.reduce.recheck belongs to do = \"hold\""},
    {"do = \"step down\"", "do = \"stop\"\nuntil = «»\"1 > 0\"", "rule.reduce.until belongs to do = \"hold\""},
    {"do = \"step down\"", "do = \"stop\"\nregimen = «»{ dose = \"1 mg\", every = \"24 h\" }",
     "belongs to do = \"set\""},
    {"[[rule]]\nname = \"reduce\"\nat = \"trough\"",
     "«»[[rule]]\nname = \"reduce\"\nat = \"trough\"\ndo = \"set\"\nwhen = \"1 > 0\"\n[[rule]]\nname = \"other\"\nat = "
     "\"trough\"",
     "rule.reduce has no regimen"},
    {"[[rule]]\nname = \"reduce\"\nat = \"trough\"",
     "«»[[rule]]\nname = \"reduce\"\nat = \"trough\"\ndo = \"hold\"\nwhen = \"1 > 0\"\n[[rule]]\nname = \"other\"\nat "
     "= \"trough\"",
     "rule.reduce has no until"},
    {"[[rule]]\nname = \"reduce\"\nat = \"trough\"",
     "«»[[rule]]\nname = \"reduce\"\nat = \"trough\"\ndo = \"set dose\"\nwhen = \"1 > 0\"\n[[rule]]\nname = "
     "\"other\"\nat = \"trough\"",
     "rule.reduce has no daily_dose"},
    {"[[rule]]\nname = \"reduce\"\nat = \"trough\"",
     "«»[[rule]]\nname = \"reduce\"\nat = \"trough\"\ndo = \"multiply dose\"\nwhen = \"1 > 0\"\n[[rule]]\nname = "
     "\"other\"\nat = \"trough\"",
     "rule.reduce has no factor"},
    {"[[rule]]\nname = \"reduce\"\nat = \"trough\"",
     "«»[[rule]]\nname = \"reduce\"\nat = \"trough\"\ndo = \"set dose\"\nwhen = \"1 > 0\"\ndaily_dose = "
     "\"daily_dose_mg\"\n[[rule]]\nname = \"other\"\nat = \"trough\"",
     "rule.reduce has no lowest or highest"},
    {"[[rule]]\nname = \"reduce\"\nat = \"trough\"",
     "«»[[rule]]\nname = \"reduce\"\nat = \"trough\"\ndo = \"sample\"\nwhen = \"1 > 0\"\n[[rule]]\nname = "
     "\"other\"\nat = \"trough\"",
     "rule.reduce has no sample"},
    {"[[rule]]\nname = \"reduce\"\nat = \"trough\"",
     "«»[[rule]]\nname = \"reduce\"\nat = \"trough\"\ndo = \"sample\"\nwhen = \"1 > 0\"\nsample = "
     "\"trough\"\n[[rule]]\nname = \"other\"\nat = \"trough\"",
     "rule.reduce has no after"},
    {"do = \"step down\"", "do = \"stop\"\nfactor = «»2", "belongs to do = \"multiply dose\" (this rule does 'stop')"},
    {"do = \"step down\"", "do = \"multiply dose\"\nfactor = 2\nhighest = \"400 mg\"\nlowest = «»\"800 mg\"",
     "is 800 mg (above highest, 400 mg)"},
    {"do = \"step down\"", "do = \"multiply dose\"\nfactor = «»0\nhighest = \"400 mg\"\nlowest = \"300 mg\"",
     "rule.reduce.factor is 0"},
    {"do = \"step down\"", "do = \"sample\"\nafter = \"7 day\"\nsample = «»\"through\"",
     "names the unknown visit 'through'"},
    {"do = \"step down\"", "do = \"sample\"\nsample = \"trough\"\nafter = «»\"0 day\"", "rule.reduce.after is 0"},
    {"do = \"step down\"", "do = \"start comedication\"\nwith = «»\"rifampicine\"",
     "names the comedication 'rifampicine'"},
    {"do = \"step down\"", "do = \"stop\"\nwith = «»\"rifampicin\"", "belongs to do = \"start comedication\" or"},
    {"at_most = 3", "at_most = 3\nconfirm = «»0", "rule.cytopenia.confirm is 0"},
    {"at_most = 3", "at_most = 3\nnot_within = «»28", "rule.cytopenia.not_within is"},
    {"recheck = \"1 week\"", "recheck = «»\"0 day\"", "is 0 day (allowed: 1 to"},
    {"recheck = \"1 week\"", "recheck = «»7", "write \"7 day\""},
    {"at_most = 3", "at_most = «»0", "rule.cytopenia.at_most is 0"},
    {"group = \"dose\"", "group = «»1", "rule.cytopenia.group is a whole number"},
    {"probability = \"1/(1 + exp(4))\"", "probability = «»1.5", "rule.reduce.probability is 1.5 (allowed: 0 to 1)"},
    {"probability = \"1/(1 + exp(4))\"", "probability = «»\"5 mg\"", "rule.reduce.probability is a mass in mg"},
    {"probability = \"1/(1 + exp(4))\"", "probability = «»[]",
     "rule.reduce.probability is a list (a number is expected)"},
};

const Refusal kTallies[] = {
    {"[[tally]]\nname = \"level\"\nscore = \"trough\"", "«»[[tally]]\nname = \"level\"", "tally.level has no score"},
    {"[[tally]]\nname = \"level\"", "«»[[tally]]\nname = \"mmr\"", "tally 'mmr' stands twice"},
    {"name = \"level\"", "name = «»\"a/b\"", "results are stored under this name"},
    {"at = \"trough\"\nby = [\"daily", "at = «»\"throug\"\nby = [\"daily",
     "tally.level.at names the unknown visit 'throug' (there are: trough, counts); did you mean 'trough'?"},
    {"[\"10 ng/mL\", \"20 mg/L\"]", "«»[\"10 ng/mL\"]", "tally.level.range is not a pair"},
    {"[\"10 ng/mL\", \"20 mg/L\"]", "«»\"10 ng/mL\"", "tally.level.range is not a pair"},
    {"[\"10 ng/mL\", \"20 mg/L\"]", "«»[\"10 ng/mL\", 3]", "goes from 'ng/mL' to 'no unit' (both need the same unit)"},
    {"[\"10 ng/mL\", \"20 mg/L\"]", "«»[\"10 mg/L\", \"20 ng/mL\"]", "goes from 10000 to 20 (it must ascend)"},
    {"[\"10 ng/mL\", \"20 mg/L\"]", "[«»\"10 ng/ml\", \"20 mg/L\"]", "'ng/ml' is not a known unit; write ng/mL"},
    {"[\"arm\", \"visit\", \"bins", "[«»\"arms\", \"visit\", \"bins",
     "by[1] is 'arms' (an axis is arm, visit, replicate, daily_dose_mg, bins(x, edges…), quartile(x) or tertile(x)); "
     "did you mean "
     "'arm'?"},
    {"[\"arm\", \"visit\", \"bins", "[«»\"arm(1)\", \"visit\", \"bins", "(arm takes nothing in brackets)"},
    {"[\"arm\", \"visit\", \"bins", "[\"arm\", «»\"arm\", \"bins", "is 'arm' again"},
    {"[\"arm\", \"visit\", \"bins", "[\"arm\", «»2, \"bins", "by[2] is a whole number"},
    {"[\"daily_dose_mg\", \"quartile(trough @ 'day 29')\"]", "«»\"arm\"",
     "tally.level.by is text (a list is expected)"},
    {"\"quartile(trough @ 'day 29')\"", "«»\"quartile\"", "the brackets hold a value"},
    {"\"quartile(trough @ 'day 29')\"", "«»\"quartile(trough\"", "the brackets hold a value"},
    {"\"quartile(trough @ 'day 29')\"", "«»\"quartile(trough, 3)\"", "behind the value comes nothing"},
    {"\"quartile(trough @ 'day 29')\"", "«»\"bins(trough)\"", "has no edges"},
    {"\"quartile(trough @ 'day 29')\"", "«»\"bins(trough, 1, x)\"", "has the edge 'x' (edges are plain numbers"},
    {"\"quartile(trough @ 'day 29')\"", "«»\"bins(trough, 2, 1)\"", "has the edge 1 after 2 (edges ascend)"},
    {"\"quartile(trough @ 'day 29')\"]", "\"tertile(x)\", \"arm\", \"visit\", \"quartile(x)\"]\n«»tilte = 3",
     "unknown key 'tally.level.tilte'; did you mean 'title'?"},
    {"[[tally]]\nname = \"level\"", "[record]\npatients = 2\nconcentrations = «»7\n\n[[tally]]\nname = \"level\"",
     "is a whole number (a table is expected)"},
    {"[[tally]]\nname = \"level\"",
     "[record]\npatients = 2\nconcentrations = { at = [\"day 3\"], hours = «»[] }\n\n[[tally]]\nname = \"level\"",
     "is no list of times (hours after the day's nominal morning dose)"},
    {"[[tally]]\nname = \"level\"",
     "«»[[profile]]\nname = \"level\"\nat = [\"day 28\"]\nhours = [\"0 h\", \"2 h\"]\nrange = [\"1 ng/mL\", \"2 "
     "mg/L\"]\nby = [\"arm\"]\n\n[[tally]]\nname = \"level\"",
     "has the name of a tally"},
    {"[[tally]]\nname = \"level\"",
     "[[profile]]\nname = \"p\"\nat = [\"day 28\"]\nhours = [\"0 h\", «»\"25 h\"]\nrange = [\"1 ng/mL\", \"2 "
     "mg/L\"]\nby = [\"arm\"]\n\n[[tally]]\nname = \"level\"",
     "is 25 h (allowed: 0 to 24 h)"},
    {"[[tally]]\nname = \"level\"",
     "[[profile]]\nname = \"p\"\nat = [\"day 28\"]\nhours = [\"3 h\", «»\"2 h\"]\nrange = [\"1 ng/mL\", \"2 "
     "mg/L\"]\nby = [\"arm\"]\n\n[[tally]]\nname = \"level\"",
     "is 2 h after 3 h (the hours ascend)"},
    {"[[tally]]\nname = \"level\"",
     "[[profile]]\nname = \"p\"\nat = [\"day 28\"]\nhours = «»[]\nrange = [\"1 ng/mL\", \"2 mg/L\"]\nby = "
     "[\"arm\"]\n\n[[tally]]\nname = \"level\"",
     "is no list of times"},
    {"[[tally]]\nname = \"level\"",
     "[[profile]]\nname = \"p\"\nat = [\"day 28\"]\nhours = [\"0 h\", \"2 h\"]\nrange = «»[1, 2]\nby = "
     "[\"arm\"]\n\n[[tally]]\nname = \"level\"",
     "is without a unit (concentrations are in ng/mL)"},
    {"[[tally]]\nname = \"level\"",
     "«»[[profile]]\nname = \"p\"\nat = [\"month 12\"]\nhours = [\"0 h\", \"2 h\"]\nrange = [\"1 ng/mL\", \"2 "
     "mg/L\"]\nby = [\"arm\"]\n\n[[tally]]\nname = \"level\"",
     "is on day 365 (the trial's last day has no dose)"},
    {"by = [\"daily_dose_mg\", \"quartile(trough @ 'day 29')\"]",
     "by = «»[\"daily_dose_mg\", \"tertile(x)\", \"arm\", \"visit\", \"quartile(x)\"]", "has 5 axes (at most 4)"},
};

/// Further kinds of tally, written beside the sample's own.
std::string tally(const std::string& text) {
  return "[[tally]]\nname = \"more\"\n" + text + "\n[[tally]]\nname = \"level\"";
}

const Refusal kKindsOfTally[] = {
    {"[[tally]]\nname = \"level\"", tally("kind = «»\"time to event\""), "did you mean 'time_to_event'?"},
    {"[[tally]]\nname = \"level\"", tally("kind = \"time_to_event\"\nevent = «»\"relapse\""),
     "tally.more.event names the unknown event 'relapse'"},
    {"[[tally]]\nname = \"level\"", tally("kind = \"time_to_event\"\nfirst = \"day > 1\"\nat = «»\"nowhere\""),
     "names the unknown visit 'nowhere'"},
    {"[[tally]]\nname = \"level\"", tally("score = \"day\"\nrange = [0, 9]\nat = \"end\"\nthresholds = [3, «»2]"),
     "is 2 after 3 (thresholds ascend)"},
    {"[[tally]]\nname = \"level\"", tally("score = \"day > 1\"\nat = \"end\"\nthresholds = «»[3]"),
     "stands without range"},
    {"[[tally]]\nname = \"level\"", tally("score = \"day > 1\"\npair = [«»\"nobody\", \"nobody\"]"),
     "tally.more.pair names the unknown arm 'nobody'"},
    {"[[tally]]\nname = \"level\"", tally("score = \"day > 1\"\nat = \"end\"\nestimand = «»\"PP\""), "is 'PP'"},
    {"allocation = \"randomised\"",
     "allocation = \"randomised\"\nstop_when = { tally = «»\"none\", standard_error = 0.1 }",
     "names the unknown tally 'none'"},
};

INSTANTIATE_TEST_SUITE_P(Visits, VisitMistake, testing::ValuesIn(kVisits));
INSTANTIATE_TEST_SUITE_P(Rules, VisitMistake, testing::ValuesIn(kRules));
INSTANTIATE_TEST_SUITE_P(Tallies, VisitMistake, testing::ValuesIn(kTallies));
INSTANTIATE_TEST_SUITE_P(KindsOfTally, VisitMistake, testing::ValuesIn(kKindsOfTally));

}  // namespace
}  // namespace vt
