"""What the tests of others' reports share: small scenarios, their results, and linear models solved apart from the program."""
import json
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
