"""Names, shapes and groups that others' programs got wrong, in public reports; each with the right value."""
# needs: numpy h5py
import math
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import SAYS, Run, refused, run_all, scenario
from trial_reports import MOST_ERRORS, ONCE, PK, covariate, number, phi, row

UNIFORM = 'distribution = "uniform"\nlow = 0\nhigh = 1'
PATIENTS = 20000


def share(name, score, by=None):
    return f'[[tally]]\nname = "{name}"\nscore = "{score}"\nat = "end"\n' + (f'by = ["{by}"]\n' if by else "")


def trial(rest, pk=PK):
    return scenario(pk, ONCE, 1, PATIENTS, rest)


def expect_share(found, right, what):
    assert abs(found["proportion"] - right) < MOST_ERRORS * math.sqrt(right * (1 - right) / PATIENTS), (what, found, right)


def derived_names():
    """mrgsolve #1112: a user's name that looks like one which the program derives (refused, with what could be meant)"""
    for name in ("lowest_trough", "previous_anc", "highest_bcr_abl_is"):
        refused(trial(covariate(name, UNIFORM)), name, "rename it")


def letters_of_a_name():
    """mrgsolve #467: a column in other letters than the model's (refused, and the right one is named)"""
    refused(trial(covariate("Age", UNIFORM) + share("young", "age < 0.5")), "'age'", "did you mean 'Age'?")


def words_of_other_languages():
    """rxode2 #1386, mrgsolve #1377: covariates called value, amt, time, dose (share of a uniform)"""
    for name in ("value", "amt", "time", "dose"):
        run = Run(trial(covariate(name, UNIFORM) + share("low", f"{name} < 0.25")))
        expect_share(row(run, "low"), 0.25, name)


def dots():
    """mrgsolve #1143: a covariate with the name that stands before a dot elsewhere (shares of a uniform and of a normal)"""
    effect = f'[[random_effect]]\nname = "CL"\nsd = 0.3\n{SAYS}'
    run = Run(trial(covariate("eta", UNIFORM) + effect + share("low", "eta < 0.25") + share("fast", "eta.CL > 0.3")))
    expect_share(row(run, "low"), 0.25, "eta")
    expect_share(row(run, "fast"), 1 - phi(1), "eta.CL")


def stages_that_are_no_number_of_stages():
    """rxode2 #970: 20.1 transit stages (refused: whole numbers from 1 to 8)"""
    for stages, why in ((20.1, "1 to 8"), (20, "1 to 8"), (2.5, "a whole number")):
        refused(trial("", PK.replace('"first_order"', f'"transit"\ntransit_stages = {stages}\ntransit_rate = "57 1/h"')), "transit_stages", why)


def cut_lognormal():
    """campsis #175: a log-normal covariate between two limits (quadrature of the density)"""
    run = Run(trial(covariate("w", 'distribution = "lognormal"\nmedian = 70\nsd_log = 0.3\nmin = 40\nmax = 100') + number("w", 1, 1000)))
    z = np.linspace(math.log(40 / 70) / 0.3, math.log(100 / 70) / 0.3, 400001)
    weight, x = np.exp(-0.5 * z * z), 70 * np.exp(0.3 * z)
    mean = (x * weight).sum() / weight.sum()
    sd = math.sqrt(((x - mean) ** 2 * weight).sum() / weight.sum())
    found = row(run, "w")
    assert abs(found["mean"] - mean) < MOST_ERRORS * sd / math.sqrt(PATIENTS), (found, mean)
    # SD of an SD over itself: √((kurtosis − 1)/4n), and a cut law has a kurtosis below 3.
    assert abs(found["sd"] / sd - 1) < MOST_ERRORS / math.sqrt(2 * PATIENTS), (found, sd)


def limit_that_cuts_nothing():
    """jmpost #430: a log-normal cut where it has nothing (the mean is that of the whole law)"""
    whole, cut = (row(Run(trial(covariate("w", f'distribution = "lognormal"\nmedian = 70\nsd_log = 0.3\n{limit}') + number("w", 1, 1000))), "w")
                  for limit in ("", "min = 1e-6\n"))
    # Every value is kept to 5e-10 of itself, once in each trial; of the SD (0.3 of the mean) that is the more.
    assert abs(whole["mean"] / cut["mean"] - 1) < 1e-9 and abs(whole["sd"] / cut["sd"] - 1) < 1e-9 * whole["mean"] / whole["sd"], (whole, cut)


def laws_that_are_not_there():
    """gfoRmula #5: a covariate of a law that the program does not have (refused, and the known ones are named)"""
    refused(trial(covariate("n", 'distribution = "poisson"\nmean = 3')), "poisson", "lognormal", "categorical")


def groups_asked_for():
    """healthiar #1573, TCGAbiolinks #94, #168: as many groups as asked for, at the quantiles asked for (those of a uniform)"""
    bin_ = 1 / 128  # the widest: 64 to an octave
    in_bin = bin_ + MOST_ERRORS * math.sqrt(bin_ / PATIENTS)  # share of the patients in one
    for groups, name in ((3, "tertile"), (4, "quartile")):
        run = Run(trial(covariate("x", UNIFORM) + "".join(share(f"g{k}", f"x < {k}/{groups}", f"{name}(x)") for k in range(1, groups))))
        for k in range(1, groups):
            table = run.file[f"tallies/g{k}"]
            randomised, events = table["randomised"][:groups], table["events"][:groups]
            # Half a bin at either end of a group.
            assert (abs(randomised - PATIENTS / groups) <= in_bin * PATIENTS).all() and randomised.sum() == PATIENTS, randomised
            # Groups below the quantile have the event, those above have not, but for those between the law's quantile and the cut:
            # the error of the sample's quantile, and half a bin.
            q = k / groups
            between = (MOST_ERRORS * math.sqrt(q * (1 - q) / PATIENTS) + in_bin / 2) * PATIENTS
            assert (randomised[:k] - events[:k]).sum() + events[k:].sum() <= between, (events, randomised)


def groups_of_values_shared_by_many():
    """healthiar #1573: quantile groups of a score with five values (the same in every run, and a note of their sizes)"""
    scores = 'distribution = "categorical"\nvalues = [1, 2, 3, 4, 5]\nprobabilities = [0.2, 0.2, 0.2, 0.2, 0.2]'
    first, again = (Run(trial(covariate("x", scores) + share("high", "x >= 3", "tertile(x)"))) for _ in range(2))
    sizes = [list(run.file["tallies/high/randomised"][:]) for run in (first, again)]
    assert sizes[0] == sizes[1] and sum(sizes[0]) == PATIENTS, sizes
    assert "many of them share a value" in first.said + str(first.json), first.said


if __name__ == "__main__":
    run_all([derived_names, letters_of_a_name, words_of_other_languages, dots, stages_that_are_no_number_of_stages, cut_lognormal,
             limit_that_cuts_nothing, laws_that_are_not_there, groups_asked_for, groups_of_values_shared_by_many])
