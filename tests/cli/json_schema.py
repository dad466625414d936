"""What --json prints is what output/vtrial-json.schema.json and output/json.md say, key for key."""
# needs: jsonschema
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

VTRIAL = os.environ["VTRIAL"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "output" / "vtrial-json.schema.json").read_text(encoding="utf-8"))
DRAFT = jsonschema.Draft7Validator(SCHEMA)
FAILING = ["--patients", 100, "--set", 'event.relapse.hazard="if(weight_kg > 90, 0.002/(male - male), 0.002)"']
failures = []


def check(holds, text):
    if not holds:
        failures.append(text)


def told(kind, *arguments, exits=0):
    """The object that a command prints, which has to keep to the schema and to fail it with one key more."""
    done = subprocess.run([VTRIAL, *map(str, arguments), "--json"], capture_output=True, text=True)
    if done.returncode == 4 and "libpagmo-dev" in done.stderr:  # a search without its library
        kind, exits = "error", 4
    check(done.returncode == exits, f"{arguments} ended with {done.returncode}: {done.stderr[-400:]}")
    found = json.loads(done.stdout)
    check(list(found)[:3] == ["schema", "schema_version", "kind"] and found["kind"] == kind, f"{arguments} begins with {list(found)[:3]}")
    for flaw in list(DRAFT.iter_errors(found))[:3]:
        check(False, f"{arguments}: {'/'.join(map(str, flaw.absolute_path))}: {flaw.message[:300]}")
    if kind != "certificates":
        check(not DRAFT.is_valid({**found, "undocumented": 1}), f"{kind}: the schema takes any key")
    return found


def objects_of(value, path=""):
    if isinstance(value, dict):
        yield path, value
    for key, one in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from objects_of(one, f"{path}/{key}")


def keys_of_schema(schema):
    for _, one in objects_of(schema):
        if one.get("type") == "object":
            yield from one.get("properties", {})


def check_page():
    """Each key of the schema stands in the page; `_low` and the like are told of all statistics at once."""
    words = set(re.findall(r"`([\w.]+)`", (ROOT / "output" / "json.md").read_text(encoding="utf-8")))
    for key in sorted(set(keys_of_schema(SCHEMA))):
        base = re.sub("_(low|high|standard_error)$", "", key)
        check(key in words or base in words, f"output/json.md does not describe {key}")


def check_trials(folder):
    results = folder / "trial.h5"
    for scenario, arguments in (("scenarios/everything.toml", ["--patients", 200]), ("tests/cli/spread.toml", ["--patients", 120]),
                                ("scenarios/nonadherence_cml.toml", ["--patients", 60]), ("scenarios/tops.toml", ["--patients", 200])):
        runs = told("runs", "run", ROOT / scenario, *arguments, "--quiet", "--threads", 2, "--report", "-o", results)
        found = told("trial", "info", results)
        ran = {key: value for key, value in runs["runs"][0].items() if key not in ("results", "report")}
        check(found == ran, f"{scenario}: info --json is not what run --json was")
    withheld = told("runs", "run", ROOT / "tests/cli/spread.toml", *FAILING, "--quiet", "-o", folder / "failing.h5", exits=3)["runs"][0]
    check(withheld["failed"] > 4 and all("withheld" in tally and "itt" not in tally for tally in withheld["tallies"]), "statistics of those who did not fail")
    tally = next(tally for tally in found["tallies"] if tally["kind"] == "proportion")
    del tally["itt_low"]
    check(not DRAFT.is_valid(found), "the schema does not ask for intervals")
    told("runs", "run", ROOT / "scenarios/tops.toml", "--patients", 100, "--dry-run", "--gpus", 2, "--quiet", "-o", results)
    told("comparison", "compare", results, ROOT / "scenarios/targets/tops.toml", exits=1)
    told("trace", "trace", ROOT / "scenarios/tops.toml", "--patient", 3)
    part = folder / "parts.h5"
    subprocess.run([VTRIAL, "run", ROOT / "scenarios/tops.toml", "--patients", "100", "--part", "1/2", "--quiet", "-o", part], check=True)
    told("saved_work", "info", next((folder / "parts.h5.parts").iterdir()))


def check_studies(folder):
    results = folder / "study.h5"
    for study, arguments in (("tdm_thresholds", ["--patients", 32]), ("tops_sensitivity", ["--patients", 32]),
                             ("tdm_optimum", ["--patients", 16, "--set", "study.generations=3", "--set", "study.fresh_patients=64"]),
                             ("tops_power", ["--set", "study.replicates=20"])):
        path = ROOT / "scenarios" / "studies" / f"{study}.toml"
        told("study_dry_run", "run", path, *arguments, "--dry-run", "--quiet", "-o", results)
        ran = told("study", "run", path, *arguments, "--quiet", "--threads", 2, "-o", results)
        if ran["kind"] == "study":
            found = told("study", "info", results)
            ran = {key: value for key, value in ran.items() if key not in ("results", "exit")}
            check(found == ran, f"{study}: info --json is not what run --json was")


def check_rest(folder):
    told("check", "check", ROOT / "scenarios/tops.toml", ROOT / "scenarios/studies/tops_power.toml", ROOT / "scenarios/qualification/gist.toml")
    told("devices", "devices")
    told("selftest", "selftest", "-o", folder / "selftest")
    (folder / "bad.toml").write_text("[trial]\npatients = -1\n", encoding="utf-8")
    told("error", "check", folder / "bad.toml", exits=2)
    told("error", "info", folder / "missing.h5", exits=74)


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_page()
        for part in (check_trials, check_studies, check_rest):
            part(pathlib.Path(folder))
    for failure in failures[:40]:
        print(failure)
    sys.exit(f"{len(failures)} differences" if failures else 0)


if __name__ == "__main__":
    main()
