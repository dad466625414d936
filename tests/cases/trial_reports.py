"""Populations, survival, tests and adaptive doses that others' programs got wrong, in public reports; each with the right value."""
# needs: numpy h5py
import math
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import SAYS, Run, refused, run_all, scenario

PK = ('model = "one_compartment"\nabsorption = "first_order"\nclearance = "10 L/h"\nvolume = "50 L"\nabsorption_rate = "1 1/h"')
ONCE = '{ dose = "100 mg", every = "24 h" }'
MOST_ERRORS = 4.5  # standard errors of a random share or mean: a false alarm in 1.5e5 seeds, and the seed is fixed


def covariate(name, distribution):
    return f'[[covariate]]\nname = "{name}"\n{distribution}\n{SAYS}'


def number(name, low, high, score=None):
    return f'[[tally]]\nname = "{name}"\nscore = "{score or name}"\nrange = [{low}, {high}]\nat = "end"\n'


def row(run, name):
    """The numbers of a tally without axes, by dataset."""
    return {key: float(data[()]) for key, data in run.file["tallies/" + name].items() if data.shape == () and data.dtype.kind in "fi"}


def phi(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def density(x):
    return math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def cut_normal(low, high):
    """Mean and SD of a standard normal between two limits of one sign, or high infinite, by quadrature from the limit on."""
    side = 1.0 if low > 0 else -1.0
    near_, far = (low, high) if low > 0 else (-high, -low)
    x = near_ + np.linspace(0, min(far - near_, 60 / near_), 400001)
    weight = np.exp(-0.5 * (x - near_) * (x + near_))
    mean = (x * weight).sum() / weight.sum()
    return side * mean, math.sqrt(((x - mean) ** 2 * weight).sum() / weight.sum())


def tails_of_the_normal():
    """SciPy #2477, #11769, #13966, Distributions.jl #343, #493: truncation far from the mean (quadrature)"""
    patients = 20000
    for centre, low, high in ((0, 10, None), (0, 10, 11), (0, -11, -10), (33, None, 20), (33, None, 30), (0, 35, None), (0, 9, 20)):
        limits = (f"min = {low}\n" if low is not None else "") + (f"max = {high}\n" if high is not None else "")
        run = Run(scenario(PK, ONCE, 1, patients, covariate("x", f'distribution = "normal"\nmean = {centre}\nsd = 1\n{limits}') +
                           number("x_cut", 0, 200, "x + 50")))
        mean, sd = cut_normal(low - centre if low is not None else -math.inf, high - centre if high is not None else math.inf)
        found = row(run, "x_cut")
        assert abs(found["mean"] - 50 - centre - mean) < MOST_ERRORS * sd / math.sqrt(patients), (low, high, found, centre + mean)
        assert abs(found["sd"] / sd - 1) < MOST_ERRORS * math.sqrt(2 / patients), (low, high, found, sd)


def truncated_lognormal():
    """RAVEN #1814: shares of a truncated log-normal below 2 and 3 (0.91717 and 0.98600, the report's)"""
    patients = 40000
    run = Run(scenario(PK, ONCE, 1, patients, covariate("x", 'distribution = "lognormal"\nmedian = 1\nsd_log = 0.5\nmin = 0.1\nmax = 10') +
                       "".join(f'[[tally]]\nname = "below_{k}"\nscore = "x < {k}"\nat = "end"\n' for k in (2, 3))))
    for k, right in ((2, 0.9171732002887018), (3, 0.9859997973706007)):
        found = row(run, f"below_{k}")["proportion"]
        assert abs(found - right) < MOST_ERRORS * math.sqrt(right * (1 - right) / patients), (found, right)


def cv_of_a_lognormal():
    """Two meanings of the CV of a log-normal: cv_is = "lognormal" gives sd = √ln(1 + cv²) (0.4724 for 0.5), cv_is = "sd" 0.5"""
    patients = 40000
    for meaning, right in (("lognormal", math.sqrt(math.log(1.25))), ("sd", 0.5)):
        run = Run(scenario(PK.replace('clearance = "10 L/h"', 'clearance = { formula = "10*exp(eta.CL)", unit = "L/h" }'), ONCE, 1, patients,
                           f'[[random_effect]]\nname = "CL"\ncv = 0.5\ncv_is = "{meaning}"\n{SAYS}'
                           '[[parameter]]\nname = "effect"\nformula = "eta.CL"\n' + SAYS + number("effect_size", 0, 20, "effect + 8")))
        found = row(run, "effect_size")
        assert abs(found["sd"] / right - 1) < MOST_ERRORS / math.sqrt(2 * patients), (meaning, found, right)


def exponential_event(name, per_day, more=""):
    return f'[[event]]\nname = "{name}"\nhazard = "{per_day!r} 1/day"\nevery = "1 day"\n{more}{SAYS}'


def times(name, more=""):
    return f'[[tally]]\nname = "{name}_times"\nkind = "time_to_event"\nevent = "{name}"\nevery = "1 day"\n{more}'


def error_of_the_restricted_mean():
    """lifelines #1682: the standard error of a restricted mean, not the spread of times (SD of min(T, τ) over √n)"""
    patients, hazard, days = 20000, 0.02, 100
    run = Run(scenario(PK, ONCE, days, patients, exponential_event("ev", hazard) + times("ev")))
    mean = (1 - math.exp(-hazard * days)) / hazard
    square = 2 / hazard**2 * (1 - math.exp(-hazard * days) * (1 + hazard * days))
    found = row(run, "ev_times")
    error = math.sqrt((square - mean * mean) / patients)
    assert abs(found["rmst_standard_error"] / error - 1) < 0.03, (found["rmst_standard_error"], error)
    assert abs(found["rmst"] - mean) < MOST_ERRORS * error, (found["rmst"], mean)  # times in days are within the error


def shares_of_competing_causes():
    """SurPyval #253, #278: incidences of causes add up to 1 with survival, on days with many events, too, and share as the hazards do"""
    patients = 20000
    for ours, other, days in ((0.9, 1.2, 10), (0.02, 0.03, 200)):
        text = (exponential_event("other", other, "fatal = true\n") + exponential_event("ev", ours, "fatal = true\n") +
                times("ev", 'competing = ["other"]\n'))
        group = Run(scenario(PK, ONCE, days, patients, text)).file["tallies/ev_times"]
        curves = group["incidence"][:]
        assert group["counts"][:].sum() == patients and (np.abs(curves.sum(axis=0) + group["survival"][:] - 1) < 1e-12).all()
        right = ours / (ours + other) * (1 - math.exp(-(ours + other) * days))
        error = MOST_ERRORS * math.sqrt(right * (1 - right) / patients)
        assert abs(curves[0, -1] - right) < error, (curves[0, -1], right)  # of two on one day the one that strikes first counts


def stopping_in_a_composite():
    """The same where stopping is part of the event: 0.4 events and 0.5 stops against 1.2 deaths a day make 0.9 of 2.1"""
    patients, days, right = 20000, 10, 0.9 / 2.1
    for stops in ("ends_treatment", "ends_trial"):
        text = (exponential_event("other", 1.2, "fatal = true\n") + exponential_event("stop", 0.5, f"{stops} = true\n") +
                exponential_event("ev", 0.4) + times("ev", 'competing = ["other"]\nestimand = "composite"\n'))
        found = Run(scenario(PK, ONCE, days, patients, text)).file["tallies/ev_times/incidence"][0, -1]
        assert abs(found - right) < MOST_ERRORS * math.sqrt(right * (1 - right) / patients), (stops, found, right)


def censoring_hazard():
    """Survival beside a hazard that only censors, e^(-a t): the day's events that strike after it count, too"""
    patients, ours, other, days = 40000, 0.3, 1.2, 3
    text = exponential_event("ev", ours) + exponential_event("other", other, "fatal = true\n") + times("ev")
    group = Run(scenario(PK, ONCE, days, patients, text)).file["tallies/ev_times"]
    right, event = math.exp(-ours * days), 1 - math.exp(-ours)
    at_risk = [patients * math.exp(-(ours + other) * day) for day in range(days)]
    error = right * math.sqrt(sum(event / (1 - event) / n for n in at_risk))  # Greenwood's
    assert abs(group["survival"][-1] - right) < MOST_ERRORS * error, (group["survival"][-1], right, error)


def no_event_in_a_group():
    """Survival.jl #35, mlumr #41: a hazard ratio and a p from a likelihood without a maximum; here none is given"""
    arms = ''.join(f'[[arm]]\nname = "{n}"\nregimen = {{ dose = "{d} mg", every = "24 h" }}\n' for n, d in (("c", 100), ("t", 200)))
    text = ('[[event]]\nname = "ev"\nhazard = "if(daily_dose_mg > 150, 0, 0.02)"\nevery = "1 day"\n' + SAYS + times("ev", 'by = ["arm"]\n') +
            '[[analysis]]\nname = "cox"\nkind = "cox"\ntime = "ev_times"\n[[analysis]]\nname = "lr"\nkind = "log-rank"\ntime = "ev_times"\n')
    run = Run(scenario(PK, arms, 60, 100, text))
    cox = next(t for t in run.json["tests"] if t["name"] == "cox")
    rank = next(t for t in run.json["tests"] if t["name"] == "lr")
    assert cox["estimate"] == [None] and cox["p"] == [None], cox
    assert rank["p"][0] < 1e-6


def quasi_complete_separation():
    """mlumr #41: y = 0, 0, 1, 1 on x = −1, 0, 0, 1 has no finite estimate"""
    table = "x,y\n-1,0\n0,0\n0,1\n1,1\n"
    text = ('[population]\ntable = "separated.csv"\n[[column]]\nname = "response"\nvalue = "y"\n[[column]]\nname = "cause"\nvalue = "x"\n'
            '[[analysis]]\nname = "odds"\nkind = "logistic"\nresponse = "response"\ncovariates = ["cause"]\n')
    run = Run(scenario(PK, ONCE, 2, 4, text), {"separated.csv": table})
    test = run.json["tests"][0]
    assert all(x is None for x in test["estimate"] + test["p"]), test


def remission_in_leukaemia():
    """Freireich's trial of 6-MP (Gehan 1965): Cox 1.5721 ± 0.4124 (Efron) and 1.5092 ± 0.4096 (Breslow), medians 23 and 8 weeks"""
    treated = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+".split()
    placebo = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23".split()
    table = "placebo,relapses,until\n" + "".join(
        f"{group},{0 if t.endswith('+') else 1},{t.rstrip('+')}\n" for group, all_ in ((0, treated), (1, placebo)) for t in all_)
    text = ('[population]\ntable = "freireich.csv"\n'
            '[[event]]\nname = "relapse"\nwhen = "relapses == 1 and day >= until"\nevery = "1 day"\n'
            '[[event]]\nname = "withdrawn"\nwhen = "relapses == 0 and day >= until"\nevery = "1 day"\nends_trial = true\n' +
            times("relapse", 'by = ["bins(placebo, 0.5)"]\n') +
            '[[column]]\nname = "group"\nvalue = "placebo"\n' +
            "".join(f'[[analysis]]\nname = "{ties}"\nkind = "cox"\ntime = "relapse_times"\ncovariates = ["group"]\nties = "{ties}"\n'
                    for ties in ("efron", "breslow")))
    run = Run(scenario(PK, ONCE, 40, 42, text), {"freireich.csv": table})
    found = {t["name"]: (t["estimate"][0], t["standard_error"][0]) for t in run.json["tests"]}
    for ties, estimate, error in (("efron", 1.5721, 0.4124), ("breslow", 1.5092, 0.4096)):
        assert abs(found[ties][0] - estimate) < 5.1e-5 and abs(found[ties][1] - error) < 5.1e-5, found
    medians = list(run.file["tallies/relapse_times/median"][:2])
    assert all(right - 1 <= median <= right for median, right in zip(medians, (23, 8))), medians  # a day's events lie within it


def odds_of_a_table():
    """A 2 × 2 table of 30/20 and 15/35: ln OR and its error √Σ1/n, by logistic regression (Woolf 1955)"""
    table = "exposed,ill\n" + "1,1\n" * 30 + "1,0\n" * 20 + "0,1\n" * 15 + "0,0\n" * 35
    text = ('[population]\ntable = "odds.csv"\n[[column]]\nname = "was_ill"\nvalue = "ill"\n[[column]]\nname = "was_exposed"\n'
            'value = "exposed"\n[[analysis]]\nname = "odds"\nkind = "logistic"\nresponse = "was_ill"\ncovariates = ["was_exposed"]\n')
    test = Run(scenario(PK, ONCE, 2, 100, text), {"odds.csv": table}).json["tests"][0]
    assert abs(test["estimate"][1] - math.log(30 * 35 / (20 * 15))) < 1e-8, test
    assert abs(test["standard_error"][1] - math.sqrt(1 / 30 + 1 / 20 + 1 / 15 + 1 / 35)) < 1e-7, test


def interval_of_nobody():
    """Wilson's interval of 0 of 10 is 0 to 0.2775 and that of 10 of 10 its mirror image (Newcombe 1998), never a width of nothing"""
    run = Run(scenario(PK, ONCE, 1, 10, '[[tally]]\nname = "nobody"\nscore = "day < 0"\nat = "end"\n'
                       '[[tally]]\nname = "everybody"\nscore = "day >= 0"\nat = "end"\n'))
    low, high = row(run, "nobody"), row(run, "everybody")
    assert low["proportion_low"] == 0 and abs(low["proportion_high"] - 0.27753) < 5e-6, low
    assert abs(high["proportion_low"] - 0.72247) < 5e-6 and high["proportion_high"] == 1, high


def counts_decide_the_next_course():
    """mrgsolve #1254: a course every 21 days, held while neutrophils are below 1, given again at the first weekly count above"""
    pk = ('model = "one_compartment"\nabsorption = "zero_order"\nclearance = "10 L/h"\nvolume = "50 L"\nabsorption_duration = "1 h"')
    text = ('[[parameter]]\nname = "below_until"\nvalue = 28\n' + SAYS +
            '[[visit]]\nname = "count"\nevery = "7 day"\nfrom = "day 7"\nuntil = "day 70"\nmeasure = []\n'
            '[[rule]]\nname = "low"\nat = ["count"]\nwhen = "day == 21"\ndo = "hold"\nuntil = "day >= below_until"\nrecheck = "7 day"\n'
            'source = "report"\n[record]\npatients = 1\ndaily = ["auc_24h", "daily_dose_mg"]\n')
    run = Run(scenario(pk, '[[arm]]\nname = "a"\nregimen = { dose = "100 mg", every = "21 day" }\nrules = ["low"]\n', 70, rest=text))
    area = run.file["records/daily/auc_24h"][0]
    taken = [day - 1 for day in range(1, 70) if area[day] > 5000]
    assert taken == [0, 28, 49], taken


def another_interval_in_mid_course():
    """mrgsolve #1254, further: from every 21 to every 28 days on day 10 and back to every day on day 60 (doses on 0, 28, 56, 60, 61 …)"""
    pk = ('model = "one_compartment"\nabsorption = "zero_order"\nclearance = "10 L/h"\nvolume = "50 L"\nabsorption_duration = "1 h"')
    text = ('[[visit]]\nname = "visit"\nat = ["day 10", "day 60"]\nmeasure = []\n'
            '[[rule]]\nname = "slower"\nat = ["visit"]\nwhen = "day == 10"\ndo = "set"\nregimen = { dose = "100 mg", every = "28 day" }\n'
            'source = "report"\n[[rule]]\nname = "daily"\nat = ["visit"]\nwhen = "day == 60"\ndo = "set"\n'
            'regimen = { dose = "100 mg", every = "24 h" }\nsource = "report"\n[record]\npatients = 1\ndaily = ["auc_24h"]\n')
    run = Run(scenario(pk, '[[arm]]\nname = "a"\nregimen = { dose = "100 mg", every = "21 day" }\nrules = ["slower", "daily"]\n', 64, rest=text))
    area = run.file["records/daily/auc_24h"][0]
    taken = [day - 1 for day in range(1, 64) if area[day] > 5000]
    assert taken == [0, 28, 56, 60, 61, 62], taken


def exact_share_of_arms():
    """Randomisation in permuted blocks: 1 : 2 in blocks of 3 gives exactly a third, for every number of whole blocks"""
    arms = ''.join(f'[[arm]]\nname = "{n}"\nshare = {s}\nregimen = {ONCE}\n' for n, s in (("c", 1), ("t", 2)))
    for patients in (3, 300, 999):
        run = Run(scenario(PK, arms, 1, patients, trial="block = 3"))
        assert [arm["patients"] for arm in run.json["arms"]] == [patients // 3, 2 * patients // 3]


if __name__ == "__main__":
    run_all([remission_in_leukaemia, odds_of_a_table, interval_of_nobody, tails_of_the_normal, truncated_lognormal, cv_of_a_lognormal,
             error_of_the_restricted_mean, shares_of_competing_causes, stopping_in_a_composite, censoring_hazard, no_event_in_a_group, quasi_complete_separation,
             counts_decide_the_next_course, another_interval_in_mid_course, exact_share_of_arms])
