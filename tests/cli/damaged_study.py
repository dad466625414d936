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
STUDIES = pathlib.Path(__file__).parents[2] / "scenarios" / "studies"
SEAL = 80  # bytes behind the HDF5 data
failures = []


def replaced(name, value):
    def change(file):
        if name in file:
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


SENSITIVITY = {
    "object 'points' doesn't exist": without("points"),
    "object 'factors' doesn't exist": without("factors"),
    "object 'coordinates' doesn't exist": without("points/coordinates"),
    "object 'value' doesn't exist": without("endpoints/mmr/value"),
    "object 'events' doesn't exist": without("tallies/mmr/events"),
    "object 'mmr' doesn't exist": without("sensitivity/mmr"),
    "coordinates has another type than expected": replaced("points/coordinates", np.arange(3)),
    "low has another length than expected": replaced("endpoints/mmr/low", np.zeros(3)),
    "high is larger than what is stored of it": resized("endpoints/mmr/high", (1 << 28,), "f8"),
    "plan_hash is larger than any such table can be": resized("points/plan_hash", (1 << 40,), "u8"),
    "a grid with a factor that has no levels": attribute("/", "design", np.bytes_("grid")),
    "'randomised' does not match points and axes": attribute("tallies/mmr", "axes", np.bytes_("arm visit arm")),
    "tally of unknown kind 'odd'": attribute("tallies/mmr", "kind", np.bytes_("odd")),
    "can't locate attribute: 'long_name'": lambda file: file.__setitem__("endpoints/loop", h5py.SoftLink("/endpoints")),
    "evaluable holds impossible counts": lambda file: file["tallies/mmr/evaluable"].__setitem__((0, 0, 0), -1),
    "its content does not match its content hash": lambda file: file["tallies/mmr/events"].__setitem__((0, 0, 0), 99),
}

def set_first(name, value):
    return lambda file: file[name].__setitem__((0,) * file[name].ndim, value)


DESIGN = "power/two looks/"
POWER = {
    "/power has no trial design": lambda file: [file["power"].__delitem__(name) for name in list(file["power"])],
    "object 'arms_better' doesn't exist": without(DESIGN + "arms_better"),
    "patients has another type than expected": replaced(DESIGN + "patients", np.full((1, 2, 40, 2), np.nan)),
    "events has another length than expected": replaced(DESIGN + "events", np.zeros((1, 2, 40), "i8")),
    "ending has another length than expected": replaced(DESIGN + "ending", np.zeros(3, "i8")),
    "ending holds impossible numbers": set_first(DESIGN + "ending", 4),
    "look_of_end holds impossible numbers": set_first(DESIGN + "look_of_end", 2),
    "patients holds impossible numbers": set_first(DESIGN + "patients", -1),
    "days holds what is no number": set_first(DESIGN + "days", np.nan),
    "arms_better holds an arm that is not there": set_first(DESIGN + "arms_better", 4),
    "bound has another length than expected": replaced(DESIGN + "bound", np.zeros(3)),
    "bound holds what is no number": set_first(DESIGN + "bound", np.nan),
    "z is larger than any such table can be": resized(DESIGN + "z", (1 << 40,), "f8"),
    "a trial design has an impossible number of arms": lambda file: [
        replaced(f"power/{name}/arm", np.array([b"a"] * 65, dtype=h5py.string_dtype()))(file) for name in file["power"]],
    "trial designs differ in their arms": replaced(DESIGN + "arm", np.array([b"a", b"b"], dtype=h5py.string_dtype())),
    "wanted_power is no share between 0 and 1": attribute("power/sizes, 300 patients", "wanted_power", 1.5),
    "the trials of a point do not match its content hash": set_first(DESIGN + "z", 9.0),
}
OPTIMUM = {
    "/optimum has no best point": replaced("optimum/points/point", np.zeros(0)),
    "a best point is none of the study's points": set_first("optimum/points/point", 1e9),
    "the columns of /optimum/points differ in length": replaced("optimum/points/failed", np.zeros(3, "u8")),
    "object 'cytopenia' doesn't exist": without("optimum/endpoints/cytopenia"),
    "value has another length than expected": replaced("optimum/endpoints/mmr/value", np.zeros(3)),
    "reason has another length than expected": replaced(
        "optimum/endpoints/mmr/reason", np.array([b"a", b"b"], dtype=h5py.string_dtype())),
    "best has another length than expected": replaced("optimum/path/best", np.zeros(3)),
    "the columns of /optimum/path differ in length": replaced("optimum/path/asked", np.zeros(3, "u8")),
    "generation has another length than expected": replaced("design/generation", np.zeros(3, "u8")),
    "a point is of a generation that /optimum/path does not have": set_first("design/generation", 99),
    "its content does not match its content hash": lambda file: file["optimum/points/content_hash"].__setitem__(0, b"0"),
}
SEARCH = ["--patients", "64", "--set", "study.generations=2", "--set", "study.population=5"]
KINDS = [("tops_sensitivity.toml", ["--patients", "64", "--set", "study.points=2", "--set", "study.keep=tallies"], SENSITIVITY),
         ("tops_power.toml", ["--set", "study.replicates=40"], POWER), ("tdm_optimum.toml", SEARCH, OPTIMUM)]

with tempfile.TemporaryDirectory() as folder:
    good, bad = pathlib.Path(folder) / "good.h5", pathlib.Path(folder) / "bad.h5"
    tried = 0
    for study, options, damage in KINDS:
        made = subprocess.run([VTRIAL, "run", STUDIES / study, "--quiet", "-o", good, *options], capture_output=True, text=True)
        if made.returncode == 4 and "libvtrial_optimise.so" in made.stderr:
            continue  # no pagmo
        if made.returncode != 0:
            failures.append(f"{study}: {made.returncode} {made.stderr}")
            continue
        for words, change in damage.items():
            tried += 1
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

print("\n".join(failures) or f"{tried} damaged files are refused")
sys.exit(1 if failures else 0)
