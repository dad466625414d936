"""Searches: the same content whoever works, a file that opens with its optimum, the page, a missing library."""
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
STUDY = pathlib.Path(__file__).parents[2] / "scenarios" / "studies" / "tdm_optimum.toml"
SMALL = ["--patients", "256", "--quiet", "--set", "study.generations=4", "--set", "study.fresh_patients=200"]
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def vtrial(*arguments, exits=0, **environment):
    done = subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True, env=os.environ | environment)
    check(done.returncode == exits, f"{arguments} ended with {done.returncode}, not {exits}: {done.stderr}")
    return done


def values(file, group):
    return xarray.open_dataset(file, group=group, engine="h5netcdf")


with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / "search.h5"
    missing = {"VTRIAL_PLUGINS": folder}
    said = vtrial("check", STUDY, **missing).stdout
    check("tdm_optimum.toml:11:8: study.kind is 'optimise' (which needs libvtrial_optimise.so" in said, f"check: {said}")
    check("VTRIAL_PLUGINS" in said and "libpagmo-dev" in said, f"what to do: {said}")
    vtrial("explain", STUDY, **missing)
    vtrial("run", STUDY, "--dry-run", "-o", file, **missing)
    said = vtrial("run", STUDY, *SMALL, "-o", file, exits=4, **missing).stderr
    check("libpagmo-dev" in said and not file.exists(), f"run without the library: {said}")
    (pathlib.Path(folder) / "libvtrial_optimise.so").write_text("no library")
    check("cannot be loaded" in vtrial("run", STUDY, *SMALL, "-o", file, exits=4, **missing).stderr, "a broken library")

    if "libvtrial_optimise.so" in vtrial("check", STUDY).stdout:
        print("\n".join(failures) or "skipped: libvtrial_optimise.so was not built (no pagmo)")
        sys.exit(1 if failures else 77)

    told = vtrial("run", STUDY, "--dry-run").stdout
    check("20 generations × 12 points: at most 240 points, then at most 1 once more with 20000 patients" in told, f"--dry-run: {told}")
    check("at most 240 points × 4000 patients" in vtrial("explain", STUDY).stdout, "explain")
    check("ok, 240 points" in vtrial("check", STUDY).stdout, "check names the points")

    hashes = set()
    for threads, block in ((1, 512), (2, 512), (7, 32)):
        vtrial("run", STUDY, *SMALL, "-o", file, "--threads", threads, "--block", block)
        hashes.add(vtrial("info", file).stdout.splitlines()[-1])
    check(len(hashes) == 1 and "content hash" in next(iter(hashes)), f"contents differ: {hashes}")

    told = vtrial("run", STUDY, *SMALL, "--report", "--json", "-o", file)
    found = json.loads(told.stdout)
    best, optimum = values(file, "optimum/endpoints/mmr"), found["optimum"]
    check(dict(best.sizes) == {"point": 1}, f"one best point: {best.sizes}")
    check(float(best["value"][0]) == optimum["best"][0]["endpoints"]["mmr"]["fresh"]["value"], "the fresh value")
    everywhere = values(file, "endpoints/mmr")["value"]
    seen = float(best["optimised_value"][0])
    check(seen == float(everywhere.sel(point=int(best["point"][0]))), "the value as optimised")
    within = values(file, "endpoints/cytopenia")["value"] <= 0.25
    check(seen == float(everywhere.where(within).max()), "no point within the limit is better")
    path, design = values(file, "optimum/path"), values(file, "design")
    check(path["best"].shape == (4, 1) and float(path["best"][-1, 0]) == seen, f"the path: {path}")
    check(int(path["simulated"].sum()) == design.sizes["point"] and int(design["generation"].max()) == 3, "generations")
    check(str(values(file, "optimum/design")["escalation"][0].values).endswith(" mg"), "factors of the best point")
    check(optimum["fresh_seed"] == found["seed"] + 1 and optimum["best"][0]["patients"] == 200, "the fresh trial")
    page = file.with_suffix(".html").read_text()
    check("mmr by generation" in page and page.count("<svg ") == 2 * 4 and "<script" not in page, "the page")
    check(found["content_hash"] in page, "the page has the hash")
    again = file.with_suffix(".again.html")
    vtrial("report", file, "-o", again)
    check(again.read_text() == page, "report makes another page than run --report")
    said = json.loads(vtrial("info", file, "--json").stdout)
    check(said == {k: v for k, v in found.items() if k not in ("results", "report", "exit")}, "info --json is not what run --json was")
    vtrial("export", file, "--csv", pathlib.Path(folder) / "tables")
    with open(pathlib.Path(folder) / "tables" / "optimum.csv", newline="") as table:
        rows = list(csv.DictReader(table))
    check([row["endpoint"] for row in rows] == ["mmr", "cytopenia", "dose"], f"the table of the best point: {rows}")
    check(float(rows[0]["value"]) == float(best["value"][0]) and float(rows[0]["optimised_value"]) == seen, "its values")

    two = pathlib.Path(folder) / "two.toml"
    text = STUDY.read_text().replace("../tops.toml", str(STUDY.parents[1] / "tops.toml"))
    two.write_text(text.replace('method = "cmaes"\n', "").replace('at_most = "25 %"', 'goal = "minimise"'))
    loud = [word for word in SMALL if word != "--quiet"]
    told = vtrial("run", two, *loud, "--report", "--print", "all", "-o", file)
    front = values(file, "optimum/endpoints/cytopenia")
    check(1 < front.sizes["point"] <= 12 and "Points that no other beats" in told.stdout, f"a front: {told.stdout}")
    page = file.with_suffix(".html").read_text()
    check("cytopenia: as optimised and fresh" in page and page.count("<svg ") == 2 * 8, f"its page: {page.count('<svg ')}")

    for more, why in (("study.method=nsga2", "study.method 'nsga2' is for several goals"),
                      ("study.population=3", "study.population is 3 (cmaes needs 5 or more); write 5"),
                      ("study.fresh_seed=2010", "the trial's own"),
                      ("study.generation=3", "generations")):
        check(why in vtrial("check", STUDY, "--set", more, exits=2).stderr, f"--set {more}")

for text in failures:
    print(text)
sys.exit(1 if failures else 0)
