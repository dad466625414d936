"""Adverse events, cured and progressing patients and tumours that others' programs got wrong, or were asked about, in public."""
# needs: numpy scipy h5py
import pathlib
import sys

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from cml_reports import table
from prediction_reports import ONCE, column, drawn, near, share
from reports import SAYS, TRIAL_PK, Run, run_all, scenario

LIBRARY = pathlib.Path(__file__).parents[2] / "scenarios" / "library"
YEAR = 365.25


def episodes_with_rates_that_change():
    """msm #104, ferx #741, #761, admiral #2302: states by rates that follow a dose that changes; episodes, worst grades, days (chain of one-day steps)"""
    n, last, change, first, back, down, up, over = 10000, 60, 20, 0.05, 0.10, 0.08, 0.03, 0.06
    grades, later = np.array([0.5, 0.3, 0.15, 0.05]), np.array([0.7, 0.3, 0.0, 0.0])
    doses = f'{{ schedule = [{{ from = "day 0", dose = "800 mg", every = "24 h" }}, {{ from = "day {change}", dose = "400 mg", every = "24 h" }}] }}'
    dose = "(daily_dose_mg/400)"
    text = (f'[[event]]\nname = "oedema"\nhazard = "{first}*{dose}"\nevery = "1 day"\ngrades = {grades.tolist()}\nrecovery = "{over}/{dose}"\n'
            f'easing = "{down}/{dose}"\nworsening = "{up}*{dose}"\nrecurrence = {{ hazard = "{back}*{dose}", grades = {later.tolist()} }}\n{SAYS}')
    looks = (5, 19, 40, 60)
    text += f'[[visit]]\nname = "look"\nat = {[f"day {d}" for d in looks]}\nmeasure = []\nmissed = 0\n'.replace("'", '"')
    for name, score in [(f"g{g}", f"grade.oedema == {g}") for g in range(5)] + [(f"w{g}", f"worst_grade.oedema == {g}") for g in range(5)]:
        text += f'[[tally]]\nname = "{name}"\nscore = "{score}"\nat = "look"\nby = ["visit"]\n'
    run = Run(scenario(TRIAL_PK, doses, last, n, text + column("times", "times.oedema") + column("days", "days_with.oedema")))
    now = np.zeros((6, 5))  # 0 never, 1 to 4 grade, 5 over; by worst grade
    now[0, 0] = 1
    episodes = days = 0.0
    for day in range(last + 1):
        if day:
            days += now[1:5].sum()
        if day in looks:
            for g in range(5):
                at = looks.index(day)
                share(run.tally(f"w{g}")["proportion"][at], now[:, g].sum(), n, (day, "worst", g))
                share(run.tally(f"g{g}")["proportion"][at], now[0].sum() + now[5].sum() if g == 0 else now[g].sum(), n, (day, g))
        x, new = 2.0 if day < change else 1.0, np.zeros((6, 5))
        for state in range(6):
            for worst in range(5):
                amount = now[state, worst]
                if state in (0, 5):
                    begins = amount * -np.expm1(-(first if state == 0 else back) * x)
                    episodes += begins * (day < last)
                    new[state, worst] += amount - begins
                    for g in range(1, 5):
                        new[g, max(worst, g)] += begins * (grades if state == 0 else later)[g - 1]
                else:
                    rates = np.array([over / x, down / x * (state > 1), up * x * (state < 4)])
                    leaves = amount * -np.expm1(-rates.sum()) * rates / rates.sum()
                    new[state, worst] += amount - leaves.sum()
                    for to, part in zip((5, state - 1, state + 1), leaves):
                        new[min(to, 5), max(worst, to) if to < 5 and to > state else worst] += part
        now = new
    for name, right in (("times", episodes), ("days", days)):
        found = run.file[f"patients/{name}"][0]
        assert abs(found.mean() - right) < 4.5 * found.std() / np.sqrt(n), (name, found.mean(), right)


def hazards_without_bounds():
    """ferx #762, #763: hazards so high that millions of events would come, or below 0: neither a stop of the run nor patients without events"""
    text = f'[[event]]\nname = "x"\nhazard = "1000"\nevery = "1 day"\nrecovery = "1000"\nrecurrence = {{ hazard = "1000" }}\n{SAYS}'
    run = Run(scenario(TRIAL_PK, ONCE, 30, 50, text + column("times", "times.x") + column("days", "days_with.x")))
    assert (run.file["patients/times"][0] == 15).all() and (run.file["patients/days"][0] == 15).all(), run.file["patients/times"][0]
    text = drawn("u", 'distribution = "uniform"\nlow = -1\nhigh = 1') + f'[[event]]\nname = "x"\nhazard = "0.1*u"\n{SAYS}'
    below = Run(scenario(TRIAL_PK, ONCE, 30, 50, text + column("u")), may_fail=True)
    failed = np.isnan(below.file["patients/u"][0]).sum()
    assert below.code == 3 and f"{failed} of 50 patients failed" in below.said and "hazard of event 'x' is outside" in below.said, below.said


def grades_of_a_published_model():
    """nlmixr2lib Schindler_2017_sunitinib_fatigue (303 patients with GIST): rates between neighbouring grades that depend on the grade, from grade 0 (chain)"""
    n, last, looks = 10000, 168, (28, 84, 168)
    rel = "(-0.6037*(1 - exp(-day*24/401)))"  # sVEGFR-3 under 50 mg for good: AUC 1.5235, IC50 1 mg·h/L, MRT 401 h
    at_least = [f"(1/(1 + exp({1.85 + b} + 1.87*{rel})))" for b in (0.0, 1.08, 1.08 + 1.92)]
    pss = [f"(1 - {at_least[0]})", f"({at_least[0]} - {at_least[1]})", f"({at_least[1]} - {at_least[2]})", at_least[2]]

    def rate(start, end):  # a day; MET 909 h
        return f"24/909*{pss[end]}/({pss[start]} + {pss[end]})"
    text = (f'[[event]]\nname = "fatigue"\nevery = "1 day"\nhazard = "{rate(0, 1)}"\ngrades = [1, 0, 0, 0]\n'
            f'recovery = "if(grade.fatigue == 1, {rate(1, 0)}, 0)"\n'
            f'worsening = "if(grade.fatigue == 1, {rate(1, 2)}, if(grade.fatigue == 2, {rate(2, 3)}, 0))"\n'
            f'easing = "if(grade.fatigue == 2, {rate(2, 1)}, if(grade.fatigue == 3, {rate(3, 2)}, 0))"\nrecurrence = {{ hazard = "{rate(0, 1)}" }}\n{SAYS}')
    text += f'[[visit]]\nname = "look"\nat = {[f"day {d}" for d in looks]}\nmeasure = []\nmissed = 0\n'.replace("'", '"')
    text += "".join(f'[[tally]]\nname = "g{g}"\nscore = "grade.fatigue == {g}"\nat = "look"\nby = ["visit"]\n' for g in range(5))
    run, now = Run(scenario(TRIAL_PK, ONCE, last, n, text)), np.array([1.0, 0, 0, 0])
    for day in range(last + 1):
        if day in looks:
            for g in range(4):
                share(run.tally(f"g{g}")["proportion"][looks.index(day)], now[g], n, (day, g))
        value = -0.6037 * (1 - np.exp(-day * 24 / 401))
        c = 1 / (1 + np.exp(np.array([1.85, 2.93, 4.85]) + 1.87 * value))
        p, step = np.array([1 - c[0], c[0] - c[1], c[1] - c[2], c[2]]), np.zeros((4, 4))
        for state in range(4):
            rates = {to: 24 / 909 * p[to] / (p[state] + p[to]) for to in (state - 1, state + 1) if 0 <= to < 4}
            total = sum(rates.values())
            step[state, state] = np.exp(-total)
            for to, r in rates.items():
                step[state, to] = -np.expm1(-total) * r / total
        now = now @ step


def cured_and_mixed():
    """bambi #1036, lifelines #882, #947 (cure fractions), simsurv #21 (two Weibulls under a frailty): survival, mean and median by quadrature"""
    n, last, (l1, g1), (l2, g2), p, beta, cured = 6000, int(6 * YEAR), (0.6, 1.8), (0.7, 0.5), 0.3, 0.5, 0.55
    share_1, share_2 = f"{p}*exp(-{l1}*max(0, T)^{g1})", f"{1 - p}*exp(-{l2}*max(0, T)^{g2})"
    grown = "-log(" + share_1 + " + " + share_2 + ")"  # of a span of 7 days, exactly, so that the infinite hazard of day 0 is none
    hazard = f"exp({beta}*z)*({grown.replace('T', '((day + 7)/365.25)')} - ({grown.replace('T', '(day/365.25)')}))/7"
    text = drawn("z", 'distribution = "normal"\nmean = 0\nsd = 1') + drawn("cured", f'distribution = "bernoulli"\np = {cured}')
    text += f'[[event]]\nname = "mixed"\nhazard = "{hazard}"\n{SAYS}[[event]]\nname = "recurrence"\nhazard = "if(cured, 0, {hazard})"\n{SAYS}'
    text += "".join(f'[[tally]]\nname = "{name}"\nkind = "time_to_event"\nevent = "{name}"\n' for name in ("mixed", "recurrence"))
    run = Run(scenario(TRIAL_PK, '{ schedule = [{ from = "day 0", dose = "0 mg" }] }', last, n, text))

    def survival(t):
        z, w = np.polynomial.hermite_e.hermegauss(60)
        base = p * np.exp(-l1 * t**g1) + (1 - p) * np.exp(-l2 * t**g2)
        return (w * base ** np.exp(beta * z)).sum() / w.sum()
    for name, pi in (("mixed", 0.0), ("recurrence", cured)):
        tally, days = run.file[f"tallies/{name}"], list(run.file[f"tallies/{name}/time"][:])
        for year in (0.1, 0.5, 1, 3, 5.9):
            share(tally["survival"][:][days.index(int(year * YEAR))], pi + (1 - pi) * survival(int(year * YEAR) / YEAR), n, (name, year))
        area = quad(lambda t, q=pi: q + (1 - q) * survival(t), 0, last / YEAR, limit=300)[0] * YEAR
        found = run.tally(name)
        assert abs(found["rmst"][0] - area) < 4.5 * 0.5 * last / np.sqrt(n), (name, found["rmst"], area)
        if pi > 0.5:
            assert found["median"] == [None], found["median"]  # more than half never have it
        else:
            middle = brentq(lambda t: survival(t) - 0.5, 0.01, 9) * YEAR
            share(survival(found["median"][0] / YEAR), 0.5, n, (name, "median", found["median"], middle))


def progression_from_the_smallest():
    """jmpost #338, #215, nlmixr2lib #64, admiralonco #93: growth before the first dose, regrowth, and RECIST from the smallest sum seen (ODE apart)"""
    n, last, start, every, worst = 60, 700, -28, 56, 0.0
    random = np.random.default_rng(6)
    columns = {"growth": random.uniform(0.001, 0.006, n).round(5), "kill": random.uniform(0.0, 0.02, n).round(5),
               "fading": random.uniform(0.0, 0.02, n).round(5), "base": random.uniform(20, 150, n).round(2)}
    head, files = table("lesions", columns)
    text = head + (f'[tumour]\nmodel = "size_and_density"\nbaseline = {{ formula = "base" }}\nlimit = 900\ngrowth = {{ formula = "growth", unit = "1/day" }}\n'
                   f'kill = {{ formula = "kill", unit = "1/day" }}\nfading = {{ formula = "fading", unit = "1/day" }}\n{SAYS}')
    text += f'[[visit]]\nname = "scan"\nat = ["day 0"]\nevery = "{every} day"\nmeasure = ["imaging"]\nmissed = 0\n'
    text += ('[[event]]\nname = "progression"\nwhen = "tumour_size >= 1.2*lowest_tumour_size and tumour_size >= lowest_tumour_size + 5"\nat = "scan"\n' +
             column("day_of_pd", "day_of.progression") + f'[record]\npatients = {n}\ndaily = ["tumour_size_true", "relative_exposure"]\n')
    run = Run(scenario(TRIAL_PK, ONCE, last, n, text, trial=f'start = "day {start}"\n'), files)
    found = run.file["patients/day_of_pd"][0]
    group = run.file["records/daily"]
    days, exposure, sizes = group["day"][:].tolist(), group["relative_exposure"][0], group["tumour_size_true"][:]
    growth, kill, fading, size = columns.values()
    for day in range(start, last):
        rho = exposure[days.index(day + 1)] if day >= 0 else 0.0

        def slope(t, s):
            return growth * s * (1 - s / 900) - kill * rho * np.exp(-fading * max(0.0, t)) * s
        a = slope(day, size)
        b = slope(day + 0.5, size + a / 2)
        c = slope(day + 0.5, size + b / 2)
        size = size + (a + 2 * b + 2 * c + slope(day + 1, size + c)) / 6
        worst = max(worst, np.abs(sizes[:, days.index(day + 1)] / size - 1).max())
    assert worst < 0.01, worst
    for patient in range(n):
        lowest, right = np.inf, np.nan
        for day in range(0, last + 1, every):
            now = sizes[patient, days.index(day)]
            lowest = min(lowest, now)
            if now >= 1.2 * lowest and now >= lowest + 5:
                right = day
                break
        assert found[patient] == right or np.isnan(right) and np.isnan(found[patient]), (patient, found[patient], right)
    assert 5 < np.isfinite(found).sum() and len(set(found[np.isfinite(found)])) > 4, found


def lesions_of_a_published_model():
    """nlmixr2lib Schindler_2017_imatinib: first lesions of both classes, 400 then 800 mg, beside gist_tumour.toml and gist_tumour_diameter.toml (ODE)"""
    last, rise = 700, 364
    names = ("tumour_size", "tumour_growth", "tumour_kill", "tumour_density", "tumour_density_effect")
    pk = 'model = "one_compartment"\nabsorption = "zero_order"\nclearance = "1000 L/h"\nvolume = "10 L"\nabsorption_duration = "24 h"\n'
    regimen = f'{{ schedule = [{{ from = "day 0", dose = "400 mg", every = "24 h" }}, {{ from = "day {rise}", dose = "800 mg", every = "24 h" }}] }}'
    for file, starts, most, growth, fading, kill in (("gist_tumour", (3.45, 161), 1190, 0.00861, 0.0469, 0.0547),
                                                     ("gist_tumour_diameter", (20.9, 76.6), 171, 0.00176, 0.0475, 0.0124)):
        head, files = table("lesion", {"large_lesion": [0, 1], **{f"eta.{name}": [0, 0] for name in names}})
        text = scenario(pk, regimen, last, 2, head + '[record]\npatients = 2\ndaily = ["tumour_size_true", "tumour_density_true"]\n')
        text = f'base = ["{LIBRARY}/disease/{file}.toml"]\n' + text.replace('"1000 ng/mL"', f'"{1000 * 400 / 24 / 1000!r} ng/mL"')
        run = Run(text, files)
        for patient, start in enumerate(starts):
            def law(t, y):  # weeks
                dose = 1 if t < rise / 7 else 2
                return (growth * y[0] * (1 - y[0] / most) - kill * dose * np.exp(-fading * t) * y[0], 0.0935 * 59 - 0.0935 * (1 + 0.154 * dose) * y[1])
            solved = solve_ivp(law, (0, last / 7), (start, 59.0), t_eval=[84 / 7, 364 / 7, 700 / 7], rtol=1e-8, max_step=1.0).y
            for day, size, density in zip((84, 364, 700), *solved):
                near(run.daily("tumour_size_true", day, patient), size, 0.003)
                near(run.daily("tumour_density_true", day, patient), density, 0.003)


if __name__ == "__main__":
    run_all([episodes_with_rates_that_change, hazards_without_bounds, grades_of_a_published_model, cured_and_mixed,
             progression_from_the_smallest, lesions_of_a_published_model])
