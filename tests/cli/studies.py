"""Studies: the same content whoever works, a file that opens with labelled factors, the page, refusals, and what is read
back from the file: report, info, export."""
# needs: xarray h5netcdf h5py
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import h5py
import xarray

VTRIAL = os.environ["VTRIAL"]
STUDIES = pathlib.Path(__file__).parents[2] / "scenarios" / "studies"
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def vtrial(*arguments, exits=0):
    done = subprocess.run([VTRIAL, *map(str, arguments)], capture_output=True, text=True)
    check(done.returncode == exits, f"{arguments} ended with {done.returncode}, not {exits}: {done.stderr}")
    return done


def found(study, into, *more):
    vtrial("run", study, "--patients", 96, "--quiet", "-o", into, *more)
    return vtrial("info", into, "--json").stdout


def check_tables(folder, told):
    """The tables of `export` have what `--json` says."""
    with open(folder / "points.csv", newline="") as table:
        rows = list(csv.DictReader(table))
    check(len(rows) == len(told["endpoints"]) * (len(told["points"]) or len(rows) // len(told["endpoints"])), f"{folder}: rows of points")
    for i, row in enumerate(rows if told["points"] else []):
        point = told["points"][int(row["point"])]
        check(row["endpoint"] == told["endpoints"][i % len(told["endpoints"])]["name"], f"{folder}: order of endpoints")
        value = point["endpoints"][row["endpoint"]]["value"]
        check(row["value"] == "" if value is None else float(row["value"]) == value, f"{folder}: {row}")
        check(row.get("threshold") == point["factors"]["threshold"], f"{folder}: labels of {row}")
        check(f'{float(row["escalation [mg]"]):g} mg' == point["factors"]["escalation"], f"{folder}: numbers of {row}")
    check((folder / "sensitivity.csv").exists() == bool(told["sensitivity"]), f"{folder}: a table of indices")
    if told["sensitivity"]:
        with open(folder / "sensitivity.csv", newline="") as table:
            found = {(r["endpoint"], r["index"], r["factor"], r["other_factor"], r["n"]): r["value"] for r in csv.DictReader(table)}
        for one in told["sensitivity"]:
            for i, name in enumerate(one["names"]):
                value = found[one["endpoint"], "ST", name, "", ""]
                check(one["ST"][i] == (float(value) if value else None), f"{folder}: ST of {name}")


def check_kept(folder):
    """Every table of a study that keeps its tallies is that of the points' trials, and opens with their dimensions."""
    study, kept, alone = folder / "keep.toml", folder / "kept.h5", folder / "alone.h5"
    study.write_text(f'''base = ["{STUDIES.parent / "tops.toml"}"]
[study]
kind = "sweep"
keep = "tallies"
patients = 200
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
''')
    vtrial("run", study, "--quiet", "-o", kept)
    tables = 0
    for i, once in enumerate((0.7, 0.95)):
        for j, twice in enumerate((0.5, 0.9)):
            vtrial("run", STUDIES.parent / "tops.toml", "--patients", 200, "--quiet", "-o", alone,
                   "--set", f"adherence.taken.once_daily={once}", "--set", f"adherence.taken.twice_daily={twice}")
            names = {tally["name"] for tally in json.loads(vtrial("info", alone, "--json").stdout)["tallies"]}
            check(names == {tally["name"] for tally in json.loads(vtrial("info", kept, "--json").stdout)["tallies"]}, f"tallies that are kept: {names}")
            for name in names:
                all_points = xarray.open_dataset(kept, group=f"tallies/{name}", engine="h5netcdf")
                trial = xarray.open_dataset(alone, group=f"tallies/{name}", engine="h5netcdf")
                check(all_points.randomised.dims == ("once", "twice", *trial.randomised.dims), f"{name}: {all_points.randomised.dims}")
                check(list(all_points["twice"].values) == ["few doses", "most"], f"{name}: labels")
                check(list(all_points["once_value"].values) == [0.7, 0.95], f"{name}: numbers of a factor")
                here = all_points.isel(once=i, twice=j)
                for table in all_points.data_vars:
                    if "once" not in all_points[table].dims or table == "once_value":
                        continue
                    tables += 1
                    a, b = here[table].values, trial[table].values
                    check(a.dtype == b.dtype and a.tobytes() == b.tobytes(), f"{name}/{table} at {once}, {twice}: {a} instead of {b}")
                counts = [table for table in trial.data_vars if trial[table].dtype == "int64" and "randomised" in trial]
                check(all(table in all_points for table in counts), f"{name}: {counts} are not all there")
    check(tables > 300, f"{tables} tables were compared")


def check_dry_run(folder):
    """What a study is told to take before it runs: the file within a factor of 2."""
    file = folder / "dry.h5"
    kept = ["--set", "study.keep=tallies"]
    memory = []
    for name, more in (("tdm_thresholds", []), ("tops_sensitivity", ["--set", "study.points=8"]),
                       ("tdm_thresholds", kept), ("tops_sensitivity", ["--set", "study.points=8", *kept])):
        arguments = ["run", STUDIES / f"{name}.toml", "--patients", 128, "--threads", 2, "-o", file, *more]
        told = json.loads(vtrial(*arguments, "--dry-run", "--json").stdout)
        check(not file.exists(), f"{name}: a dry run writes a file")
        vtrial(*arguments, "--quiet")
        size = file.stat().st_size
        file.unlink()
        check(told["file_bytes"] / 2 < size < told["file_bytes"] * 2, f"{name} {more}: {size} bytes, and {told['file_bytes']} told")
        check(told["points"] in (216, 176) and told["patients"] == 128 and told["replicates"] == 1, f"{name}: {told}")
        check(told["core_seconds"] > 0 and told["threads"] == 2, f"{name}: {told}")
        memory.append(told["memory_bytes"])
    # The counts of 21 tallies at 216 points are 67.8 MB, those of 20 at 176 points 116.4 MB.
    check(memory[2] - memory[0] > 6.7e7 and memory[3] - memory[1] > 1.1e8, f"memory: {memory}")
    text = vtrial("run", STUDIES / "tdm_thresholds.toml", "--dry-run").stdout
    for words in ("points     216 (grid)", "patients   2000 at every point", "core-seconds", "memory     about", "file       about"):
        check(words in text, f"--dry-run: {text}")


with tempfile.TemporaryDirectory() as folder:
    check_dry_run(pathlib.Path(folder))
    check_kept(pathlib.Path(folder))
    file = pathlib.Path(folder) / "study.h5"
    for name, more in (("tdm_thresholds", []), ("tops_sensitivity", ["--set", "study.points=2"])):
        study = STUDIES / f"{name}.toml"
        hashes = {json.loads(found(study, file, "--threads", threads, "--block", block, *more))["content_hash"]
                  for threads, block in ((1, 512), (2, 512), (7, 32))}
        check(len(hashes) == 1, f"{name}: contents differ: {hashes}")
        check(f"content hash {next(iter(hashes))}" in vtrial("info", file).stdout, f"{name}: info tells the hash")

    found(STUDIES / "tdm_thresholds.toml", file)
    mmr = xarray.open_dataset(file, group="endpoints/mmr", engine="h5netcdf")
    check(dict(mmr.sizes) == {"threshold": 4, "escalation": 3, "looks": 2, "adherence": 3, "rifampicin": 3}, f"sizes {mmr.sizes}")
    there = mmr["value"].sel(threshold="no TDM", adherence="0.95", rifampicin="0 %")
    check(float(there.std()) == 0.0, "without the rule the dose that it would set changes something")
    check(list(mmr["adherence_value"].values) == [0.7, 0.85, 0.95], "numbers of a factor")
    report = json.loads(vtrial("run", STUDIES / "tdm_thresholds.toml", "--patients", 96, "--json", "--quiet", "-o", file).stdout)
    first = report["points"][0]["endpoints"]["mmr"]["value"]
    check(first == float(mmr["value"].values.flat[0]), "the file and --json differ")
    check(report["exit"] == 0 and len(report["points"]) == 216, "--json")

    found(STUDIES / "tops_sensitivity.toml", file, "--set", "study.points=2")
    indices = xarray.open_dataset(file, group="sensitivity/mmr", engine="h5netcdf")
    check(indices["ST"].sizes["factor"] == 10 and indices["S2"].shape == (10, 10), f"indices {indices}")

    ranks = pathlib.Path(folder) / "ranks.toml"
    text = (STUDIES / "tops_sensitivity.toml").read_text().replace("../tops.toml", str(STUDIES.parent / "tops.toml"))
    ranks.write_text(text.replace('"sobol"', '"prcc"').replace("second_order = true", "").replace("points = 64", "points = 16"))
    found(ranks, file)
    prcc = xarray.open_dataset(file, group="sensitivity/mmr", engine="h5netcdf")["prcc"]
    check(abs(prcc).max() <= 1 and float(prcc.sel(factor="kill")) > 0, f"prcc {prcc}")

    correlated = pathlib.Path(folder) / "correlated.toml"
    joined = ranks.read_text().replace("[[factor]]", "[study.correlation]\n" + 'pairs = [["clearance", "volume", 0.5]]\n\n[[factor]]', 1)
    correlated.write_text(joined)
    words = "clearance and volume: correlation 0.5 of their normal scores (Spearman's 0.483;"
    check(words in vtrial("explain", correlated).stdout, "explain says the correlation")
    told = vtrial("run", correlated, "--patients", 64, "--print", "all", "-o", file).stdout
    check(words in told and "PRCC is of what is left" in told, f"the run says it, too: {told}")
    check(json.loads(vtrial("info", file, "--json").stdout)["correlations"][0]["factors"] == ["clearance", "volume"], "read back")
    with h5py.File(file) as results:
        check(results["design"].attrs["correlation"].decode().startswith(words), "the file says it")
        check('pairs = [["clearance", "volume", 0.5]]' in results["provenance/scenario"][()].decode(), "the scenario keeps it")
    line = joined[: joined.index("pairs = ")].count("\n") + 1
    for before, after, place, why in (
            ('"volume", 0.5', '"volum", 0.5', f"{line}:24:", "names the unknown factor 'volum' (only factors of the study can be "
                                                             "correlated here); did you mean 'volume'?"),
            ('"volume", 0.5', '"clearance", 0.5', f"{line}:24:", "is 'clearance' again"),
            ('0.5]]', '0.5], ["volume", "clearance", 0.1]]', f"{line}:40:", "repeats the pair of volume and clearance"),
            ("0.5]]", "-1.5]]", f"{line}:34:", "is -1.5 (allowed: -1 to 1)"),
            ("0.5]]", '0.9], ["volume", "kill", 0.9], ["clearance", "kill", -0.9]]', f"{line}:9:", "is not positive definite"),
            ('method = "prcc"', 'method = "sobol"', f"{line - 1}:1:", "stands beside Sobol's indices"),
            ('method = "prcc"', 'method = "morris"', f"{line - 1}:1:", "stands beside Morris's effects")):
        correlated.write_text(joined.replace(before, after, 1))
        said = vtrial("check", correlated, exits=2).stderr
        check(any(f"correlated.toml:{place} study.correlation" in one and why in one for one in said.splitlines()), f"{after}: {said}")

    check("216 points" in vtrial("check", STUDIES / "tdm_thresholds.toml").stdout, "check names the points")
    check("threshold: no TDM, 750, 1000, 1250" in vtrial("explain", STUDIES / "tdm_thresholds.toml").stdout, "explain")
    targets = STUDIES.parent / "targets" / "tops.toml"
    check("it holds a study" in vtrial("compare", file, targets, exits=74).stderr, "a study is compared")
    check("holds a study" in vtrial("report", file, "--targets", targets, exits=2).stderr, "a study has targets")
    for more in (["--records", file], ["--first", "3"]):
        vtrial("run", STUDIES / "tdm_thresholds.toml", *more, exits=2)

    trial = pathlib.Path(folder) / "trial.h5"
    vtrial("run", STUDIES.parent / "tops.toml", "--patients", 64, "--quiet", "-o", trial)
    tables = pathlib.Path(folder) / "trial"
    vtrial("export", trial, "--csv", tables)
    check("of other results" in vtrial("export", file, "--csv", tables, exits=74).stderr, "a study's tables among those of a trial")
    strange = pathlib.Path(folder) / "strange"
    strange.mkdir()
    (strange / "points.csv").write_text("point,dose [mg]\n1,2\n")
    vtrial("export", file, "--csv", strange, exits=74)
    check("dose" in (strange / "points.csv").read_text(), "a file of someone else is replaced")

    page, again = file.with_suffix(".html"), file.with_suffix(".again.html")
    for name, figures in (("tdm_thresholds", 6), ("tops_sensitivity", 4)):  # each on two sheets; the second time it replaces its own page
        told = vtrial("run", STUDIES / f"{name}.toml", "--patients", 64, "--report", "--json", "-o", file,
                      *(["--set", "study.points=2"] if name == "tops_sensitivity" else []))
        check(json.loads(told.stdout)["report"] == str(page), f"{name}: --json names the page")
        check(f"report: {page}" in told.stderr, f"{name}: the page is told: {told.stderr}")
        text = page.read_text()
        check(text.count("<svg ") == 2 * figures and "<script" not in text and "http:" not in text, f"{name}: the page")
        told = json.loads(told.stdout)
        check(told["content_hash"] in text, f"{name}: the page has the hash")
        vtrial("report", file, "-o", again)
        check(again.read_text() == text, f"{name}: report makes another page than run --report")
        check(json.loads(vtrial("info", file, "--json").stdout) == {k: v for k, v in told.items() if k not in ("results", "report", "exit")},
              f"{name}: info --json is not what run --json was")
        vtrial("export", file, "--csv", pathlib.Path(folder) / name)
        check_tables(pathlib.Path(folder) / name, told)
    page.write_text("a letter")
    vtrial("run", STUDIES / "tdm_thresholds.toml", "--patients", 64, "--report", "-o", file, exits=74)
    check(page.read_text() == "a letter", "a file that is no page is replaced")
    page.unlink()
    same = vtrial("run", STUDIES / "tdm_thresholds.toml", "--patients", 64, "--report", "-o", page, exits=2)
    check("would have the same file" in same.stderr, f"page and results in one file: {same.stderr}")
    both = vtrial("run", STUDIES.parent / "tops.toml", STUDIES / "tdm_thresholds.toml", exits=2)
    check("by itself" in both.stderr, "a study beside a trial")
    os.chdir(folder)  # where results go by themselves
    ranks.rename("tops.toml")
    vtrial("run", STUDIES.parent / "tops.toml", "--patients", 64, "--quiet")
    check("are replaced" in vtrial("run", "tops.toml", "--patients", 64, "--quiet").stderr, "a study replaces a trial")
    check("are replaced" not in vtrial("run", "tops.toml", "--patients", 64, "--quiet").stderr, "a study replaces its own")
    check("the study tops.toml are replaced" in vtrial("run", STUDIES.parent / "tops.toml", "--patients", 64, "--quiet").stderr,
          "a trial replaces a study")
    bad = vtrial("check", STUDIES / "tdm_thresholds.toml", "--set", "factor.adherence.values=[0.5, 1.5]", exits=2)
    check("adherence = 1.5" in bad.stderr and "threshold" in bad.stderr, f"a mistake names its point: {bad.stderr}")
    unknown = vtrial("check", STUDIES / "tdm_thresholds.toml", "--set", "study.patience=3", exits=2)
    check("patience" in unknown.stderr and "patients" in unknown.stderr, f"unknown key: {unknown.stderr}")

for text in failures:
    print(text)
sys.exit(1 if failures else 0)
