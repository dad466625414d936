"""A study's file whose parts do not fit, under a seal that does, is refused in one line by every command that reads it."""
# needs: numpy h5py
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy as np

VTRIAL = os.environ["VTRIAL"]
STUDY = pathlib.Path(__file__).parents[2] / "scenarios" / "studies" / "tops_sensitivity.toml"
SEAL = 80  # bytes behind the HDF5 data
failures = []


def replaced(name, value):
    def change(file):
        del file[name]
        file[name] = value
    return change


def resized(name, shape, kind):
    def change(file):
        del file[name]
        file.create_dataset(name, shape=shape, dtype=kind, chunks=(1 << 16,))
    return change


def without(name):
    return lambda file: file.__delitem__(name)


def attribute(name, key, value):
    return lambda file: file[name].attrs.__setitem__(key, value)


DAMAGE = {
    "object 'points' doesn't exist": without("points"),
    "object 'factors' doesn't exist": without("factors"),
    "object 'coordinates' doesn't exist": without("points/coordinates"),
    "object 'value' doesn't exist": without("endpoints/mmr/value"),
    "object 'events' doesn't exist": without("tallies/mmr/events"),
    "object 'mmr' doesn't exist": without("sensitivity/mmr"),
    "coordinates has another type than expected": replaced("points/coordinates", np.arange(3)),
    "low has another length than expected": replaced("endpoints/mmr/low", np.zeros(3)),
    "high has another length than expected": resized("endpoints/mmr/high", (1 << 28,), "f8"),
    "plan_hash is larger than any such table can be": resized("points/plan_hash", (1 << 40,), "u8"),
    "a grid with a factor that has no levels": attribute("/", "design", np.bytes_("grid")),
    "'randomised' does not match points and axes": attribute("tallies/mmr", "axes", np.bytes_("arm visit arm")),
    "tally of unknown kind 'odd'": attribute("tallies/mmr", "kind", np.bytes_("odd")),
    "can't locate attribute: 'long_name'": lambda file: file.__setitem__("endpoints/loop", h5py.SoftLink("/endpoints")),
    "evaluable holds impossible counts": lambda file: file["tallies/mmr/evaluable"].__setitem__((0, 0, 0), -1),
    "its content does not match its content hash": lambda file: file["tallies/mmr/events"].__setitem__((0, 0, 0), 99),
}

with tempfile.TemporaryDirectory() as folder:
    good, bad = pathlib.Path(folder) / "good.h5", pathlib.Path(folder) / "bad.h5"
    subprocess.run([VTRIAL, "run", STUDY, "--patients", "64", "--quiet", "--set", "study.points=2", "--set", "study.keep=tallies",
                    "-o", good], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for words, change in DAMAGE.items():
        bad.write_bytes(good.read_bytes()[:-SEAL])
        with h5py.File(bad, "r+") as file:
            change(file)
        content = bad.read_bytes()
        bad.write_bytes(content + b"\nvtrial sha256 " + hashlib.sha256(content).hexdigest().encode() + b"\n")
        for command in (["info", bad], ["info", bad, "--json"], ["report", bad, "-o", bad.with_suffix(".html")],
                        ["export", bad, "--csv", bad.with_suffix("")]):
            said = subprocess.run([VTRIAL, *map(str, command)], capture_output=True, text=True)
            if said.returncode != 74 or words not in said.stderr or said.stderr.count("\n") != 1:
                failures.append(f"{command[0]}, {words}: {said.returncode} {said.stderr}")
    if list(pathlib.Path(folder).glob("bad.html")) or bad.with_suffix("").exists():
        failures.append("something was written")

print("\n".join(failures) or f"{len(DAMAGE)} damaged files are refused")
sys.exit(1 if failures else 0)
