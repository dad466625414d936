"""Predicted troughs, their errors and doses by levels that others' programs got wrong, or were asked about, in public."""
# needs: numpy scipy h5py
import pathlib
import sys

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq, minimize, minimize_scalar
from scipy.stats import norm

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from cml_reports import table
from reports import SAYS, TRIAL_PK, Run, run_all, scenario

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
    """mapbayr #222 (error of the log), #163, #182 (and a limit), #174 (weight of the prior), nlmixr #490, babelmixr2 #151 (combined): scipy"""
    etas, omega = [-0.9, -0.3, 0.0, 0.5, 1.1], np.sqrt(0.125)
    head, files = table("errors", {"eta.CL": etas})
    levels = after(24.0, 15 * np.exp(np.array(etas)), 150, 0.8)
    cases = {"residual_sd_log = 0.231": (lambda y, f: (np.log(y) - np.log(f)) / 0.231, lambda f: 1),
             'residual_cv = 0.2\nresidual_sd = "0.3 mg/L"': (lambda y, f: (y - f) / np.hypot(0.2 * f, 300), lambda f: np.hypot(0.2 * f, 300)),
             'residual_sd = "300 ng/mL"': (lambda y, f: (y - f) / 300, lambda f: 1)}
    for weight, limit in ((1.0, 0.0), (0.2, 0.0), (1.0, 200.0)):
        assert limit == 0 or (levels < limit).sum() == 2
        for keys, (z, sd) in cases.items():
            rest = head + effect("CL", omega) + level_at(60) + column("predicted_trough_map") + (
                f'[assays]\ntrough_limit = "{limit} ng/mL"\n{SAYS}'
                f'[prediction]\n{keys}\nvolume_sd = 0\nclearance_sd = {omega / np.sqrt(weight)!r}\n{SAYS}')
            got = Run(scenario(pk_of(), ONCE, 61, 5, rest), files).file["patients/predicted_trough_map"][0]
            for found, y in zip(got, levels):
                def misfit(eta):
                    f = after(24.0, 15 * np.exp(eta), 150, 0.8)
                    return weight * eta**2 / omega**2 + (-2 * norm.logcdf(z(limit, f)) if y < limit else z(y, f)**2 + 2 * np.log(sd(f)))
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
            f'absorption_sd = {sd!r}\nresidual_cv = {np.sqrt(0.05)!r}\nhistory = "13 day"\n{SAYS}'
            '[record]\npatients = 1\ndaily = ["predicted_trough_map", "trough"]\n[[visit]]\nname = "file"\nat = ["day 11"]\nmeasure = []\n')
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
    rest += '[record]\npatients = 3\ndaily = ["trough", "predicted_trough_map", "predicted_trough_prior"]\n'
    run = Run(scenario(pk_of() + trend, ONCE, 91, 3, rest), files)
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


if __name__ == "__main__":
    run_all([errors_of_the_prior, combined_errors_of_the_laboratory, starting_values, estimates_of_nonmem,
             inputs_longer_than_the_interval, values_that_change, external_evaluation, discrepancies_of_levels,
             doses_by_levels])
