"""Studies of power: the same content whoever works, a file that opens with its designs, what is read back from it, tables,
what is told before a run."""
# needs: xarray h5netcdf
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import xarray

VTRIAL = os.environ["VTRIAL"]
STUDY = pathlib.Path(__file__).parents[2] / "scenarios" / "studies" / "tops_power.toml"
SMALL = ["--set", "study.replicates=60"]
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def vtrial(*arguments, exits=0):
    done = subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True)
    check(done.returncode == exits, f"{arguments} ended with {done.returncode}, not {exits}: {done.stderr}")
    return done


def values(file, group):
    return xarray.open_dataset(file, group=group, engine="h5netcdf")


def rows_of(path):
    with open(path, newline="") as table:
        return list(csv.DictReader(table))


def check_file(file, told):
    """The file, as xarray has it, and --json say the same."""
    looks, results = values(file, "power/two looks"), told["power"]["results"]
    found = [one for one in results if one["design"] == "two looks"]
    check(looks["better"].dims == ("point", "truth") and looks["patients"].dims == ("point", "truth", "replicate", "arm"), f"{looks}")
    check([one["better"]["value"] for one in found] == list(looks["better"].values[0]), "rates")
    check(list(looks["look"].values) == [0.5, 1.0] and list(looks["bound"].values) == found[0]["bounds"], "looks and bounds")
    ended = looks["ending"].values[0]
    check([float((ended[truth] == 0).mean()) for truth in (0, 1)] == [one["better"]["value"] for one in found], "endings")
    check(bool(((looks["arms_better"] > 0) == (looks["ending"] == 0)).all()), "arms that are found better")
    means = looks["patients"].sel(truth="as simulated").mean("replicate").values[0]
    check(all(abs(a - b["value"]) < 1e-9 for a, b in zip(means, found[0]["patients_in"])), "patients by arm")
    sizes = values(file, "wanted_sizes")
    check(str(sizes["curve"].values[0]) == "sizes" and float(sizes["power"][0]) == 0.8, f"{sizes}")
    check(float(sizes["patients"][0]) == told["power"]["sizes"][0]["patients"], "the size that is wanted")


def check_tables(folder, told):
    results = told["power"]["results"]
    power, trials = rows_of(folder / "power.csv"), rows_of(folder / "trials.csv")
    check(len(power) == len(results) == 20 and len(trials) == 20 * 60, f"{len(power)} and {len(trials)} rows")
    for row, one in zip(power, results):
        check((row["design"], row["truth"]) == (one["design"], one["truth"]), f"order of designs: {row}")
        check(float(row["better"]) == one["better"]["value"] and float(row["days high"]) == one["days"]["high"], f"{row}")
        here = [trial for trial in trials if (trial["design"], trial["truth"]) == (row["design"], row["truth"])]
        share = sum(trial["ending"] == "better" for trial in here) / len(here)
        check(abs(share - float(row["better"])) < 1e-12, f"trials of {row['design']}: {share}")


with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / "power.h5"
    page, again = file.with_suffix(".html"), file.with_suffix(".again.html")
    hashes = set()
    for threads, block in ((1, 512), (2, 512), (7, 32)):
        vtrial("run", STUDY, *SMALL, "--quiet", "-o", file, "--threads", threads, "--block", block)
        hashes.add(json.loads(vtrial("info", file, "--json").stdout)["content_hash"])
    check(len(hashes) == 1, f"contents differ: {hashes}")

    told = json.loads(vtrial("run", STUDY, *SMALL, "--report", "--json", "-o", file).stdout)
    check(told["content_hash"] in hashes and told["exit"] == 0, "--json")
    vtrial("report", file, "-o", again)
    check(again.read_text() == page.read_text(), "report makes another page than run --report")
    text = page.read_text()
    check(text.count("<svg ") == 2 * 6 and "<script" not in text and told["content_hash"] in text, f"the page: {text.count('<svg ')}")
    said = json.loads(vtrial("info", file, "--json").stdout)
    check(said == {k: v for k, v in told.items() if k not in ("results", "report", "exit")}, "info --json is not what run --json was")
    check(f"content hash {told['content_hash']}" in vtrial("info", file).stdout, "info tells the hash")
    check_file(file, told)
    for _ in (1, 2):  # the second time they are replaced
        vtrial("export", file, "--csv", pathlib.Path(folder) / "tables")
    check_tables(pathlib.Path(folder) / "tables", told)
    check(not (pathlib.Path(folder) / "tables" / "points.csv").exists(), "a table of endpoints that are not there")

    needs = json.loads(vtrial("run", STUDY, *SMALL, "--dry-run", "--json", "-o", file).stdout)
    size = file.stat().st_size
    check(needs["arms"] == 2 and needs["trial_designs"] == 10 and needs["core_seconds"] > 0, f"--dry-run: {needs}")
    check(needs["file_bytes"] / 1.5 < size < needs["file_bytes"] * 1.5, f"{size} bytes, and {needs['file_bytes']} told")
    check("714 × 10000 replicates × 2 arms" in vtrial("run", STUDY, "--dry-run").stdout, "--dry-run")
    words = vtrial("explain", STUDY).stdout
    for part in ("1 point × 714 patients × 10000 replicates × 2 arms", "476 patients enter, 30 every 30 days, at random",
                 "50.0 %: z of 2.9626 and 100.0 %: z of", "alpha is spent by obrien_fleming", "conditional power on the trend is below 10.0 %",
                 "after look 1 the size is raised, to 714 patients", "updated every 20 patients", "the size with a power of 80.0 % is found"):
        check(part in " ".join(words.split()), f"explain does not say '{part}'")

for text in failures:
    print(text)
sys.exit(1 if failures else 0)
