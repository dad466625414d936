"""Predicted troughs, adverse events, interactions, virtual patients and tumours that others' programs got wrong, or were asked about, in public."""
# needs: numpy scipy h5py
import pathlib
import sys

import numpy as np
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.stats import norm, spearmanr

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from cml_reports import table
from reports import FOLDER, SAYS, TRIAL_PK, Linear, Run, refused, run_all, scenario, vtrial

ONCE = '{ dose = "400 mg", every = "24 h" }'
NOTHING = '[[visit]]\nname = "file"\nat = ["day 64"]\nmeasure = []\n'  # what has been measured is on file from a visit on


def near(found, right, relative=1e-6):
    found, right = np.asarray(found, float), np.asarray(right, float)
    assert np.allclose(found, right, rtol=relative, atol=1e-9), (np.abs(found / right - 1).max(), found, right)


def share(found, right, n, what=""):
    assert abs(found - right) < 4.5 * np.sqrt(max(right * (1 - right), 1e-4) / n), (what, found, right)


def drawn(name, law):
    return f'[[covariate]]\nname = "{name}"\n{law}\n{SAYS}'


def column(name, value=None):
    return f'[[column]]\nname = "{name.replace(".", "_")}"\nvalue = "{value or name}"\n'


def level_at(*days, more='window = "0 h"\nsample_sd = "0 h"\nmissed = 0\n'):
    return f'[[visit]]\nname = "level"\nat = [{", ".join(f"{chr(34)}day {d}{chr(34)}" for d in days)}]\nmeasure = ["trough"]\n{more}'


def after(hours, clearance, volume, ka, dose=400.0, tau=24.0):
    """ng/mL in the steady state, so long after a dose, first order and one compartment."""
    k = clearance / volume
    return 1000 * dose * ka / volume / (ka - k) * (np.exp(-k * hours) / -np.expm1(-k * tau) - np.exp(-ka * hours) / -np.expm1(-ka * tau))


def pk_of(clearance=15, volume=150, ka=0.8, effects=("CL",)):
    said = {name: f'{{ formula = "{value}*exp(eta.{name})", unit = "{unit}" }}' if name in effects else f'"{value} {unit}"'
            for name, value, unit in (("CL", clearance, "L/h"), ("V", volume, "L"), ("ka", ka, "1/h"))}
    return ('model = "one_compartment"\nabsorption = "first_order"\n'
            f'clearance = {said["CL"]}\nvolume = {said["V"]}\nabsorption_rate = {said["ka"]}')


def effect(name, sd):
    return f'[[random_effect]]\nname = "{name}"\nsd = {sd}\n{SAYS}'


def errors_of_the_prior():
    """mapbayr #222 (error of the log), nlmixr #490, #428, babelmixr2 #151 (combined error), mapbayr #174 (weight of the prior): MAP by scipy"""
    etas, omega = [-0.9, -0.3, 0.0, 0.5, 1.1], np.sqrt(0.125)
    head, files = table("errors", {"eta.CL": etas})
    levels = after(24.0, 15 * np.exp(np.array(etas)), 150, 0.8)
    cases = {"residual_sd_log = 0.231": lambda y, f: ((np.log(y) - np.log(f)) / 0.231)**2,
             'residual_cv = 0.2\nresidual_sd = "0.3 mg/L"': lambda y, f: (y - f)**2 / (0.04 * f**2 + 9e4) + np.log(0.04 * f**2 + 9e4),
             'residual_sd = "300 ng/mL"': lambda y, f: ((y - f) / 300)**2}
    for weight in (1.0, 0.2):
        for keys, part in cases.items():
            rest = head + effect("CL", omega) + level_at(60) + column("predicted_trough_map") + (
                f'[prediction]\n{keys}\nvolume_sd = 0\nclearance_sd = {omega / np.sqrt(weight)!r}\n{SAYS}')
            got = Run(scenario(pk_of(), ONCE, 61, 5, rest), files).file["patients/predicted_trough_map"][0]
            for found, y in zip(got, levels):
                def misfit(eta):
                    return weight * eta**2 / omega**2 + part(y, after(24.0, 15 * np.exp(eta), 150, 0.8))
                eta = minimize_scalar(misfit, bounds=(-2, 2), method="bounded", options={"xatol": 1e-10}).x
                near(found, after(24.0, 15 * np.exp(eta), 150, 0.8))


def combined_errors_of_the_laboratory():
    """nlmixr #490, #428, PumasDocs #58: the SD of proportional and additive errors together is √(a² + b²f²), not a + bf"""
    run = Run(scenario(TRIAL_PK, ONCE, 41, 8000, level_at(40) + column("trough") + column("trough_true") +
                       f'[assays]\ntrough_cv = 0.1\ntrough_sd = "50 ug/L"\n{SAYS}'))
    true, found = run.file["patients/trough_true"][0][0], run.file["patients/trough"][0]
    right = np.hypot(0.1 * true, 50)
    assert abs(found.std() / right - 1) < 4.5 / np.sqrt(16000) and abs(found.mean() - true) < 4.5 * right / np.sqrt(8000), (found.std(), right)


def starting_values():
    """mapbayr #5, #151, #116: estimates that depend on where the search begins, wide priors (ω of CL, V and ka about 1; best of 12 searches)"""
    omega, sigma, n = np.array([1.0, 0.8, 1.2]), 0.15, 12
    rest = "".join(effect(name, sd) for name, sd in zip(("CL", "V", "ka"), omega)) + level_at(60, 61, 62, more='sample_after = ["0.5 h", "23.5 h"]\n')
    rest += NOTHING + (f'[prediction]\nresidual_cv = {sigma}\nabsorption_sd = {omega[2]}\n{SAYS}[assays]\ntrough_cv = 0.6\n{SAYS}'
             f'[record]\npatients = {n}\ndaily = ["trough", "trough_after_h", "predicted_trough_map"]\n')
    run, random, missed = Run(scenario(pk_of(effects=("CL", "V", "ka")), ONCE, 70, n, rest)), np.random.default_rng(3), []
    for patient in range(n):
        y, h = (np.array([run.daily(name, day, patient) for day in (61, 62, 64)]) for name in ("trough", "trough_after_h"))

        def at(eta, hours):
            with np.errstate(over="ignore"):
                return after(hours, *np.array([15, 150, 0.8]) * np.exp(eta))

        def misfit(eta):
            f = at(eta, h)
            return ((eta / omega)**2).sum() + (((y - f) / (sigma * f))**2 + 2 * np.log(sigma * f)).sum() if (f > 0).all() else 1e9
        found = [minimize(misfit, random.normal(0, 1.2, 3) * omega, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 2000})
                 for _ in range(12)]
        best = min(found, key=lambda one: one.fun)
        right, got = at(best.x, 24.0), run.daily("predicted_trough_map", 69, patient)
        if abs(got / right - 1) > 1e-4:
            missed.append((patient, y, h, got, right, best.fun))
    assert not missed, missed


def estimates_of_nonmem():
    """mapbayr inst/nm001 and inst/exmodel: individual estimates that NONMEM gave for its first example model (run001.phi, ID 4 and 8)"""
    for mg, hours, level, etas in ((10000, 21.1, 34.0987, (0.270025131, -0.136257306, 0.0123831629)),
                                   (30000, 16.4, 239.501, (0.0266508767, -0.00704240138, 0.00123001684))):
        given = 24.0 * np.array([0, 3, 4, 5, 6, 7, 8, 9])

        def at(cl):  # the patient's own clearance gives the level of the file, that of day 9
            k = cl / 70
            return (mg / 70 / (1 - k) * (np.exp(-k * (216 + hours - given)) - np.exp(-(216 + hours - given)))).sum()
        cl = brentq(lambda cl: at(cl) - level, 1, 20)
        pk = pk_of(repr(cl), 70, 1, ())
        steps = ((0, f'"{mg} mg", every = "24 h"'), (1, '"0 mg"'), (3, f'"{mg} mg", every = "24 h"'))
        regimen = "{ schedule = [" + ", ".join(f'{{ from = "day {day}", dose = {dose} }}' for day, dose in steps) + "] }"
        sd = np.sqrt(0.2)
        rest = level_at(9, more=f'sample_after = ["{hours} h", "{hours} h"]\nmissed = 0\n') + (
            f'[prediction]\nclearance = "4 L/h"\nvolume = "70 L"\nabsorption_rate = "1 1/h"\nclearance_sd = {sd!r}\nvolume_sd = {sd!r}\n'
            f'absorption_sd = {sd!r}\nresidual_cv = {np.sqrt(0.05)!r}\nhistory = "13 day"\n{SAYS}[record]\npatients = 1\ndaily = ["predicted_trough_map", "trough"]\n'
            '[[visit]]\nname = "file"\nat = ["day 11"]\nmeasure = []\n')
        run = Run(scenario(pk, regimen, 12, rest=rest))
        near(run.daily("trough", 11), 1000 * level, 1e-8)
        near(run.daily("predicted_trough_map", 11), after(24.0, *np.array([4, 70, 1]) * np.exp(etas), mg), 1e-6)


def inputs_longer_than_the_interval():
    """mapbayr #142: a search that comes to a lag or a duration longer than the interval stopped with an error (D1 5 h with ω 0.7, every 8 h)"""
    omega, sigma, lag, n = np.array([0.4, 0.7]), 0.1, 5.0, 8
    pk = ('model = "one_compartment"\nabsorption = "zero_order"\nclearance = { formula = "5*exp(eta.CL)", unit = "L/h" }\nvolume = "60 L"\n'
          f'absorption_duration = {{ formula = "5*exp(eta.D1)", unit = "h" }}\nlag = "{lag} h"')
    rest = effect("CL", omega[0]) + effect("D1", omega[1]) + level_at(40, 41, 64, more='window = "5 h"\nsample_sd = "4 h"\nmissed = 0\n')
    rest += (f'[prediction]\nresidual_cv = {sigma}\nvolume_sd = 0\n{SAYS}[assays]\ntrough_cv = 0.4\n{SAYS}'
             f'[record]\npatients = {n}\ndaily = ["trough", "trough_after_h", "predicted_trough_map"]\n')
    run, random = Run(scenario(pk, '{ dose = "300 mg", every = "8 h" }', 70, n, rest)), np.random.default_rng(4)

    def at(eta, hours):
        k, lasts = 5 * np.exp(eta[0]) / 60, 5 * np.exp(eta[1])
        since = np.maximum(0, hours[:, None] + 8 * np.arange(200) - lag)
        during = np.minimum(since, lasts)
        return (1000 * 300 / lasts / (k * 60) * -np.expm1(-k * during) * np.exp(-k * (since - during))).sum(axis=1)
    for patient in range(n):
        y, h = (np.array([run.daily(name, day, patient) for day in (40, 41, 64)]) for name in ("trough", "trough_after_h"))

        def misfit(eta):
            f = at(eta, h)
            return ((eta / omega)**2).sum() + (((y - f) / (sigma * f))**2 + 2 * np.log(sigma * f)).sum()
        found = [minimize(misfit, random.normal(0, 1.2, 2) * omega, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}) for _ in range(8)]
        near(run.daily("predicted_trough_map", 69, patient), at(min(found, key=lambda one: one.fun).x, np.array([8.0]))[0], 1e-4)


def values_that_change():
    """mapbayr #11, #233: levels of different days under a clearance that changes: each is judged with the clearance of its day"""
    omega, etas, looks = 0.4, [-0.6, 0.0, 0.7], (5, 20, 90)
    head, files = table("trend", {"eta.CL": etas})

    def clearance(day):
        return 15 * (1 + 0.5 * np.exp(-day / 10))
    trend = '\nclearance_trend = { change = 0.5, time_constant = "10 day" }'
    rest = head + effect("CL", omega) + level_at(*looks) + f'[prediction]\nresidual_cv = 0.2\nvolume_sd = 0\n{SAYS}'
    run = Run(scenario(pk_of() + trend, ONCE, 91, 3, rest + '[record]\npatients = 3\ndaily = ["trough", "predicted_trough_map", "predicted_trough_prior"]\n'), files)
    for patient in range(3):
        y = np.array([run.daily("trough", day, patient) for day in looks])

        def misfit(eta):
            f = after(24.0, clearance(np.array(looks)) * np.exp(eta), 150, 0.8)
            return (eta / omega)**2 + (((y - f) / (0.2 * f))**2 + 2 * np.log(0.2 * f)).sum()
        eta = minimize_scalar(misfit, bounds=(-2, 2), method="bounded", options={"xatol": 1e-10}).x
        near(run.daily("predicted_trough_map", 90, patient), after(24.0, clearance(90) * np.exp(eta), 150, 0.8))
        near(run.daily("predicted_trough_prior", 20, patient), after(24.0, clearance(20), 150, 0.8))


def external_evaluation():
    """Pumas #877 and PMC7862213: the prediction before any level is that of η = 0, not the mean; MPE, MAPE, RMSE and F30 (quadrature over η)"""
    omega, n = 0.5, 20000

    def error(eta):
        return after(24.0, 15, 150, 0.8) / after(24.0, 15 * np.exp(eta), 150, 0.8) - 1
    rest = effect("CL", omega) + f'[prediction]\nresidual_cv = 0.2\nvolume_sd = 0\n{SAYS}' + '[[visit]]\nname = "look"\nat = ["day 60"]\nmeasure = []\n'
    ratio = "predicted_trough_prior/trough_true"  # a tally has no numbers below 0
    scores = {"mpe": (ratio, lambda e: e), "mape": (f"abs({ratio} - 1)", abs), "mse": (f"({ratio} - 1)^2", lambda e: e * e),
              "f30": (f"abs({ratio} - 1) <= 0.3", lambda e: float(abs(e) <= 0.3))}
    for name, (score, _) in scores.items():
        rest += f'[[tally]]\nname = "{name}"\nscore = "{score}"\n{"" if name == "f30" else "range = [0, 1e4]"}\nat = "look"\n'
    run = Run(scenario(pk_of(), ONCE, 61, n, rest))
    edges = sorted(minimize_scalar(lambda x, s=s: (error(x) - s * 0.3)**2, bounds=(-2, 2), method="bounded").x for s in (-1, 1))
    for name, (_, of) in scores.items():
        mean, square = (quad(lambda x, p=p: of(error(x))**p * norm.pdf(x, scale=omega), -4, 4, points=edges + [0], limit=400)[0] for p in (1, 2))
        tally = run.tally(name)
        got = tally["proportion" if name == "f30" else "mean"][0] - (name == "mpe")
        assert abs(got - mean) < 4.5 * np.sqrt((square - mean**2) / n), (name, got, mean)


def discrepancies_of_levels():
    """ferx #734, Pumas #699, nlmixr2est #171: prediction discrepancies without occasions, or of estimated η; here Φ by replicates"""
    scale, sd, occasion, m = np.array([0.6, 0.8, 1.0, 1.15, 1.5]), 0.3, 0.4, 1500
    typical = after(24.0, 15, 150, 0.8)
    head, files = table("observed", {"who": range(5), "observed": typical * scale})
    pk = pk_of(effects=()) + f'\nbioavailability = {{ formula = "exp(eta.F)" }}\nbioavailability_occasion_sd = {occasion}\noccasion = "1e5 day"'
    rest = head + effect("F", sd) + '[[visit]]\nname = "look"\nat = ["day 50"]\nmeasure = []\n' + (
        '[[tally]]\nname = "pd"\nscore = "trough_true < observed"\nat = "look"\nby = ["bins(who, 0.5, 1.5, 2.5, 3.5)"]\n')
    tally = Run(scenario(pk, ONCE, 51, 5, rest, trial=f"replicates = {m}\n"), files).tally("pd")
    assert tally["evaluable"] == [m] * 5 + [0], tally["evaluable"]
    for found, z in zip(tally["proportion"], np.log(scale) / np.hypot(sd, occasion)):
        share(found, norm.cdf(z), m)


def units_of_others():
    """openNCA #225, #280, ucum #76, admiral #1826: units that are none, or not those of the quantity, are refused; mg/L and µg/L are not mixed up"""
    for dose in ("400 BG", "340 mg/m2", "5 mg/kg"):
        refused(scenario(TRIAL_PK, f'{{ dose = "{dose}", every = "24 h" }}', 2), dose.split()[1])
    refused(scenario(TRIAL_PK, '{ dose = 400, every = "24 h" }', 2), '"400 mg"')
    for limit in ("50 ngeq/mL", "0.1 umol/L", "50 ng"):
        refused(scenario(TRIAL_PK, ONCE, 2, rest=f'[assays]\ntrough_limit = "{limit}"\n{SAYS}'), "trough_limit", "ng/mL")
    for name, text in (("units.csv", "creatinine_mg_per_dL [umol/L]\n88\n"), ("units.toml", scenario(TRIAL_PK, ONCE, 2, rest='[population]\ntable = "units.csv"\n'))):
        (FOLDER / name).write_text(text)
    assert "units.csv:1:1" in vtrial("check", FOLDER / "units.toml").stderr
    look = level_at(20) + column("trough_below_limit")
    for limit, below in (("0.08 mg/L", 0), ("84 ug/L", 1), ("83000 ng/L", 1), ("82 ng/mL", 0)):  # the trough is 82.98 ng/mL
        run = Run(scenario(TRIAL_PK, ONCE, 21, rest=f'{look}[assays]\ntrough_limit = "{limit}"\n{SAYS}'))
        assert run.file["patients/trough_below_limit"][0][0] == below, limit


def comedication_of_two_periods():
    """PKPDsim #10, PK-Sim Forum #1381: a comedication in the second period alone; an inducer and an inhibitor at once (day by day, exactly)"""
    clearance, volume, ka, last = 15.0, 150.0, 0.8, 60
    def taken(name, start, stop, cl, f, liver, gut):
        return (f'[[interaction]]\nperpetrator = "{name}"\nstart = "day {start}"\nstop = "day {stop}"\nclearance_ratio = {cl}\n'
                f'bioavailability_ratio = {f}\nliver_half_life = "{liver} h"\ngut_half_life = "{gut} h"\n{SAYS}')
    drugs = [("inducer", 20, 40, 1.9, 0.5, 48, 24), ("inhibitor", 30, 45, 0.6, 1.3, 12, 0)]
    run = Run(scenario(pk_of(effects=()), ONCE, last, rest="".join(taken(*drug) for drug in drugs) +
                       '[record]\npatients = 1\ndaily = ["auc_24h", "trough_true"]\n'))
    effects = np.zeros((2, 2))
    depot = central = 0.0
    for day in range(last):  # the day begins 6 h before its dose
        ratio = np.ones(2)
        for (_, start, stop, cl, f, *half), effect_now in zip(drugs, effects):
            for which, (size, hours) in enumerate(zip((cl, f), half)):
                goal = 1.0 if start < day <= stop else 0.0
                effect_now[which] = goal + (effect_now[which] - goal) * (2 ** (-24 / hours) if hours else 0)
                ratio[which] *= 1 + (size - 1) * effect_now[which]
        k, before = clearance * ratio[0] / volume, depot + central
        def on(amount, hours):
            return (amount[0] * np.exp(-ka * hours),
                    amount[1] * np.exp(-k * hours) + amount[0] * ka / (ka - k) * (np.exp(-k * hours) - np.exp(-ka * hours)))
        depot, central = on((depot, central), 6.0)
        if day:
            near(run.daily("trough_true", day), 1000 * central / volume, 1e-7)
        depot, central = on((depot + 400 * ratio[1], central), 18.0)
        near(run.daily("auc_24h", day + 1), 1000 * (before + 400 * ratio[1] - depot - central) / k / volume, 1e-7)


def metabolite_of_equal_rates():
    """openmalaria #53, #134, mrgsolve #265: metabolites below 0, or scaled to fit, where rates nearly coincide (matrix exponential)"""
    for rates in ((0.1, 0.1, 0.1), (0.1, 0.1 + 1e-9, 0.1 - 1e-9), (0.1, 0.10001, 0.1), (2.0, 0.05, 0.05), (0.05, 0.05, 3.0)):
        ka, k, km = rates
        pk = pk_of(repr(k * 50), 50, repr(ka), ()) + f'\nbioavailability = 0.7\nmetabolite_clearance = "{km * 80!r} L/h"\nmetabolite_volume = "80 L"'
        run = Run(scenario(pk, '{ dose = "100 mg", every = "60 day" }', 30, rest='[record]\npatients = 1\ndaily = ["metabolite_trough", "metabolite_auc_24h"]\n'))
        model = Linear({(0, 1): ka, (1, 2): k, (2, None): km}, 3, 2, 80)
        for day in range(1, 30):
            found, right = run.daily("metabolite_trough", day), model.ng_per_mL([(0, 70, 0, 0)], 24.0 * day)
            assert found >= 0 and abs(found - right) <= 1e-8 * right + 1e-9 * 70000 / 80, (rates, day, found, right)
        near(sum(run.daily("metabolite_auc_24h", day) for day in range(1, 31)), 1000 * 70 / (km * 80), 1e-4)


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
    run = Run(scenario(TRIAL_PK, ONCE, 30, 50, rest=f'[[event]]\nname = "x"\nhazard = "1000"\nevery = "1 day"\nrecovery = "1000"\nrecurrence = {{ hazard = "1000" }}\n{SAYS}' +
                       column("times", "times.x") + column("days", "days_with.x")))
    assert (run.file["patients/times"][0] == 15).all() and (run.file["patients/days"][0] == 15).all(), run.file["patients/times"][0]
    below = Run(scenario(TRIAL_PK, ONCE, 30, 50, rest=drawn("u", 'distribution = "uniform"\nlow = -1\nhigh = 1') +
                         f'[[event]]\nname = "x"\nhazard = "0.1*u"\n{SAYS}' + column("u")), may_fail=True)
    failed = np.isnan(below.file["patients/u"][0]).sum() if below.code else 0
    assert below.code == 3 and "x" in below.said and "negative" in below.said or failed, (below.code, below.said)


YEAR = 365.25


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


def virtual_patients():
    """simstudy #236 (correlations of binary values come out lower), #42 (no such correlations), multiscale-galactose #18 (limits): arcsine laws"""
    n, rho = 10000, 0.6
    text = drawn("yes", 'distribution = "bernoulli"\np = 0.5') + drawn("also", 'distribution = "bernoulli"\np = 0.5')
    text += drawn("weight_kg", 'distribution = "lognormal"\nmedian = 70\nsd_log = 0.3\nmin = 60\nmax = 90')
    text += drawn("height_cm", 'distribution = "normal"\nmean = 170\nsd = 10\nmin = 150')
    pairs = f'[population.correlation]\npairs = [["yes", "also", {rho}], ["weight_kg", "height_cm", {rho}]]\n{SAYS}'
    names = ("yes", "also", "weight_kg", "height_cm")
    run = Run(scenario(TRIAL_PK, ONCE, 2, n, text + pairs + "".join(column(name) for name in names)))
    yes, also, weight, height = (run.file[f"patients/{name}"][0] for name in names)
    assert abs(np.corrcoef(yes, also)[0, 1] - 2 / np.pi * np.arcsin(rho)) < 4.5 / np.sqrt(n)
    assert abs(spearmanr(weight, height)[0] - 6 / np.pi * np.arcsin(rho / 2)) < 4.5 / np.sqrt(n)
    low, high = norm.cdf(np.log(np.array([60, 90]) / 70) / 0.3)
    share((weight < 70).mean(), (0.5 - low) / (high - low), n)
    five = "".join(drawn(name, 'distribution = "normal"\nmean = 0\nsd = 1') for name in "abcde")
    matrix = [[1 if row == col else -0.5 for col in range(5)] for row in range(5)]
    said = refused(scenario(TRIAL_PK, ONCE, 2, 1, five + f'[population.correlation]\nnames = {list("abcde")}\nmatrix = {matrix}\n{SAYS}'.replace("'", '"')), "positive definite", "nearest")
    assert f"{-0.25:.2f}"[:4] in said or "-0.24" in said, said


def surfaces_and_kidneys():
    """admiral #2532, #1826, PK-Sim #457, clinPK #17, #30, Pmetrics #87: doses by surface in tablets with a cap; eGFR of 2021 was up to 20 % off"""
    random, n = np.random.default_rng(8), 300
    columns = {"male": random.integers(0, 2, n), "age_years": random.integers(18, 90, n), "weight_kg": random.uniform(9, 120, n).round(1),
               "height_cm": random.uniform(75, 195, n).round(), "creatinine_mg_per_dL": random.uniform(0.3, 6, n).round(2)}
    head, files = table("bodies", columns)
    library = pathlib.Path(__file__).parents[2] / "scenarios" / "library" / "populations"
    base = f'base = ["{library}/body_size.toml", "{library}/renal_function.toml"]\n'
    names = ("bsa_m2", "bsa_du_bois_m2", "creatinine_clearance_mL_per_min", "egfr_mL_per_min_1_73m2", "daily_dose_mg")
    extra = "".join(drawn(name, 'distribution = "fixed"\nvalue = 1') for name in ("male", "age_years", "weight_kg"))
    regimen = '{ dose = { formula = "340*bsa_m2", round_to = ["100 mg", "400 mg"], max = "600 mg" }, every = "24 h" }'
    run = Run(base + scenario(TRIAL_PK, regimen, 2, n, extra + head + "".join(column(name) for name in names)), files)
    male, age, weight, height, creatinine = (column_.astype(float) for column_ in columns.values())
    kappa, alpha = np.where(male, 0.9, 0.7), np.where(male, -0.302, -0.241)
    x = creatinine / kappa
    right = {"bsa_m2": np.sqrt(height * weight / 3600), "bsa_du_bois_m2": 0.20247 * (height / 100) ** 0.725 * weight**0.425,
             "creatinine_clearance_mL_per_min": (140 - age) * weight / (72 * creatinine) * np.where(male, 1, 0.85),
             "egfr_mL_per_min_1_73m2": 142 * np.minimum(x, 1) ** alpha * np.maximum(x, 1) ** -1.2 * 0.9938**age * np.where(male, 1, 1.012)}
    for name, values in right.items():
        near(run.file[f"patients/{name}"][0], values, 1e-4 if "bois" in name else 1e-12)
    tablets = np.minimum(600, 340 * right["bsa_m2"]) / 100
    near(run.file["patients/daily_dose_mg"][0], 100 * np.maximum(1, np.ceil(tablets - 0.5)), 1e-12)


def free_of_total():
    """PK-Sim #1280, #3004, OSP Forum #348: more binding, more total drug at the same free one; free is never more than total (10 digits at any size)"""
    from decimal import Decimal, getcontext
    getcontext().prec = 40
    rows = [(b, k) for b in (0.0, 1e-3, 1e3, 1e7, 1e12) for k in (1e-9, 1.0, 1e4, 1e9)]
    head, files = table("binding", {"b": [b for b, _ in rows], "k": [k for _, k in rows]})
    pk = pk_of(effects=()) + '\nbinding_capacity = { formula = "b", unit = "ng/mL" }\nbinding_constant = { formula = "k", unit = "ng/mL" }'
    run = Run(scenario(pk, ONCE, 61, len(rows), head + f'[record]\npatients = {len(rows)}\ndaily = ["trough_true", "trough_free"]\n'), files)
    for patient, (b, k) in enumerate(rows):
        total = run.daily("trough_true", 60, patient)
        c, bound, half = Decimal(total), Decimal(b), Decimal(k)
        p = bound + half - c
        right = float((-p + (p * p + 4 * half * c).sqrt()) / 2)
        found = run.daily("trough_free", 60, patient)
        assert 0 <= found <= total * (1 + 1e-15) and abs(found - right) <= 1e-10 * right, (b, k, total, found, right)
    # The same unbound clearance, fu of 5 and 2.5 %: twice the total, the same free average.
    found = []
    for fu in (0.05, 0.025):
        pk = pk_of(300 * fu, 3000 * fu, 0.8, ()) + f'\nbinding_capacity = "{(1 / fu - 1) * 1e9!r} ng/mL"\nbinding_constant = "1e9 ng/mL"'
        run = Run(scenario(pk, ONCE, 62, rest='[record]\npatients = 1\ndaily = ["average_concentration", "average_free_concentration"]\n'))
        found.append((run.daily("average_concentration", 61), run.daily("average_free_concentration", 61)))
    near(np.array(found), [[1000 * 400 / 24 / 15, 1000 * 400 / 24 / 300], [1000 * 400 / 24 / 7.5, 1000 * 400 / 24 / 300]], 1e-4)


def doses_by_levels():
    """posologyr #19, ferx #940, #700: a dose computed from the level, with tablets and limits, again from the next level (one by one, exactly)"""
    n, target = 200, 1100.0
    etas = np.random.default_rng(9).normal(0, 0.6, n).round(4)
    head, files = table("levels", {"eta.CL": etas})
    rule = ('[[rule]]\nname = "by_level"\nat = "level"\nwhen = "abs(trough - 1100) > 200"\ndo = "set dose"\ndaily_dose = "daily_dose_mg*1100/trough"\n'
            'round_to = "100 mg"\nlowest = "200 mg"\nhighest = "800 mg"\n')
    looks, last = (40, 80, 120), 160
    pk = pk_of().replace('"0.8 1/h"', '"3 1/h"')
    arm = f'[[arm]]\nname = "a"\nregimen = {ONCE}\nrules = ["by_level"]\n'
    run = Run(scenario(pk, arm, last, n, head + effect("CL", 0.6) + level_at(*looks) + rule + column("daily_dose_mg") + column("dose_changes")), files)
    doses, changes = np.full(n, 400.0), np.zeros(n)
    for _ in looks:
        level = after(24.0, 15 * np.exp(etas), 150, 3.0, doses)
        new = np.clip(100 * np.floor(doses * target / level / 100 + 0.5), 200, 800)
        change = (abs(level - target) > 200) & (new != doses)
        doses, changes = np.where(change, new, doses), changes + change
    assert np.array_equal(run.file["patients/daily_dose_mg"][0], doses), np.flatnonzero(run.file["patients/daily_dose_mg"][0] != doses)
    assert np.array_equal(run.file["patients/dose_changes"][0], changes)


def metabolite_of_the_gut_wall():
    """mrgsolve #265, pharmpy #2182, OSP Forum #1712: metabolite formed before the drug is in the body, with a drug that changes it (balance of mass)"""
    dose, share_in, gut, made, ratio, cl_ratio, m_ratio = 400.0, 0.7, 0.4, 1.5, 0.5, 1.8, 1.2
    for absorption in ('absorption = "first_order"', 'absorption = "transit"\ntransit_rate = "6 1/h"\ntransit_stages = 3'):
        pk = pk_of(effects=()).replace('absorption = "first_order"', absorption) + (
            f'\nbioavailability = {share_in}\nmetabolite_clearance = "25 L/h"\nmetabolite_volume = "90 L"\ngut_extraction = {gut}\ngut_metabolite = {made}')
        text = (f'[[interaction]]\nperpetrator = "inducer"\nstart = "day 60"\nclearance_ratio = {cl_ratio}\nbioavailability_ratio = {ratio}\n'
                f'metabolite_clearance_ratio = {m_ratio}\n{SAYS}[record]\npatients = 1\ndaily = ["auc_24h", "metabolite_auc_24h"]\n')
        run = Run(scenario(pk, ONCE, 131, rest=text))
        for day, r, cl, m in ((60, 1.0, 1.0, 1.0), (130, ratio, cl_ratio, m_ratio)):
            absorbed = share_in * dose
            near(run.daily("auc_24h", day), 1000 * r * absorbed / (15 * cl))
            near(run.daily("metabolite_auc_24h", day), 1000 * (r * absorbed + made * absorbed / (1 - gut) * (1 - r * (1 - gut))) / (25 * m))


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


def lesions_of_a_published_model():
    """nlmixr2lib Schindler_2017_imatinib: first lesions of both classes, 400 then 800 mg, beside gist_tumour.toml and gist_tumour_diameter.toml (ODE)"""
    library, last, rise = pathlib.Path(__file__).parents[2] / "scenarios" / "library" / "disease", 700, 364
    names = ("tumour_size", "tumour_growth", "tumour_kill", "tumour_density", "tumour_density_effect")
    pk = 'model = "one_compartment"\nabsorption = "zero_order"\nclearance = "1000 L/h"\nvolume = "10 L"\nabsorption_duration = "24 h"\n'
    regimen = f'{{ schedule = [{{ from = "day 0", dose = "400 mg", every = "24 h" }}, {{ from = "day {rise}", dose = "800 mg", every = "24 h" }}] }}'
    for file, starts, most, growth, fading, kill in (("gist_tumour", (3.45, 161), 1190, 0.00861, 0.0469, 0.0547),
                                                     ("gist_tumour_diameter", (20.9, 76.6), 171, 0.00176, 0.0475, 0.0124)):
        head, files = table("lesion", {"large_lesion": [0, 1], **{f"eta.{name}": [0, 0] for name in names}})
        text = scenario(pk, regimen, last, 2, head + '[record]\npatients = 2\ndaily = ["tumour_size_true", "tumour_density_true"]\n')
        text = f'base = ["{library}/{file}.toml"]\n' + text.replace('"1000 ng/mL"', f'"{1000 * 400 / 24 / 1000!r} ng/mL"')
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
    run_all([errors_of_the_prior, combined_errors_of_the_laboratory, starting_values, estimates_of_nonmem, inputs_longer_than_the_interval, values_that_change,
             external_evaluation, discrepancies_of_levels, units_of_others, comedication_of_two_periods, metabolite_of_equal_rates,
             episodes_with_rates_that_change, hazards_without_bounds, cured_and_mixed, progression_from_the_smallest, virtual_patients,
             surfaces_and_kidneys, free_of_total, doses_by_levels, metabolite_of_the_gut_wall, grades_of_a_published_model, lesions_of_a_published_model])
