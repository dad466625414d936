"""scenarios/calibration/calibrate.py: a fit that comes back to known numbers, and input that is wrong."""
# needs: numpy scipy
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["VTRIAL"]
TRUTH = {"clearance": 12.3, "scale": 1.15}
failures = 0

TRIAL = f"""title = "Troughs"
base = ["{SOURCE}/scenarios/library/populations/cml_newly_diagnosed.toml", "{SOURCE}/scenarios/library/pk/schmidli2005.toml"]
[trial]
seed = 3
patients = 128
duration = "29 day"
[pk]
clearance = {{ formula = "10.62*exp(eta.CL)", unit = "L/h", source = "made up", basis = "assumed" }}
exposure_scale = {{ value = 1.0, source = "made up", basis = "assumed" }}
[[arm]]
name = "400 mg"
regimen = {{ dose = "400 mg", every = "24 h" }}
[[visit]]
name = "trough"
at = ["day 1", "day 8", "day 28"]
measure = ["trough"]
[[tally]]
name = "trough"
score = "trough"
range = ["10 ng/mL", "20000 ng/mL"]
at = "trough"
by = ["visit"]
"""
RUNS = """title = "Troughs"
[[run]]
name = "toy"
scenario = "toy_trial.toml"
"""
CALIBRATION = """qualification = "toy.toml"
[rows]
toy = ["day 1", "later"]

[shown]
toy = ["day 8, predicted"]

[[parameter]]
name = "clearance"
key = "pk.clearance.formula"
text = "{}*exp(eta.CL)"
start = 10.62
low = 5
high = 30

[[parameter]]
name = "scale"
key = "pk.exposure_scale"
start = 1.0
low = 0.5
high = 2
"""


def row(day, name, published, kind="fitted"):
    return f"""[[target]]
run = "toy"
id = "{'day 1' if day == 1 else 'later'}"
name = "{name}"
tally = "trough"
where = {{ visit = "day {day}" }}
statistic = "mean"
value = "{published} ng/mL"
within = "5 %"
kind = "{kind}"
source = "made up"
"""


def calibrate(place, *arguments, text=CALIBRATION):
    (place / "calibration.toml").write_text(text)
    return subprocess.run([sys.executable, SOURCE / "scenarios/calibration/calibrate.py", place / "calibration.toml", "--patients", "128",
                           "--vtrial", PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def expect(what, condition, said):
    global failures
    if not condition:
        failures += 1
        print(f"FAILED: {what}\n  exit {said.returncode}\n  stdout: {said.stdout[:3000]}\n  stderr: {said.stderr[:3000]}")


def recovers(place):
    said = subprocess.run([PROGRAM, "run", place / "toy_trial.toml", "--set", f"pk.clearance.formula={TRUTH['clearance']}*exp(eta.CL)",
                           "--set", f"pk.exposure_scale={TRUTH['scale']}", "-o", place / "truth.h5", "--json", "--quiet"],
                          capture_output=True, text=True, timeout=60)
    means = json.loads(said.stdout)["runs"][0]["tallies"][0]["mean"]
    (place / "toy.toml").write_text(RUNS + row(1, "day 1", means[0]) + row(8, "day 8", means[1]) + row(28, "day 28", means[2])
                                    + row(8, "day 8, predicted", means[1], "predicted"))
    said = calibrate(place, "--fit", "--json", place / "fit.json")
    fit = json.loads((place / "fit.json").read_text()) if said.returncode == 0 else None
    expect("a fit comes back to the numbers that the rows were simulated with, within 1 %",
           fit and all(abs(math.log(fit["end"][name]/truth)) < 0.01 for name, truth in TRUTH.items()), said)
    expect("rows that are only shown do not count, and no distance is left", fit and fit["counts"] == [True, True, True, False]
           and fit["loss"]["start"][0] > 1 and fit["loss"]["end"][0] < 0.01, said)
    # A mean goes with the scale, and half an interval is 5 % of what was published: the derivative by its log is 20 means over that,
    # with either seed. The variance of a log where the other is known is SD²·(1 - correlation²), its inverse the sum of squares of the
    # derivative, or of products of both seeds', and 12/log(4)² for the bounds of 0.5 and 2.
    ends = list(zip(fit["rows"]["end"], fit["rows"]["end, fresh"]))[:3] if fit else []
    by_seed = [(20*a["simulated"]/a["published"], 20*b["simulated"]/a["published"]) for a, b in ends]
    for key, information in (("rows", 1.96**2*sum(((a + b)/2)**2 for a, b in by_seed)),
                             ("within_bounds", 1.96**2*sum(a*b for a, b in by_seed) + 12/math.log(4)**2)):
        of = fit and fit["covariance"][key]
        expect(f"SDs of logs are those of the rows' intervals: {key}",
               fit and abs(of["sd_log"][1]**2*(1 - of["correlation"][0][1]**2)*information - 1) < 0.01, said)
    said = calibrate(place, "--evaluate", "--at", place / "fit.json")
    expect("--at begins with what was found", "end, fresh" in said.stdout and said.returncode == 0, said)

    (place / "other.json").write_text('{"end": {"scale": 1}}')
    said = calibrate(place, "--evaluate", "--at", place / "other.json")
    expect("--at with a file that lacks a parameter: exit 2, and which", said.returncode == 2 and "other.json: has no values of all" in said.stderr
           and "'clearance'" in said.stderr, said)

    said = calibrate(place, "--covariance", text=CALIBRATION.replace('"day 1", "later"', '"day 28"'))
    expect("one row does not tell two numbers apart", said.returncode == 0 and said.stdout.count("not identified") == 2, said)


def refusals(place):
    for what, old, new, told in (
            ("an unknown key", '"pk.exposure_scale"', '"pk.exposure_scal"',
             ("toml:17: parameter 'scale'", "did you mean 'exposure_scale'?")),
            ("a start that is not the library's", "start = 10.62", "start = 10.6",
             ("toml:9: parameter 'clearance': start 10.6 is not the library's number in run 'toy'", "clearance = 10.62*exp(eta.CL) L/h")),
            ("an unknown row", '"later"', '"later on"', ("toml:3: run 'toy' has no row 'later on'",)),
            ("a predicted row", '"later"', '"day 8, predicted"', ("toml:3: run 'toy' has no row 'day 8, predicted' of kind 'fitted'",)),
            ("an unknown run", 'start = 1.0', 'start = 1.0\nruns = ["toi"]', ("toml:17: parameter 'scale': no row is of run 'toi'",)),
            ("a start outside", "low = 0.5", "low = 1.5", ("toml:17: parameter 'scale': 0 < low < start < high",)),
            ("an unknown entry", "low = 0.5", "lowest = 0.5", ("parameter 'scale': 'low' is missing", "unknown key 'lowest'")),
            ("a row that is named twice", '"later"', '"later", "day 28"', ("toml:3: row 'day 28' of run 'toy' stands here twice",)),
            ("a text without its number", '"{}*exp', '"10.62*exp', ("parameter 'clearance': no {} in its text",)),
            ("a number that is none", "high = 2", 'high = "2"', ("parameter 'scale': 0 < low < start < high",)),
            ("no qualification", '"toy.toml"', '"absent.toml"', ("absent.toml",))):
        said = calibrate(place, "--evaluate", text=CALIBRATION.replace(old, new))
        expect(f"{what}: exit 2, where and what", said.returncode == 2 and all(part in said.stderr for part in told), said)


with tempfile.TemporaryDirectory() as name:
    here = pathlib.Path(name)
    (here / "toy_trial.toml").write_text(TRIAL)
    recovers(here)
    refusals(here)
sys.exit(failures > 0)
