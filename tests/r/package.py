#!/usr/bin/python3
"""Builds the R package and checks it: no error, warning or note. Its tests run the program, and hold every number that
the package reads against what h5py reads, which this script writes down as tables."""
# needs: numpy h5py
from __future__ import annotations

import csv
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).parents[2]
SCENARIOS = {name: ROOT / "tests" / "readers" / f"{name}.toml" for name in ("trial", "lives")}
VTRIAL = os.environ["VTRIAL"]


def text(value) -> str:
    """As the R tests read it: numbers as hexadecimal, which lose nothing."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, str):
        return value
    number = float(value)
    return "NaN" if number != number else str(number).capitalize() if abs(number) == float("inf") else number.hex()


def dims(group: h5py.Group, name: str) -> list[str]:
    return [dim.keys()[0] for dim in group[name].dims] if "DIMENSION_LIST" in group[name].attrs else []


def is_scale(group: h5py.Group, name: str) -> bool:
    return group[name].attrs.get("CLASS") == b"DIMENSION_SCALE"


def rows_of(group: h5py.Group, along: list[str], names: list[str]) -> dict[str, list[str]]:
    """A column for each of the names, a row for each cell of `along`, the last one fastest."""
    cells = list(np.ndindex(*(group[dim].shape[0] for dim in along)))
    table = {}
    for name in names:
        values, of = group[name][()], dims(group, name)
        assert not (is_scale(group, name) and of), name
        if is_scale(group, name):
            of = [name]
        table[name] = [text(values[tuple(cell[along.index(dim)] for dim in of)]) for cell in cells]
    return table


def tally_table(group: h5py.Group, is_curve: bool) -> dict[str, list[str]]:
    axes = group.attrs["axes"].decode().split()
    along = axes + (["time"] if is_curve else [])
    names = [name for name in group if not is_scale(group, name) and set(dims(group, name)) <= set(along)]
    if is_curve:
        names = [name for name in names if name not in ("rmst", "rmst_standard_error", "median")]
    table = rows_of(group, along, along + names)
    spread = {"quantiles": ("quantile", lambda q: f"q{round(100 * q):02d}"),
              "above": ("threshold", lambda x: f"above_{x:g}")}
    for end in ("", "_low", "_high"):
        spread["attainment" + end] = ("threshold", lambda x, end=end: f"attainment_{x:g}{end}")
    if group.attrs["kind"] == b"paired" or is_curve:
        spread["counts"] = ("outcome", lambda label: f"count_{label.decode()}")
    if is_curve:
        for end in ("", "_standard_error", "_low", "_high"):
            spread["incidence" + end] = ("cause", lambda label, end=end: f"incidence_{label.decode()}{end}")
    for name, (by, column) in spread.items():
        if name in group:
            of = dims(group, name)
            whole = rows_of(group, [*along, by], [name])[name]  # the last dimension is the fastest
            assert set(of) == {*along, by}
            for i, cell in enumerate(group[by][()]):
                table[column(cell)] = whole[i::len(group[by])]
    return table


def patients_table(file: h5py.File) -> dict[str, list[str]]:
    group = file["patients"]
    lives = ["arm"] if "arm" in group else []
    names = [name.decode() for name in group["column"]]
    table = rows_of(group, ["replicate", "patient", *lives], ["replicate", "patient", *lives, "arm_number", *names])
    number = [int(float.fromhex(value)) for value in table.pop("arm_number")]
    table["status"] = ["included" if n >= 0 else {-1: "not included", -2: "could not be computed"}[n] for n in number]
    if not lives:
        labels = [label.decode() for label in file["arms/arm"]]
        table["arm"] = [labels[n] if n >= 0 else "NA" for n in number]
    return table


def tests_table(file: h5py.File) -> dict[str, list[str]]:
    names = ["replicate", "term", "estimate", "standard_error", "p", "patients", "events"]
    table: dict[str, list[str]] = {name: [] for name in ["test", "kind", *names]}
    for group in file["tests"].values():
        rows = rows_of(group, ["replicate", "term"], names)
        for name, values in rows.items():
            table[name] += values
        for name in ("test", "kind"):
            table[name] += [text(group.attrs["name" if name == "test" else "kind"])] * len(rows["p"])
    return table


def expected(file: h5py.File) -> list[tuple[str, str, dict[str, list[str]]]]:
    """Calls of the package with their argument and what they return."""
    calls = []
    for group in file["tallies"].values():
        name = group.attrs["name"].decode()
        if group.attrs["kind"] == b"time_to_event":
            calls.append(("curve", name, tally_table(group, True)))
        calls.append(("tally", name, tally_table(group, False)))
    for name in ("arms", "rules", "leaving", "screening", "sources", "without_value", "conditions_undefined"):
        if name in file and len(file[name]):
            group = file[name]
            along = max((dims(group, one) for one in group), key=len)
            calls.append(("table", name, rows_of(group, along, list(group))))
    calls.append(("patients", "", patients_table(file)))
    calls.append(("tests", "", tests_table(file)))
    records = file.get("records", {})
    for name in ("daily", "concentrations"):
        if name in records:
            group = records[name]
            along = ["patient", "day"] + (["hour"] if "hour" in group else [])
            calls.append((name, "", rows_of(group, along, list(group))))
    for name, columns in (("decisions", ("patient", "day", "rule", "action", "before", "after")),
                          ("doses", ("patient", "day", "hour", "prescribed", "taken", "entered"))):
        if name in records:
            calls.append((name, "", {one: [text(value) for value in records[name][one]] for one in columns}))
    return calls


def write_expected(folder: pathlib.Path) -> None:
    """Results, and a table for each call: index.csv names them all."""
    with open(folder / "index.csv", "w", newline="", encoding="utf-8") as to:
        index = csv.writer(to)
        index.writerow(["results", "call", "argument", "table"])
        for name, scenario in SCENARIOS.items():
            results = folder / f"{name}.h5"
            subprocess.run([VTRIAL, "run", scenario, "--threads", "2", "--quiet", "-o", results], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with h5py.File(results) as file:
                for number, (call, argument, table) in enumerate(expected(file)):
                    path = folder / f"{name}_{number}.csv"
                    index.writerow([results, call, argument, path])
                    with open(path, "w", newline="", encoding="utf-8") as one:
                        rows = csv.writer(one)
                        rows.writerow(table)
                        rows.writerows(zip(*table.values()))


def write_other(trial: pathlib.Path, other: pathlib.Path) -> None:
    """The same trial as earlier programs write it: decisions without a scale, columns without kinds."""
    shutil.copyfile(trial, other)
    with h5py.File(other, "r+") as file:
        decisions = file["records/decisions"]
        for name in decisions:
            if "DIMENSION_LIST" in decisions[name].attrs:
                del decisions[name].attrs["DIMENSION_LIST"]
        del decisions["decision"]
        for name in file["patients/column"].asstr():
            del file["patients"][name].attrs["kind"]


def main() -> int:
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("skipped: Rscript was not found (Debian: r-base-core)")
        return 77
    if subprocess.run([rscript, "-e", "library(ncdf4)"], capture_output=True).returncode != 0:
        print("skipped: R's package ncdf4 was not found (Debian: r-cran-ncdf4)")
        return 77
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_expected(folder)
        write_other(folder / "trial.h5", folder / "other.h5")
        # The check looks into a repository of packages: an empty one of its own, not the network's. Packages that are
        # only suggested need not be there.
        contrib = folder / "repository" / "src" / "contrib"
        contrib.mkdir(parents=True)
        (contrib / "PACKAGES").touch()
        profile = folder / "profile.R"
        profile.write_text(f'options(repos = c(CRAN = "{(folder / "repository").as_uri()}"))\n', encoding="utf-8")
        environment = {**os.environ, "VTRIAL_R_EXPECTED": str(folder), "VTRIAL_R_SCENARIO": str(SCENARIOS["trial"]),
                       "R_PROFILE": str(profile), "_R_CHECK_FORCE_SUGGESTS_": "false", "_R_CHECK_SYSTEM_CLOCK_": "0",
                       "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        built = subprocess.run(["R", "CMD", "build", "--no-build-vignettes", ROOT / "output" / "r"], cwd=folder,
                               env=environment, capture_output=True, text=True)
        packages = list(folder.glob("vtrial_*.tar.gz"))
        if built.returncode != 0 or len(packages) != 1:
            print(built.stdout, built.stderr)
            return 1
        checked = subprocess.run(["R", "CMD", "check", "--no-manual", "--no-build-vignettes", packages[0]], cwd=folder,
                                 env=environment, capture_output=True, text=True)
        print(checked.stdout, checked.stderr)
        for log in folder.glob("vtrial.Rcheck/tests/*.Rout.fail"):
            print(log.read_text(encoding="utf-8", errors="replace"))
        clean = re.search(r"^Status: OK$", checked.stdout, re.MULTILINE)
        return 0 if checked.returncode == 0 and clean else 1


if __name__ == "__main__":
    sys.exit(main())
