"""A campaign's work in parts, each a run of its own, and join: the same content as one run, of trials and of studies of
each kind; what is missing, of another run or damaged is told."""
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

VTRIAL = os.environ["VTRIAL"]
SCENARIOS = pathlib.Path(__file__).parents[2] / "scenarios"
TOPS = SCENARIOS / "tops.toml"
failures = []
random.seed(4)


def check(holds, text):
    if not holds:
        failures.append(text)


def run(*args, exits=0):
    done = subprocess.run([VTRIAL, *map(str, args)], capture_output=True, text=True)
    check(done.returncode == exits, f"{args} ended with {done.returncode}, not {exits}: {done.stderr}")
    return done


def answer(done):
    """All that was found, but for how it came about."""
    found = json.loads(done.stdout)
    found = found.get("runs", [found])[0]
    for name in ("provenance", "results", "notes", "exit"):
        found.pop(name, None)
    return found


TESTED = """base = ["%s"]
[trial]
patients = 400
replicates = 23
[[column]]
name = "mmr_12"
value = "bcr_abl_is @ 'month 12' <= 0.1"
[[analysis]]
name = "odds"
kind = "logistic"
response = "mmr_12"
""" % (SCENARIOS / "tops.toml")


def campaigns(folder):
    tested = folder / "tested.toml"
    tested.write_text(TESTED)
    studies = SCENARIOS / "studies"
    yield "trial", [SCENARIOS / "tops.toml", "--patients", 5000]
    yield "replicates", [SCENARIOS / "tops.toml", "--patients", 130, "--set", "trial.replicates=11"]
    yield "tests", [tested]
    yield "columns", [SCENARIOS.parent / "tests/qualification/lives/among.toml"]
    yield "sweep", [studies / "tdm_thresholds.toml", "--patients", 70]
    yield "kept", [studies / "tdm_thresholds.toml", "--patients", 70, "--set", "study.keep='tallies'"]
    yield "sensitivity", [studies / "tops_sensitivity.toml", "--patients", 50]
    yield "power", [studies / "tops_power.toml", "--set", "trial.replicates=12"]


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    for name, what in campaigns(folder):
        whole = answer(run("run", *what, "-o", folder / "whole.h5", "--quiet", "--json"))
        of = random.choice([2, 3, 5])
        file = folder / f"{name}.h5"
        parts = folder / f"{name}.h5.parts"
        order = list(range(1, of + 1))
        random.shuffle(order)
        for part in order:
            run("run", *what, "-o", file, "--quiet", "--part", f"{part}/{of}", "--threads", random.choice([1, 2, 3]))
            check(not file.exists(), f"{name}: a part has left results")
        joined = answer(run("join", parts, "--json", "--quiet"))
        check(joined == whole, f"{name}: what was joined is not what one run gives")
        check(file.exists(), f"{name}: no results")
        before = file.read_bytes()
        lost = parts / f"{order[0]}-of-{of}"
        kept = lost.read_bytes()
        lost.unlink()
        said = run("join", parts, exits=2).stderr
        check(f"of {of} parts these are not there: {order[0]}" in said and "missing" in said, f"{name}: {said}")
        check(file.read_bytes() == before, f"{name}: results were replaced by nothing")
        partial = run("join", parts, "--partial", "--json", "--quiet", "--report", "-o", folder / "partial.h5")
        check("these are partial results" in partial.stderr, f"{name}: not said to be partial: {partial.stderr}")
        check(answer(partial)["title"].startswith("PARTIAL, "), f"{name}: {answer(partial)['title']}")
        told = run("info", folder / "partial.h5").stdout
        check("PARTIAL" in told and "partial results" in told, f"{name}: info does not say it: {told[:300]}")
        check("PARTIAL" in (folder / "partial.html").read_text(), f"{name}: the report does not say it")
        flipped = bytearray(kept)
        flipped[random.randrange(25, len(kept))] ^= 1 << random.randrange(8)
        lost.write_bytes(flipped)
        said = run("join", parts, exits=74).stderr
        check("is damaged; run this part once more" in said, f"{name}: {said}")
        again = run("run", *what, "-o", file, "--quiet", "--part", f"{order[0]}/{of}", "--resume")
        check("is damaged" in again.stderr, f"{name}: a damaged part was taken: {again.stderr}")
        check(answer(run("join", parts, "--json", "--quiet")) == whole, f"{name}: after damage")

    trial = [SCENARIOS / "tops.toml", "--patients", 5000]
    parts = folder / "trial.h5.parts"
    run("run", *trial, "--set", "adherence.taken.once_daily=0.9", "-o", folder / "other.h5", "--quiet", "--part", "1/2")
    shutil.copy(folder / "other.h5.parts" / "1-of-2", parts / "other")
    check("it is of another run" in run("join", parts, exits=74).stderr, "another run's part")
    (parts / "other").write_text("notes")
    check("it is not what a run of vtrial has left" in run("join", parts, exits=74).stderr, "somebody else's file")
    (parts / "other").unlink()
    of = next(int(path.name.split("-")[-1]) for path in parts.iterdir())
    run("run", *trial, "-o", folder / "twice.h5", "--quiet", "--part", f"1/{of + 1}")
    shutil.copy(folder / "twice.h5.parts" / f"1-of-{of + 1}", parts)
    check("take those of one division" in run("join", parts, exits=74).stderr, "parts of two divisions")
    (parts / f"1-of-{of + 1}").unlink()
    shutil.copy(parts / f"1-of-{of}", parts / "once-more")
    check("it has patients that are there already" in run("join", parts, exits=74).stderr, "patients twice")

    # What does not show in the trial's plan: another test, another target. Parts of both are no run.
    for name, first, second in (("tested", 'kind = "logistic"', 'kind = "proportions"'), ("target", "value = 0.3", "value = 0.6")):
        changed = folder / f"{name}_changed.toml"
        if name == "tested":
            changed.write_text(TESTED)
        else:
            (folder / "target.toml").write_text('[[target]]\nname = "mmr"\ntally = "mmr"\nwhere = { visit = "month 12", arm = "400 mg QD" }\n'
                                                'statistic = "evaluable"\nvalue = 0.3\nwithin = 0.1\nkind = "predicted"\nsource = "test"\n')
            changed.write_text('base = ["%s"]\n[study]\nkind = "sweep"\npatients = 60\n[[factor]]\nname = "adherence"\n'
                               'key = "adherence.taken.once_daily"\nvalues = [0.6, 0.8]\n[[endpoint]]\nname = "off"\ndistance_to = "target.toml"\n' % TOPS)
        text = folder / ("target.toml" if name == "target" else changed.name)
        file = folder / f"{name}_changed.h5"
        run("run", changed, "-o", file, "--quiet", "--part", "1/2")
        assert first in text.read_text()
        text.write_text(text.read_text().replace(first, second))
        run("run", changed, "-o", file, "--quiet", "--part", "2/2")
        said = run("join", f"{file}.parts", exits=74).stderr
        check("it is of another run" in said and "scenario" in said, f"{name}: {said}")
        said = run("run", changed, "-o", file, "--quiet", "--part", "1/2", "--resume", exits=74).stderr
        check("scenario" in said and "there," in said, f"{name}, resumed: {said}")

    # A study of power of which no replicate is there of all points.
    two = folder / "two.toml"
    two.write_text('base = ["%s"]\n[[factor]]\nname = "adherence"\nkey = "adherence.taken.once_daily"\nvalues = [0.6, 0.8]\n'
                   % (SCENARIOS / "studies" / "tops_power.toml"))
    run("run", two, "--set", "trial.replicates=4", "-o", folder / "two.h5", "--quiet", "--part", "1/2")
    said = run("join", folder / "two.h5.parts", "--partial", "--quiet", exits=2).stderr
    check("no replicate is there of all points" in said, f"two points of power: {said}")

    said = run("run", *trial, "--part", "0/4", exits=2).stderr
    check("--part '0/4' is no part" in said, said)
    for wrong in ("5/4", "x", "1", "1/", "/2", "1/0"):
        run("run", *trial, "--part", wrong, exits=2)
    run("run", *trial, "--part", "1/2", "--records", folder / "rows", exits=2)
    run("run", *trial, "--part", "1/2", "--report", exits=2)
    ends = folder / "ends.toml"
    ends.write_text('base = ["%s"]\n[trial]\nstop_when = { tally = "mmr", standard_error = 0.01 }\n' % (SCENARIOS / "tops.toml"))
    said = run("run", ends, "--part", "1/2", "-o", folder / "e.h5", exits=2).stderr
    check("cannot be done in parts: it ends when a tally is known" in said, said)
    said = run("run", SCENARIOS / "studies" / "tdm_optimum.toml", "--part", "1/2", "-o", folder / "e.h5", exits=2).stderr
    check("cannot be done in parts" in said, said)
    said = run("run", folder / "tested.toml", "--part", "1/24", "-o", folder / "e.h5", exits=2).stderr
    check("its tests need whole replicates, and it has 23" in said, said)
    check("cannot be opened" in run("join", folder / "nothing", "-o", folder / "n.h5", exits=74).stderr, "nothing to join")
    (folder / "empty").mkdir()
    check("no run has left anything there" in run("join", folder / "empty", "-o", folder / "n.h5", exits=74).stderr, "empty")

for text in failures:
    print(text)
sys.exit(bool(failures))
