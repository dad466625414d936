"""Looks, margins and sizes of trials that others' programs got wrong, or were asked about, in public reports; each with the right value."""
# needs: numpy scipy h5py
import math
import pathlib
import sys

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import binom, norm

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import ACCRUAL, RESPONSE, SOON, TIMES, TWO_LOOKS, Played, near, refused, run_all, trial

FIRST, LAST = 2.96259, 1.96860  # gsDesign 3.6, k = 2, sfLDOF, one-sided 0.025
CRITICAL = norm.isf(0.025)


def score(x1, n1, x0, n0, delta):
    """Farrington and Manning's z of x1/n1 − x0/n0 > delta, by the closed form of their appendix."""
    theta, p1, p0 = n0 / n1, x1 / n1, x0 / n0
    a, b = 1 + theta, -(1 + theta + p1 + theta * p0 + delta * (theta + 2))
    c, d = delta**2 + delta * (2 * p1 + theta + 1) + p1 + theta * p0, -p1 * delta * (1 + delta)
    v = (b / (3 * a))**3 - b * c / (6 * a * a) + d / (2 * a)
    u = np.sign(v) * np.sqrt(np.maximum((b / (3 * a))**2 - c / (3 * a), 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        w = (math.pi + np.arccos(np.clip(np.where(u == 0, 0, v / u**3), -1, 1))) / 3
        r1 = np.clip(2 * u * np.cos(w) - b / (3 * a), 0, 1)
        r0 = np.clip(r1 - delta, 0, 1)
        error = np.sqrt(r1 * (1 - r1) / n1 + r0 * (1 - r0) / n0)
        return np.where(error > 1e-9, (p1 - p0 - delta) / error, 0)


def exact_power(n, p1, p0, delta, alpha):
    x1, x0 = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    weight = binom.pmf(x1, n, p1) * binom.pmf(x0, n, p0)
    return float(weight[score(x1, n, x0, n, delta) >= norm.isf(alpha)].sum())


def looks_have_what_made_them_due():
    """rpact #24: an analysis due at 10 events sees 9 (the same z as without accrual; so many events in every trial)"""
    found = Played(trial([100, 200], 300, 100, {"once": RESPONSE, "in turn": RESPONSE + ACCRUAL, "soon": RESPONSE + SOON, "times at once": TIMES,
                                                "times in turn": TIMES + ACCRUAL, "events": TIMES + "events = 30\n" + ACCRUAL}))
    for truth in (0, 1):
        for one, other in (("once", "in turn"), ("once", "soon"), ("times at once", "times in turn")):
            differs = found(one, "z", truth) != found(other, "z", truth)
            assert not differs.any(), (one, other, differs.mean())
        in_all = found("times at once", "events", truth).sum(axis=1)
        assert (found("events", "events", truth).sum(axis=1) == np.minimum(30, in_all)).all()


def last_bound(first, spent, fraction):
    """Of two-sided bounds with one look at `fraction` before the last."""
    def left(z):
        return quad(lambda x: norm.pdf(x) * norm.sf((z - x * math.sqrt(fraction)) / math.sqrt(1 - fraction)), -first, first)[0]
    return brentq(lambda z: left(z) - (0.025 - spent), 1.5, 3)


def fewer_events_than_planned():
    """psborrow2 #294: the event that a look waits for never comes (the last look spends what is left, of the information there is)"""
    found = Played(trial([100, 200], 1000, 40, {"few": TIMES + "events = 20\n" + TWO_LOOKS + ACCRUAL}, hazard="0.002"))
    spent = 2 * norm.sf(norm.isf(0.0125) / math.sqrt(0.5))
    bounds = {events: last_bound(FIRST, spent, 10 / events) for events in range(11, 21)}
    assert abs(bounds[20] - LAST) < 1e-4 and bounds[11] < bounds[20]
    seen = set()
    for truth in (0, 1):
        z, events = found("few", "z", truth), found("few", "events", truth).sum(axis=1)
        bound = np.array([bounds.get(n, CRITICAL) for n in events])
        decided = np.where(z >= bound, 0, np.where(z <= -bound, 1, 3))
        assert (decided == found("few", "ending", truth))[np.abs(np.abs(z) - bound) > 1e-4].all()
        seen |= set(events.tolist())
    assert {9, 10, 11, 15} <= seen <= set(range(21)), seen


def events_of_each_arm():
    """rpact #16, Mediana #8: which events a simulation counts (those of the last look; n·(1 − e^−ht) in each arm at the end)"""
    found = Played(trial([100, 200], 400, 200, {"end": TIMES, "sixty": TIMES + "events = 60\nlooks = [0.5, 1]\nspending = \"pocock\"\n" + ACCRUAL}))
    for arm, hazard in enumerate((0.004, 0.002)):
        right = 1 - math.exp(-180 * hazard)
        near(found("end", "events")[:, arm].mean() / 100, right, 400 * 100)
    for truth in (0, 1):
        due = np.where(found("sixty", "look_of_end", truth) == 0, 30, 60)
        assert (found("sixty", "events", truth).sum(axis=1) == due).all()


def margins_and_their_sign():
    """cluster-experiments #203, rpact #126: the sign of a margin (Farrington and Manning's closed form, exact power of 25 in an arm)"""
    rule, text = "patients = 50\nsides = 1\nalpha = 0.05\nmargin = 0.1\n", "0.45 + daily_dose_mg/500"
    found = Played(trial([100, 200], 1000, 50, {"more": RESPONSE + rule, "fewer": 'analysis = "failure"\nbetter = "fewer"\n' + rule}, share=text))
    worse = Played(trial([100, 50], 1000, 50, {"more": RESPONSE + rule}, share=text))  # 65 % and 55 %: by the margin
    for one, truth, shares in ((found, 0, (0.85, 0.65)), (found, 1, (0.65, 0.65)), (worse, 0, (0.55, 0.65))):
        x, n = one("more", "events", truth), one("more", "patients", truth)
        assert (n == 25).all(), np.unique(n)
        z = np.array([score(b, 25, a, 25, -0.1) for a, b in x])
        assert np.allclose(one("more", "z", truth), z, atol=1e-7), np.abs(one("more", "z", truth) - z).max()
        near(one.ended("more", "better", truth).mean(), exact_power(25, *shares, -0.1, 0.05), 1000)
    assert np.allclose(found("more", "z"), found("fewer", "z"), atol=1e-12) and (found("more", "ending") == found("fewer", "ending")).all()
    # Equal arms are not inferior: nobody must take what is found then for the type I error.
    assert "equal arms, not inferior" in found.said and "trial_design.more has a margin" in found.said, found.said
    assert found.file["power/more"].attrs["margin"] == 0.1


def sizes_with_a_margin():
    """rpact #9: sizes that are raised forget the margin (conditional power at the interim's z, solved for the size)"""
    rule = RESPONSE + SOON + "margin = 0.1\n"
    found = Played(trial([100, 110], 400, 300, {"interim": rule + "patients = 100\n", "raised": rule + "patients = 200\n" + TWO_LOOKS +
                                                "re_estimate = { most = 300, from = 0.3, power = 0.9 }\n"}))
    raised = 0
    for z, total, look in zip(found("interim", "z"), found("raised", "patients").sum(axis=1), found("raised", "look_of_end")):
        def power(more):
            return norm.sf((LAST - math.sqrt(0.5) * (z + z * math.sqrt(more / 100))) / math.sqrt(0.5))
        right = 200
        if 0.3 <= power(100) < 0.9:
            right = 300 if power(200) < 0.9 else 100 + math.ceil(brentq(lambda more: power(more) - 0.9, 100, 200) - 1e-9)
        raised += right > 200
        assert look == 0 or total == right, (z, power(100), total, right)
    assert 50 < raised < 350, raised


def error_that_is_spent():
    """expan #242: spending functions spent anew at each look (published bounds; twice the increment ends at each look)"""
    uneven = "looks = [0.2, 0.9, 1]\nspending = \"obrien_fleming\"\n"
    found = Played(trial([100, 200], 1200, 200, {"five": RESPONSE + SOON + "looks = [0.2, 0.4, 0.6, 0.8, 1]\nspending = \"pocock\"\n",
                                                 "uneven": RESPONSE + SOON + uneven,
                                                 "three": RESPONSE + SOON + "looks = [0.333333333, 0.666666667, 1]\nspending = \"obrien_fleming\"\n"}))
    for name, bounds in (("five", (2.4380, 2.4268, 2.4101, 2.3966, 2.3859)), ("three", (3.7103, 2.5114, 1.9930))):  # ldbounds, gsDesign
        assert np.allclose(found.file[f"power/{name}/bound"], bounds, atol=2e-4), found.file[f"power/{name}/bound"][()]
    t = np.array([0.2, 0.4, 0.6, 0.8, 1])
    of_obrien_fleming = 2 * norm.sf(norm.isf(0.0125) / np.sqrt([0.2, 0.9, 1]))
    for name, spent in (("five", 0.025 * np.log1p((math.e - 1) * t)), ("uneven", of_obrien_fleming)):
        rejected = found.ended(name, "better", 1) | found.ended(name, "worse", 1)
        near(rejected.mean(), 0.05, 1200, 0.004)  # whole patients keep a level only about
        look = found(name, "look_of_end", 1)
        for k, part in enumerate(2 * np.diff(spent, prepend=0)):
            near((rejected & (look == k)).mean(), part, 1200, 0.004)


def futility_that_does_not_bind():
    """gsDesign2 #72, rpact #41, #14, gsDesign #63: bounds beside futility, and its conditional power (by hand, from the interim's z)"""
    found = Played(trial([100, 200], 500, 200, {"interim": RESPONSE + SOON + "patients = 100\n", "without": RESPONSE + SOON + TWO_LOOKS,
                                                "with": RESPONSE + SOON + TWO_LOOKS + "futility = 0.3\n"}))
    assert np.allclose(found.file["power/with/bound"], (FIRST, LAST), atol=1e-5) and not found.ended("without", "futile").any()
    for truth in (0, 1):
        z = found("interim", "z", truth)
        power = norm.sf((LAST - z / math.sqrt(0.5)) / math.sqrt(0.5))  # Lan and Wittes 1988
        futile = (power < 0.3) & (np.abs(z) < FIRST)
        assert (found.ended("with", "futile", truth) == futile)[np.abs(power - 0.3) > 1e-4].all()
        kept = found.ended("with", "better", truth)
        assert (kept <= found.ended("without", "better", truth)).all() and (kept == (found.ended("without", "better", truth) & ~futile)).all()
    assert abs(norm.sf((1.96 - 1 / math.sqrt(0.5)) / math.sqrt(0.5)) - 0.2201) < 1e-3  # z = 1 at half of the information


def power_at_several_sizes():
    """simr #161, #205: the power is the same at all sizes, or 0 or 1 (exact power of each, and the size that has 80 %)"""
    sizes, n = [100, 160, 220, 280], 1000
    found = Played(trial([100, 300], n, 280, {"size": RESPONSE + f"patients = {sizes}\nwanted_power = 0.8\n"}))
    right = [exact_power(size // 2, 0.6, 0.4, 0, 0.025) for size in sizes]
    for size, power in zip(sizes, right):
        near(found.ended(f"size, {size} patients", "better").mean(), power, n)
    wanted = np.interp(0.8, right, sizes)
    line = next(line for line in found.said.splitlines() if "a power of 80" in line)
    said = [float(word.strip("()")) for word in line.split(":")[1].split() if word.strip("()").replace(".", "").isdigit()]
    assert said[-2] - 8 < wanted < said[-1] + 8, (wanted, line)
    better = np.array([found.ended(f"size, {size} patients", "better") for size in sizes])
    random, x, sizes_found = np.random.default_rng(3), np.sqrt(sizes), []
    for _ in range(400):  # replicates drawn again: sizes have the same patients
        share = (better[:, random.integers(0, n, n)].sum(axis=1) + 0.5) / (n + 1)
        z = norm.ppf(share)
        slope, intercept = np.polyfit(x, z, 1, w=norm.pdf(z) / np.sqrt(share * (1 - share)))
        sizes_found.append(((norm.ppf(0.8) - intercept) / slope) ** 2)
    assert 0.8 < (said[-1] - said[-2]) / 3.92 / np.std(sizes_found) < 1.25, (line, np.std(sizes_found))


def designs_without_a_meaning():
    """simr #100, gsDesign2 #40: what cannot be is told only by an error far away (refused at its place)"""
    spending = RESPONSE + SOON + "looks = [0.5, 1]\nspending = "
    for keys, words in ((RESPONSE + "margin = 1\n", ("margin is 1", "below 1")), (RESPONSE + "margin = -0.1\n", ("above 0",)),
                        (RESPONSE + "patients = [20, 40, 60]\nwanted_power = 1\n", ("wanted_power is 1", "below 1")),
                        (RESPONSE + "patients = [40, 40, 60]\n", ("is 40 again",)),
                        (RESPONSE + SOON + 'looks = [0.5, 0.5000001, 1]\nspending = "pocock"\n', ("apart",)),
                        (spending + '"hwang_shih_decani"\nspending_parameter = 40\n', ("spending_parameter is 40", "below 40")),
                        (RESPONSE + SOON + TWO_LOOKS + "re_estimate = { most = 30 }\n", ("re_estimate.most 30", "60"))):
        refused(trial([100, 200], 10, 60, {"d": keys}), *words)


if __name__ == "__main__":
    run_all([looks_have_what_made_them_due, fewer_events_than_planned, events_of_each_arm, margins_and_their_sign, sizes_with_a_margin,
             error_that_is_spent, futility_that_does_not_bind, power_at_several_sizes, designs_without_a_meaning])
