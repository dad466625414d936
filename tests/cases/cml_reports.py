"""Times from a response, confirmed responses and levels during a hold that others' programs got wrong, or were asked about, in public reports."""
# needs: numpy scipy h5py
import pathlib
import sys

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import norm

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import SAYS, TRIAL_PK, Run, run_all, scenario

ONCE = '{ dose = "400 mg", every = "24 h" }'
DAILY = 'every = "1 day"\n'
ENDS = f'[[event]]\nname = "death"\nwhen = "day >= d"\n{DAILY}fatal = true\n[[event]]\nname = "leaves"\nwhen = "day >= c"\n{DAILY}ends_trial = true\n'
DURATION = '[[tally]]\nname = "duration"\nkind = "time_to_event"\nevent = "loss"\ncompeting = ["death"]\nfrom = "response"\n'


def table(name, columns):
    """[population.table] and its file, a row for each patient."""
    rows = "".join(f"{i},{','.join(map(str, row))}\n" for i, row in enumerate(zip(*columns.values())))
    return f'[population.table]\nfile = "{name}.csv"\n', {f"{name}.csv": f"id,{','.join(columns)}\n{rows}"}


def curves(times, last):
    """Of pairs (day, cause; 0 censored): at the end of each day survival (Kaplan-Meier) and both incidences (Aalen-Johansen)."""
    alive, incidence, found = 1.0, [0.0, 0.0], []
    for day in range(last + 1):
        at_risk = sum(time >= day for time, _ in times)
        events = [sum(pair == (day, cause) for pair in times) for cause in (1, 2)]
        if at_risk:
            incidence = [before + alive * n / at_risk for before, n in zip(incidence, events)]
            alive *= 1 - sum(events) / at_risk
        found.append((alive, *incidence))
    return np.array(found).T


def same_curves(tally, times, last):
    assert tally["evaluable"][()] == len(times), (tally["evaluable"][()], len(times))
    right = curves(times, last)
    assert list(tally["time"][:]) == list(range(last + 1))
    for name, got, want in (("survival", tally["survival"][:], right[0]), ("incidence", tally["incidence"][:], right[1:])):
        assert np.allclose(got, want, atol=1e-12, rtol=0), (name, np.abs(got - want).max())


def ties_at_the_start():
    """lifelines #1604, #497, ggsurvfit #150, admiral #2639: who ends on the day of entry, and what counts of several events on a day"""
    random, last = np.random.default_rng(4), 12
    days = {name: random.integers(0, 16, 400) for name in "rlcd"}
    head, files = table("ties", days)
    events = [f'[[event]]\nname = "{name}"\nwhen = "day >= {column}"\n{DAILY}' for name, column in (("response", "r"), ("loss", "l"))]
    with_response, times = 0, []
    for r, lost, c, d in zip(*(map(int, days[name]) for name in "rlcd")):
        if r > min(d, c, last):
            continue
        with_response += 1
        if lost < r:
            continue  # had had what ends the time
        if lost <= min(d, c, last):
            times.append((lost - r, 1))  # before death, and that before leaving
        else:
            times.append((d - r, 2) if d <= min(c, last) else (min(c, last) - r, 0))
    assert sum(time == 0 for time, _ in times) > 10 and len(times) < with_response  # there are ties to get wrong
    for order in (events, events[::-1]):  # the scenario's order is none of time
        run = Run(scenario(TRIAL_PK, ONCE, last, 400, head + "".join(order) + ENDS + DURATION), files)
        tally = run.file["tallies/duration"]
        assert tally["randomised"][()] == with_response
        same_curves(tally, times, last)
        assert f"{with_response - len(times)} of the {with_response} patients" in run.said, run.said


LOOKS = '[[visit]]\nname = "look"\nat = ["day 0"]\nevery = "5 day"\nfrom = "day 5"\nmeasure = []\nmissed = 0\n'
BIT = "floor(bits/2^(day/5)) - 2*floor(bits/2^(day/5 + 1))"  # of this look, 1 or 0


def seen_twice(bits, d, c, last):
    """Day of the response, dated by the first of two looks in a row; day of its loss; time to it; time from it to the loss."""
    looks = [(5 * k, bits >> k & 1) for k in range(last // 5 + 1) if 5 * k < min(d, c, last + 1)]
    response = loss = None
    for (before, was), (day, is_now) in zip(looks, looks[1:]):
        if response is None:
            response = before if was and is_now else None
        elif loss is None and not was and not is_now:
            loss = day
    died, end = d <= min(c, last), min(c, last)
    if response is None:
        under_way = bool(looks) and looks[-1][1] == 1
        return None, None, (d, 2) if died else (max(0, looks[-1][0] - 1) if under_way else end, 0), None
    lasts = (loss - response, 1) if loss is not None else ((d - response, 2) if died else (end - response, 0))
    return response, loss, (response, 1), lasts


def responses_that_are_confirmed():
    """admiralonco #23, #245, #78, admiral #2988: confirmed by a visit that is none, dated by the wrong one, seen once at the end"""
    random, last, n = np.random.default_rng(5), 50, 500
    columns = {"bits": random.integers(0, 2**11, n), "d": random.integers(1, 90, n), "c": random.integers(1, 90, n)}
    head, files = table("looks", columns)
    text = LOOKS + (f'[[event]]\nname = "response"\nwhen = "{BIT} > 0.5"\nat = "look"\nconfirm = 2\ndated = "first"\n'
                    f'[[event]]\nname = "loss"\nwhen = "{BIT} < 0.5"\nat = "look"\nconfirm = 2\nafter = "response"\n')
    text += ENDS + DURATION + '[[tally]]\nname = "time"\nkind = "time_to_event"\nevent = "response"\ncompeting = ["death"]\n'
    text += "".join(f'[[column]]\nname = "{name}"\nvalue = "day_of.{name}"\n' for name in ("response", "loss"))
    file = Run(scenario(TRIAL_PK, ONCE, last, n, head + text), files).file
    right = [seen_twice(*map(int, row), last) for row in zip(*columns.values())]
    for name, days in (("response", [one[0] for one in right]), ("loss", [one[1] for one in right])):
        assert np.array_equal(file[f"patients/{name}"][0], np.array(days, float), equal_nan=True), name
    same_curves(file["tallies/time"], [one[2] for one in right], last)
    same_curves(file["tallies/duration"], [one[3] for one in right if one[3]], last)

    # Two kinds of visit on one day are one look: level above 40 on day 14 alone, visits of both kinds then.
    steps = ", ".join(f'{{ from = "day {day}", dose = "{mg} mg", every = "24 h" }}' for day, mg in ((0, 40), (13, 400), (14, 40)))
    visits = "".join(f'[[visit]]\nname = "{name}"\nat = {at}\nmeasure = ["trough"]\nwindow = "0 h"\nsample_sd = "0 h"\nmissed = 0\n'
                     for name, at in (("one", '["day 7", "day 14", "day 21"]'), ("other", '["day 14"]')))
    high = '[[event]]\nname = "high"\nwhen = "trough > 40"\nat = ["one", "other"]\nconfirm = 2\n'
    record = '[record]\npatients = 1\ndaily = ["trough", "event.high"]\n'
    run = Run(scenario(TRIAL_PK, f"{{ schedule = [ {steps} ] }}", 30, 1, visits + high + record))
    assert run.daily("trough", 14) > 40 > run.daily("trough", 21) and run.daily("event.high", 30) == 0


def levels_during_a_hold():
    """posologyr #33, mapbayr #163, mrgsolve #1393: a level below the limit, and one of a patient who was not given the drug (MAP by scipy)"""
    ka, volume, sd, sigma, limit, dose, looks = 1.0, 50.0, 0.5, 0.2, 5.0, 400.0, (10, 11, 14, 15, 20, 30)
    etas = [-1.2, -0.5, 0.0, 0.4, 0.8]
    head, files = table("etas", {"eta.CL": etas})
    pk = TRIAL_PK.replace('clearance = "10 L/h"', 'clearance = { formula = "10*exp(eta.CL)", unit = "L/h" }')
    arm = f'[[arm]]\nname = "a"\nregimen = {ONCE}\nrules = ["hold"]\n'
    text = (f'[[random_effect]]\nname = "CL"\nsd = {sd}\n{SAYS}[assays]\ntrough_limit = "{limit} ng/mL"\n{SAYS}'
            f'[prediction]\nresidual_cv = {sigma}\nvolume_sd = 0\nlevels = 4\nhistory = "13 day"\n{SAYS}'
            f'[[visit]]\nname = "level"\nat = {[f"day {day}" for day in (10, 11, 14, 30)]}\nmeasure = ["trough"]\n'
            'window = "0 h"\nsample_sd = "0 h"\nmissed = 0\n'
            '[[rule]]\nname = "hold"\nat = "level"\nwhen = "day == 10"\ndo = "hold"\nuntil = "day >= 20"\nrecheck = "5 day"\n'
            '[record]\npatients = 5\ndaily = ["predicted_trough_map"]\n').replace("'", '"')
    run = Run(scenario(pk, arm, 31, len(etas), head + text), files)
    taken = [day for day in range(31) if not 10 <= day < 20]

    def of_one(rate, hours):
        return dose / volume * ka / (ka - rate) * (np.exp(-rate * hours) - np.exp(-ka * hours)) * 1000

    def level(eta, day, given):
        return of_one(10 * np.exp(eta) / volume, 24.0 * (day - np.array([one for one in given if one < day]))).sum()

    def steady(eta):
        rate = 10 * np.exp(eta) / volume
        return of_one(rate, 24.0 * np.arange(1, 2000)).sum()  # the last is below 1e-16 of the first

    for patient, truth in enumerate(etas):
        levels = {day: level(truth, day, taken) for day in looks}
        for now in (10, 11, 14, 30):
            known = [day for day in looks if day <= now][-4:]
            history = {day: [one for one in range(day) if one in taken or one < day - 13] for day in known}

            def misfit(eta):
                total = eta**2 / sd**2
                for day in known:
                    f = level(eta, day, history[day])
                    y = levels[day]
                    error = sigma * f
                    total += -2 * norm.logcdf((limit - f) / error) if y < limit else ((y - f) / error)**2 + 2 * np.log(error)
                return total
            grid = np.linspace(-2, 2, 81)
            best = grid[np.argmin([misfit(eta) for eta in grid])]
            eta = minimize_scalar(misfit, bounds=(best - 0.1, best + 0.1), method="bounded", options={"xatol": 1e-9}).x
            got = run.daily("predicted_trough_map", now, patient)
            assert abs(got / steady(eta) - 1) < 1e-6, (truth, now, got, steady(eta))


if __name__ == "__main__":
    run_all([ties_at_the_start, responses_that_are_confirmed, levels_during_a_hold])
