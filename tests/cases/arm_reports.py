"""Arms, allocation and searches that others' programs got wrong, or were asked about, in public reports; each with the right value."""
# needs: numpy scipy h5py
import json
import math
import pathlib
import sys

import h5py
import numpy as np
from scipy.stats import beta, multivariate_normal, norm

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import FOLDER, RESPONSE, SAYS, SOON, TIMES, TRIAL_PK, TWO_LOOKS, Played, near, run_all, scenario, trial, vtrial

CRITICAL = norm.isf(0.025)


def log_rank_z(time, event, treated):
    order = np.argsort(time)
    event, treated = event[order], treated[order]
    at_risk = np.arange(len(event), 0, -1)
    p = treated[::-1].cumsum()[::-1] / at_risk
    return (event * (p - treated)).sum() / math.sqrt((event * p * (1 - p)).sum())


def two_to_one():
    """gsDesign #6: power of 2:1 with 100 events by gsDesign, rpact and EAST (a simulation of its own; Schoenfeld's 80 %)"""
    hazard, bounds, n = math.log(2) / 30, (2.4380, 1.9999), 500  # a month is 3 days; rpact's bounds at 70 and 100 %
    found = Played(trial([100, 200], n, 200, {"2:1": TIMES + 'events = 100\nlooks = [0.7, 1]\nspending = "obrien_fleming"\nsides = 1\nalpha = 0.025\n'
                                              'accrual = { patients = 20, every = "3 day" }\n'},
                         hazard=f"if(daily_dose_mg > 150, {0.55 * hazard}, {hazard})", days=250, shares=(1, 2)))
    assert np.allclose(found.file["power/2:1/bound"], bounds, atol=2e-4), found.file["power/2:1/bound"][()]
    random, wins, treated, entry = np.random.default_rng(1), 0, np.arange(200) % 3 > 0, np.arange(200) * 0.15
    for _ in range(1500):
        time = random.exponential(1 / (hazard * np.where(treated, 0.55, 1)))
        ends = np.sort(entry + time)
        for events, bound in zip((70, 100), bounds):
            seen = entry < ends[events - 1]
            followed = (ends[events - 1] - entry)[seen]
            if log_rank_z(np.minimum(time[seen], followed), time[seen] <= followed + 1e-12, treated[seen]) >= bound:
                wins += 1
                break
    share = found.ended("2:1", "better").mean()
    assert abs(share - wins / 1500) < 4 * math.sqrt(0.16 / n + 0.16 / 1500), (share, wins / 1500)
    near(share, 0.80, n, 0.03)


def several_arms():
    """multiarm #3, rpact #14: error of three arms with one control (trivariate normal), and of dropping some"""
    n, drop = 800, RESPONSE + SOON + TWO_LOOKS + "drop = "
    found = Played(trial([100, 200, 300, 400], n, 200, {"shared": RESPONSE, "each": RESPONSE + 'adjust = "none"\n', "worst": drop + '"worst"\n',
                                                        "unlikely": drop + "0.2\n"}))
    for name, alpha in (("shared", 0.025 / 3), ("each", 0.025)):
        right = 1 - multivariate_normal.cdf([norm.isf(alpha)] * 3, cov=np.full((3, 3), 0.5) + np.eye(3) / 2)
        near(found.ended(name, "better", 1).mean(), right, n, 0.006)  # 50 in an arm
    for name in ("worst", "unlikely"):
        assert not found.ended(name, "futile", 1).any()
        error = found.ended(name, "better", 1).mean()
        assert error < 0.025 + 4 * math.sqrt(0.025 / n), (name, error)


def arms_that_respond_get_more():
    """Korn & Freidlin 2011: error and patients of allocation by responses (a simulation of its own)"""
    n, size = 800, 60
    found = Played(trial([100, 300], n, size, {"rar": RESPONSE + 'allocation = "thall_wathen"\nburn_in = 20\nupdate_every = 10\nknown_after = "0 day"\n'
                                               'accrual = { patients = 30, every = "30 day" }\n'}, days=2))
    random, grid = np.random.default_rng(2), (np.arange(400) + 0.5) / 400
    for truth, shares in ((0, (0.4, 0.6)), (1, (0.4, 0.4))):
        arm = np.zeros((n, size), int)
        arm[:, :20] = np.arange(20) % 2
        response = random.random((n, size))
        for at in range(20, size, 10):
            in_b = arm[:, :at] == 1
            hit = response[:, :at] < np.where(in_b, shares[1], shares[0])
            x = [[(hit & (in_b == b)).sum(axis=1), (~hit & (in_b == b)).sum(axis=1)] for b in (0, 1)]
            density = beta.pdf(grid, x[1][0][:, None] + 1, x[1][1][:, None] + 1)
            best = (density * beta.cdf(grid, x[0][0][:, None] + 1, x[0][1][:, None] + 1)).mean(axis=1)
            chance = [p ** (at / size / 2) for p in (1 - best, best)]
            arm[:, at:at + 10] = random.random((n, 10)) < (chance[1] / (chance[0] + chance[1]))[:, None]
        in_b = arm == 1
        hit = response < np.where(in_b, shares[1], shares[0])
        m = in_b.sum(axis=1)
        a, b = (hit & ~in_b).sum(axis=1), (hit & in_b).sum(axis=1)
        pooled = (a + b) / size
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.nan_to_num((b / m - a / (size - m)) / np.sqrt(pooled * (1 - pooled) * (1 / m + 1 / (size - m))))
        patients = found("rar", "patients", truth)[:, 1]
        error = math.hypot(patients.std(), m.std()) / math.sqrt(n)
        assert abs(patients.mean() - m.mean()) < 4 * error, (truth, patients.mean(), m.mean(), error)
        for one, other in ((found.ended("rar", "better", truth), z >= CRITICAL), (found.ended("rar", "worse", truth), z <= -CRITICAL)):
            p = (one.mean() + other.mean()) / 2
            assert abs(one.mean() - other.mean()) < 4 * math.sqrt(2 * p * (1 - p) / n) + 1 / n, (truth, one.mean(), other.mean())


SEARCH = '''[[visit]]
name = "last"
at = ["day 9"]
measure = []
[[tally]]
name = "high"
score = "average_concentration > 400 + 200*coin"
at = "last"
[[tally]]
name = "low"
score = "average_concentration + 100*coin > 900"
at = "last"
[[covariate]]
name = "coin"
distribution = "uniform"
low = 0
high = 1
''' + SAYS


def searches():
    """pagmo2 #184, pycma #172, #286, optuna #6242: another point than the best within limits, values between those of a list, no answer"""
    def search(limit, seed=11, study='kind = "optimise"\npopulation = 6\ngenerations = 4\n', dose="", more=""):
        return scenario(TRIAL_PK, f'{{ dose = "{dose or 100} mg", every = "24 h" }}', 10, 50, f'{SEARCH}{more}' + (
            f'[study]\n{study}[[factor]]\nname = "dose"\nkey = "arm.a.regimen.dose"\nvalues = ["60 mg", "110 mg", "160 mg", "210 mg"]\n'
            '[[factor]]\nname = "volume"\nkey = "pk.volume"\ndistribution = "uniform"\nlow = "40 L"\nhigh = "60 L"\n'
            '[[endpoint]]\nname = "high"\ntally = "high"\nstatistic = "proportion"\ngoal = "maximise"\n'
            f'[[endpoint]]\nname = "low"\ntally = "low"\nstatistic = "proportion"\nat_most = {limit}\n' if study else ""),
            '[adherence]\nmodel = "perfect"\n').replace('source = "report"\n[adherence]', "[adherence]", 1).replace("seed = 11", f"seed = {seed}")
    for limit, feasible in ((0.2, 1), (-1, 0)):
        path = FOLDER / f"search{feasible}.toml"
        path.write_text(search(limit))
        done = vtrial("run", path, "-o", path.with_suffix(".h5"), "--quiet")
        if done.returncode == 4 and "libvtrial_optimise.so" in done.stderr + done.stdout:
            return  # was not built: no pagmo
        assert done.returncode == 0, done.stderr + done.stdout
        with h5py.File(path.with_suffix(".h5")) as file:
            high, low = (file[f"endpoints/{name}/value"][()] for name in ("high", "low"))
            best, found = int(file["optimum/endpoints/high/point"][0]), file["optimum"].attrs["feasible"]
            dose = file["optimum/design/dose"][0].decode()
            volume, fresh = float(file["optimum/design/volume"][0]), float(file["optimum/endpoints/high/value"][0])
        allowed = low <= limit
        assert found == feasible == allowed.any()
        assert high[best] == high[allowed].max() if feasible else low[best] == low.min()
        assert dose in ("60 mg", "110 mg", "160 mg", "210 mg"), dose
        path = FOLDER / "alone.toml"
        path.write_text(search(limit, 12, "", dose.split()[0]).replace('"50 L"', f'"{volume!r} L"'))
        alone = json.loads(vtrial("run", path, "-o", path.with_suffix(".h5"), "--json", "--quiet").stdout)["runs"][0]["tallies"]
        events = {tally["name"]: tally["events"][0] / 50 for tally in alone}
        assert abs(events["high"] - fresh) < 1e-12, (events, fresh)


if __name__ == "__main__":
    run_all([two_to_one, several_arms, arms_that_respond_get_more, searches])
