"""`vtrial qualify`: certificates, exit codes, before and after, and that nothing is lost when it is stopped."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["VTRIAL"]
failures = 0


def vtrial(*arguments, **options):
    options = {"capture_output": True, "text": True, "timeout": 300} | options
    return subprocess.run([PROGRAM, *map(str, arguments)], **options)


def expect(what, condition, said):
    global failures
    if not condition:
        failures += 1
        print(f"FAILED: {what}\n  exit {said.returncode}\n  stdout: {said.stdout[:3000]}\n  stderr: {said.stderr[:3000]}")


def row(name, low, high, kind="predicted", more=""):
    return f"""
[[target]]
run = "tops"
id = "V1"
name = "{name}"
tally = "mmr"
where = {{ arm = "400 mg BID", visit = "month 6" }}
statistic = "itt"
low = {low}
high = {high}
kind = "{kind}"
source = "made up"
{more}
"""


HEAD = f"""title = "A toy"
required_share = 0.6

[[run]]
name = "tops"
scenario = "{SOURCE}/scenarios/tops.toml"
patients = 640

[[run]]
name = "later"
scenario = "{SOURCE}/scenarios/tops.toml"
set = {{ "trial.seed" = 7, "trial.missed_visit" = 0.1 }}
patients = 640
"""
# What differs only by chance, between two seeds, and a coefficient of variation.
SIDES = """
[[target]]
run = "tops"
id = "V2"
name = "two seeds"
tally = "mmr"
where = { arm = "400 mg BID", visit = "month 6" }
minus = { run = "later" }
statistic = "itt"
low = -0.2
high = 0.2
kind = "predicted"
source = "made up"
study_size = [319, 319]

[[target]]
run = "later"
id = "V3"
name = "CV of troughs"
tally = "trough_by_dose"
where = { daily_dose_mg = 400 }
over = { statistic = "mean" }
statistic = "sd"
low = 0.2
high = 0.8
kind = "fitted"
source = "made up"
"""
OUTSIDE = row("never", 0.99, 1, more='miss = "Deliberately outside."')
GOOD = HEAD + row("response", 0.1, 0.6, more='value = 0.34\nstudy_size = 319') + SIDES


def certificates(place):
    toy = place / "toy.toml"
    toy.write_text(GOOD + OUTSIDE)
    said = vtrial("qualify", toy, "-o", place / "out", "--print", "all")
    expect("three of four rows inside pass, the miss is named with its sentence and files", said.returncode == 0
           and "V1 never (predicted, MISS)" in said.stdout and "Deliberately outside." in said.stdout
           and "passed: 3 of 4 rows inside (75.0 %, 60.0 % needed): fitted 1 of 1, predicted 2 of 3" in said.stdout
           and str(place / "out" / "toy.certificate.html") in said.stdout, said)
    names = {p.name for p in (place / "out").iterdir()}
    expect(f"its files are there, and nothing else: {names}",
           names == {"toy.certificate.html", "toy.certificate.json", "tops.h5", "later.h5"}, said)
    certificate = json.loads((place / "out" / "toy.certificate.json").read_text())
    page = (place / "out" / "toy.certificate.html").read_text()
    rows = {r["name"]: r for r in certificate["rows"]}
    expect("the certificate has verdicts, sizes and predictive intervals", certificate["passed"]
           and rows["never"]["verdict"] == "outside" and rows["response"]["verdict"] == "inside"
           and rows["response"]["predictive"]["law"] == "beta-binomial"
           and rows["response"]["predictive"]["low"] < rows["response"]["simulated"] < rows["response"]["predictive"]["high"]
           and rows["two seeds"]["predictive"]["high"] > 0 and rows["two seeds"]["minus"]["run"] == "later", said)
    expect("the page has them, too", "Deliberately outside." in page and "Predicted: 2 of 3 inside" in page, said)

    run = vtrial("run", SOURCE / "scenarios/tops.toml", "--patients", "640", "-o", place / "r.h5", "--json", "--quiet")
    same = json.loads(run.stdout)["runs"][0]["content_hash"]
    later = vtrial("run", SOURCE / "scenarios/tops.toml", "--patients", "640", "--seed", "7", "--set",
                   "trial.missed_visit=0.1", "-o", place / "l.h5", "--json", "--quiet")
    expect("its trials are those of run, with what it sets", [r["content_hash"] for r in certificate["runs"]]
           == [same, json.loads(later.stdout)["runs"][0]["content_hash"]]
           and json.loads(vtrial("info", place / "out" / "tops.h5", "--json").stdout)["content_hash"] == same, run)
    troughs = json.loads(later.stdout)["runs"][0]["tallies"]
    trough = next(t for t in (troughs.values() if isinstance(troughs, dict) else troughs) if t.get("name", "trough_by_dose") == "trough_by_dose")
    expect("a ratio of two statistics is that of the tally's own", "sd" in trough and 0.2 < rows["CV of troughs"]["simulated"] < 0.8, later)

    bare = vtrial("qualify", toy, "-o", place / "bare", "--json", "--quiet")
    told = json.loads(bare.stdout)
    expect("--json prints one object, with the certificate's rows", told["exit"] == 0
           and told["certificates"][0]["rows"] == certificate["rows"] and "s left" not in bare.stderr, bare)

    for what, text, code in (
            ("a fitted row outside", GOOD + row("fitted", 0.99, 1, "fitted"), 1),
            ("a required row outside", GOOD + row("needed", 0.99, 1, more="required = true"), 1),
            ("too few rows inside", GOOD + OUTSIDE + row("b", 0.99, 1) + row("c", 0.99, 1), 1),
            ("soft rows outside", GOOD + row("b", 0.99, 1, "fitted", 'tag = "A"') + row("c", 0.99, 1, more='tag = "ML"'), 0),
            ("no such tally, which counts as outside", GOOD + row("b", 0, 1).replace("mmr", "deaths")
             + row("c", 0, 1).replace("mmr", "deaths") + row("d", 0, 1).replace("mmr", "deaths"), 1)):
        toy.write_text(text)
        said = vtrial("qualify", toy, "-o", place / "out", "--quiet", "--patients", "128")
        expect(f"{what}: exit {code}", said.returncode == code, said)
    expect("a tally that is not there is told before the first patient",
           said.stderr.find("asks for the tally 'deaths', which run 'tops' does not have") >= 0, said)

    toy.write_text(GOOD.replace("low = 0.1\n", "low = 0.2\n"))
    before = place / "bare" / "toy.certificate.json"
    said = vtrial("qualify", toy, "-o", place / "out", "--before", before, "--quiet")
    changes = json.loads((place / "out" / "toy.certificate.json").read_text())["changes"]
    page = (place / "out" / "toy.certificate.html").read_text()
    expect("before and after stand in one table, rows that are gone among them, and limits that were changed",
           said.returncode == 0 and [c["name"] for c in changes] == ["response", "two seeds", "CV of troughs", "never"]
           and changes[0]["before"]["low"] == 0.1 and changes[3]["after"] is None and "Before and after" in page
           and "before: 10.0 to 60.0 %" in page, said)
    return toy, before


def refusals(place, toy, before):
    (place / "mine").mkdir()
    (place / "mine" / "toy.certificate.json").write_text("mine")
    (place / "study.toml").write_text(HEAD.replace("tops.toml", "studies/tops_power.toml") + row("a", 0, 1) + SIDES)
    (place / "wrong.toml").write_text(GOOD.replace('"trial.missed_visit"', '"trial.missd_visit"'))
    (place / "absent.toml").write_text(GOOD.replace("scenarios/tops.toml", "which is not there.toml"))
    for what, code, reason, arguments in (
            ("an unknown name", 2, "is no qualification", ("no_such_qualification",)),
            ("a file that is not there", 2, "none.toml", (place / "none.toml",)),
            ("a study", 2, "which is a study", (place / "study.toml",)),
            ("a trial that is not there", 2, "which is not there.toml (there is no such file)", (place / "absent.toml",)),
            ("a mistake in set, at its place", 2, f"{place}/wrong.toml:12:", (place / "wrong.toml",)),
            ("somebody's file in the place of the certificate", 74, "something else than certificate", (toy, "-o", place / "mine")),
            ("before that is the file to be written", 2, "the command reads this file", (toy, "-o", before.parent, "--before", before)),
            ("before that is no certificate", 74, "is no certificate", (toy, "--before", toy)),
            ("before of another", 2, "is the certificate of 'toy'", (place / "other.toml", "--before", before)),
            ("a directory that cannot be made", 74, "cannot be made", (toy, "-o", place / "none" / "deep"))):
        (place / "other.toml").write_text(GOOD)
        said = vtrial("qualify", "--patients", "1e7", *arguments, cwd=place)
        expect(f"{what}: exit {code}, before the first patient", said.returncode == code and reason in said.stderr, said)


def checks(place, toy):
    """`vtrial check` finds what `qualify` finds before it simulates, and simulates nothing."""
    toy.write_text(GOOD + row("gone", 0, 1).replace("mmr", "deaths"))
    files = sorted(place.iterdir())
    said = vtrial("check", toy, cwd=place)
    expect("check says ok, with runs and rows, and notes what cannot be tested", said.returncode == 0
           and f"{toy}: ok, 2 runs, 4 rows" in said.stdout
           and "note: 'gone' asks for the tally 'deaths', which run 'tops' does not have" in said.stdout, said)
    told = json.loads(vtrial("check", toy, SOURCE / "scenarios" / "tops.toml", "--json").stdout)
    expect("so does its JSON, beside scenarios", told["exit"] == 0 and told["scenarios"][0]["runs"] == 2
           and told["scenarios"][0]["rows"] == 4 and len(told["scenarios"][0]["notes"]) == 1 and len(told["scenarios"]) == 2, said)
    toy.write_text(GOOD.replace("statistic", "statistics", 1))
    for what, reason, file in (
            ("a study", "which is a study", "study.toml"), ("a mistake in a run's set", f"{place}/wrong.toml:12:", "wrong.toml"),
            ("a trial that is not there", "which is not there.toml (there is no such file)", "absent.toml"),
            ("a mistake in a row", "statistics", toy.name)):
        said, same = vtrial("check", place / file), vtrial("qualify", place / file, "-o", place / "no", "--quiet")
        expect(f"check names {what} as qualify does", said.returncode == 2 and reason in said.stderr
               and said.stderr == same.stderr, said)
    expect("nothing was written", sorted(place.iterdir()) == files, said)
    toy.write_text(GOOD)
    said = vtrial("check", toy, "--set", "trial.patients=5")
    expect("--set is for scenarios", said.returncode == 2 and "the runs of" in said.stderr, said)
    shipped = sorted((SOURCE / "scenarios" / "qualification").glob("*.toml"))
    said = vtrial("check", *shipped)
    expect("those that are shipped are ok, and all rows can be looked for", said.returncode == 0
           and said.stdout.count(": ok, ") == len(shipped) and "asks for the tally" not in said.stdout, said)


def stops(place, toy):
    toy.write_text(GOOD)
    out = place / "stopped"
    command = [PROGRAM, "qualify", str(toy), "-o", str(out), "--patients", "40000", "--threads", "1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (out.exists() and list(out.glob("*.checkpoint"))) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=120)
    said = subprocess.CompletedProcess(command, process.returncode, stdout, stderr)
    expect("stopped: exit 75, no certificate, and how to go on",
           said.returncode == 75 and not list(out.glob("toy.*")) and "--resume goes on" in stderr, said)
    resumed = vtrial(*command[1:], "--resume", "--json", "--quiet")
    whole = vtrial(*command[1:4], place / "whole", *command[5:], "--json", "--quiet")
    hashes = [[run["content_hash"] for run in json.loads(one.stdout)["certificates"][0]["runs"]] for one in (resumed, whole)]
    expect("--resume finds the same numbers, and leaves nothing beside them",
           resumed.returncode == 0 and hashes[0] == hashes[1] and not list(out.glob("*.checkpoint")), resumed)

    ranked = vtrial("qualify", toy, "-o", place / "ranks", "--patients", "128", "--quiet",
                    env=os.environ | {"OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "1"})
    expect("another rank does nothing", ranked.returncode == 0 and ranked.stdout == "" and not (place / "ranks").exists(), ranked)
    first = vtrial("qualify", toy, "-o", place / "ranks", "--patients", "128", "--quiet",
                   env=os.environ | {"OMPI_COMM_WORLD_SIZE": "2", "OMPI_COMM_WORLD_RANK": "0"})
    expect("the first one does all, and says so", first.returncode == 0 and "works in one process" in first.stderr, first)


with tempfile.TemporaryDirectory() as name:
    here = pathlib.Path(name)
    toy_file, earlier = certificates(here)
    refusals(here, toy_file, earlier)
    checks(here, toy_file)
    stops(here, toy_file)
sys.exit(failures > 0)
