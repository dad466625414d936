"""Every group of results files opens with every reader that is installed, and every value is what h5py reads.

Prints a table of readers and groups. Octave reads no texts (its netcdf package does not know their type), and is asked for
the numbers alone.
"""
# needs: numpy h5py xarray h5netcdf
from __future__ import annotations

import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

HERE = pathlib.Path(__file__).parent
STUDIES = HERE.parents[1] / "scenarios" / "studies"
VTRIAL = os.environ["VTRIAL"]

Values = dict[str, np.ndarray]  # of a group: the values of its datasets, texts as objects
Group = tuple[pathlib.Path, str]

SWEEP = f'''base = ["{STUDIES.parent / "tops.toml"}"]
[study]
kind = "sweep"
keep = "tallies"
patients = 100
[[factor]]
name = "once"
key = "adherence.taken.once_daily"
values = [0.7, 0.95]
[[factor]]
name = "twice"
choices = [{{ label = "few doses", set = {{ "adherence.taken.twice_daily" = 0.5 }} }},
           {{ label = "most", set = {{ "adherence.taken.twice_daily" = 0.9 }} }}]
[[endpoint]]
name = "mmr"
tally = "mmr"
where = {{ arm = "400 mg QD", visit = "month 12" }}
statistic = "itt"
'''


def run(scenario: pathlib.Path, file: pathlib.Path, *more: object) -> pathlib.Path:
    done = subprocess.run([VTRIAL, "run", scenario, "--threads", "2", "--quiet", "-o", file, *map(str, more)],
                          capture_output=True, text=True)
    assert done.returncode in (0, 3), f"{scenario}: {done.stderr}"
    return file


def with_one_decision(file: pathlib.Path) -> pathlib.Path:
    """A table of one row: the first seed with which something is decided once about the only patient recorded."""
    for seed in range(1, 100):
        run(HERE / "failures.toml", file, "--seed", seed, "--set", "record.patients=1")
        with h5py.File(file) as results:
            decisions = results["records/decisions"]
            if len(decisions) and decisions["day"].size == 1:
                return file
    raise AssertionError("nothing is decided just once")


def files(folder: pathlib.Path) -> list[pathlib.Path]:
    """What a program can write: trials of all kinds, with tables of many rows, one and none, and studies."""
    made = [run(HERE / "trial.toml", folder / "trial.h5"),
            run(HERE / "lives.toml", folder / "lives.h5", "--records", folder / "rows"),
            run(HERE / "failures.toml", folder / "no_decision.h5", "--set", "arm.'400 mg QD'.rules=[]",
                "--set", "arm.'400 mg BID'.rules=[]"),
            with_one_decision(folder / "one_decision.h5")]
    (folder / "sweep.toml").write_text(SWEEP)
    made.append(run(folder / "sweep.toml", folder / "sweep.h5"))
    text = (STUDIES / "tops_sensitivity.toml").read_text().replace("../tops.toml", str(STUDIES.parent / "tops.toml"))
    ranks = text.replace('"sobol"', '"prcc"').replace("second_order = true", "").replace("points = 64", "points = 16")
    (folder / "ranks.toml").write_text(ranks.replace(
        "[[factor]]", '[study.correlation]\npairs = [["clearance", "volume", 0.5]]\n\n[[factor]]', 1))
    made.append(run(folder / "ranks.toml", folder / "ranks.h5", "--patients", 64))
    made.append(run(STUDIES / "tops_sensitivity.toml", folder / "sobol.h5", "--patients", 32, "--set",
                    "study.points=4"))
    made.append(run(STUDIES / "tops_power.toml", folder / "power.h5", "--set", "study.replicates=40"))
    search = STUDIES / "tdm_optimum.toml"
    if "libvtrial_optimise.so" in subprocess.run([VTRIAL, "check", search], capture_output=True, text=True).stdout:
        print("no search among the files: libvtrial_optimise.so was not built")
    else:
        made.append(run(search, folder / "search.h5", "--patients", 128, "--set", "study.generations=3",
                        "--set", "study.fresh_patients=100"))
    return made


# What is in the files. A dimension of netCDF without coordinates is no dataset of the user's.

def is_bare_dimension(data: h5py.Dataset) -> bool:
    return data.attrs.get("NAME", b"").startswith(b"This is a netCDF dimension but not a netCDF variable")


def in_h5py(path: pathlib.Path) -> dict[str, Values]:
    found: dict[str, Values] = {}
    with h5py.File(path) as file:
        def add(name: str, item: Any) -> None:
            if isinstance(item, h5py.Group):
                found["/" + name] = {one: as_texts(data[()]) for one, data in item.items()
                                     if isinstance(data, h5py.Dataset) and not is_bare_dimension(data)}
        add("", file["/"])
        file.visititems(add)
    return found


def as_texts(values: Any) -> np.ndarray:
    values = np.asarray(values)
    if values.dtype.kind in "biuf":
        return values
    decoded = [one.decode() if isinstance(one, bytes) else str(one) for one in values.ravel()]
    return np.array(decoded + [None], dtype=object)[:-1].reshape(values.shape)


# Readers of Python: each gives the values of a group.

def in_xarray(engine: str) -> Callable[[pathlib.Path, str], Values]:
    import xarray

    def read(path: pathlib.Path, group: str) -> Values:
        with xarray.open_dataset(path, group=group, engine=engine) as data:
            data.load()
            assert not any(str(dim).startswith("phony") for dim in data.dims), f"dimensions without names: {data.dims}"
            return {str(name): as_texts(one.values) for name, one in data.variables.items()}
    return read


def in_h5netcdf(path: pathlib.Path, group: str) -> Values:
    import h5netcdf
    with h5netcdf.File(path) as file:
        return {name: as_texts(one[...]) for name, one in (file if group == "/" else file[group]).variables.items()}


def in_netcdf4(path: pathlib.Path, group: str) -> Values:
    import netCDF4
    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        here = file if group == "/" else file[group]
        return {name: as_texts(one[...]) for name, one in here.variables.items()}


# Readers of other languages: scripts beside this file. common.R says what they are given and what they leave.

def in_script(command: list[str], texts: bool, wanted: dict[Group, Values],
              folder: pathlib.Path) -> dict[Group, Values | str]:
    """The values of all groups, or what went wrong, from one run of a script."""
    folder.mkdir()
    jobs = []
    for (path, group), values in wanted.items():
        jobs.append((path, group, ""))
        for name, one in values.items():
            if texts or one.dtype != object:
                jobs.append((path, group.rstrip("/") + "/" + name, folder / f"{len(jobs)}.bin"))
    (folder / "jobs").write_text("".join("\t".join(map(str, job)) + "\n" for job in jobs))
    done = subprocess.run([*command, folder / "jobs", folder / "log"], capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    log = (folder / "log").read_text() if (folder / "log").exists() else ""
    harmless = "error: ignoring const execution_exception"  # Octave, when it ends
    if done.returncode != 0 or "\nerror: " in "\n" + done.stderr.replace(harmless, ""):
        return {key: " ".join((done.stdout + done.stderr).split()) for key in wanted}
    complaints: dict[Group, list[str]] = {}
    for line in log.splitlines():
        path, name, text = line.split("\t")
        group = name if (pathlib.Path(path), name) in wanted else name.rsplit("/", 1)[0] or "/"
        complaints.setdefault((pathlib.Path(path), group), []).append(f"{name}: {text}")
    kept = {(path, name): file for path, name, file in jobs if file}
    found: dict[Group, Values | str] = {}
    for (path, group), values in wanted.items():
        here: Values = {}
        for name, one in values.items():
            file = kept.get((path, group.rstrip("/") + "/" + name))
            if file is None or not file.exists():
                continue
            if one.dtype == object:
                parts = file.read_bytes().decode().split("\0")[:-1]
                all_texts = np.array(parts + [None], dtype=object)[:-1]
                here[name] = all_texts.reshape(one.shape if one.size == len(parts) else -1)
            else:
                numbers = np.fromfile(file, dtype=np.float64)
                here[name] = numbers.reshape(one.shape) if numbers.size == one.size else numbers
        found[path, group] = "; ".join(complaints[path, group]) if (path, group) in complaints else here
    return found


def difference(wanted: Values, found: Values, texts: bool, exact_types: bool) -> str:
    """What is wrong with the values of a group, or nothing."""
    for name, values in wanted.items():
        if values.dtype == object and not texts:
            continue
        if name not in found:
            return f"{name} is missing"
        other = found[name]
        if values.dtype == object:
            if other.shape != values.shape or list(other.ravel()) != list(values.ravel()):
                return f"{name} is {other.ravel()[:3]}, not {values.ravel()[:3]}"
            continue
        as_read = values if exact_types else values.astype(np.float64)
        if other.dtype != as_read.dtype or not np.array_equal(other, as_read, equal_nan=as_read.dtype.kind == "f"):
            return f"{name} is {other.dtype} {other.ravel()[:3]}, not {as_read.dtype} {as_read.ravel()[:3]}"
    more = set(found) - set(wanted)
    return f"{sorted(more)} should not be there" if more else ""


def documented(language: str, command: list[str], folder: pathlib.Path, more: str = "") -> str:
    """What is wrong with the words of output/README.md for this language, which are run; or nothing."""
    page = (HERE.parents[1] / "output" / "README.md").read_text()
    code = re.search(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert code is not None, f"the page has no words for {language}"
    (folder / language).write_text(code[1] + more)
    path = f"{pathlib.Path(VTRIAL).parent}:{os.environ['PATH']}"
    done = subprocess.run([*command, str(folder / language)], capture_output=True, text=True, cwd=folder,
                          env={**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"})
    is_right = "400 mg BID" in done.stdout and "0.0" in done.stdout
    return "" if is_right else f"output/README.md, {language}: {done.stdout}{done.stderr}"


def kind_of(group: str, path: pathlib.Path) -> str:
    """The row of the table that a group belongs to."""
    parts = group.split("/")
    if len(parts) > 2 and parts[1] == "tallies":
        with h5py.File(path) as file:
            return f"/tallies, {file[group].attrs['kind'].decode()}" + (" of a study" if "endpoints" in file else "")
    if len(parts) > 2 and parts[1] in ("tests", "endpoints", "factors", "sensitivity", "power", "observed"):
        return "/".join([*parts[:2], "*", *parts[3:]])
    return re.sub(r"^(/optimum/endpoints)/.*", r"\1/*", group)


PYTHON: dict[str, Callable[[pathlib.Path, str], Values]] = {
    "xarray, h5netcdf": in_xarray("h5netcdf"), "xarray, netcdf4": in_xarray("netcdf4"), "h5netcdf": in_h5netcdf,
    "netCDF4": in_netcdf4}
OCTAVE = ["octave-cli", "--no-gui", "-q"]
SCRIPTS = {"ncdf4": (["Rscript", str(HERE / "ncdf4.R")], True), "rhdf5": (["Rscript", str(HERE / "rhdf5.R")], True),
           "Octave": ([*OCTAVE, str(HERE / "octave.m")], False)}  # command, and whether it reads texts
NEEDED = ["/", "/records", "/records/decisions", "/records/daily", "/records/concentrations", "/patients", "/failures",
          "/without_value", "/conditions_undefined", "/tests/*", "/tallies, paired", "/tallies, number",
          "/tallies, proportion", "/tallies, time_to_event", "/tallies, number of a study", "/correlations", "/points",
          "/design", "/wanted_sizes", "/power/*", "/observed/*", "/sensitivity/*", "/sensitivity/*/convergence",
          "/provenance", "/screening"]


def readers_here() -> list[str]:
    def succeeds(*command: str) -> bool:
        return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0

    has_netcdf4 = importlib.util.find_spec("netCDF4") is not None
    is_there = {"netCDF4": has_netcdf4, "xarray, netcdf4": has_netcdf4,
                "ncdf4": succeeds("Rscript", "-e", "library(ncdf4)"),
                "rhdf5": succeeds("Rscript", "-e", "library(rhdf5)"),
                "Octave": succeeds(*OCTAVE, "--eval", "pkg load netcdf")}
    everyone = [*PYTHON, *SCRIPTS]
    for name in everyone:
        if not is_there.get(name, True):
            print(f"absent: {name}")
    return [name for name in everyone if is_there.get(name, True)]


def what_is_wrong(reader: str, wanted: dict[Group, Values], folder: pathlib.Path) -> dict[Group, str]:
    """Of every group what the reader makes of it that is not right; or nothing."""
    texts = reader in PYTHON or SCRIPTS[reader][1]
    found: dict[Group, Values | str] = {}
    if reader in SCRIPTS:
        found = in_script(*SCRIPTS[reader], wanted, folder / reader)
    else:
        for key in wanted:
            try:
                found[key] = PYTHON[reader](*key)
            except Exception as error:  # whatever a reader throws at its user
                found[key] = f"{type(error).__name__}: {error}"
    return {key: here if isinstance(here, str) else difference(wanted[key], here, texts, reader in PYTHON)
            for key, here in found.items()}


def main() -> int:
    readers = readers_here()
    wrong: list[str] = []
    cells: dict[tuple[str, str], bool] = {}  # row and reader: whether all is right
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        wanted = {(path, group): values for path in files(folder) for group, values in in_h5py(path).items()}
        rows = {key: kind_of(key[1], key[0]) for key in wanted}
        for reader in readers:
            for key, text in what_is_wrong(reader, wanted, folder).items():
                cells[rows[key], reader] = cells.get((rows[key], reader), True) and not text
                wrong += [f"{reader}: {key[0].name} {key[1]}: {text}"] if text else []
        run(STUDIES.parent / "tops.toml", folder / "tops.h5", "--patients", 300)
        for language, reader, command, more in (("octave", "Octave", OCTAVE, ""), ("r", "ncdf4", ["Rscript"], "itt\n")):
            text = documented(language, command, folder, more) if reader in readers else ""
            wrong += [text] if text else []
    width = max(map(len, rows.values())) + 2
    print("".ljust(width) + "  ".join(readers))
    for row in sorted(set(rows.values())):
        told = ["right" if cells[row, reader] else "WRONG" for reader in readers]
        print(row.ljust(width) + "  ".join(word.ljust(len(reader)) for word, reader in zip(told, readers)))
    wrong += [f"no file has {row}" for row in NEEDED if row not in rows.values()]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
