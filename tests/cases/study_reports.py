"""Studies of many trials that others' programs got wrong, or could not do, in public reports; each with the right value."""
# needs: numpy h5py
import math
import pathlib
import sys

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from reports import FOLDER, refused, run_all, scenario, vtrial

PK = ('model = "one_compartment"\nabsorption = "first_order"\nclearance = "10 L/h"\nvolume = "50 L"\nabsorption_rate = "1 1/h"')
ENDPOINT = ('[[visit]]\nname = "last"\nat = ["day 29"]\nmeasure = []\n'
            '[[tally]]\nname = "average"\nscore = "average_concentration"\nrange = ["1 ng/mL", "1000000 ng/mL"]\nat = "last"\n'
            '[[endpoint]]\nname = "average"\ntally = "average"\nstatistic = "mean"\n')
AVERAGE = 100 / 10 / 24 * 1000  # ng/mL, of 100 mg a day at 10 L/h
STEADY = 1e-5  # what 29 days miss of a steady state, at a clearance of half as much, and the tally's grain


def factor(name, target, rest):
    return f'[[factor]]\nname = "{name}"\n{target}\n{rest}\n'


def law(name, distribution, target=None):
    return factor(name, target or f'scale = "pk.{name}"', f"distribution = {distribution}")


LAWS = {"clearance": '"lognormal"\nmedian = 1\nsd_log = 0.3', "volume": '"normal"\nmean = 1\nsd = 0.1',
                 "absorption_rate": '"uniform"\nlow = 0.5\nhigh = 2'}


def study(head, factors):
    return scenario(PK, '{ dose = "100 mg", every = "24 h" }', 30, 2, f"{ENDPOINT}[study]\n{head}\n{factors}",
                    '[adherence]\nmodel = "perfect"\n').replace('source = "report"\n[adherence]', "[adherence]", 1)


class Points:
    """A finished study: values of factors, and of the endpoint, at its points; indices; what was printed."""

    def __init__(self, text):
        path = FOLDER / f"study{len(list(FOLDER.glob('study*.toml')))}.toml"
        path.write_text(text)
        done = vtrial("run", path, "-o", path.with_suffix(".h5"), "--print", "all", "--threads", 2)
        assert done.returncode == 0, done.stderr + text
        self.said = done.stdout
        with h5py.File(path.with_suffix(".h5")) as file:
            self.at = {name: data[()] for name, data in file["design"].items() if name != "point"}
            self.average = file["endpoints/average/value"][()]
            self.indices = {name: data[()] for name, data in file["sensitivity/average"].items() if isinstance(data, h5py.Dataset)} \
                if "sensitivity" in file else {}

    def spearman(self, one, other):
        ranks = [np.argsort(np.argsort(self.at[name])) for name in (one, other)]
        return np.corrcoef(*ranks)[0, 1]


def correlated(pairs, names, design='kind = "sweep"\ndesign = "latin_hypercube"', points=1024):
    return study(f"{design}\npoints = {points}\n[study.correlation]\npairs = {pairs}", "".join(law(n, LAWS[n]) for n in names))


def hypercubes_of_correlated_factors():
    """OpenTURNS #2452: a Latin hypercube of correlated factors (slices have one point each, asin of Kruskal)"""
    n = 1024
    for design in ("latin_hypercube", "sobol"):
        found = Points(correlated('[["clearance", "volume", -0.5]]', ("clearance", "volume"), f'kind = "sweep"\ndesign = "{design}"', n))
        assert abs(found.spearman("clearance", "volume") - 6 / math.pi * math.asin(-0.25)) < 1 / math.sqrt(n), design
        for name, share in (("clearance", np.log(found.at["clearance"]) / 0.3), ("volume", (found.at["volume"] - 1) / 0.1)):
            slices = {math.floor(n * 0.5 * math.erfc(-z / math.sqrt(2))) for z in share}
            assert len(slices) == n or (design, name) == ("sobol", "volume"), (design, name, len(slices))
        assert np.allclose(found.average * found.at["clearance"], AVERAGE, rtol=1e-3), design


def which_correlation_a_copula_has():
    """OpenTURNS #1665, #2248: a copula's correlation taken for Spearman's (0.25 of scores is 0.239)"""
    found = Points(correlated('[["clearance", "volume", 0.25]]', ("clearance", "volume"), points=64))
    assert "correlation 0.25 of their normal scores (Spearman's 0.239; " in found.said, found.said


def blocks_of_correlated_factors():
    """OpenTURNS #1045: one block's correlation in another (0.8 and none)"""
    names = ("clearance", "volume", "absorption_rate")
    for design in ("latin_hypercube", "sobol"):
        text = correlated('[["clearance", "volume", 0.8], ["absorption_rate", "lag", 0.8]]', names, f'kind = "sweep"\ndesign = "{design}"')
        found = Points(text + law("lag", '"uniform"\nlow = "0 h"\nhigh = "1 h"', 'key = "pk.lag"'))
        for one, other, right in (("clearance", "volume", 0.8), ("absorption_rate", "lag", 0.8), ("clearance", "lag", 0),
                                  ("volume", "absorption_rate", 0), ("volume", "lag", 0)):
            target = 6 / math.pi * math.asin(right / 2)
            assert abs(found.spearman(one, other) - target) < 1 / math.sqrt(1024), (design, one, other, found.spearman(one, other))


def fewer_points_than_factors():
    """probabilit #88: fewer points than correlated factors (refused, with how many)"""
    refused(correlated('[["clearance", "volume", 0.8]]', ("clearance", "volume"), points=2), "over 2 points", "take 6 or more")


def indices_of_correlated_factors():
    """SALib #193, #588, chaospy #364: Sobol's indices or Morris's effects of correlated factors (refused, with what can be asked)"""
    for method in ("sobol", "morris"):
        refused(correlated('[["clearance", "volume", 0.8]]', ("clearance", "volume"), f'kind = "sensitivity"\nmethod = "{method}"', 64),
                "study.correlation", "independent" if method == "sobol" else "one factor moves", "prcc")


def laws_without_ends():
    """SALib #515, #683: infinite values of normal factors, none of wrong bounds (finite, or refused)"""
    factors = law("clearance", LAWS["clearance"]) + law("volume", LAWS["volume"])
    for head in ('kind = "sensitivity"\nmethod = "morris"\npoints = 8', 'kind = "sensitivity"\npoints = 64',
                 'kind = "sweep"\ndesign = "sobol"\npoints = 256'):
        found = Points(study(head, factors))
        assert all(np.isfinite(values).all() for values in (*found.at.values(), found.average)), head
    head = 'kind = "sweep"\ndesign = "sobol"\npoints = 4'
    for wrong, words in (('"lognormal"\nmedian = -1\nsd_log = 0.3', ("median", "above 0")), ('"lognormal"\nmedian = 1\nsd_log = -0.3', ("sd_log",)),
                         ('"uniform"\nlow = 10\nhigh = 1', ("10", "1", "empty range")), ('"normal"\nmean = 1\nsd = -1', ("sd",))):
        refused(study(head, law("clearance", wrong)), "factor.clearance", *words)


def effects_per_range():
    """SALib #179: Morris's effects of factors with unlike ranges in the wrong order (slope times range)"""
    found = Points(study('kind = "sensitivity"\nmethod = "morris"\npoints = 8',
                         law("dose", '"uniform"\nlow = "100 mg"\nhigh = "110 mg"', 'key = "arm.a.regimen.dose"') +
                         law("bioavailability", '"uniform"\nlow = 0.9\nhigh = 1', 'key = "pk.bioavailability"')))
    unit = AVERAGE / 100  # ng/mL for each mg that gets in
    for f, (low, high) in enumerate(((10 * 0.9, 10 * 1.0), (0.1 * 100, 0.1 * 110))):
        assert low * unit * (1 - STEADY) <= found.indices["mu_star"][f] <= high * unit * (1 + STEADY), found.indices


def factors_with_few_values():
    """SALib #112, #195, #341, #581: indices of a factor that has three values (variances of a product of two factors)"""
    found = Points(study('kind = "sensitivity"\npoints = 512\nrandomisations = 4',
                         factor("dose", 'key = "arm.a.regimen.dose"', 'values = ["50 mg", "100 mg", "300 mg"]') +
                         law("bioavailability", '"uniform"\nlow = 0.5\nhigh = 1', 'key = "pk.bioavailability"')))
    dose, bio = np.var([50, 100, 300]) / np.mean([50, 100, 300]) ** 2, 0.25 / 12 / 0.75**2  # squared CVs
    whole = (1 + dose) * (1 + bio) - 1
    for f, (own, other) in enumerate(((dose, bio), (bio, dose))):
        s = found.indices
        assert abs(s["S1"][f] - own / whole) < 3 * s["S1_conf"][f] and s["S1_conf"][f] < 0.05, (f, s)
        assert abs(s["ST"][f] - own * (1 + other) / whole) < 3 * s["ST_conf"][f] and s["ST_conf"][f] < 0.05, (f, s)


if __name__ == "__main__":
    run_all([hypercubes_of_correlated_factors, which_correlation_a_copula_has, blocks_of_correlated_factors, fewer_points_than_factors,
             indices_of_correlated_factors, laws_without_ends, effects_per_range, factors_with_few_values])
