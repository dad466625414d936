"""Tables of `export --csv` against the file that they are of: every number, every text; names that are no file names; what is refused,
and that nothing is left of what could not be written."""
# needs: numpy h5py
import csv
import math
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

import h5py
import numpy as np

VTRIAL = os.environ["VTRIAL"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE_ALONE = {"octave", "unit", "sum", "square_low", "square_high", "bin", "histogram"}
ROWS = "time"  # of the axes behind those of a tally the one that is in the rows
TRIALS = {"scenarios/everything.toml": 150, "tests/cli/spread.toml": 120, "scenarios/nonadherence_cml.toml": 60}
RECORDS = """
title = "Records, and names that are no file names"
base = ["{root}/scenarios/tops.toml"]
[trial]
patients = 40
[record]
patients = 3
decisions = true
daily = ["trough", "anc"]
concentrations = {{ at = ["day 29", "day 56"], hours = ["0 h", "6 h"] }}
[[tally]]
name = "a:b \\"c\\", d*"
score = "male == 1"
at = "end"
by = ["arm"]
[[tally]]
name = "A:B \\"c\\", d*"
score = "male == 1"
at = "end"
by = ["arm"]
[[tally]]
name = "x."
score = "weight_kg"
range = ["10 kg", "200 kg"]
at = "end"
by = ["quartile(weight_kg)"]
"""
FAILING = ["--patients", 100, "--set", 'event.relapse.hazard="if(weight_kg > 90, 0.002/(male - male), 0.002)"']
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def vtrial(*arguments, exits=0, **options):
    done = subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True, **options)
    check(done.returncode == exits, f"{arguments} ended with {done.returncode}, not {exits}: {done.stderr}")
    return done


def read(path):
    with open(path, newline="", encoding="utf-8") as table:
        heading, *rows = csv.reader(table)
    check(len(set(heading)) == len(heading) and all(len(row) == len(heading) for row in rows), f"{path}: columns")
    return {name: [row[i] for row in rows] for i, name in enumerate(heading)}


def same(cells, values):
    """Numbers to the last bit, empty where there is none; texts."""
    if len(cells) != len(values):
        return False
    for cell, value in zip(cells, values):
        if isinstance(value, bytes):
            if cell != value.decode():
                return False
        elif cell == "" and not math.isfinite(value) or cell != "" and float(cell) == value:
            continue
        else:
            return False
    return True


def text_of(entry):
    return entry.decode() if isinstance(entry, bytes) else repr(float(entry)).removesuffix(".0")


def with_unit(name, dataset):
    unit = dataset.attrs.get("units", b"1").decode()
    return name if unit in ("", "1") else f"{name} [{unit}]"


def check_tally(path, group):
    table = read(path)
    axes = group.attrs["axes"].decode().split()
    sizes = [group[axis].size for axis in axes]
    cells, rows = math.prod(sizes), group[ROWS].size if ROWS in group and ROWS not in axes else 1
    expected = {"tally": [group.attrs["name"]] * (cells * rows)}
    at = np.repeat(np.arange(cells), rows)
    for axis, place in zip(axes, np.unravel_index(at, sizes) if sizes else []):
        expected[axis] = group[axis][()][place]
        for ending in ("day", "number", "value", "low", "high", "patients", "share"):
            if f"{axis}_{ending}" in group:
                dataset = group[f"{axis}_{ending}"]
                expected[with_unit(dataset.name.rsplit("/", 1)[1], dataset)] = dataset[()][place]
    own = {name for name in group if any(name == axis or name.startswith(axis + "_") for axis in axes)}
    for name in set(group) - own - FILE_ALONE:
        dataset, scales = group[name], [dim[0].name.rsplit("/", 1)[1] for dim in group[name].dims if len(dim)]
        if "REFERENCE_LIST" in dataset.attrs or dataset.attrs.get("CLASS") == b"DIMENSION_SCALE":
            if name == ROWS:
                expected[with_unit(name, dataset)] = np.tile(dataset[()], cells)
            continue
        values = dataset[()].reshape((cells, *dataset.shape[len(axes):]))
        further = scales[len(axes):]
        if ROWS in further:
            values = np.moveaxis(values, 1 + further.index(ROWS), 1)
            values = values.reshape((cells * rows, *values.shape[2:]))
        else:
            values = np.repeat(values, rows, axis=0)
        further = [name for name in further if name != ROWS]
        for place in np.ndindex(values.shape[1:]):
            entries = "".join("_" + text_of(group[scale][i]) for scale, i in zip(further, place))
            expected[with_unit(name + entries, dataset)] = values[(slice(None), *place)]
    check(set(table) == set(expected), f"{path.name}: columns {set(table) ^ set(expected)}")
    for name in set(table) & set(expected):
        check(same(table[name], list(expected[name])), f"{path.name}: {name}")


def check_group(path, group, names):
    """A table with a row for each row of a group. names: of columns, and of datasets."""
    if not path.exists():
        return check(names[1] not in group, f"{path} is not there")
    table = read(path)
    for column, dataset in zip(names[::2], names[1::2]):
        check(same(table[column], list(np.ravel(group[dataset][()]))), f"{path}: {column}")


def check_by_arm(path, group, scale, columns):
    table, arms = read(path), group["arm"][()]
    check(same(table[scale], np.repeat(group[scale][()], len(arms))) and same(table["arm"], np.tile(arms, len(group[scale]))), f"{path}: rows")
    for column in columns:
        check(same(table[column], group[column][()].ravel()), f"{path}: {column}")


def check_records(folder, file):
    records = file.get("records", {})
    if "decisions" in records and len(records["decisions"]):
        check_group(folder / "decisions.csv", records["decisions"], ["patient", "patient", "day [day]", "day", "rule", "rule", "action", "action",
                                                                     "before [mg]", "before", "after [mg]", "after"])
    for name in ("daily", "concentrations"):
        check((folder / f"{name}.csv").exists() == (name in records), f"{folder}: {name}.csv")
        if name not in records:
            continue
        table, group = read(folder / f"{name}.csv"), records[name]
        scales = [scale for scale in ("patient", "day", "hour") if scale in group]
        grid = np.meshgrid(*(group[scale][()] for scale in scales), indexing="ij")
        for scale, values in zip(scales, grid):
            check(same(table[with_unit(scale, group[scale])], values.ravel()), f"{name}.csv: {scale}")
        for dataset in set(group) - set(scales):
            check(same(table[with_unit(dataset, group[dataset])], group[dataset][()].ravel()), f"{name}.csv: {dataset}")
    if "patients" in file:
        table, group = read(folder / "patients.csv"), file["patients"]
        for column in (name.decode() for name in group["column"]):
            check(same(table[with_unit(column, group[column])], group[column][()].ravel()), f"patients.csv: {column}")


def check_tests(path, tests):
    table = read(path)
    at = 0
    for name in sorted(set(table["test"]), key=table["test"].index):
        group = next(one for one in tests.values() if one.attrs["name"].decode() == name)
        rows = slice(at, at + group["estimate"].size)
        for column in ("estimate", "standard_error", "low", "high", "p", *(n for n in ("ratio", "ratio_low", "ratio_high") if n in group)):
            check(same(table[column][rows], group[column][()].ravel()), f"{path}: {column} of {name}")
        check(same(table["term"][rows], list(group["term"][()]) * group["replicate"].size), f"{path}: terms of {name}")
        check(same(table["patients"][rows], np.repeat(group["patients"][()], group["term"].size)), f"{path}: patients of {name}")
        at = rows.stop
    check(at == len(table["test"]) and len(set(table["test"])) == len(tests), f"{path}: rows")


def check_export(folder, results):
    said = vtrial("export", results, "--csv", folder).stdout.split()
    with h5py.File(results) as file:
        groups = {group.attrs["name"].decode(): group for group in file["tallies"].values()}
        files = list((folder / "tallies").iterdir())
        check(len(files) == len(groups) and len(list(folder.rglob("*.csv"))) == len(said) or " " in str(files), f"{folder}: files")
        for path in files:
            check_tally(path, groups[read(path)["tally"][0]])
        check_group(folder / "arms.csv", file["arms"], ["arm", "arm", "regimen", "regimen", "patients", "patients"])
        check_group(folder / "screening.csv", file["screening"], ["criterion", "criterion", "when", "when", "rejected", "rejected"])
        check_group(folder / "sources.csv", file["sources"], [one for name in ("parameter", "value", "unit", "source", "basis", "calibrated_to")
                                                              for one in (name, name)])
        check_group(folder / "notes.csv", file["provenance"], ["note", "note"])
        check_group(folder / "without_value.csv", file.get("without_value", {}), ["formula", "formula", "text", "text", "times", "times"])
        if "rules" in file:
            check_by_arm(folder / "rules.csv", file["rules"], "rule", ("fired", "patients"))
            check_by_arm(folder / "leaving.csv", file["leaving"], "reason", ("patients",))
        if "tests" in file:
            check_tests(folder / "tests.csv", file["tests"])
        check_records(folder, file)
        trial = dict(zip(*read(folder / "trial.csv").values()))
        for name in ("title", "seed", "patients", "plan_hash", "content_hash"):
            value = file.attrs[name]
            check(trial[name] == (value.decode() if isinstance(value, bytes) else str(value)), f"trial.csv: {name}")


def check_names(folder):
    """Of tallies: no file leaves the folder, and none takes another's place where letters of any case are alike."""
    (folder / "records.toml").write_text(RECORDS.format(root=ROOT), encoding="utf-8")
    vtrial("run", folder / "records.toml", "--quiet", "--threads", 2, "-o", folder / "records.h5")
    check_export(folder / "records", folder / "records.h5")
    names = [path.name for path in (folder / "records" / "tallies").iterdir()]
    strange = {"x_.csv", "A_B _c_, d_.csv", "a_b _c_, d__2.csv"}
    check(strange <= set(names) and len({name.lower() for name in names}) == len(names), f"{names}")
    check(not (set("/\\:*?\"<>|") & set("".join(names))), f"{names}")


def check_withheld(folder):
    """Where too many patients failed there are counts and no statistics, and the reason is told."""
    vtrial("run", ROOT / "tests/cli/spread.toml", *FAILING, "--quiet", "--threads", 2, "-o", folder / "failing.h5", exits=3)
    said = vtrial("export", folder / "failing.h5", "--csv", folder / "failing").stderr
    table = read(folder / "failing" / "tallies" / "mmr.csv")
    check("no statistic is shown" in said, f"statistics are withheld in silence: {said}")
    check(set(table["itt"]) == {""} and sum(map(int, table["randomised"])) > 0, "statistics of those who did not fail")
    trial = dict(zip(*read(folder / "failing" / "trial.csv").values()))
    check("no statistic is shown" in trial["withheld"], "trial.csv does not say why")
    check(sum(map(int, read(folder / "failing" / "failures.csv")["patients"])) == int(trial["failed"]) > 4, "failures.csv")


def check_refusals(folder, results):
    tables, mine = folder / "refusals", folder / "refusals" / "arms.csv"
    tables.mkdir()
    mine.write_text("my,own\n")
    said = vtrial("export", results, "--csv", tables, exits=74).stderr
    check("arms.csv" in said and "not replaced" in said and mine.read_text() == "my,own\n", f"a file of others: {said}")
    check(os.listdir(tables) == ["arms.csv"], f"left behind: {os.listdir(tables)}")
    mine.unlink()
    vtrial("export", results, "--csv", tables)
    before = {path: path.read_bytes() for path in tables.rglob("*.csv")}
    vtrial("export", results, "--csv", tables)
    check(before == {path: path.read_bytes() for path in tables.rglob("*.csv")}, "exported twice")
    said = vtrial("export", folder / "records.h5", "--csv", tables, exits=74).stderr
    check("of other results" in said, f"tables of another trial: {said}")
    whole = folder / "cut"
    said = vtrial("export", results, "--csv", whole, exits=74,
                  preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))).stderr
    check(not whole.exists(), f"tables that could not be written left {list(whole.rglob('*')) if whole.exists() else ''}: {said}")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for i, (scenario, patients) in enumerate(TRIALS.items()):
            vtrial("run", ROOT / scenario, "--patients", patients, "--quiet", "--threads", 2, "-o", folder / f"{i}.h5")
            check_export(folder / str(i), folder / f"{i}.h5")
        check_names(folder)
        check_withheld(folder)
        check_refusals(folder, folder / "0.h5")
    for failure in failures[:40]:
        print(failure)
    sys.exit(f"{len(failures)} differences" if failures else 0)


if __name__ == "__main__":
    main()
