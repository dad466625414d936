"""Units, comedication, metabolites, bodies and binding that others' programs got wrong, or were asked about, in public."""
# needs: numpy scipy h5py
import decimal
import pathlib
import sys

import numpy as np
from scipy.stats import norm, spearmanr

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from cml_reports import table
from prediction_reports import ONCE, column, drawn, level_at, near, pk_of, share
from reports import FOLDER, SAYS, TRIAL_PK, Linear, Run, refused, run_all, scenario, vtrial

LIBRARY = pathlib.Path(__file__).parents[2] / "scenarios" / "library"


def units_of_others():
    """openNCA #225, #280, ucum #76, admiral #1826: units that are none, or not those of the quantity, are refused; mg/L and µg/L are not mixed up"""
    for dose in ("400 BG", "340 mg/m2", "5 mg/kg"):
        refused(scenario(TRIAL_PK, f'{{ dose = "{dose}", every = "24 h" }}', 2), dose.split()[1])
    refused(scenario(TRIAL_PK, '{ dose = 400, every = "24 h" }', 2), '"400 mg"')
    for limit in ("50 ngeq/mL", "0.1 umol/L", "50 ng"):
        refused(scenario(TRIAL_PK, ONCE, 2, rest=f'[assays]\ntrough_limit = "{limit}"\n{SAYS}'), "trough_limit", "ng/mL")
    (FOLDER / "units.csv").write_text("creatinine_mg_per_dL [umol/L]\n88\n")
    (FOLDER / "units.toml").write_text(scenario(TRIAL_PK, ONCE, 2, rest='[population]\ntable = "units.csv"\n'))
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
        record = '[record]\npatients = 1\ndaily = ["metabolite_trough", "metabolite_auc_24h"]\n'
        run = Run(scenario(pk, '{ dose = "100 mg", every = "60 day" }', 30, rest=record))
        model = Linear({(0, 1): ka, (1, 2): k, (2, None): km}, 3, 2, 80)
        for day in range(1, 30):
            found, right = run.daily("metabolite_trough", day), model.ng_per_mL([(0, 70, 0, 0)], 24.0 * day)
            assert found >= 0 and abs(found - right) <= 1e-8 * right + 1e-9 * 70000 / 80, (rates, day, found, right)
        near(sum(run.daily("metabolite_auc_24h", day) for day in range(1, 31)), 1000 * 70 / (km * 80), 1e-4)


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
    five += f'[population.correlation]\nnames = {list("abcde")}\nmatrix = {matrix}\n{SAYS}'.replace("'", '"')
    refused(scenario(TRIAL_PK, ONCE, 2, 1, five), "positive definite", "nearest", "-0.248 instead of -0.5")  # the limit is -1/4


def surfaces_and_kidneys():
    """admiral #2532, #1826, PK-Sim #457, clinPK #17, #30, Pmetrics #87: doses by surface in tablets with a cap; eGFR of 2021 was up to 20 % off"""
    random, n = np.random.default_rng(8), 300
    columns = {"male": random.integers(0, 2, n), "age_years": random.integers(18, 90, n), "weight_kg": random.uniform(9, 120, n).round(1),
               "height_cm": random.uniform(75, 195, n).round(), "creatinine_mg_per_dL": random.uniform(0.3, 6, n).round(2)}
    head, files = table("bodies", columns)
    base = f'base = ["{LIBRARY}/populations/body_size.toml", "{LIBRARY}/populations/renal_function.toml"]\n'
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
    decimal.getcontext().prec = 40
    rows = [(b, k) for b in (0.0, 1e-3, 1e3, 1e7, 1e12) for k in (1e-9, 1.0, 1e4, 1e9)]
    head, files = table("binding", {"b": [b for b, _ in rows], "k": [k for _, k in rows]})
    pk = pk_of(effects=()) + '\nbinding_capacity = { formula = "b", unit = "ng/mL" }\nbinding_constant = { formula = "k", unit = "ng/mL" }'
    run = Run(scenario(pk, ONCE, 61, len(rows), head + f'[record]\npatients = {len(rows)}\ndaily = ["trough_true", "trough_free"]\n'), files)
    for patient, (b, k) in enumerate(rows):
        total = run.daily("trough_true", 60, patient)
        c, bound, half = map(decimal.Decimal, (total, b, k))
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


def healthy_people_of_a_publication():
    """nlmixr2lib #395 (Chien 2022, 26 healthy people, one dose of 400 mg): published geometric means, AUC 0-72 h 30.2 mg·h/L and peak 1.84 mg/L"""
    looks = '[[visit]]\nname = "look"\nat = ["day 1", "day 2", "day 3"]\nmeasure = []\n'
    names = {**{f"area_{day}": f"auc_24h @ 'day {day}'" for day in (1, 2, 3)}, "peak": "peak_from_dose @ 'day 1'", "last": "trough_true @ 'day 3'"}
    text = scenario("", '{ dose = "400 mg", every = "30 day" }', 4, 4000, looks + "".join(column(*pair) for pair in names.items()))
    run = Run(f'base = ["{LIBRARY}/pk/chien2022.toml"]\n' + text.replace(f'[pk]\nreference_concentration = "1000 ng/mL"\n{SAYS}', ""))
    found = {name: run.file[f"patients/{name}"][0] for name in names}
    area = found["area_1"] + found["area_2"] + found["area_3"] + 6.5 * found["last"]  # 66 to 72 h: 6 h of a half-life of 13 h
    for values, right, cv in ((area, 30200, 0.245), (found["peak"], 1840, 0.266)):
        mean, spread = np.exp(np.log(values).mean()), np.sqrt(np.expm1(np.log(values).var()))
        assert abs(mean / right - 1) < 0.06 and abs(spread - cv) < 0.06, (mean, spread)


def tables_of_others():
    """NONMEM's layout, names that differ by a letter, shares written as percentages: said or refused, where they were taken in silence"""
    base = f'base = ["{LIBRARY}/populations/cml_newly_diagnosed.toml", "{LIBRARY}/pk/schmidli2005.toml"]\n'
    body = scenario("", ONCE, 2, rest='[population]\ntable = "others.csv"\n').replace(f'[pk]\nreference_concentration = "1000 ng/mL"\n{SAYS}', "")
    path = FOLDER / "refused.toml"
    for header, said in (("id,weigth_kg", ("'weigth_kg'", "did you mean 'weight_kg'")), ("id,wt", ("'wt'", "nothing reads")), ("id,weight_kg", ())):
        (FOLDER / "others.csv").write_text(f"{header}\n7,70\n")
        path.write_text(base + body)
        done = vtrial("check", path)
        heard = done.stdout + done.stderr
        assert done.returncode == 0 and all(word in heard for word in said) and ("reads:" in heard) == bool(said), heard
    for header in ("id,weight_kg", "ID,weight_kg"):
        (FOLDER / "others.csv").write_text(f"{header}\n7,70\n7,70\n8,60\n")
        path.write_text(base + body.replace("patients = 1\n", "patients = 3\n"))
        done = vtrial("check", path)
        assert done.returncode == 2 and "others.csv:3:1" in done.stderr and "first in line 2" in done.stderr, done.stderr
    effect = '[[random_effect]]\nname = "CL"\ncv = {}\ncv_is = "sd"\n' + SAYS
    assert "cv" in refused(scenario(TRIAL_PK, ONCE, 2, rest=effect.format(30)), "30")
    Run(scenario(TRIAL_PK, ONCE, 2, rest=effect.format(0.3)))
    said = refused(scenario(TRIAL_PK, ONCE, 2, rest=effect.format(0.3) + f"[prediction]\nresidual_sd = 300\n{SAYS}"), "residual_sd", "ng/mL")
    assert "has no residual_cv" not in said, said


if __name__ == "__main__":
    run_all([units_of_others, comedication_of_two_periods, metabolite_of_equal_rates, virtual_patients, surfaces_and_kidneys,
             free_of_total, metabolite_of_the_gut_wall, healthy_people_of_a_publication, tables_of_others])
