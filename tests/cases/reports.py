"""What the tests of others' reports share: small scenarios, their results, and linear models solved apart from the program."""
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

VTRIAL = os.environ.get("VTRIAL", "build/release/bin/vtrial")
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="vtrial-reports-"))
SAYS = 'source = "report"\nbasis = "assumed"\n'


def scenario(pk, arms, days, patients=1, rest="", trial=""):
    """pk: keys of [pk]; arms: text of [[arm]] tables, or one regimen."""
    if "[[arm]]" not in arms:
        arms = f'[[arm]]\nname = "a"\nregimen = {arms}\n'
    return (f'title = "report"\n[trial]\nseed = 11\npatients = {patients}\nduration = "{days} day"\nsource = "report"\n{trial}\n'
            f'[pk]\nreference_concentration = "1000 ng/mL"\n{SAYS}{pk}\n{arms}\n{rest}\n')


def vtrial(*words):
    return subprocess.run([VTRIAL, *map(str, words)], capture_output=True, text=True, timeout=300)


class Run:
    """A finished run: `file` (h5py), `json`, `said`."""

    def __init__(self, text, files=None, may_fail=False):
        path = FOLDER / f"case{len(list(FOLDER.glob('case*.toml')))}.toml"
        path.write_text(text)
        for name, content in (files or {}).items():
            (FOLDER / name).write_text(content)
        done = vtrial("run", path, "-o", path.with_suffix(".h5"), "--json", "--quiet", "--threads", 2)
        self.said, self.code = done.stderr, done.returncode
        if done.returncode not in ((0, 3) if may_fail else (0,)):
            raise AssertionError(f"exit {done.returncode}: {done.stderr}{done.stdout[-300:]}\n{text}")
        self.json = json.loads(done.stdout)["runs"][0]
        self.file = h5py.File(path.with_suffix(".h5"))

    def concentration(self, day, hour, patient=0):
        group = self.file["records/concentrations"]
        where = (list(group["day"][:]).index(day), list(group["hour"][:]).index(hour))
        return float(group["concentration"][(patient, *where)])

    def daily(self, name, day, patient=0):
        group = self.file["records/daily"]
        return float(group[name][patient, list(group["day"][:]).index(day)])

    def tally(self, name):
        return next(t for t in self.json["tallies"] if t["name"] == name)


def refused(text, *words):
    """`check` exits with 2 and names a place and all of the words."""
    path = FOLDER / "refused.toml"
    path.write_text(text)
    done = vtrial("check", path)
    said = done.stderr + done.stdout
    assert done.returncode == 2 and "refused.toml:" in said and all(word in said for word in words), said
    return said


def exponential(a):
    """e^A by scaling and squaring of the Taylor series: 1e-13 for the rates here."""
    halvings = max(0, int(np.ceil(np.log2(max(np.abs(a).sum(axis=1).max(), 1e-300)))) + 4)
    small = a / 2.0**halvings
    total, term = np.eye(len(a)), np.eye(len(a))
    for i in range(1, 20):
        term = term @ small / i
        total = total + term
    for _ in range(halvings):
        total = total @ total
    return total


class Linear:
    """Amounts of a linear model with doses into a compartment at once or at a constant rate; times in h, amounts in mg."""

    def __init__(self, rates, size, central, volume):
        """rates: {(from, to): per hour}; to = None leaves the body."""
        self.matrix = np.zeros((size, size))
        for (start, end), rate in rates.items():
            self.matrix[start, start] -= rate
            if end is not None:
                self.matrix[end, start] += rate
        self.size, self.central, self.volume = size, central, volume

    def ng_per_mL(self, doses, time):
        """doses: (time, mg, compartment, duration; 0 = at once)."""
        total = 0.0
        for begin, mg, into, lasts in doses:
            since = time - begin
            if since <= 0:
                continue
            if lasts == 0:
                start = np.zeros(self.size)
                start[into] = mg
                total += (exponential(self.matrix * since) @ start)[self.central]
                continue
            active = min(since, lasts)
            driven = np.zeros((self.size + 1, self.size + 1))  # the last state is the input
            driven[:-1, :-1], driven[into, -1] = self.matrix, mg / lasts
            now = exponential(driven * active)[:-1, -1]
            total += (exponential(self.matrix * (since - active)) @ now)[self.central]
        return total / self.volume * 1000.0


TRIAL_PK = 'model = "one_compartment"\nabsorption = "first_order"\nclearance = "10 L/h"\nvolume = "50 L"\nabsorption_rate = "1 1/h"'
RESPONSE, TIMES = 'analysis = "response"\n', 'analysis = "progression"\n'
ACCRUAL = 'accrual = { patients = 60, every = "30 day", process = "poisson" }\n'
SOON = ACCRUAL + 'known_after = "37 day"\n'
TWO_LOOKS = 'looks = [0.5, 1]\nspending = "obrien_fleming"\n'


def trial(doses, replicates, patients, designs, share="0.3 + daily_dose_mg/1000", hazard="if(daily_dose_mg > 150, 0.002, 0.004)", days=180,
          shares=(1, 1, 1, 1), rest=""):
    """Arms a, b … by dose: a response has a chance of `share`, an event a `hazard` a day."""
    arms = "".join(f'[[arm]]\nname = "{chr(97 + i)}"\nshare = {shares[i]}\nregimen = {{ dose = "{dose} mg", every = "24 h" }}\n'
                   for i, dose in enumerate(doses))
    text = (f'[[covariate]]\nname = "coin"\ndistribution = "uniform"\nlow = 0\nhigh = 1\n{SAYS}'
            f'[[column]]\nname = "responds"\nvalue = "coin < {share}"\n[[column]]\nname = "fails"\nvalue = "coin >= {share}"\n'
            f'[[event]]\nname = "progression"\nhazard = "{hazard}"\n{SAYS}'
            '[[tally]]\nname = "time"\nkind = "time_to_event"\nevent = "progression"\nevery = "30 day"\nby = ["arm"]\n'
            '[[analysis]]\nname = "response"\nkind = "proportions"\nresponse = "responds"\n'
            '[[analysis]]\nname = "failure"\nkind = "proportions"\nresponse = "fails"\n'
            '[[analysis]]\nname = "progression"\nkind = "log-rank"\ntime = "time"\n'
            f'[study]\nkind = "power"\nreplicates = {replicates}\npatients = {patients}\n{rest}')
    text += "".join(f'[[trial_design]]\nname = "{name}"\n{keys}\n' for name, keys in designs.items())
    return scenario(TRIAL_PK, arms, days, patients, text, '[adherence]\nmodel = "perfect"\n').replace('source = "report"\n[adherence]', "[adherence]", 1)


class Played:
    """A finished study: of a design and a truth (0 as simulated, 1 equal arms) what became of every replicate."""

    def __init__(self, text):
        path = FOLDER / f"power{len(list(FOLDER.glob('power*.toml')))}.toml"
        path.write_text(text)
        done = vtrial("run", path, "-o", path.with_suffix(".h5"), "--print", "all", "--threads", 2)
        assert done.returncode == 0, done.stderr + done.stdout + text
        self.said = done.stdout + done.stderr
        self.file = h5py.File(path.with_suffix(".h5"))

    def __call__(self, design, name, truth=0):
        return self.file[f"power/{design}/{name}"][0, truth]

    def ended(self, design, how, truth=0):
        return self(design, "ending", truth) == ["better", "worse", "futile", "undecided"].index(how)


def near(share, right, n, more=0.0):
    """A share of n trials: 4 standard errors, a false alarm in 16,000."""
    assert abs(share - right) <= 4 * math.sqrt(right * (1 - right) / n) + more, (share, right, n)


def run_all(cases):
    """Every case on its own line; exit 1 if one differs."""
    failed = 0
    for case in cases:
        try:
            case()
            print(f"ok    {case.__doc__.splitlines()[0]}")
        except Exception as error:  # one wrong case must not hide the others
            failed += 1
            print(f"WRONG {case.__doc__.splitlines()[0]}\n      {type(error).__name__}: {error}")
    print(f"{len(cases) - failed} of {len(cases)} as they should be")
    sys.exit(1 if failed else 0)
