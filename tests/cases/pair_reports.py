"""Tests of lives of the same patients that others' programs got wrong, or were asked about, in public reports."""
# needs: numpy h5py
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import SAYS, TRIAL_PK, Run, run_all, scenario


def lives(regimens, days, patients, rest, pk=TRIAL_PK):
    """A trial in which each patient has a life with each of the regimens."""
    arms = "".join(f'[[arm]]\nname = "{name}"\nregimen = {regimen}\n' for name, regimen in zip("ab", regimens))
    return scenario(pk, arms, days, patients, rest, 'allocation = "counterfactual"')


def column(name, value, among=""):
    return f'[[column]]\nname = "{name}"\nvalue = "{value}"\nkeep = true\n' + (f'among = "{among}"\n' if among else "")


def analysis(name, kind, response):
    return f'[[analysis]]\nname = "{name}"\nkind = "{kind}"\nresponse = "{response}"\n'


LOW, HIGH, IS_HIGH = '{ dose = "100 mg", every = "24 h" }', '{ dose = "200 mg", every = "24 h" }', "daily_dose_mg > 150"


def uniform(name, low, high):
    return f'[[covariate]]\nname = "{name}"\ndistribution = "uniform"\nlow = {low}\nhigh = {high}\n{SAYS}'


def tests_of(run):
    return {one["name"]: {key: one[key][0] for key in ("estimate", "standard_error", "p", "events")} for one in run.json["tests"]}


def lives_that_differ_by_rounding():
    """scipy #16861: the same average concentration by one dose a day or two, in the last places: p = 1e-4 where nothing differs"""
    pk = TRIAL_PK.replace('clearance = "10 L/h"', 'clearance = { formula = "10*exp(eta.CL)", unit = "L/h" }')
    rest = f'[[random_effect]]\nname = "CL"\nsd = 0.3\n{SAYS}' + column("average", "average_concentration")
    rest += analysis("t", "paired-t", "average") + analysis("ranks", "signed-rank", "average")
    regimens = ('{ dose = "400 mg", every = "24 h" }', '{ dose = "200 mg", every = "12 h" }')
    run = Run(lives(regimens, 60, 100, rest, pk))
    values = run.file["patients/average"][0]
    assert 0 < np.abs(values[:, 1] / values[:, 0] - 1).max() < 1e-12  # they do differ
    for name in ("t", "ranks"):
        assert tests_of(run)[name] == {"estimate": 0, "standard_error": 0, "p": 1, "events": 0}, tests_of(run)[name]
        assert f"analysis '{name}', b: no pair of lives differs" in run.said, run.said


def lives_that_do_not_differ():
    """scipy #20179, #6805: lives that are alike, or differ by the same, without a p that rounding made, and with a word"""
    rest = uniform("u", 4, 5) + column("inert", "u") + column("shift", f"u + if({IS_HIGH}, 0.05, 0)")
    rest += "".join(analysis(f"{name} {kind}", kind, name) for name in ("inert", "shift") for kind in ("paired-t", "signed-rank"))
    run = Run(lives((LOW, HIGH), 1, 20, rest))
    found = tests_of(run)
    for kind in ("paired-t", "signed-rank"):
        assert found[f"inert {kind}"] == {"estimate": 0, "standard_error": 0, "p": 1, "events": 0}, found
        assert f"'inert {kind}', b: no pair of lives differs" in run.said, run.said
    shift = found["shift paired-t"]
    assert abs(shift["estimate"] - 0.05) < 1e-15 and shift["standard_error"] == 0 and shift["p"] is None and shift["events"] == 20, shift
    assert "'shift paired-t', b: all pairs of lives differ by the same" in run.said, run.said
    assert found["shift signed-rank"]["estimate"] == 1 and found["shift signed-rank"]["p"] < 1e-4, found


def responses_with_more_than_two_values():
    """statsmodels #9485: a response of 0, 1 and 2 in McNemar's test is 0 or not"""
    rest = uniform("u", 0, 1) + column("graded", f"if({IS_HIGH}, floor(3*u), u > 0.7)") + analysis("graded", "mcnemar", "graded")
    run = Run(lives((LOW, HIGH), 1, 60, rest))
    first, second = (run.file["patients/graded"][0].T != 0)
    assert set(run.file["patients/graded"][0][:, 1]) == {0, 1, 2}
    assert tests_of(run)["graded"]["events"] == (first != second).sum()


if __name__ == "__main__":
    run_all([lives_that_differ_by_rounding, lives_that_do_not_differ, responses_with_more_than_two_values])
